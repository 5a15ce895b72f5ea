"""Replay: a box's books built anew from the bytes of its own journal, as head office kept them.

Source: `docs/protocol.md`, disasters; the new file stands beside the old one until all of it is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from kiosk.model import cipher, journal, print_queue
from kiosk.model.backup_errors import RestoreInUse
from kiosk.model.backup_lock import held
from kiosk.model.derived import Derived
from kiosk.model.errors import StoreBusy, VerifyFailed
from kiosk.model.store import BoxIdentity, Store, mapped_errors
from ledger.errors import ChainBroken
from ledger.wire import JournalRow, decode_entry, row_hash

_SHIFT: Final = (
    "INSERT INTO shift (shift_id, till, cashier, business_date, opened_at, number, float_minor, closed_at, counted_minor)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_COPIED: Final = (
    "INSERT INTO main.staff SELECT * FROM old.staff",
    "INSERT INTO main.programme SELECT * FROM old.programme",
    "INSERT INTO main.terms SELECT * FROM old.terms",
)
_DIRECTORY: Final = (
    "INSERT INTO main.programme SELECT * FROM old.programme",
    "INSERT INTO main.member SELECT * FROM old.member WHERE merged_into IS NULL",
)
_SET_ASIDE: Final = (
    "SELECT epoch, sequence FROM old.journal WHERE hash NOT IN (SELECT hash FROM main.journal) ORDER BY sequence"
)
_ROWS_AT_ONCE: Final = 500


def rebuild(path: Path, identity: BoxIdentity, first_epoch: int, rows: Iterable[JournalRow]) -> Store:
    """Create books at a path from journal rows, their epochs in order, and let them live on in the identity's epoch.

    The cards and the people of the directory come from head office afterwards. Raises ChainBroken, WireUnreadable,
    VerifyFailed for rows that make no books, and what `Store.create` raises.
    """
    store = Store.create(path, BoxIdentity(identity.box, identity.store, first_epoch))
    derived, epoch, previous = Derived(), first_epoch, b""
    for page in _pages(rows):
        with store.write():
            for row in page:
                expected = row_hash(row.epoch, row.sequence, row.previous_hash, row.body)
                if row.hash != expected or (previous and row.previous_hash != previous):
                    raise ChainBroken(row.epoch, row.sequence, "hash")
                epoch, previous = step(store, epoch, row.epoch), row.hash
                entry = decode_entry(row.body)
                derived.take(entry, row.sequence)
                journal.restore(store, row, entry, hashlib.sha256(row.body).hexdigest())
    with store.write():
        for shift_id, shift in derived.shifts.items():
            store.change(_SHIFT, (shift_id, *shift))
        for day, entry_id in derived.days.items():
            store.change("INSERT INTO day (business_date, entry_id) VALUES (?, ?)", (day, entry_id))
        step(store, epoch, identity.epoch)
    store.close()
    return Store.open(path)


def beside(store: Store, path: Path, first_epoch: int) -> Store:
    """Create empty books at a path that know the programmes and the people of a box's books, but nobody merged since."""
    fresh = Store.create(path, BoxIdentity(store.identity.box, store.identity.store, first_epoch))
    bare = fresh.connection()
    with mapped_errors(fresh.path):
        cipher.attach_old(bare, store.path)
        try:
            with fresh.write():
                for statement in _DIRECTORY:
                    bare.execute(statement)
        finally:
            bare.execute("DETACH DATABASE old")
    return fresh


def step(store: Store, epoch: int, to_epoch: int) -> int:
    """Let the books live on in a later epoch, inside the write transaction; raises VerifyFailed for an earlier one."""
    if to_epoch < epoch:
        raise VerifyFailed("journal", str(to_epoch), "epochs go back")
    if to_epoch > epoch:
        store.change("UPDATE box SET epoch = ?", (to_epoch,))
    return to_epoch


def copy_local(store: Store, old: Path) -> tuple[str, ...]:
    """Copy what head office does not keep from the box's old books: staff, programmes, terms, slips of known entries.

    Returns the numbers (`1-000123`) of the old books' entries that head office never had.
    """
    bare = store.connection()
    with mapped_errors(store.path):
        cipher.attach_old(bare, old)
        try:
            with store.write():
                for statement in _COPIED:
                    bare.execute(statement)
                print_queue.take_over(store)
            return tuple(f"{epoch}-{sequence:06d}" for epoch, sequence in store.rows(_SET_ASIDE))
        finally:
            bare.execute("DETACH DATABASE old")


def refuse_while_open(path: Path) -> None:
    """See that no other process has a box's books open, and fold their log into them; raises StoreBusy."""
    try:
        with held(path):
            return
    except RestoreInUse as in_use:
        raise StoreBusy(0) from in_use


def _pages(rows: Iterable[JournalRow]) -> Iterator[list[JournalRow]]:
    page: list[JournalRow] = []
    for row in rows:
        page.append(row)
        if len(page) == _ROWS_AT_ONCE:
            yield page
            page = []
    if page:
        yield page
