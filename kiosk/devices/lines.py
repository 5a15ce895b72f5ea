"""Lines: an open device as a file descriptor that is never waited on for longer than asked, and always wakeable.

Everything a till talks to is a descriptor (tty, socket, usblp, FIFO), so one class does all waiting. It raises OSError
and TimeoutError; the devices turn those into their own errors.
"""

from __future__ import annotations

import os
import select
import struct
import termios
from collections.abc import Callable
from contextlib import suppress
from fcntl import ioctl
from time import monotonic
from typing import Final

LINE_ERRORS: Final = (OSError, termios.error)
"""What a device that goes away can raise; `termios.error` is no OSError."""

_CHUNK: Final = 4096
_LOOK_SECONDS: Final = 0.02
"""Between two looks at what no descriptor tells of."""


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
    """An open device; `close_device` lets go of it, `hangs_up` says that an empty read means a hang-up.

    `discard` makes the kernel of a network line forget what the peer has not taken yet. `taken` counts the bytes that
    the last write handed over, also of one that failed.
    """

    def __init__(
        self,
        descriptor: int,
        interrupt: Interrupt,
        close_device: Callable[[], object],
        *,
        hangs_up: bool = True,
        discard: Callable[[], object] | None = None,
    ) -> None:
        self.taken = 0
        self._descriptor = descriptor
        self._interrupt = interrupt
        self._close_device = close_device
        self._hangs_up = hangs_up
        self._discard = discard
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
                self._breathe()  # a device that offers nothing again and again must not keep a processor busy
            if monotonic() >= deadline:
                break
        return b""

    def write(self, outgoing: bytes, stall_seconds: float) -> None:
        """Write everything; raises Stalled when no byte is taken for so long, OSError, Interrupted."""
        self.taken = 0
        while self.taken < len(outgoing):
            if not self._wait(stall_seconds, reading=False):
                raise Stalled(self.taken)
            with suppress(BlockingIOError):
                self.taken += os.write(self._descriptor, outgoing[self.taken : self.taken + _CHUNK])

    def drain(self, stall_seconds: float) -> None:
        """Wait until the device has taken what the kernel keeps for it; raises Stalled, Interrupted.

        A network peer has taken what it acknowledged. What cannot tell (a file, usblp, a pty) keeps nothing.
        """
        kept = self._kept()
        deadline = monotonic() + stall_seconds
        while kept:
            self._breathe()
            still_kept = self._kept()
            if still_kept < kept:
                deadline = monotonic() + stall_seconds
            elif monotonic() >= deadline:
                raise Stalled(max(0, self.taken - still_kept))
            kept = still_kept

    def close(self, *, gently: bool = False) -> None:
        """Let go of the device without waiting for what it has not taken yet; never raises.

        That is forgotten; but a network peer still gets it where the line is closed `gently`.
        """
        with suppress(*LINE_ERRORS):
            termios.tcflush(self._descriptor, termios.TCIOFLUSH)
        with suppress(*LINE_ERRORS):
            if self._discard is not None and not gently:
                self._discard()
        with suppress(*LINE_ERRORS):
            self._close_device()

    def finish(self) -> None:
        """Let go of the device once it has everything; raises OSError if it has not."""
        self._close_device()

    def _kept(self) -> int:
        """Return the bytes that the kernel keeps for the device."""
        try:
            return int(struct.unpack("i", ioctl(self._descriptor, termios.TIOCOUTQ, bytes(4)))[0])
        except OSError:
            return 0

    def _breathe(self) -> None:
        if self._interrupt.wait(_LOOK_SECONDS):
            raise Interrupted

    def _wait(self, seconds: float, *, reading: bool) -> bool:
        waiting = [self._descriptor]
        readable, writable, _ = select.select(
            [self._interrupt, *(waiting if reading else ())], () if reading else waiting, (), seconds
        )
        if self._interrupt in readable:
            raise Interrupted
        return self._descriptor in (readable if reading else writable)
