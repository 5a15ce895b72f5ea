"""Restore: put proved books in the place of what is there, which is moved aside and never lost.

The order makes a power cut harmless: what is there gets a second name, its log is folded in or gets one too, and then one
rename puts the new books in their place. Until that rename the old ones stand, after it the new ones; never half of either.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw

from kiosk.model import journal, purses, uplink
from kiosk.model.backup import forget, last_entry_at
from kiosk.model.backup_files import OWNER_ONLY, copy_onto_disk, sync_file, sync_folder
from kiosk.model.backup_lock import held
from kiosk.model.backup_marker import Mark, fits
from kiosk.model.errors import ModelError
from kiosk.model.store import BoxIdentity, Store, mapped_errors
from ledger.wire import genesis_hash

_MOVED: Final = (
    "SELECT coalesce(sum(amount_minor), 0) FROM posting WHERE sequence > ?"
    " AND (debit GLOB 'member:*') <> (credit GLOB 'member:*') AND asset = 'CNY'"
)
_ALONE: Final = "UPDATE uplink SET mode = 'alone', stop_reason = NULL WHERE office_key IS NULL"


@dataclass(frozen=True, slots=True)
class Figures:
    """What books hold: head of the journal, when its last entry was recorded, members with value, what is owed (fen)."""

    identity: BoxIdentity
    epoch: int
    sequence: int
    hash: str
    last_entry_at: str
    members: int
    total_minor: int
    joined: bool

    @property
    def head(self) -> tuple[int, int]:
        """Epoch and sequence."""
        return self.epoch, self.sequence


def figures(store: Store) -> Figures:
    """Return what books hold."""
    with store.snapshot():
        epoch, sequence, head_hash = journal.head(store)
        return Figures(
            identity=store.identity,
            epoch=max(epoch, store.identity.epoch),
            sequence=sequence,
            hash=head_hash.hex(),
            last_entry_at=last_entry_at(store),
            members=store.execute("SELECT count(DISTINCT member_id) FROM purse").fetchone()[0],
            total_minor=purses.total(store),
            joined=uplink.state(store).office_key is not None,
        )


def figures_at(path: Path) -> Figures | None:
    """Return what the books at a path hold, None where there are none or they cannot be read."""
    try:
        store = Store.open(path)
    except ModelError:
        return None
    with closing(store):
        try:
            return figures(store)
        except ModelError:
            return None


def continues(path: Path, image: Figures) -> int | None:
    """Return the stored value (fen) that books at a path moved after an image's last entry.

    None where they are not the image's own continuation, or cannot be read.
    """
    try:
        store = Store.open(path)
    except ModelError:
        return None
    with closing(store):
        try:
            found = store.execute("SELECT hash FROM journal WHERE sequence = ?", (image.sequence,)).fetchone()
            first = genesis_hash(image.identity.box, image.epoch) if image.sequence == 0 else None
            told = first if found is None else bytes(found[0])
            if told is None or told.hex() != image.hash:
                return None
            return int(store.execute(_MOVED, (image.sequence,)).fetchone()[0])
        except ModelError:
            return None


def draft_beside(path: Path) -> Path:
    """Return where new books are made ready, beside the ones they replace; what a cut-off restore left there goes."""
    draft = path.with_name(f".{path.name}.restoring")
    forget(draft)
    return draft


def copy_as_it_is(path: Path, draft: Path) -> None:
    """Copy books that nobody has open, their log folded in; raises RestoreInUse, OSError."""
    with held(path):
        copy_onto_disk(path, draft)


def agreed(store: Store, image: Figures, marks: Iterable[Mark]) -> int:
    """Return the sequence up to which books agree with every trace of their life: their last one, unless one differs."""
    of_life = [mark for mark in marks if mark.epoch == image.epoch and mark.sequence <= image.sequence]
    if all(fits(store, mark) for mark in of_life):
        return image.sequence
    return max((mark.sequence for mark in of_life if fits(store, mark)), default=0)


def make_ready(draft: Path) -> None:
    """See a draft onto the disk as one file, for its owner alone; raises what the store raises, OSError."""
    with mapped_errors(draft), closing(apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)) as bare:
        bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    draft.chmod(OWNER_ONLY)
    sync_file(draft)


def put_in_place(draft: Path, path: Path, stamp: str) -> Path | None:
    """Give a draft the books' name and return the name the books that stood there have now, None for none.

    Books, and a log that could not be folded in, keep their bytes under `NAME.before-STAMP`. Raises OSError.
    """
    aside = None
    if path.exists():
        _drop_second_names(path)
        aside = _free(path.with_name(f"{path.name}.before-{stamp}"))
        os.link(path, aside)
        log, log_aside = path.with_name(f"{path.name}-wal"), aside.with_name(f"{aside.name}-wal")
        if log.exists() and log.stat().st_size:
            os.link(log, log_aside)
        sync_folder(path.parent)
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    draft.replace(path)
    sync_folder(path.parent)
    return aside


def _drop_second_names(path: Path) -> None:
    """Take away second names that a cut-off restore gave to books that still stand: their bytes have the first."""
    for other in path.parent.glob(f"{glob.escape(path.name)}.before-*"):
        if other.samefile(path):
            other.unlink()


def _free(name: Path) -> Path:
    """Return a name nobody has: what a restore that was cut off set aside stays as well."""
    number, free = 1, name
    while free.exists():
        number += 1
        free = name.with_name(f"{name.name}.{number}")
    return free


def next_epoch(*known: tuple[int, int] | Mark | None) -> int:
    """Return the epoch after every one that is known of."""
    heads = [one.head if isinstance(one, Mark) else one for one in known if one is not None]
    return 1 + max(epoch for epoch, _ in heads)


def begin_life(store: Store, epoch: int) -> None:
    """Let books live on in a later epoch, sell again where no head office has a say, and forget kept markers.

    Inside the write transaction; what waits on the printer is of another time and is dropped.
    """
    store.change("UPDATE box SET epoch = ?", (epoch,))
    store.identity = BoxIdentity(store.identity.box, store.identity.store, epoch)
    store.change(_ALONE)
    store.change("DELETE FROM kept_past")
    store.change("UPDATE print_job SET state = 'dropped' WHERE state = 'waiting'")


def wait_for_recovery(store: Store, reason: str) -> None:
    """Keep books of a box with a head office stopped until they are recovered from there, inside the write transaction."""
    uplink.stop(store, reason)
    store.change("DELETE FROM kept_past")
    store.change("UPDATE print_job SET state = 'dropped' WHERE state = 'waiting'")
