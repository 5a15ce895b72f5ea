"""Recovery: a box whose books are older than head office knows gets its own journal back and lives on in a new epoch.

The new books are built beside the old ones and take their name only when they are whole; the old ones are kept, and
what they held that head office never had is named. Source: `docs/protocol.md`, disasters.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.model import replay, uplink
from kiosk.model.errors import StoreBusy
from kiosk.model.store import BoxIdentity
from ledger.errors import WireUnreadable
from ledger.protocol.judge import chain_rows
from ledger.protocol.messages import EnrolAnswer
from ledger.protocol.page import Page
from ledger.wire import JournalRow
from syncd.errors import BooksInUse, RecoveryBroken

FetchPage = Callable[[int], Page]
"""Fetches the page of this box's journal that follows a sequence number; a page without entries is the end."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a recovery did: entries that came back, and the numbers of those in the old books that head office never had."""

    entries: int
    set_aside: tuple[str, ...]
    old_books: Path | None


def recover(path: Path, answer: EnrolAnswer, fetch: FetchPage) -> Recovered:
    """Build a box's books anew and put them in the place of what is there, nothing or an old image.

    The kiosk must be closed. Run again after a power cut, it begins anew and ends the same. Raises BooksInUse,
    RecoveryBroken, WireUnreadable and what the books raise.
    """
    draft = path.with_name(f".{path.name}.recovering")
    _remove(draft)
    _refuse_while_open(path)
    rows = list(fetch_rows(answer, fetch))
    if rows and rows[-1].hash.hex() != answer.previous_hash:
        raise RecoveryBroken("the journal does not end where head office said")
    first_epoch = rows[0].epoch if rows else answer.epoch
    store = replay.rebuild(draft, BoxIdentity(answer.box, answer.store, answer.epoch), first_epoch, rows)
    aside: tuple[str, ...] = ()
    if path.exists():
        aside = replay.copy_local(store, path)
    with store.write():
        uplink.join(store, bytes.fromhex(answer.office_key))
        uplink.adopt(store, answer.ho_epoch, 0)
        store.change("UPDATE uplink SET cursor = ?", (len(rows),))
    store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return Recovered(len(rows), aside, _swap(draft, path, answer.epoch))


def fetch_rows(answer: EnrolAnswer, fetch: FetchPage) -> Iterator[JournalRow]:
    """Yield the rows head office holds, each proved by the chain; raises WireUnreadable for a page that skips."""
    sequence, previous = 0, ""
    while sequence < answer.first - 1:
        page = fetch(sequence)
        header = page.header
        if header.first != sequence + 1 or (previous and header.previous_hash != previous) or not page.bodies:
            raise WireUnreadable("journal page")
        rows = chain_rows(header.epoch, header.first, bytes.fromhex(header.previous_hash), page.bodies)
        yield from rows
        sequence, previous = rows[-1].sequence, rows[-1].hash.hex()


def _refuse_while_open(path: Path) -> None:
    """See that nobody has the old books open; raises BooksInUse."""
    if not path.exists():
        return
    try:
        replay.refuse_while_open(path)
    except StoreBusy as in_use:
        raise BooksInUse(str(path)) from in_use


def _swap(draft: Path, path: Path, epoch: int) -> Path | None:
    """Give the new books their name; the old ones keep theirs with the epoch they ended in."""
    kept = None
    if path.exists():
        kept = path.with_name(f"{path.name}.before-epoch-{epoch}")
        path.replace(kept)
    for leftover in ("-wal", "-shm"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return kept


def _remove(draft: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)
