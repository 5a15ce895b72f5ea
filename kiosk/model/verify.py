"""Verify: walk the chain, re-derive every projection from the entries' bytes, and name the first wrong row (P15).

Source: `docs/rules/journal.md`, what verify proves.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiosk.model import guards, seals, shapes
from kiosk.model.derived import Derived
from kiosk.model.errors import VerifyFailed
from kiosk.model.family import Families
from kiosk.model.lottery import Draws
from kiosk.model.old_numbers import OldNumbers
from kiosk.model.past import Past
from kiosk.model.store import Store
from ledger.accounts import Instrument, PurseKey
from ledger.clock import to_wire_time
from ledger.corrections import mirror
from ledger.entries import Entry, EntryKind
from ledger.errors import WireUnreadable
from ledger.purses import money_of
from ledger.wire import JournalRow, decode_entry, genesis_hash, read_entry, row_hash

_JOURNAL: Final = (
    "SELECT epoch, sequence, previous_hash, hash, body, entry_id, kind, member_id, shift_id, till, business_date,"
    " reverses FROM journal WHERE sequence > ? ORDER BY sequence LIMIT 500"
)
_POSTINGS: Final = (
    "SELECT sequence, line, debit, credit, asset, amount_minor FROM posting"
    " WHERE sequence BETWEEN ? AND ? ORDER BY sequence, line"
)
_ORIGINAL: Final = "SELECT body FROM journal WHERE entry_id = ? AND sequence < ?"
_MEMBER: Final = "SELECT code, registered, enrolled_at, consent_terms_hash FROM member WHERE member_id = ?"
_LOTS: Final = (
    "SELECT lot_id, opened_sequence, member_id, paid_minor, bonus_minor, programme_version, terms_hash,"
    " special FROM lot"
    " ORDER BY lot_id"
)
_PURSES: Final = "SELECT member_id, lot_id, instrument, amount_minor FROM purse ORDER BY member_id, lot_id, instrument"
_SHIFTS: Final = (
    "SELECT shift_id, till, cashier, business_date, opened_at, number, float_minor, closed_at, counted_minor FROM shift"
    " ORDER BY shift_id"
)
_CARDS: Final = (
    "SELECT code, member_id, state, issued_at, replaced_by FROM card WHERE from_head_office = 0 ORDER BY code"
)
_CARDS_TOLD: Final = "SELECT code FROM card WHERE from_head_office = 1"
_STRAY_SLIP: Final = (
    "SELECT number FROM print_job LEFT JOIN journal USING (entry_id)"
    " WHERE print_job.entry_id IS NOT NULL AND journal.entry_id IS NULL LIMIT 1"
)
_INSTRUMENTS: Final = frozenset(instrument.value for instrument in Instrument)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was proved: rows walked, members and lots that hold or held value, and what they hold together (fen)."""

    rows: int
    members: int
    lots: int
    total_minor: int


def verify(store: Store, progress: Callable[[int], None] | None = None) -> Verified:
    """Prove that the journal holds and that every table beside it says the same; raises VerifyFailed, StoreBroken.

    `progress` is told how many rows were walked so far. Reads one snapshot, so tills may go on selling meanwhile.
    """
    with store.snapshot():
        try:
            return _prove(store, progress)
        except (TypeError, ValueError) as stumbled:
            raise shapes.misshapen(store) or stumbled from stumbled


def _prove(store: Store, progress: Callable[[int], None] | None) -> Verified:
    told = frozenset(code for (code,) in store.rows(_CARDS_TOLD))
    derived = Derived(told_cards=told)
    folds = past, draws, families, numbers = Past(), Draws(), Families(), OldNumbers()
    rows = _walk(store, derived, folds, progress)
    _compare_lots(store, derived)
    _compare_purses(store, derived)
    _compare(store, "shift", _SHIFTS, derived.shifts)
    _compare(store, "day", "SELECT business_date, entry_id FROM day ORDER BY 1", _each(derived.days))
    _compare(store, "card", _CARDS, {code: row for code, row in derived.cards.items() if code not in told})
    past.compare(store)
    draws.compare(store)
    families.compare(store)
    numbers.compare(store)
    seals.compare(store)
    _check_texts(store, derived)
    _check_slips(store)
    _check_cursor(store, rows)
    shapes.check_keys(store)
    _check_file(store)
    guards.check(store)
    return Verified(
        rows=rows,
        members=len({key.member_id for key in derived.purse}),
        lots=len(derived.lots),
        total_minor=money_of(derived.purse),
    )


