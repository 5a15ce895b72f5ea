"""Keys while devices misbehave, on a real pseudo-terminal: from a key typed to the frame that shows it.

Each trouble is measured in turns with the calm counter in the same process, and against the limit of 50 ms at p95.
Run: `python -m bench.devices`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.figures import Figure, of_peer, show, within
from bench.measure import Samples
from bench.terminal import Terminal
from kiosk.services.printing import drop_waiting
from tests.builders import CASHIER, PIN, Shop, open_shop
from tests.end_to_end.terminal import PtyScanner
from tests.kiosk.devices.hostile_peer import HostileTcp

CONFIG = (
    '[kiosk]\ndatabase = "shop.db"\n[scanner]\naddress = "serial:{scanner}"\nwedge = false\n[printer]\naddress = "{printer}"\n'
    "columns = 32\n"
)
MOST_MS = 50
_TURN_SECONDS = 0.02
_KEYS = 12
_LETTERS = "qxzvywQXZVYW"
"""No escape sequence has them, so that one on the screen is the one that was typed."""

Trouble = Callable[[PtyScanner, HostileTcp], AbstractContextManager[None]]
"""Makes devices misbehave for as long as the context stands."""


def main(rounds: int = 10) -> list[Figure]:
    """Measure each trouble, calm before it each time."""
    figures = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name, HostileTcp() as printer:
        folder = Path(name)
        _found(folder)
        scanner = PtyScanner(folder / "scanner")
        config = folder / "kiosk.toml"
        config.write_text(CONFIG.format(scanner=scanner.place, printer=printer.address), encoding="utf-8")
        for what, trouble in _troubles().items():
            with Terminal([sys.executable, "-m", "kiosk", "run"], {"GUITAI_CONFIG": str(config)}) as terminal:
                _sign_in(terminal)
                calm, troubled = _in_turns(terminal, partial(trouble, scanner, printer), rounds)
            ours, peer = Samples(what, tuple(sorted(troubled))), Samples("calm", tuple(sorted(calm)))
            figures.append(within(f"key to frame, {what}, p95", ours.percentile(95), MOST_MS))
            figures.append(of_peer(f"key to frame, {what}", ours, peer, 95))
    return figures


def _found(folder: Path) -> None:
    shop: Shop = open_shop(folder)
    shop.clock.moment = datetime.now(UTC)
    shop.open_shift()
    member = shop.enrol()
    shop.top_up(member)
    drop_waiting(shop.counter)
    shop.counter.store.close()


def _troubles() -> dict[str, Trouble]:
    scans = b"12345\r\n" * 20  # a piece of a code opens nothing, so that the same screen stands all the time
    return {
        "scanner reads 1,000 codes a second": lambda scanner, _: _again(lambda: scanner.send(scans)),
        "scanner sends noise without end": lambda scanner, _: _again(lambda: scanner.send(os.urandom(2_000))),
        "printer silent": lambda _, printer: _knob(printer, "is_silent"),
        "printer without paper": lambda _, printer: _knob(printer, "paper_out"),
        "printer sends noise without end": lambda _, printer: _babble(printer, b"Password: \x91\xfe" * 100),
        "scanner floods, printer sends noise": lambda scanner, printer: _both(scanner, printer, scans),
    }


def _sign_in(terminal: Terminal) -> None:
    terminal.painted(CASHIER)
    terminal.settle()
    for keys in ("1", PIN, "\r"):
        terminal.type(keys)
        terminal.settle(0.5)


def _in_turns(
    terminal: Terminal, trouble: Callable[[], AbstractContextManager[None]], rounds: int
) -> tuple[list[int], list[int]]:
    """Return the times of keys when all is calm and in trouble, round by round; the first round warms up."""
    calm: list[int] = []
    troubled: list[int] = []
    for number in range(rounds + 1):
        taken = _keys(terminal)
        with trouble():
            time.sleep(0.5)  # the flood has begun, and been seen
            terminal.type("\x1b")
            terminal.settle(0.4)
            suffered = _keys(terminal)
        time.sleep(2.5)  # the scanner is calm again, the printer was looked at
        terminal.settle(0.3)
        if number:
            calm += taken
            troubled += suffered
    return calm, troubled


def _keys(terminal: Terminal) -> list[int]:
    """Type letters into the search and return how long each took to be painted; the field is emptied afterwards."""
    times = []
    for number in range(_KEYS):
        letter = _LETTERS[number % len(_LETTERS)]
        before = time.perf_counter_ns()
        terminal.type(letter)
        times.append(terminal.painted(letter) - before)
        time.sleep(0.05)
    terminal.type("\x1b")
    terminal.settle(0.3)
    return times


@contextmanager
def _again(nuisance: Callable[[], object]) -> Iterator[None]:
    """Do something fifty times a second."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(_TURN_SECONDS):
            nuisance()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _knob(printer: HostileTcp, name: str) -> Iterator[None]:
    setattr(printer.mechanism, name, True)
    try:
        yield
    finally:
        setattr(printer.mechanism, name, False)


@contextmanager
def _babble(printer: HostileTcp, said: bytes) -> Iterator[None]:
    printer.babble = said
    try:
        yield
    finally:
        printer.babble = b""


@contextmanager
def _both(scanner: PtyScanner, printer: HostileTcp, scans: bytes) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(_again(lambda: scanner.send(scans)))
        stack.enter_context(_babble(printer, b"Password: \x91\xfe" * 100))
        yield


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
