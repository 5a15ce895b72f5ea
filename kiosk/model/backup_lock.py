"""The lock on a box's books while something takes their place: no till and no daemon may have them open, idle or not.

SQLite itself has no question for this: in WAL mode even `BEGIN EXCLUSIVE` passes beside a till that only stands there.
But every open WAL connection holds a shared lock on the file, and that can be asked of the operating system.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

import apsw

from kiosk.model.backup_errors import RestoreInUse

_LOCK_BYTES: Final = (0x40000000, 512)
"""Where SQLite locks a database file: pending, reserved, and the 510 shared bytes that every open WAL connection holds."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a box's books so that nobody can open them, also books that are damaged; raises RestoreInUse, OSError.

    What the books' own log holds is folded into them before. While they are held, this process opens them by no other
    way: closing another descriptor of the file would give the lock back.
    """
    if not path.exists():
        yield
        return
    _fold_log(path)
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        _lock(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    start, length = _LOCK_BYTES
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
    except OSError as refused:
        raise RestoreInUse(str(path)) from refused


def _fold_log(path: Path) -> None:
    """Fold the log into the books where they can be read; damaged books keep it beside them."""
    with suppress(apsw.Error), closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as bare:
        bare.set_busy_timeout(0)
        bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
