"""The app of a customer display: one page, full screen, that follows a till and takes no key but the installer's `q`."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.display.follow import FIRST_RETRY_SECONDS, follow
from kiosk.display.pages import Page
from kiosk.display_wire import Idle, Shown, Stopped
from kiosk.i18n import Language
from kiosk.screens.theme import COUNTER_THEME


class Stage(Widget):
    """The page as it stands: the newest state, drawn anew for every size."""

    DEFAULT_CSS = """
    Stage { width: 1fr; height: 1fr; padding: 1 4; background: $background; color: $foreground; }
    """

    def __init__(self, language: Language) -> None:
        """Take the language that is spoken until a till says another."""
        super().__init__()
        self.language = language
        self.shown: Shown | None = None
        self.shop = ""
        self.turn = 0

    def show(self, shown: Shown | None, language: Language | None) -> None:
        """Show a state; None that no till is there. Each time a customer leaves, the next poster comes first."""
        if isinstance(shown, Idle) and not isinstance(self.shown, Idle | None):
            self.turn += 1
        if isinstance(shown, Idle | Stopped):
            self.shop = shown.shop
        self.shown, self.language = shown, language or self.language
        self.refresh()

    def render(self) -> Text:
        """Return the page."""
        page = Page(self.language, max(1, self.size.width), max(1, self.size.height))
        lines = page.away(self.shop) if self.shown is None else page.draw(self.shown, self.turn)
        text = Text("\n", no_wrap=True, overflow="crop").join(lines)
        text.no_wrap, text.overflow = True, "crop"
        return text


class DisplayApp(App[None]):
    """The second terminal of a till."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", show=False, priority=True),
        Binding("ctrl+q", "stay", show=False, priority=True),
        Binding("ctrl+c", "stay", show=False, priority=True),
    ]

    def __init__(self, place: Path, language: Language, first_retry_seconds: float = FIRST_RETRY_SECONDS) -> None:
        """Take where the till listens, and the language until it says one."""
        super().__init__()
        self.register_theme(COUNTER_THEME)
        self.theme = COUNTER_THEME.name
        self._place = place
        self._first_retry = first_retry_seconds
        self._stage = Stage(language)

    def compose(self) -> ComposeResult:
        """Build the page."""
        yield self._stage

    def on_mount(self) -> None:
        """Follow the till."""
        self.run_worker(follow(self._place, self._stage.show, self._first_retry), group="follow")

    @property
    def shown(self) -> Shown | None:
        """What stands; None while no till is there."""
        return self._stage.shown

    def action_leave(self) -> None:
        """End the display."""
        self.exit()

    def action_stay(self) -> None:
        """Stay: a customer may press anything."""


def run_display(app: DisplayApp) -> int:
    """Run a display until `q` or SIGTERM; return the exit code."""

    async def run() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.exit)
        await app.run_async(mouse=False)

    asyncio.run(run())
    return app.return_code or 0
