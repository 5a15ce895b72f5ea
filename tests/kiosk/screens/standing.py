"""A counter that stands in a test: the real app over a real shop in a temporary folder, driven by keys and scans."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from rich.segment import Segment
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from kiosk.app import KioskApp
from kiosk.screens.desk import Desk, NoDevices
from kiosk.screens.messages import CodeScanned, PrinterChanged, ScannerChanged
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.services.daemon import Daemon, NoDaemon
from kiosk.services.sign_in import staff_on_duty
from tests.builders import CASHIER, Shop, open_shop

W = TypeVar("W")
SMALL = (80, 24)
LARGE = (120, 34)


class Printerless(NoDevices):
    """Devices that count how often a slip was announced."""

    def __init__(self) -> None:
        self.announced = 0
        self.stopped = False

    def slip_queued(self) -> None:
        self.announced += 1

    def stop(self) -> None:
        self.stopped = True


def cells_of(app: App[None]) -> list[list[Segment]]:
    """Return the whole terminal of an app as styled pieces of text, row by row."""
    update = app.screen._compositor.render_update(full=True)
    assert isinstance(update, LayoutUpdate), "a full update is laid out in rows"
    return [[segment for part in strips for segment in part] for strips in update.strips]


@dataclass
class Stand:
    """The app, the shop behind it, and hands to press keys with; `pressed` counts them."""

    app: KioskApp
    shop: Shop
    pilot: Pilot[None]
    devices: Printerless
    pressed: list[str] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        """Press keys one after another, each when the one before has had its effect."""
        for key in keys:
            self.pressed.append(key)
            await self.pilot.press(key)
            await self.settle()

    async def type_in(self, text: str) -> None:
        """Press the keys of a text."""
        self.pressed += text
        await self.pilot.press(*text)
        await self.settle()

    async def scan(self, code: str) -> None:
        """Scan a code."""
        self.app.post_message(CodeScanned(code))
        await self.settle()

    async def settle(self) -> None:
        """Wait until every read and every act has had its effect on the screen."""
        await self.pilot.pause()
        while any(not worker.is_finished for worker in self.app.workers):
            with suppress(WorkerCancelled):  # a read that a later question overtook
                await self.app.workers.wait_for_complete()
            await self.pilot.pause()

    async def look_at_line(self) -> None:
        """Let the counter look how it stands with head office."""
        self.app.look_at_line()
        await self.settle()

    async def sign_in(self, staff_id: str = CASHIER) -> None:
        """Come in as somebody, as if the PIN had been typed."""
        people = staff_on_duty(self.shop.counter)
        self.app.signed_in(next(person for person in people if person.staff_id == staff_id))
        await self.settle()

    def screen(self, kind: type[W]) -> W:
        """Return the screen that stands, which is of this kind."""
        standing = self.app.screen
        assert isinstance(standing, kind), f"{type(standing).__name__} stands, not {kind.__name__}"
        return standing

    @property
    def refusal(self) -> str:
        """What the screen refuses, in three lines; empty for nothing."""
        shown = [lines.refusal for lines in self.app.screen.query(MessageLines) if lines.refusal]
        return f"{shown[0].what}\n{shown[0].why}\n{shown[0].next_step}" if shown else ""

    @property
    def text(self) -> str:
        """The whole terminal as text, line by line, without what trails."""
        rows = ("".join(segment.text for segment in row) for row in self.cells)
        return "\n".join(row.rstrip() for row in rows)

    @property
    def cells(self) -> list[list[Segment]]:
        """The whole terminal as styled pieces of text, row by row."""
        return cells_of(self.app)


@asynccontextmanager
async def stand(
    folder: Path,
    *,
    language: str = "zh",
    size: tuple[int, int] = SMALL,
    shop: Shop | None = None,
    shift: bool = True,
    signed_in: bool = True,
    daemon: Daemon | None = None,
) -> AsyncIterator[Stand]:
    """Open a counter with the cashier signed in and, unless told otherwise, a shift open with 500.00."""
    shop = shop or open_shop(folder, language=language)
    if shift:
        shop.open_shift()
    devices = Printerless()
    desk = Desk(shop.counter, devices, daemon or NoDaemon(), shop_name="麦香里", branch="徐汇店")
    app = KioskApp(desk)
    async with app.run_test(size=size) as pilot:
        standing = Stand(app, shop, pilot, devices)
        app.post_message(PrinterChanged("ready"))
        app.post_message(ScannerChanged("ready"))
        await standing.settle()
        if signed_in:
            await standing.sign_in()
        standing.pressed.clear()
        yield standing
    desk.close()
    shop.counter.store.close()
