"""Lines: an open device as a file descriptor that is never waited on for longer than asked, and always wakeable.

Everything a till talks to is a descriptor (tty, socket, usblp, FIFO), so one class does all waiting. It raises OSError
and TimeoutError; the devices turn those into their own errors.
"""

from __future__ import annotations

import os
import select
import termios
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final

LINE_ERRORS: Final = (OSError, termios.error)
"""What a device that goes away can raise; `termios.error` is no OSError."""

_CHUNK: Final = 4096


class Interrupted(Exception):
    """Another thread ended the waiting."""


class LineClosed(OSError):
    """The other side hung up."""


class Stalled(Exception):
    """The other side took no more bytes; `written` had gone out."""

    def __init__(self, written: int) -> None:
        super().__init__(written)
        self.written = written


class Interrupt:
    """Ends every wait on the lines it was given to, once and for good."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def fileno(self) -> int:
        """Return the descriptor that is readable once the waiting shall end."""
        return self._reader

    def set(self) -> None:
        """End the waiting, from any thread."""
        with suppress(BlockingIOError):
            os.write(self._writer, b"!")

    def wait(self, seconds: float) -> bool:
        """Sleep for at most so long and return whether the waiting shall end."""
        return bool(select.select([self._reader], [], [], seconds)[0])

    def __del__(self) -> None:
        for descriptor in (self._reader, self._writer):
            with suppress(OSError):
                os.close(descriptor)


class Alarm:
    """Wakes one thread again and again; however often it rang, one `hush` answers all of it."""

    def __init__(self) -> None:
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def fileno(self) -> int:
        """Return the descriptor that is readable once it rang."""
        return self._descriptor

    def ring(self) -> None:
        """Wake the thread, from any thread."""
        os.eventfd_write(self._descriptor, 1)

    def hush(self) -> None:
        """Take every ring until now as heard."""
        with suppress(BlockingIOError):
            os.eventfd_read(self._descriptor)

    def __del__(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)


class Line:
    """An open device; `close_device` lets go of it, `hangs_up` says that an empty read means a hang-up."""

    def __init__(
        self, descriptor: int, interrupt: Interrupt, close_device: Callable[[], object], *, hangs_up: bool = True
    ) -> None:
        self._descriptor = descriptor
        self._interrupt = interrupt
        self._close_device = close_device
        self._hangs_up = hangs_up
        os.set_blocking(descriptor, False)

    def read(self, seconds: float) -> bytes:
        """Return what arrives first within so many seconds, empty if nothing does; raises OSError, Interrupted."""
        deadline = monotonic() + seconds
        while self._wait(max(0.0, deadline - monotonic()), reading=True):
            with suppress(BlockingIOError):
                arrived = os.read(self._descriptor, _CHUNK)
                if arrived:
                    return arrived
                if self._hangs_up:
                    raise LineClosed(self._descriptor)
                return b""
        return b""

    def write(self, outgoing: bytes, stall_seconds: float) -> None:
        """Write everything; raises Stalled when no byte is taken for so long, OSError, Interrupted."""
        written = 0
        while written < len(outgoing):
            if not self._wait(stall_seconds, reading=False):
                raise Stalled(written)
            with suppress(BlockingIOError):
                written += os.write(self._descriptor, outgoing[written : written + _CHUNK])

    def close(self) -> None:
        """Let go of the device without waiting for what it has not taken yet; never raises."""
        with suppress(*LINE_ERRORS):
            termios.tcflush(self._descriptor, termios.TCIOFLUSH)
        with suppress(*LINE_ERRORS):
            self._close_device()

    def finish(self) -> None:
        """Let go of the device once it has everything; raises OSError if it has not."""
        self._close_device()

    def _wait(self, seconds: float, *, reading: bool) -> bool:
        waiting = [self._descriptor]
        readable, writable, _ = select.select(
            [self._interrupt, *(waiting if reading else ())], () if reading else waiting, (), seconds
        )
        if self._interrupt in readable:
            raise Interrupted
        return self._descriptor in (readable if reading else writable)
