"""The demo shop's folder: made once, with weeks of history that end yesterday, and kept until it is deleted."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.clock import SystemClock
from kiosk.demo.history import live_through
from kiosk.demo.people import STAFF
from kiosk.services.counter import Counter
from kiosk.services.set_up import create_box
from ledger.ids import IdMint

DAYS: Final = 28
VISITORS: Final = 320
SEED: Final = 20261123
BOX: Final = "demo-1"
PROGRAMMES: Final = Path(__file__).parent / "programmes"
TRADE: Final = "bakery"
_CONFIG: Final = """\
# The demo shop. Delete this folder to begin afresh.
[kiosk]
database = "shop.db"
state = "state"
till = "1"
language = "{language}"
daemon = "state/syncd.sock"

[scanner]
address = "virtual:{scanner}"

[printer]
address = "virtual:"
columns = 32
"""


def demo_folder(home: Path, trade: str = TRADE) -> Path:
    """Return where the demo shop of a trade lives."""
    return home / ("demo-shop" if trade == TRADE else f"demo-shop-{trade}")


def programme_of(folder: Path) -> Path:
    """Return the programme a demo shop's folder was made with."""
    trade = folder.name.removeprefix("demo-shop").removeprefix("-") or TRADE
    return PROGRAMMES / f"{trade}.toml"


def make_demo_shop(folder: Path, language: str, progress: Callable[[int, int], None], trade: str = TRADE) -> Path:
    """Return the demo shop's config file; a shop that is there is opened, a half-made one is made anew.

    A shop that was last used more than a day ago gets no new history: it simply has been closed since.
    """
    config = folder / "kiosk.toml"
    if not config.is_file():
        if folder.exists():
            shutil.rmtree(folder)
        _make(folder, language, progress, PROGRAMMES / f"{trade}.toml")
        config.write_text(_CONFIG.format(language=language, scanner=folder / "scanner"), encoding="utf-8")
    return config


def _make(folder: Path, language: str, progress: Callable[[int, int], None], programme: Path) -> None:
    clock = SystemClock()
    born = datetime.now(UTC) - timedelta(days=DAYS + 1)
    store = create_box(folder / "shop.db", BOX, programme.read_bytes(), STAFF, born)
    counter = Counter(
        store=store,
        clock=clock,
        ids=IdMint(clock, secrets.token_bytes),
        entropy=secrets.token_bytes,
        till="1",
        zone=ZoneInfo("Asia/Shanghai"),
        language=language,
    )
    live_through(counter, clock.now(), days=DAYS, visitors=VISITORS, seed=SEED, progress=progress)
    store.close()
