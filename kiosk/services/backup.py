"""Back up: take, prove, copy to the second medium, rotate, and note what came of it outside the books (issue 5.4).

The first copy stands whatever becomes of the second. The outcome is kept in the state folder, for a backup that failed
must be told of at the next start too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final

from kiosk.model import backup
from kiosk.model import backup_errors as errors
from kiosk.model.backup import Progress, quiet
from kiosk.model.backup_errors import BackupDied, BackupError, BackupFolderMissing, BackupSameMedium, BackupTooOld
from kiosk.model.backup_files import make_folder, only_one, write_whole, written_to
from kiosk.model.backup_manifest import Backup, Manifest, backups_in, read_backup
from kiosk.model.backup_marker import MARKER, mark_in, write_mark
from kiosk.model.backup_rotation import Keep
from kiosk.model.errors import ModelError, StoreBroken, StoreBusy, VerifyFailed
from kiosk.model.store import Store
from kiosk.model.verify import Verified
from ledger.clock import from_wire_time, to_wire_time

_OUTCOME: Final = "backup.json"
CUT_OFF: Final = 0
"""The exit code of a backup that had no time to end: the power went, or somebody killed it."""
_LOCK: Final = "backup.lock"
_KINDS: Final = {
    kind.__name__: kind
    for kind in (*(one for one in vars(errors).values() if isinstance(one, type)), VerifyFailed, StoreBroken, StoreBusy)
    if issubclass(kind, ModelError)
}
"""Failures that come back from the state folder as they were."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a box's backups and its marker are kept, which backups, and after how many days without one it is said."""

    state: Path
    folder: Path
    second: Path | None
    keep: Keep
    zone: tzinfo
    warn_days: int = 2

    @property
    def marker(self) -> Path:
        """The marker of the box's past."""
        return self.state / MARKER

    def second_marker(self, box: str) -> Path | None:
        """Return where the marker's copy lies, None where there is no second medium."""
        return None if self.second is None else self.second / f"guitai-{box}-past.json"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What people must hear of backups; `second` tells that the first copy stands and only the second is missing."""

    error: Exception
    second: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a backup: when, the file's name where it stands, why it or its second copy does not."""

    at: datetime
    file: str = ""
    failure: Exception | None = None
    second_file: str = ""
    second_failure: Exception | None = None
    deleted: tuple[str, ...] = field(default=(), compare=False)

    @property
    def trouble(self) -> Trouble | None:
        """What people must hear, None when all is well."""
        if self.failure is not None:
            return Trouble(self.failure)
        return None if self.second_failure is None else Trouble(self.second_failure, second=True)


def back_up(store: Store, places: Places, at: datetime, progress: Progress = quiet, to: Path | None = None) -> Outcome:
    """Back a box's books up and return what came of it; `to` names another folder for this time, without rotation.

    Raises BackupRunning, and BackupError where the state folder cannot be written; every other failure is in the outcome,
    which is noted there unless another folder was named.
    """
    with written_to(places.state):
        make_folder(places.state)
    with only_one(places.state / _LOCK):
        if to is not None:  # says nothing of the backups the shop counts on
            return _tried(lambda: Outcome(at, str(backup.take(store, to, at, progress).file)), at)
        with suppress(BackupError):  # what a power cut would leave to be told; a full disk has its say below
            note_outcome(places, Outcome(at, failure=BackupDied(CUT_OFF)))
        outcome = _tried(lambda: _both(store, places, at, progress), at)
        note_outcome(places, outcome)
    return outcome


def _tried(taking: Callable[[], Outcome], at: datetime) -> Outcome:
    try:
        return taking()
    except ModelError as failed:
        return Outcome(at, failure=failed)


def _both(store: Store, places: Places, at: datetime, progress: Progress) -> Outcome:
    with written_to(places.folder):
        make_folder(places.folder)
    box = store.identity.box
    early = backup.rotate(places.folder, box, places.keep, places.zone)  # makes room; what is kept is not touched
    taken = backup.take(store, places.folder, at, progress)
    with written_to(places.state):
        write_mark(places.marker, mark_in(taken.manifest))
    deleted = backup.rotate(places.folder, box, places.keep, places.zone)
    names = tuple(path.name for path in (*early, *deleted))
    if places.second is None:
        return Outcome(at, str(taken.file), deleted=names)
    try:
        copied = _on_second(store, places, places.second, taken)
    except BackupError as failed:
        return Outcome(at, str(taken.file), second_failure=failed, deleted=names)
    return Outcome(at, str(taken.file), second_file=str(copied.file), deleted=names)


