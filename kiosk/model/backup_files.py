"""Files of a backup: a durable write, a copy proved by reading it back, and one process at a time.

A file gets its name only when all of it is on the disk, so a name that is there stands for a whole file.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.model.backup_errors import (
    BackupError,
    BackupFolderFull,
    BackupFolderMissing,
    BackupFolderUnwritable,
    BackupRunning,
    BackupWrittenWrong,
)

_CHUNK: Final = 1 << 20
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
OWNER_ONLY: Final = 0o600


@contextmanager
def written_to(folder: Path, needed_bytes: int = 0) -> Iterator[None]:
    """Turn what the operating system refuses in a folder into our errors.

    Raises BackupFolderMissing, BackupFolderFull, BackupFolderUnwritable.
    """
    try:
        yield
    except OSError as refused:
        raise _refusal(folder, refused, needed_bytes) from refused


def _refusal(folder: Path, refused: OSError, needed_bytes: int) -> BackupError:
    if refused.errno in _NO_ROOM:
        return BackupFolderFull(str(folder), needed_bytes)
    if refused.errno == errno.ENOENT and not folder.is_dir():
        return BackupFolderMissing(str(folder))
    return BackupFolderUnwritable(str(folder), refused.strerror or type(refused).__name__)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends; raises BackupRunning where another holds it."""
    with in_turn(lock, fcntl.LOCK_NB):
        yield


@contextmanager
def in_turn(lock: Path, flags: int = 0) -> Iterator[None]:
    """Hold a lock as `only_one` does, and wait for it unless the flags say not to; raises OSError."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
    _hand_over(descriptor, lock.parent)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | flags)
    except BlockingIOError as held:
        os.close(descriptor)
        raise BackupRunning(str(lock.parent)) from held
    try:
        yield
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone where it is missing; raises OSError."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _hand_over_path(folder)


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone; raises OSError."""
    path.touch(mode=OWNER_ONLY)
    _hand_over_path(path)


def _hand_over_path(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _hand_over(descriptor, path.parent)
    finally:
        os.close(descriptor)


def _hand_over(descriptor: int, folder: Path) -> None:
    """Give what the superuser makes to whom the folder belongs: a till that cannot read its own marker would stop."""
    owner = folder.stat()
    if os.geteuid() == 0 and os.fstat(descriptor).st_uid != owner.st_uid:
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def sync_file(path: Path) -> None:
    """See a file's bytes onto the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """See a folder's names onto the disk: without it a power cut may take a new name away again."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Put a small file in its place, old or new but never half, readable by its owner alone; raises OSError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as written:
            _hand_over(written.fileno(), path.parent)
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def copy_onto_disk(source: Path, draft: Path) -> str:
    """Copy a file to a name nobody has yet, onto the disk, and return the SHA-256 of what was read; raises OSError."""
    seen = hashlib.sha256()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    with source.open("rb") as read, os.fdopen(os.open(draft, flags, OWNER_ONLY), "wb") as written:
        _hand_over(written.fileno(), draft.parent)
        while chunk := read.read(_CHUNK):
            seen.update(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    return seen.hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read from the medium where the system lets go of what it remembers of it."""
    seen = hashlib.sha256()
    with path.open("rb") as read:
        os.posix_fadvise(read.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while chunk := read.read(_CHUNK):
            seen.update(chunk)
    return seen.hexdigest()


def copy_proved(source: Path, target: Path, sha256: str) -> None:
    """Give a folder a copy of a file, read back before it gets its name; raises OSError, BackupWrittenWrong."""
    draft = target.with_name(f".{target.name}.part")
    try:
        copy_onto_disk(source, draft)
        _same(draft, sha256, target)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _same(draft: Path, sha256: str, target: Path) -> None:
    if sha256_of(draft) != sha256:
        raise BackupWrittenWrong(str(target))
