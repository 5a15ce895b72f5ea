"""Turns: who came first writes first, whichever till it is.

SQLite lets a writer that finds the lock taken sleep longer each time, up to 100 ms, and who comes new tries at once: under
load the one that waits longest has the least chance. Here a writer holds a ticket in a file beside the database while it waits
and writes, and lets every older ticket go first. Nothing hangs on it but fairness: the lock that counts is SQLite's, and a
ticket dies with its process. Source: fcntl(2), open file description locks.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.model.disk import disk_error

_FLOCK: Final = struct.Struct("hhqqi4x")
"""`struct flock` of a 64-bit Linux: type, whence, start, length, pid."""
_LOOK_S: Final = 0.001
"""How often a waiting writer looks whether it is its turn: short beside the disk write it waits for."""


@contextmanager
def turn(database: Path, longest_ms: int) -> Iterator[int]:
    """Wait for this thread's turn to write to a database and hold it; yields how many milliseconds of the wait are left.

    A ticket is the moment it was taken. Tickets older than the longest wait are passed over: who held one has given up, or
    stands still, or holds SQLite's own lock, which then says that it is busy. So the wait ends by itself, with nothing left.
    Raises StoreFull, StoreReadOnly, StoreBroken.
    """
    try:
        queue = _open_queue(database)
    except OSError as failed:
        raise disk_error(failed, database) from failed
    try:
        yield _wait(queue, database, longest_ms)
    finally:
        os.close(queue)


def _open_queue(database: Path) -> int:
    """Open the queue, readable by its owner alone; one that the superuser makes belongs to whom the folder belongs."""
    queue, how = f"{database}-turns", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(queue, how)
    except FileNotFoundError:
        made = os.open(queue, how | os.O_CREAT, 0o600)
        if os.geteuid() == 0:
            owner = database.parent.stat()
            os.fchown(made, owner.st_uid, owner.st_gid)
        return made


def _wait(queue: int, database: Path, longest_ms: int) -> int:
    longest = longest_ms * 1_000_000
    try:
        ticket = _take(queue)
        while _is_taken(queue, max(0, time.monotonic_ns() - longest), ticket):
            select.select([], [], [], _LOOK_S)  # time.sleep waits for a moment, which a clock that is set breaks
    except OSError as failed:
        raise disk_error(failed, database) from failed
    return max(1, longest_ms - (time.monotonic_ns() - ticket) // 1_000_000)


def _take(queue: int) -> int:
    """Lock the byte of this moment; whoever reads the same nanosecond takes the next one."""
    while True:
        ticket = time.monotonic_ns()
        try:
            fcntl.fcntl(queue, fcntl.F_OFD_SETLK, _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, ticket, 1, 0))
        except BlockingIOError:
            continue
        return ticket


def _is_taken(queue: int, first: int, ticket: int) -> bool:
    """Tell whether anybody else holds a ticket from `first` up to one's own."""
    if first >= ticket:
        return False
    asked = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, first, ticket - first, 0)
    kind: int = _FLOCK.unpack(fcntl.fcntl(queue, fcntl.F_OFD_GETLK, asked))[0]
    return kind != fcntl.F_UNLCK
