"""Verify: walk the chain, re-derive every projection from the entries' bytes, and name the first wrong row (P15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk.model.errors import VerifyFailed
from kiosk.model.store import Store
from ledger.accounts import Instrument, PurseKey
from ledger.entries import Entry, EntryKind, Lot
from ledger.errors import PurseOverdrawn, WireUnreadable
from ledger.purses import apply_deltas, purse_deltas
from ledger.wire import JournalRow, decode_entry, genesis_hash, row_hash

_JOURNAL: Final = (
    "SELECT epoch, sequence, previous_hash, hash, body, entry_id, kind, member_id, shift_id, till, business_date,"
    " reverses FROM journal WHERE sequence > ? ORDER BY sequence LIMIT 500"
)
_POSTINGS: Final = (
    "SELECT sequence, line, debit, credit, asset, amount_minor FROM posting"
    " WHERE sequence BETWEEN ? AND ? ORDER BY sequence, line"
)
INSTRUMENTS: Final = frozenset(instrument.value for instrument in Instrument)
_SHIFTS: Final = "SELECT shift_id, till, cashier, business_date, float_minor, counted_minor FROM shift"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was proved: rows walked, members and lots that hold or held value, and what they hold together (fen)."""

    rows: int
    members: int
    lots: int
    total_minor: int


@dataclass
class _Books:
    """What the walk derives from the bytes alone."""

    purse: dict[PurseKey, int] = field(default_factory=dict)
    lots: dict[str, tuple[int, Lot]] = field(default_factory=dict)
    shifts: dict[str, list[object]] = field(default_factory=dict)
    assets: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    reversed_ids: set[str] = field(default_factory=set)


def verify(store: Store, progress: Callable[[int], None] | None = None) -> Verified:
    """Prove that journal, postings, lots, purses, shifts and slips agree; raises VerifyFailed at the first wrong row.

    `progress` is told how many rows were walked so far. Reads one snapshot, so tills may go on selling meanwhile.
    """
    with store.snapshot():
        books = _Books()
        rows = _walk(store, books, progress)
        _compare_lots(store, books)
        _compare_purses(store, books)
        _compare_shifts(store, books)
        _check_slips(store)
    return Verified(
        rows=rows,
        members=len({key.member_id for key in books.purse}),
        lots=len(books.lots),
        total_minor=sum(books.purse.values()),
    )


def _walk(store: Store, books: _Books, progress: Callable[[int], None] | None) -> int:
    identity, sequence = store.identity, 0
    previous = genesis_hash(identity.box, identity.epoch)
    while True:
        found = store.rows(_JOURNAL, (sequence,))
        if not found:
            break
        postings = _postings(store, found[0][1], found[-1][1])
        for raw in found:
            row = JournalRow(*raw[:5])
            entry = _check_row(row, raw[5:], sequence + 1, previous, identity.epoch)
            _check_identity(entry, store, row.sequence)
            _check_postings(entry, postings.pop(row.sequence, []), row.sequence)
            _fold(books, entry, row.sequence)
            sequence, previous = row.sequence, row.hash
        if progress is not None:
            progress(sequence)
    stray = store.execute("SELECT sequence, line FROM posting WHERE sequence > ? LIMIT 1", (sequence,)).fetchone()
    if stray is not None:
        raise VerifyFailed("posting", f"{stray[0]}/{stray[1]}", "belongs to no entry")
    return sequence


def _check_row(row: JournalRow, columns: tuple[Any, ...], sequence: int, previous: bytes, epoch: int) -> Entry:
    key = str(row.sequence)
    if row.sequence != sequence or row.epoch != epoch:
        raise VerifyFailed("journal", key, f"sequence {epoch}-{sequence} expected")
    if row.previous_hash != previous:
        raise VerifyFailed("journal", key, "does not follow from the row before")
    if row.hash != row_hash(row.epoch, row.sequence, row.previous_hash, row.body):
        raise VerifyFailed("journal", key, "bytes do not match the hash")
    try:
        entry = decode_entry(row.body)
    except WireUnreadable as unreadable:
        raise VerifyFailed("journal", key, unreadable.reason) from unreadable
    told = (entry.entry_id, entry.kind.value, entry.member_id, entry.shift_id, entry.till)
    if columns != (*told, entry.business_date.isoformat(), entry.reverses):
        raise VerifyFailed("journal", key, "columns do not match the bytes")
    return entry


def _check_identity(entry: Entry, store: Store, sequence: int) -> None:
    if (entry.box, entry.store) != (store.identity.box, store.identity.store):
        raise VerifyFailed("journal", str(sequence), "belongs to another box")


