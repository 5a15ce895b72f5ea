"""The counter as its user meets it, on a real pseudo-terminal: start, scan to painted member, memory.

Aims: scan to painted p95 ≤ 50 ms at a million members; start ≤ 1.5× of a bare Textual hello; memory ≤ 80 MB.
The start's peer is a Textual program of one label in the same interpreter, in turns. Run: `python -m bench.counter`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from bench.crowd import add_crowd
from bench.figures import Figure, of_peer, show, shown_time, within
from bench.measure import Samples
from bench.terminal import Terminal
from kiosk.wiring import scan_into
from ledger.codes import read_code
from tests.builders import CASHIER, PIN, Shop, open_shop

HELLO = (
    "from textual.app import App\nfrom textual.widgets import Label\n"
    "class Hello(App):\n    def compose(self):\n        yield Label('hello counter')\n"
    "Hello().run(mouse=False)\n"
)
CONFIG = '[kiosk]\ndatabase = "shop.db"\n[scanner]\naddress = "virtual:{place}"\n[printer]\naddress = "virtual:"\n'
KIB_A_MB = 1024
_MOST_MB = 80


def main(members: int = 1_000_000, scans: int = 60, starts: int = 7) -> list[Figure]:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        shop = open_shop(folder)
        shop.open_shift()
        add_crowd(shop.counter.store, members)
        codes = _members(shop, 12)
        config = folder / "kiosk.toml"
        config.write_text(CONFIG.format(place=folder / "scanner"), encoding="utf-8")
        environment = {"GUITAI_CONFIG": str(config)}
        return [
            _measure_start(environment, starts),
            *_measure_scans(environment, folder / "scanner", codes, scans),
        ]


def _members(shop: Shop, count: int) -> list[str]:
    codes = []
    for number in range(count):
        member = shop.enrol(name=f"李{number}", phone=f"1380000{number:04d}")
        shop.top_up(member, 50_000)
        for _ in range(8):
            shop.pay(member, 500)
        codes.append(member.code)
    return codes


def _measure_start(environment: dict[str, str], starts: int) -> Figure:
    counter, hello = [], []
    for _ in range(starts):
        counter.append(_start([sys.executable, "-m", "kiosk", "run"], environment, CASHIER))
        hello.append(_start([sys.executable, "-c", HELLO], environment, "hello counter"))
    ours, bare = Samples("counter, start to sign-in", _sorted(counter)), Samples("bare Textual hello", _sorted(hello))
    return of_peer("start to a usable sign-in", ours, bare, 50, 1.5)


def _start(command: list[str], environment: dict[str, str], shown: str) -> int:
    with Terminal(command, environment) as terminal:
        took = terminal.painted(shown) - terminal.started_ns
        terminal.settle()
    return took


def _measure_scans(environment: dict[str, str], scanner: Path, codes: list[str], scans: int) -> list[Figure]:
    with Terminal([sys.executable, "-m", "kiosk", "run"], environment) as terminal:
        terminal.painted(CASHIER)
        terminal.settle()
        for keys in ("1", PIN, "\r"):
            terminal.type(keys)
            terminal.settle(0.5)
        times = []
        for number in range(scans + 5):
            code = codes[number % len(codes)]
            before = time.perf_counter_ns()
            scan_into(scanner, code)
            times.append(terminal.painted(read_code(code).shown) - before)
            terminal.settle()
            terminal.type("\x1b")
            terminal.settle(0.9)
        resident = terminal.resident_kib() / KIB_A_MB
    sample = Samples("scan to painted member", _sorted(times[5:]))
    middle = f"p50 {shown_time(sample.percentile(50))}"
    memory = Figure(f"memory after {len(times)} scans", f"{resident:.1f} MB", aim="≤ 80 MB", met=resident <= _MOST_MB)
    return [within("scan to painted member, p95", sample.percentile(95), 50, middle), memory]


def _sorted(times: list[int]) -> tuple[int, ...]:
    return tuple(sorted(times))


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
