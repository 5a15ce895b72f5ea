"""The journal: append-only, gapless, chained; with its postings, lots and purse kept in the same write transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from peewee import IntegrityError

from kiosk.model import activity, family, lottery, old_numbers, seals
from kiosk.model.errors import EntryConflict, LotDiffers
from kiosk.model.store import Store
from ledger.accounts import PurseKey
from ledger.entries import Entry, EntryKind, Lot
from ledger.errors import AlreadyReversed, PurseOverdrawn
from ledger.ids import EntryId
from ledger.purses import purse_deltas
from ledger.wire import JournalRow, chain, encode_entry, genesis_hash, read_entry

_COLUMNS: Final = "epoch, sequence, previous_hash, hash, body, command_hash"
_HEAD: Final = "SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1"
_INSERT: Final = (
    "INSERT INTO journal (sequence, epoch, entry_id, kind, member_id, shift_id, till, business_date, reverses,"
    " command_hash, previous_hash, hash, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_POSTING: Final = "(?, ?, ?, ?, ?, ?)"
_INSERT_POSTINGS: Final = "INSERT INTO posting (sequence, line, debit, credit, asset, amount_minor) VALUES "
_INSERT_LOT: Final = (
    "INSERT INTO lot (lot_id, member_id, opened_sequence, paid_minor, bonus_minor, programme_version, terms_hash,"
    " special) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_LOT: Final = "SELECT paid_minor, bonus_minor, programme_version, terms_hash, special FROM lot WHERE lot_id = ?"
_MOVE: Final = (
    "UPDATE purse SET amount_minor = amount_minor + ? WHERE member_id = ? AND lot_id = ? AND instrument = ?"
    " RETURNING amount_minor"
)
_OPENED_FOR: Final = (
    "SELECT 1 FROM journal AS brought WHERE member_id = ? AND kind = 'opened' AND NOT EXISTS"
    " (SELECT 1 FROM journal WHERE reverses = brought.entry_id) LIMIT 1"
)
_OPEN: Final = "INSERT INTO purse (member_id, lot_id, instrument, amount_minor) VALUES (?, ?, ?, ?)"
_HELD: Final = "SELECT amount_minor FROM purse WHERE member_id = ? AND lot_id = ? AND instrument = ?"


@dataclass(frozen=True)
class Recorded:
    """An entry that is in the journal: its row and the hash of the command that made it."""

    row: JournalRow
    command_hash: str
    known_entry: Entry | None = None

    @cached_property
    def entry(self) -> Entry:
        """The entry in the row's bytes; raises WireUnreadable if they are not what was written."""
        return self.known_entry or read_entry(self.row.body)

    @property
    def entry_no(self) -> str:
        """The entry's number as it is printed: `1-000123` (epoch and sequence)."""
        return f"{self.row.epoch}-{self.row.sequence:06d}"

    @property
    def short_hash(self) -> str:
        """The first eight hex digits of the row's hash, as printed."""
        return self.row.hash.hex()[:8]


def append(store: Store, entry: Entry, command_hash: str) -> Recorded:
    """Append an entry and move the purses it moves, inside the write transaction.

    Raises PurseOverdrawn, AlreadyReversed, and EntryConflict for an id that is taken: the caller has looked it up before
    and gives the first answer to a repetition.
    """
    assert (entry.box, entry.store) == (store.identity.box, store.identity.store), "a journal is its own box's"
    last = store.execute(_HEAD).fetchone()
    sequence, previous = (last[0] + 1, last[1]) if last else (1, None)
    row = chain(store.identity.box, store.identity.epoch, sequence, previous, encode_entry(entry))
    if entry.reverses is not None:
        standing = reversal_of(store, entry.reverses)
        if standing is not None:
            raise AlreadyReversed(entry.reverses, standing)
    restore(store, row, entry, command_hash)
    return Recorded(row, command_hash, entry)