def _postings(store: Store, first: int, last: int) -> dict[int, list[tuple[Any, ...]]]:
    grouped: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for sequence, *posting in store.rows(_POSTINGS, (first, last)):
        grouped[sequence].append(tuple(posting))
    return grouped


def _check_postings(entry: Entry, found: list[tuple[Any, ...]], sequence: int) -> None:
    told = [(line, p.debit, p.credit, p.asset, p.amount_minor) for line, p in enumerate(entry.postings)]
    for line, (have, want) in enumerate(zip(found, told, strict=False)):
        if have != want:
            raise VerifyFailed("posting", f"{sequence}/{line}", "does not match the entry")
    if len(found) != len(told):
        line = min(len(found), len(told))
        raise VerifyFailed("posting", f"{sequence}/{line}", "missing" if len(found) < len(told) else "too many")


def _fold(books: _Books, entry: Entry, sequence: int) -> None:
    try:
        apply_deltas(books.purse, purse_deltas(entry.postings))
    except PurseOverdrawn as overdrawn:
        raise VerifyFailed("journal", str(sequence), f"overdraws lot {overdrawn.lot_id}") from overdrawn
    for lot in entry.lots:
        if lot.lot_id in books.lots:
            raise VerifyFailed("journal", str(sequence), f"opens lot {lot.lot_id} again")
        books.lots[lot.lot_id] = (sequence, lot)
    if entry.reverses is not None:
        if entry.reverses in books.reversed_ids:
            raise VerifyFailed("journal", str(sequence), f"reverses {entry.reverses} again")
        books.reversed_ids.add(entry.reverses)
    if entry.shift_id is not None and entry.kind is EntryKind.SHIFT_OPENED:
        opened = [entry.till, entry.cashier, entry.business_date.isoformat(), entry.facts["float_minor"], None]
        books.shifts[entry.shift_id] = opened
    if entry.shift_id is not None and entry.kind is EntryKind.SHIFT_CLOSED:
        books.shifts[entry.shift_id][-1] = entry.facts["counted_minor"]


def _compare_lots(store: Store, books: _Books) -> None:
    sql = "SELECT lot_id, opened_sequence, member_id, paid_minor, bonus_minor, programme_version, terms_hash FROM lot"
    left = dict(books.lots)
    for lot_id, *stored in store.rows(sql + " ORDER BY lot_id"):
        told = left.pop(lot_id, None)
        if told is None:
            raise VerifyFailed("lot", lot_id, "was opened by no entry")
        sequence, lot = told
        terms = [lot.member_id, lot.paid_minor, lot.bonus_minor, lot.programme_version, lot.terms_hash]
        if stored != [sequence, *terms]:
            raise VerifyFailed("lot", lot_id, "does not match the entry that opened it")
    for lot_id in sorted(left):
        raise VerifyFailed("lot", lot_id, "missing")


def _compare_purses(store: Store, books: _Books) -> None:
    left = dict(books.purse)
    sql = "SELECT member_id, lot_id, instrument, amount_minor FROM purse ORDER BY member_id, lot_id, instrument"
    for member_id, lot_id, instrument, minor in store.rows(sql):
        row = f"{member_id}/{lot_id}/{instrument}"
        if instrument not in INSTRUMENTS:
            raise VerifyFailed("purse", row, "is of no known instrument")
        derived = left.pop(PurseKey(member_id, lot_id, Instrument(instrument)), 0)
        if derived != minor:
            raise VerifyFailed("purse", row, f"holds {minor}, the journal says {derived}")
    for key in sorted(left, key=lambda key: (key.member_id, key.lot_id, key.instrument)):
        if left[key]:
            raise VerifyFailed("purse", f"{key.member_id}/{key.lot_id}/{key.instrument.value}", "missing")


def _compare_shifts(store: Store, books: _Books) -> None:
    left = dict(books.shifts)
    for shift_id, *stored in store.rows(_SHIFTS + " ORDER BY shift_id"):
        if left.pop(shift_id, None) != stored:
            raise VerifyFailed("shift", shift_id, "does not match the journal")
    for shift_id in sorted(left):
        raise VerifyFailed("shift", shift_id, "missing")


def _check_slips(store: Store) -> None:
    sql = (
        "SELECT job_id FROM print_job LEFT JOIN journal USING (entry_id)"
        " WHERE print_job.entry_id IS NOT NULL AND journal.entry_id IS NULL LIMIT 1"
    )
    stray = store.execute(sql).fetchone()
    if stray is not None:
        raise VerifyFailed("print_job", stray[0], "is the slip of no entry")