def _on_second(store: Store, places: Places, second: Path, taken: Backup) -> Backup:
    """Copy a backup and the marker to the second medium and rotate there; raises BackupError."""
    require_other_medium(store.path, places)
    backup.rotate(second, taken.manifest.box, places.keep, places.zone)
    copied = backup.copy_to(taken, second)
    marker = places.second_marker(taken.manifest.box)
    assert marker is not None, "there is a second medium"
    with written_to(second):
        write_mark(marker, mark_in(taken.manifest))
    backup.rotate(second, taken.manifest.box, places.keep, places.zone)
    return copied


def require_other_medium(database: Path, places: Places) -> None:
    """See that the second folder is there and on another file system; raises BackupFolderMissing, BackupSameMedium."""
    second = places.second
    if second is None or not second.is_dir():
        raise BackupFolderMissing(str(second))
    for other in (database.parent, places.folder):
        if other.is_dir() and other.stat().st_dev == second.stat().st_dev:
            raise BackupSameMedium(str(second), str(other))


def backup_at(file: Path) -> Backup:
    """Return the backup a person named; raises BackupUnknown, BackupDamaged."""
    return read_backup(file)


def check_backup(file: Path, places: Places, progress: Progress = quiet) -> tuple[Manifest, Verified]:
    """Prove a backup on a copy in the state folder and return what it says and what was proved.

    Raises BackupUnknown, BackupDamaged, BackupFolderFull, BackupFolderUnwritable, VerifyFailed and what the store raises.
    """
    found = read_backup(file)
    with written_to(places.state, found.manifest.size_bytes):
        make_folder(places.state)
        draft = places.state / f".check-{os.getpid()}.db"
        try:
            return found.manifest, backup.check(found, draft, progress)
        finally:
            backup.forget(draft)


def last_outcome(places: Places) -> Outcome | None:
    """Return what came of the last backup, None where none was tried yet or its note cannot be read."""
    try:
        return read_outcome((places.state / _OUTCOME).read_bytes())
    except OSError:
        return None


def read_outcome(content: bytes) -> Outcome | None:
    """Return the outcome in bytes that `told_outcome` made, None for anything else."""
    try:
        kept: dict[str, Any] = json.loads(content)
        return Outcome(
            from_wire_time(kept["at"]),
            kept["file"],
            _failure(kept["failure"]),
            kept["second_file"],
            _failure(kept["second_failure"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def overdue(places: Places, box: str, at: datetime) -> BackupTooOld | None:
    """Return what to say where the last good backup is older than the shop wants, None where it is not."""
    newest = backups_in(places.folder, box).newest
    if newest is None:
        return BackupTooOld(0, "")
    age = at - newest.manifest.taken
    if age < timedelta(days=places.warn_days):
        return None
    return BackupTooOld(age.days, newest.manifest.taken.astimezone(places.zone).date().isoformat())


def note_outcome(places: Places, outcome: Outcome) -> None:
    """Note what came of a backup in the state folder; raises BackupError."""
    with written_to(places.state):
        write_whole(places.state / _OUTCOME, told_outcome(outcome))


def told_outcome(outcome: Outcome) -> bytes:
    """Return an outcome as it is noted, and as one process tells another."""
    told = {
        "at": to_wire_time(outcome.at),
        "file": outcome.file,
        "failure": _told(outcome.failure),
        "second_file": outcome.second_file,
        "second_failure": _told(outcome.second_failure),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _told(failure: Exception | None) -> dict[str, object] | None:
    return None if failure is None else {"error": type(failure).__name__, **vars(failure)}


def _failure(told: dict[str, Any] | None) -> Exception | None:
    if told is None:
        return None
    fields = dict(told)
    kind = _KINDS.get(fields.pop("error"))
    return StoreBroken(str(told["error"])) if kind is None else kind(**fields)
