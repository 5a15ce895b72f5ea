"""Backup: an online copy of a box's books that verifies before it gets its name; tills go on selling meanwhile.

Source: SQLite's backup API. One read transaction of our own connection holds the state that is copied, so a till that
commits meanwhile neither waits nor makes the copy begin anew. Order of a backup: draft, verify, fsync, manifest, name.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

import apsw

from kiosk.model import journal, uplink
from kiosk.model.backup_errors import BackupDamaged, BackupFolderFull, BackupFolderMissing
from kiosk.model.backup_files import (
    copy_onto_disk,
    copy_proved,
    make_file,
    sha256_of,
    sync_file,
    sync_folder,
    write_whole,
    written_to,
)
from kiosk.model.backup_manifest import Backup, Manifest, backup_name, backups_in, leftovers_in, manifest_of
from kiosk.model.backup_rotation import Keep, surplus
from kiosk.model.errors import StoreForeign, StoreFull
from kiosk.model.store import BUSY_MS, Store, mapped_errors
from kiosk.model.verify import Verified, verify
from ledger.clock import to_wire_time
from ledger.wire import read_entry

_PAGES_AT_ONCE: Final = 512
_BESIDE: Final = ("", "-journal", "-wal", "-shm", "-turns")
Progress = Callable[[str, int, int], None]
"""Told what is done (`copy`, `verify`), how much, and of how much."""


def quiet(_what: str, _done: int, _of: int) -> None:
    """Say nothing of the progress."""


def take(store: Store, folder: Path, at: datetime, progress: Progress = quiet) -> Backup:
    """Take a backup of a box's books into a folder that is there, and return it once it is proved and durable.

    Raises BackupFolderMissing, BackupFolderFull, BackupFolderUnwritable, VerifyFailed for books that do not hold (no
    backup is left of them), and what the store raises.
    """
    if not folder.is_dir():
        raise BackupFolderMissing(str(folder))
    size = store.path.stat().st_size
    file = folder / backup_name(store.identity.box, at)
    draft = draft_of(file)
    with written_to(folder, size):
        clear_leftovers(folder, store.identity.box)
        try:
            _copy(store.path, draft, progress)
            manifest = _proved(draft, at, progress)
            sync_file(draft)
            write_whole(manifest_of(file), manifest.to_json())
            draft.replace(file)
            sync_folder(folder)
        except StoreFull as full:
            raise BackupFolderFull(str(folder), size) from full
        finally:
            forget(draft)
            _forget_lonely(file)
    return Backup(file, manifest)


def copy_to(backup: Backup, folder: Path) -> Backup:
    """Give another folder a copy of a backup, read back from there before it gets its name.

    Raises BackupFolderMissing, BackupFolderFull, BackupFolderUnwritable, BackupWrittenWrong.
    """
    manifest = backup.manifest
    if not folder.is_dir():
        raise BackupFolderMissing(str(folder))
    with written_to(folder, manifest.size_bytes):
        clear_leftovers(folder, manifest.box)
        target = folder / backup.file.name
        try:
            write_whole(manifest_of(target), manifest.to_json())
            copy_proved(backup.file, target, manifest.sha256)
        finally:
            _forget_lonely(target)
    return Backup(target, manifest)


def _forget_lonely(file: Path) -> None:
    """Remove a manifest whose backup did not come to be."""
    if not file.exists():
        manifest_of(file).unlink(missing_ok=True)


def clear_leftovers(folder: Path, box: str) -> None:
    """Remove what a backup of this box that was cut off left in a folder; only one process may do so at a time."""
    for path in leftovers_in(folder, box):
        path.unlink(missing_ok=True)


def rotate(folder: Path, box: str, keep: Keep, zone: tzinfo) -> tuple[Path, ...]:
    """Delete the backups of a box that no period keeps and return them; the file goes first, then its manifest.

    Raises BackupFolderUnwritable.
    """
    with written_to(folder):
        gone = surplus(backups_in(folder, box).backups, keep, zone)
        for backup in gone:
            backup.file.unlink(missing_ok=True)
            manifest_of(backup.file).unlink(missing_ok=True)
    return tuple(backup.file for backup in gone)


def check(backup: Backup, draft: Path, progress: Progress = quiet) -> Verified:
    """Prove a backup on a copy of it at `draft`, which stays: its hash, its books, and that they end where it says.

    Books of an older version of the program are brought up to date in the copy. Raises BackupDamaged, VerifyFailed,
    OSError and what the store raises.
    """
    manifest = backup.manifest
    if copy_onto_disk(backup.file, draft) != manifest.sha256:
        raise BackupDamaged(str(backup.file), "sha256")
    try:
        copy = Store.open(draft)
    except StoreForeign as foreign:
        raise BackupDamaged(str(backup.file), "no books") from foreign
    with closing(copy):
        proved = verify(copy, lambda rows: progress("verify", rows, manifest.sequence))
        epoch, sequence, head_hash = journal.head(copy)
        told = (copy.identity.box, max(epoch, copy.identity.epoch), sequence, head_hash.hex())
    if told != (manifest.box, *manifest.head, manifest.hash):
        raise BackupDamaged(str(backup.file), f"ends at {told[1]}-{told[2]}")
    return proved


def draft_of(file: Path) -> Path:
    """Return the name a file has until it is whole."""
    return file.with_name(f".{file.name}.part")


def forget(draft: Path) -> None:
    """Remove a draft with everything that a store puts beside its file."""
    for suffix in _BESIDE:
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def last_entry_at(store: Store) -> str:
    """Return when the last entry was recorded, as the wire says it; empty for a journal without entries."""
    found = store.execute("SELECT body FROM journal ORDER BY sequence DESC LIMIT 1").fetchone()
    return "" if found is None else to_wire_time(read_entry(found[0]).recorded_at)


def _copy(path: Path, draft: Path, progress: Progress) -> None:
    """Copy one state of the books page by page."""
    forget(draft)
    make_file(draft)
    with (
        mapped_errors(draft),
        closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as source,
        closing(apsw.Connection(str(draft))) as target,
    ):
        source.set_busy_timeout(BUSY_MS)
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        with target.backup("main", source, "main") as pages:
            while not pages.step(_PAGES_AT_ONCE):
                progress("copy", pages.page_count - pages.remaining, pages.page_count)
            progress("copy", pages.page_count, pages.page_count)
        source.execute("COMMIT")


def _proved(draft: Path, at: datetime, progress: Progress) -> Manifest:
    """Verify a draft and return what it holds; raises VerifyFailed, StoreBroken."""
    with closing(Store.open(draft)) as copy:
        epoch, sequence, head_hash = journal.head(copy)
        proved = verify(copy, lambda rows: progress("verify", rows, sequence))
        joined, last = uplink.state(copy).office_key is not None, last_entry_at(copy)
        schema: int = copy.execute("PRAGMA user_version").fetchone()[0]
    return Manifest(
        box=copy.identity.box,
        store=copy.identity.store,
        epoch=max(epoch, copy.identity.epoch),
        sequence=sequence,
        hash=head_hash.hex(),
        joined=joined,
        taken_at=to_wire_time(at),
        last_entry_at=last,
        members=proved.members,
        total_minor=proved.total_minor,
        schema=schema,
        size_bytes=draft.stat().st_size,
        sha256=sha256_of(draft),
    )
