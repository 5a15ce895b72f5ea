"""A display that stands in a test: the real app that follows a real till's socket in a temporary folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.segment import Segment
from textual.pilot import Pilot

from kiosk.devices.display_server import DisplayServer
from kiosk.display.app import DisplayApp
from kiosk.display_wire import Shown, socket_of
from kiosk.i18n import Language
from tests.kiosk.screens.standing import cells_of

LOOKS = 2_000


def open_till(folder: Path, language: Language = Language.ZH) -> DisplayServer:
    """Open a till's end of the line."""
    server = DisplayServer(socket_of(folder, "1"), language, retry_seconds=0.02)
    server.start()
    return server


@dataclass
class Terminal:
    """The display, and eyes to look at it with."""

    app: DisplayApp
    pilot: Pilot[None]

    async def sees(self, shown: Shown | None) -> None:
        """Wait until this state stands, drawn."""
        for _ in range(LOOKS):
            if self.app.shown == shown:
                await self.pilot.pause()
                return
            await self.pilot.pause(0.005)
        raise AssertionError(f"{self.app.shown} stands, not {shown}")

    @property
    def cells(self) -> list[list[Segment]]:
        """The terminal as styled pieces of text, row by row."""
        return cells_of(self.app)

    @property
    def text(self) -> str:
        """The terminal as text."""
        return "\n".join("".join(segment.text for segment in row).rstrip() for row in self.cells)


@asynccontextmanager
async def terminal(
    folder: Path, size: tuple[int, int] = (80, 24), language: Language = Language.ZH
) -> AsyncIterator[Terminal]:
    """Open a display of the till of this folder."""
    app = DisplayApp(socket_of(folder, "1"), language, first_retry_seconds=0.01)
    async with app.run_test(size=size) as pilot:
        yield Terminal(app, pilot)
