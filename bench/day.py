"""Eight hours at the counter: 240 customers by scan, a top-up for every eighth, on a pseudo-terminal; memory at every hour.

The hours are pressed together, the acts are not: every customer is scanned, painted, charged and printed. Aim: no growth
after the second hour (within 3 %). Run: `python -m bench.day [hours] [customers an hour]`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from bench.counter import CONFIG, KIB_A_MB
from bench.figures import Figure, show
from bench.terminal import Terminal
from kiosk.model.store import Store
from kiosk.model.verify import verify
from kiosk.wiring import scan_into
from ledger.codes import read_code
from tests.builders import CASHIER, PIN, Shop, open_shop

HOURS: Final = 8
AN_HOUR: Final = 30
MEMBERS: Final = 40
TOP_UP_EVERY: Final = 8
WARM_HOURS: Final = 2
MOST: Final = 1.03
PAUSE_SECONDS: Final = 0.3
"""Nobody at a counter is faster; the quiet moment in which garbage is collected is as long."""


def main(hours: int = HOURS, an_hour: int = AN_HOUR) -> list[Figure]:
    """Work the day, and see at its end that the books hold every act of it."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        shop = open_shop(folder)
        shop.open_shift()
        codes = _members(shop)
        before = verify(shop.counter.store).rows
        shop.counter.store.close()
        config = folder / "kiosk.toml"
        config.write_text(CONFIG.format(place=folder / "scanner"), encoding="utf-8")
        memory = _work({"GUITAI_CONFIG": str(config)}, folder / "scanner", codes, hours, an_hour)
        store = Store.open(folder / "shop.db")
        acts = verify(store).rows - before
        store.close()
    assert acts == hours * an_hour, f"{acts} entries for {hours * an_hour} customers"
    return [_figure(hour, mb, memory[min(WARM_HOURS, hours) - 1]) for hour, mb in enumerate(memory, start=1)]


def _figure(hour: int, mb: float, warm_mb: float) -> Figure:
    what, ratio = f"memory of the counter after hour {hour}", mb / warm_mb
    if hour <= WARM_HOURS:
        return Figure(what, f"{mb:.1f} MB")
    against = f"after hour {WARM_HOURS} {warm_mb:.1f} MB"
    return Figure(what, f"{mb:.1f} MB", against, f"{ratio:.3f}×", f"≤ {MOST:g}×", ratio <= MOST)


def _members(shop: Shop) -> list[str]:
    codes = []
    for number in range(MEMBERS):
        member = shop.enrol(name=f"李{number}", phone=f"1380000{number:04d}")
        shop.top_up(member, 100_000)
        codes.append(member.code)
    return codes


def _work(environment: dict[str, str], scanner: Path, codes: list[str], hours: int, an_hour: int) -> list[float]:
    """Return the resident memory in MB at the end of each hour."""
    memory = []
    with Terminal([sys.executable, "-m", "kiosk", "run"], environment) as terminal:
        terminal.painted(CASHIER)
        terminal.settle()
        for keys in ("1", PIN, "\r"):
            terminal.type(keys)
            terminal.settle(0.5)
        for _ in range(hours):
            for number in range(an_hour):
                code = codes[number % len(codes)]
                scan_into(scanner, code)
                terminal.painted(read_code(code).shown)
                terminal.settle(0.05)
                _serve(terminal, tops_up=number % TOP_UP_EVERY == 0)
            memory.append(terminal.resident_kib() / KIB_A_MB)
    return memory


_TOP_UP: Final = (("\x1bOR", "其他金额"), ("\r", "客付"), ("\r", "已入账"))
_PAYMENT: Final = (("5", "5.00"), ("\r", "从储值扣"), ("\r", "已入账"))
"""What is typed, and what is painted when it was taken."""


def _serve(terminal: Terminal, *, tops_up: bool) -> None:
    """Top a member up by the first rung in cash, or take five yuan from the balance; wait until it is in the books."""
    for keys, painted in _TOP_UP if tops_up else _PAYMENT:
        terminal.type(keys)
        terminal.painted(painted)
        terminal.settle(PAUSE_SECONDS)


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
