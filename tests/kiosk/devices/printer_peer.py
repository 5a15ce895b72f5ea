"""A receipt printer on the far end of a line: takes bytes in order, answers DLE EOT at once and GS r in its turn.

It is as simple as a printer can be and still stop in the middle of a job; `emupos` is the one nobody here wrote.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import tty
from contextlib import suppress
from pathlib import Path
from typing import Self

LENGTHS = {b"\x10\x04": 3, b"\x1dr": 3, b"\x1d(": 11, b"\x1bp": 5}


class Mechanism:
    """What a printer does with bytes; knobs are set by the test while it runs."""

    def __init__(self) -> None:
        self.printed = b""
        self.kicks = 0
        self.inquiries = 0
        self.paper_out = False
        self.near_end = False
        self.cover_open = False
        self.offline = False
        self.error = 0
        self.is_silent = False
        self.answers_behind = True
        self.is_jammed = False
        self.noise = b""
        self.paper_left: int | None = None
        self.was_asked = threading.Event()
        self._arrived = b""
        self._queued: list[bytes] = []

    def take(self, arrived: bytes) -> bytes:
        """Return what the printer answers to bytes that arrive."""
        answers = b""
        self._arrived += arrived
        while command := self._next_command():
            if command.startswith(b"\x10\x04"):
                answers += self._status(command[2])
            else:
                self._queued.append(command)
        answers += self.work()
        return b"" if self.is_silent else answers

    def work(self) -> bytes:
        """Print what is queued while there is paper, and return what was answered in its turn."""
        answers = b""
        while self._queued and not self._is_stopped and not self.is_jammed:
            answers += self._do(self._queued.pop(0))
        return answers

    def waits_for(self, slips: int) -> bool:
        """Tell whether so many slips wait in the printer, each with questions behind it."""
        behind = [command[:2] == b"\x1dr" for command in self._queued]
        return sum(here and not there for here, there in zip(behind, [*behind[1:], False], strict=True)) >= slips

    def power_cycle(self) -> None:
        """Lose everything that was not printed."""
        self._arrived, self._queued = b"", []

    @property
    def _is_stopped(self) -> bool:
        return self.paper_out or self.cover_open or self.offline

    def _next_command(self) -> bytes:
        length = LENGTHS.get(self._arrived[:2], 1)
        if self._arrived[:1] in b"\x10\x1b\x1d" and len(self._arrived) < max(2, length):
            return b""
        command, self._arrived = self._arrived[:length], self._arrived[length:]
        return command

    def _do(self, command: bytes) -> bytes:
        if command.startswith(b"\x1dr"):
            self.inquiries += 1
            self.was_asked.set()
            return self.noise + (b"\x03" if self.near_end else b"\x00") if self.answers_behind else b""
        if command.startswith(b"\x1d(H"):
            self.inquiries += 1
            self.was_asked.set()
            return self.noise + b"\x37\x22" + command[7:] + b"\x00" if self.answers_behind else b""
        if command.startswith(b"\x1bp"):
            self.kicks += 1
            return b""
        self.printed += command
        if self.paper_left is not None:
            self.paper_left -= 1
            if self.paper_left == 0:
                self.paper_out, self.paper_left = True, None
        return b""

    def _status(self, subject: int) -> bytes:
        bits = {
            1: 0x08 * self._is_stopped,
            2: 0x04 * self.cover_open | 0x20 * self.paper_out | 0x40 * bool(self.error),
            3: self.error,
            4: 0x0C * (self.near_end or self.paper_out) | 0x60 * self.paper_out,
        }
        return self.noise + bytes((0x12 | bits[subject],))


class Peer:
    """Runs a mechanism on a thread; `descriptor` is the far end of the line while somebody is connected."""

    def __init__(self, mechanism: Mechanism | None = None) -> None:
        self.mechanism = mechanism or Mechanism()
        self.lock = threading.Lock()
        self.connections = 0
        self._stop, self._stopper = os.pipe()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.write(self._stopper, b"!")
        self._thread.join()
        os.close(self._stop)
        os.close(self._stopper)

    def _run(self) -> None:
        raise NotImplementedError

    def _serve(self, descriptor: int) -> bool:
        """Work until the other side hangs up; return False once the peer is stopped."""
        while True:
            readable, _, _ = select.select([self._stop, descriptor], [], [], 0.02)
            if self._stop in readable:
                return False
            with self.lock:
                arrived = b""
                if descriptor in readable:
                    arrived = os.read(descriptor, 4096)
                    if not arrived:
                        return True
                answers = self.mechanism.take(arrived)
            os.write(descriptor, answers)


class TcpPeer(Peer):
    """A network printer that serves one connection after the other."""

    def __init__(self, mechanism: Mechanism | None = None) -> None:
        super().__init__(mechanism)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp:127.0.0.1:{self._server.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._server.close()

    def _run(self) -> None:
        while self._stop not in select.select([self._stop, self._server.fileno()], [], [])[0]:
            connection, _ = self._server.accept()
            self.connections += 1
            self._connection = connection
            with connection, suppress(OSError):
                if not self._serve(connection.fileno()):
                    return

    def hang_up(self) -> None:
        """Close the connection from the printer's side, as one that saves its sockets does."""
        self._connection.shutdown(socket.SHUT_RDWR)


class SerialPeer(Peer):
    """A printer on a pty; the link is what the kiosk opens, as udev's stable name is."""

    def __init__(self, link: Path, mechanism: Mechanism | None = None) -> None:
        super().__init__(mechanism)
        self.master, self._slave = raw_pty()
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self._slave))
        self.link = link
        self.address = f"serial:{link}"

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self.unplug()

    def unplug(self) -> None:
        """Pull the cable."""
        self.link.unlink(missing_ok=True)
        for descriptor in (self._slave, self.master):
            with suppress(OSError):
                os.close(descriptor)

    def _run(self) -> None:
        with suppress(OSError):
            self._serve(self.master)


def raw_pty() -> tuple[int, int]:
    """Return master and slave of a pty that passes every byte as it is."""
    master, slave = os.openpty()
    tty.setraw(slave)
    return master, slave