def restore(store: Store, row: JournalRow, entry: Entry, command_hash: str) -> None:
    """Write a row that has its place already, with its postings, lots, purses and past, inside the write transaction."""
    _insert_row(store, row, entry, command_hash)
    seals.seal_entry(store, row.sequence, row.hash, command_hash)
    _insert_postings(store, row.sequence, entry)
    for lot in entry.lots:
        _open_lot(store, row.sequence, entry, lot)
    for key, delta in purse_deltas(entry.postings).items():
        _move_purse(store, key, delta)
    found = None if entry.reverses is None else find(store, entry.reverses)
    original = None if found is None else found.entry
    activity.apply(store, entry, original, row.sequence)
    lottery.apply(store, entry)
    family.apply(store, entry, original)
    old_numbers.apply(store, entry)


def _insert_row(store: Store, row: JournalRow, entry: Entry, command_hash: str) -> None:
    place = (row.sequence, row.epoch, entry.entry_id, entry.kind.value, entry.member_id, entry.shift_id, entry.till)
    chained = (command_hash, row.previous_hash, row.hash, row.body)
    try:
        store.change(_INSERT, (*place, entry.business_date.isoformat(), entry.reverses, *chained))
    except IntegrityError as refused:
        if find(store, entry.entry_id) is not None:
            raise EntryConflict(entry.entry_id) from refused
        raise


def _insert_postings(store: Store, sequence: int, entry: Entry) -> None:
    if not entry.postings:
        return
    values: list[object] = []
    for line, posting in enumerate(entry.postings):
        values += (sequence, line, posting.debit, posting.credit, posting.asset, posting.amount_minor)
    store.change(_INSERT_POSTINGS + ", ".join([_POSTING] * len(entry.postings)), values)


def _open_lot(store: Store, sequence: int, entry: Entry, lot: Lot) -> None:
    """Note a lot; one that comes back with a grant is known, and must have kept its terms. Raises LotDiffers."""
    known = store.execute(_LOT, (lot.lot_id,)).fetchone() if entry.kind is EntryKind.GRANTED else None
    if known is None:
        store.change(_INSERT_LOT, (lot.lot_id, lot.member_id, sequence, *lot.terms))
    elif tuple(known) != lot.terms:
        raise LotDiffers(lot.lot_id)


def _move_purse(store: Store, key: PurseKey, delta: int) -> None:
    """Move one purse line; the table's CHECK refuses to go below zero, whatever the caller thought was there."""
    place = (key.member_id, key.lot_id, key.instrument.value)
    try:
        moved = store.execute(_MOVE, (delta, *place)).fetchone()
        if moved is None:
            store.change(_OPEN, (*place, delta))
    except IntegrityError as refused:
        held = store.execute(_HELD, place).fetchone()
        raise PurseOverdrawn(*place, held[0] if held else 0, -delta) from refused


def find(store: Store, entry_id: EntryId) -> Recorded | None:
    """Return the entry with an id, or None."""
    found = store.execute(f"SELECT {_COLUMNS} FROM journal WHERE entry_id = ?", (entry_id,)).fetchone()
    return None if found is None else _recorded(found)


def reversal_of(store: Store, entry_id: EntryId) -> EntryId | None:
    """Return the id of the entry that reverses this one, or None."""
    found = store.execute("SELECT entry_id FROM journal WHERE reverses = ?", (entry_id,)).fetchone()
    return None if found is None else EntryId(found[0])


def of_shift(store: Store, shift_id: str, after_sequence: int = 0) -> Iterator[Recorded]:
    """Yield a shift's entries in order, those after a sequence number if one is given."""
    yield from _select(store, "shift_id = ? AND sequence > ? ORDER BY sequence", (shift_id, after_sequence))


def of_business_date(
    store: Store, business_date: date, kinds: Collection[EntryKind] | None = None
) -> Iterator[Recorded]:
    """Yield a business date's entries in order, of some kinds if named."""
    named, values = _of_kinds(kinds)
    yield from _select(store, f"business_date = ?{named} ORDER BY sequence", (business_date.isoformat(), *values))