def _walk(
    store: Store,
    derived: Derived,
    folds: tuple[Past, Draws, Families, OldNumbers],
    progress: Callable[[int], None] | None,
) -> int:
    past, draws, families, numbers = folds
    identity, sequence = store.identity, 0
    first = store.execute("SELECT epoch FROM journal WHERE sequence = 1").fetchone()
    epoch = first[0] if first else identity.epoch
    previous = genesis_hash(identity.box, epoch)
    while True:
        found = store.rows(_JOURNAL, (sequence,))
        if not found:
            break
        postings = _postings(store, found[0][1], found[-1][1])
        for raw in found:
            row = JournalRow(*raw[:5])
            epoch = max(epoch, min(row.epoch, identity.epoch))
            entry = _check_row(row, raw[5:], sequence + 1, previous, epoch)
            _check_identity(entry, store, row.sequence)
            _check_postings(entry, postings.pop(row.sequence, []), row.sequence)
            original = _check_mirror(store, entry, row.sequence)
            derived.take(entry, row.sequence)
            past.take(entry, original, row.sequence)
            draws.take(entry, row.sequence)
            families.take(entry, original, row.sequence)
            numbers.take(entry)
            _check_member(store, entry)
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


def _check_mirror(store: Store, entry: Entry, sequence: int) -> Entry | None:
    """Return the entry that this one mirrors to the fen, None for one that reverses none."""
    if entry.reverses is None:
        return None
    found = store.execute(_ORIGINAL, (entry.reverses, sequence)).fetchone()
    original = None if found is None else read_entry(found[0])
    if original is None or mirror(original) != entry.postings:
        raise VerifyFailed("journal", str(sequence), f"does not mirror {entry.reverses}")
    return original


def _check_member(store: Store, entry: Entry) -> None:
    if entry.kind is not EntryKind.MEMBER_ENROLLED:
        return
    facts, found = entry.facts, store.execute(_MEMBER, (entry.member_id,)).fetchone()
    told = (facts.get("member_code"), facts["registered"], to_wire_time(entry.occurred_at), facts["terms_hash"])
    if found != told:
        reason = "missing" if found is None else "does not match the entry that enrolled the member"
        raise VerifyFailed("member", str(entry.member_id), reason)


def _compare_lots(store: Store, derived: Derived) -> None:
    told: dict[str, list[object]] = {}
    for lot_id, (sequence, lot) in derived.lots.items():
        told[lot_id] = [sequence, lot.member_id, *lot.terms]
    _compare(store, "lot", _LOTS, told)


def _compare_purses(store: Store, derived: Derived) -> None:
    left = dict(derived.purse)
    for member_id, lot_id, instrument, minor in store.rows(_PURSES):
        row = f"{member_id}/{lot_id}/{instrument}"
        if instrument not in _INSTRUMENTS:
            raise VerifyFailed("purse", row, "is of no known instrument")
        told = left.pop(PurseKey(member_id, lot_id, Instrument(instrument)), None)
        if told is None:
            raise VerifyFailed("purse", row, "was opened by no entry")
        if told != minor:
            raise VerifyFailed("purse", row, f"holds {minor}, the journal says {told}")
    for key in sorted(left, key=lambda key: (key.member_id, key.lot_id, key.instrument)):
        raise VerifyFailed("purse", f"{key.member_id}/{key.lot_id}/{key.instrument.value}", "missing")


def _compare(store: Store, table: str, sql: str, told: Mapping[str, list[object]]) -> None:
    """Compare a table with what was derived, in both directions; the first column is the key."""
    left = dict(told)
    for key, *stored in store.rows(sql):
        wanted = left.pop(key, None)
        if wanted != stored:
            raise VerifyFailed(table, str(key), "is of no entry" if wanted is None else "does not match the journal")
    for key in sorted(left):
        raise VerifyFailed(table, key, "missing")


def _each(told: Mapping[str, str]) -> dict[str, list[object]]:
    return {key: [value] for key, value in told.items()}


def _check_texts(store: Store, derived: Derived) -> None:
    """Programmes and terms are what their hashes say, and all are there that were ever sold under."""
    programmes = store.rows("SELECT version, hash, content FROM programme ORDER BY number")
    terms = store.rows("SELECT text_hash, text_hash, CAST(text AS BLOB) FROM terms ORDER BY text_hash")
    kept = (("programme", programmes, derived.programmes), ("terms", terms, derived.terms))
    for table, rows, named in kept:
        for key, told, content in rows:
            if hashlib.sha256(content).hexdigest() != told:
                raise VerifyFailed(table, str(key), "content does not match the hash")
        for key in sorted(named - {row[0] for row in rows}):
            raise VerifyFailed(table, key, "missing")


def _check_slips(store: Store) -> None:
    stray = store.execute(_STRAY_SLIP).fetchone()
    if stray is not None:
        raise VerifyFailed("print_job", str(stray[0]), "is the slip of no entry")


def _check_cursor(store: Store, rows: int) -> None:
    cursors = store.rows("SELECT id, cursor FROM uplink")
    if len(cursors) != 1 or not 0 <= cursors[0][1] <= rows:
        raise VerifyFailed("uplink", "1", "is past the journal")


def _check_file(store: Store) -> None:
    """Let SQLite look at what it keeps itself: references, and indexes that must find every row."""
    for table, row, parent, _ in store.rows("PRAGMA foreign_key_check"):
        raise VerifyFailed(table, str(row), f"refers to no {parent}")
    found = store.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise VerifyFailed("database", "file", found)
