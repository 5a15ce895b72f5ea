"""Printers on real sockets and ptys that misbehave on the wire: slow, stalled, babbling, cutting the line in mid-job."""

from __future__ import annotations

import os
import select
import socket
import struct
from contextlib import suppress
from time import monotonic

from tests.kiosk.devices.printer_peer import Mechanism, Peer, SerialPeer, TcpPeer

_TURN_SECONDS = 0.02
_RESET = struct.pack("ii", 1, 0)


class Wire(Peer):
    """What may go wrong between the mechanism and the till; knobs are set by the test while it runs."""

    reads_a_turn = 4096
    """Bytes taken off the line fifty times a second; 0 for a printer that stopped reading."""

    babble = b""
    """Said fifty times a second, asked or not."""

    splits_answers = False
    resets_after: int | None = None
    """Cut the line, rudely, once so many bytes are on paper."""

    heard = 0

    def _serve(self, descriptor: int) -> bool:
        os.set_blocking(descriptor, False)
        next_turn = monotonic()
        while True:
            ready = [descriptor] if self.reads_a_turn else []
            readable, _, _ = select.select([self._stop, *ready], [], [], _TURN_SECONDS)
            if self._stop in readable:
                return False
            with self.lock:
                if not self._take_turn(descriptor, descriptor in readable):
                    return True
            next_turn += _TURN_SECONDS
            if self.babble or self.reads_a_turn < 4096:  # a slow one keeps its own time, whatever arrives
                select.select([self._stop], [], [], max(0.0, next_turn - monotonic()))

    def _take_turn(self, descriptor: int, is_readable: bool) -> bool:
        """Read, print and answer a little; return False once the line is cut."""
        arrived = b""
        if is_readable:
            with suppress(BlockingIOError):
                arrived = os.read(descriptor, self.reads_a_turn)
                if not arrived:
                    return False
        self.heard += len(arrived)
        answers = self.mechanism.take(arrived)
        if self.resets_after is not None and len(self.mechanism.printed) >= self.resets_after:
            self.resets_after = None
            self.cut()
            return False
        self._say(descriptor, answers)
        with suppress(BlockingIOError):
            os.write(descriptor, self.babble)
        return True

    def _say(self, descriptor: int, answers: bytes) -> None:
        for byte in answers if self.splits_answers else ():
            os.write(descriptor, bytes((byte,)))
            select.select([self._stop], [], [], _TURN_SECONDS)
        if not self.splits_answers:
            os.write(descriptor, answers)

    def cut(self) -> None:
        """Break the line."""
        raise NotImplementedError


class HostileTcp(Wire, TcpPeer):
    """A network printer that misbehaves; its own buffer is as small as a printer's."""

    def __init__(self, mechanism: Mechanism | None = None) -> None:
        super().__init__(mechanism)
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    def cut(self) -> None:
        """Reset the connection."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


class HostileSerial(Wire, SerialPeer):
    """A printer on a pty that misbehaves."""

    def cut(self) -> None:
        """Pull the cable."""
        self.unplug()


class Blackhole:
    """A place on the network where nobody says a word: connections are neither taken nor refused."""

    def __init__(self) -> None:
        self._server = socket.socket()
        self._server.bind(("127.0.0.1", 0))
        self._server.listen(0)
        self.address = f"tcp:127.0.0.1:{self._server.getsockname()[1]}"
        self._first = [socket.socket() for _ in range(4)]
        for each in self._first:
            each.setblocking(False)
            with suppress(BlockingIOError):
                each.connect(self._server.getsockname())

    def close(self) -> None:
        """Take it away."""
        for each in (*self._first, self._server):
            each.close()