def refused_since(store: Store, since: date) -> Iterator[Recorded]:
    """Yield refused attempts of a business date and later ones, in order."""
    where = "business_date >= ? AND kind = 'refused' ORDER BY business_date, sequence"
    yield from _select(store, where, (since.isoformat(),))


def of_member(store: Store, member_id: str, limit: int = 20, before_sequence: int | None = None) -> list[Recorded]:
    """Return a member's latest entries, newest first, older than a sequence number if one is given."""
    before = before_sequence if before_sequence is not None else 1 << 62
    where = "member_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?"
    return list(_select(store, where, (member_id, before, limit)))


def first_of_member(store: Store, member_id: str) -> Recorded | None:
    """Return a member's first entry here, None where there is none: for who enrolled here, that is the enrolment."""
    return next(_select(store, "member_id = ? ORDER BY sequence LIMIT 1", (member_id,)), None)


def _of_kinds(kinds: Collection[EntryKind] | None) -> tuple[str, list[str]]:
    """Return the further condition that an entry is of some kinds, with its values."""
    if kinds is None:
        return "", []
    return f" AND kind IN ({', '.join('?' * len(kinds))})", sorted(kind.value for kind in kinds)


def recent(
    store: Store,
    limit: int = 20,
    till: str | None = None,
    shift_id: str | None = None,
    kinds: Collection[EntryKind] | None = None,
) -> list[Recorded]:
    """Return the latest entries, newest first, of one till, shift or some kinds if named."""
    wheres, values = ["1"], list[object]()
    for column, value in (("till", till), ("shift_id", shift_id)):
        if value is not None:
            wheres.append(f"{column} = ?")
            values.append(value)
    named, names = _of_kinds(kinds)
    where = " AND ".join(wheres) + f"{named} ORDER BY sequence DESC LIMIT ?"
    return list(_select(store, where, (*values, *names, limit)))


def page(store: Store, after: int, limit: int) -> list[JournalRow]:
    """Return journal rows after a sequence number, in order."""
    sql = f"SELECT {_COLUMNS} FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?"
    return [_recorded(found).row for found in store.rows(sql, (after, limit))]


def after(store: Store, sequence: int, limit: int) -> list[Recorded]:
    """Return entries after a sequence number, in order."""
    return list(_select(store, "sequence > ? ORDER BY sequence LIMIT ?", (sequence, limit)))


def opened(store: Store, after: int, limit: int = 500) -> list[Recorded]:
    """Return the opening balances after a sequence number, heads of imports among them, in order."""
    return list(_select(store, "kind = 'opened' AND sequence > ? ORDER BY sequence LIMIT ?", (after, limit)))


def is_opened(store: Store, member_id: str) -> bool:
    """Tell whether a member has an opening balance that was not taken back."""
    return store.execute(_OPENED_FOR, (member_id,)).fetchone() is not None


def head(store: Store) -> tuple[int, int, bytes]:
    """Return (epoch, last sequence, its hash); (epoch, 0, the genesis hash) for an empty journal."""
    last, identity = store.execute(_HEAD).fetchone(), store.identity
    if last is None:
        return identity.epoch, 0, genesis_hash(identity.box, identity.epoch)
    return identity.epoch, last[0], last[1]


def _select(store: Store, where: str, values: tuple[object, ...]) -> Iterator[Recorded]:
    for found in store.rows(f"SELECT {_COLUMNS} FROM journal WHERE {where}", values):
        yield _recorded(found)


def _recorded(found: tuple[int, int, bytes, bytes, bytes, str]) -> Recorded:
    epoch, sequence, previous, row_hash, body, command_hash = found
    return Recorded(JournalRow(epoch, sequence, previous, row_hash, body), command_hash)
