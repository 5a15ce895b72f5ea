"""A printer that does everything a printer may do to a till, on a line without wires and a clock that nobody waits for.

It works in order and answers in order. What it may do besides: stop, fall silent, answer late, lose an answer or all it
holds, take half a job, vanish, and say things nobody asked. What it does not do is make up an answer: that is what
`inquiry=process_id` is for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.devices.lines import Interrupt, Line, Stalled
from tests.kiosk.devices.printer_peer import LENGTHS

FIRST, REST = 0x80, 0xC0
"""The first byte of a slip's copy, and its others; plus its tag."""

MOST_TAGS = 0x40
LENGTH = 12


@dataclass
class SimulatedClock:
    """Monotonic seconds that pass only while somebody waits."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class SimulatedPrinter:
    """The mechanism: `paper` is all that was ever printed; `answers` are on their way, each with when it arrives."""

    clock: SimulatedClock
    paper: bytearray = field(default_factory=bytearray)
    answers: deque[tuple[float, int]] = field(default_factory=deque)
    is_silent: bool = False
    is_jammed: bool = False
    cover_open: bool = False
    paper_out: bool = False
    is_away: bool = False
    was_away: bool = False
    paper_left: int | None = None
    takes_only: int | None = None
    lag: float = 0.001
    loses_answers: int = 0
    queued: deque[bytes] = field(default_factory=deque)
    _arrived: bytes = b""

    def take(self, arrived: bytes) -> None:
        """Take bytes off the line."""
        self._arrived += arrived
        while command := self._next_command():
            if command.startswith(b"\x10\x04"):
                if 1 <= command[2] <= 4:  # a question cut in two is none
                    self._say_at_once(self._status(command[2]))
            else:
                self.queued.append(command)
        self.work()

    def work(self) -> None:
        """Print what is queued as far as it goes."""
        while self.queued and not (self.is_jammed or self.cover_open or self.paper_out):
            command = self.queued.popleft()
            if command.startswith(b"\x1dr"):
                self._say_in_turn(b"\x00")
            elif command.startswith(b"\x1d(H"):
                self._say_in_turn(b"\x37\x22" + command[7:] + b"\x00")
            else:
                self.paper += command
                self._use_paper()

    def lose_all(self) -> None:
        """Forget everything that is not on paper, as after a moment without power."""
        self._arrived = b""
        self.queued.clear()

    def babble(self, said: bytes, gap: float) -> None:
        """Say something nobody asked, with so many seconds between its bytes."""
        at = self.clock() + self.lag
        for byte in said:
            self.answers.append((at, byte))
            at += gap
        self._in_order()

    def _use_paper(self) -> None:
        if self.paper_left is not None:
            self.paper_left -= 1
            if self.paper_left <= 0:
                self.paper_out, self.paper_left = True, None

    def _say_in_turn(self, said: bytes) -> None:
        if self.loses_answers:
            self.loses_answers -= 1
        elif not self.is_silent:
            at = max([self.clock() + self.lag, *(when for when, byte in self.answers if byte not in range(0x10, 0x20))])
            self.answers.extend((at, byte) for byte in said)
            self._in_order()

    def _say_at_once(self, byte: int) -> None:
        if not self.is_silent:
            self.answers.append((self.clock() + min(self.lag, 0.4), byte))
            self._in_order()

    def _in_order(self) -> None:
        self.answers = deque(sorted(self.answers, key=lambda each: each[0]))

    def _next_command(self) -> bytes:
        length = LENGTHS.get(self._arrived[:2], 1)
        if self._arrived[:1] in b"\x10\x1b\x1d" and len(self._arrived) < max(2, length):
            return b""
        command, self._arrived = self._arrived[:length], self._arrived[length:]
        return command

    def _status(self, subject: int) -> int:
        is_stopped = self.cover_open or self.paper_out
        bits = {
            1: 0x08 * is_stopped,
            2: 0x04 * self.cover_open | 0x20 * self.paper_out,
            3: 0,
            4: 0x6C * self.paper_out,
        }
        return 0x12 | bits[subject]


class SimulatedLine(Line):
    """A line to it: waiting moves the clock."""

    def __init__(self, printer: SimulatedPrinter, on_byte: Callable[[bytes], None]) -> None:
        self.taken = 0
        self._printer = printer
        self._on_bytes = on_byte
        self._is_open = True

    def read(self, seconds: float) -> bytes:
        """Return what has arrived, or arrives within so many seconds."""
        self._check()
        printer, until = self._printer, self._printer.clock() + seconds
        if not printer.answers or printer.answers[0][0] > until:
            printer.clock.seconds = until
            return b""
        printer.clock.seconds = max(printer.clock(), printer.answers[0][0])
        arrived = bytearray()
        while printer.answers and printer.answers[0][0] <= printer.clock():
            arrived.append(printer.answers.popleft()[1])
        return bytes(arrived)

    def write(self, outgoing: bytes, stall_seconds: float) -> None:
        """Hand bytes over, as far as they are taken."""
        self.taken = 0
        self._check()
        room = self._printer.takes_only
        handed = outgoing if room is None else outgoing[:room]
        self.taken = len(handed)
        self._on_bytes(handed)
        self._printer.take(handed)
        if len(handed) < len(outgoing):
            self._printer.clock.seconds += stall_seconds
            raise Stalled(self.taken)
        self._check()

    def drain(self, stall_seconds: float) -> None:
        """Keep nothing."""

    def close(self, *, gently: bool = False) -> None:
        """Let go."""
        self._is_open = False

    def finish(self) -> None:
        """Let go."""
        self._is_open = False

    def _check(self) -> None:
        assert self._is_open, "a line that was let go of is not used again"
        if self._printer.is_away:
            raise OSError(5, "the line is gone")


@dataclass
class SimulatedTransport:
    """Opens lines to it; on a network no answer outlives its connection."""

    printer: SimulatedPrinter
    on_bytes: Callable[[bytes], None]
    is_network: bool
    address: str = "tcp:simulated"
    answers: bool = True
    is_kept: bool = True

    def open(self, interrupt: Interrupt) -> Line:
        """Return a fresh line."""
        del interrupt
        if self.printer.is_away:
            self.printer.was_away = True
            raise OSError(2, "nobody there")
        if self.is_network or self.printer.was_away:
            self.printer.answers.clear()
            self.printer.was_away = False
        return SimulatedLine(self.printer, self.on_bytes)
