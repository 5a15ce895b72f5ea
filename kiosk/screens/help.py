"""Help: what the keys do on the screen that stands."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.screens import phrases_frame as frame
from kiosk.screens.base import Panel
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.phrases_help import TITLE, TOPICS
from kiosk.screens.theme import ACCENT, INK
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.footer import KeyFooter


class HelpPanel(Panel[None]):
    """One topic."""

    topic = "help"

    def __init__(self, desk: Desk, about: str) -> None:
        """Take the topic's name."""
        super().__init__(desk)
        self.about = TOPICS[about]

    def compose(self) -> ComposeResult:
        """Build the lines."""
        heading = self.say(TITLE, topic=self.say(self.about.heading))
        lines = [
            row(cell(self.say(key), 14, style=f"bold {ACCENT}"), Text(self.say(meaning), INK))
            for key, meaning in self.about.lines
        ]
        with Vertical(id="sheet"):
            yield Static(heading, classes="sheet-title", markup=False)
            yield Static(Text("\n").join(lines), id="lines")
            yield KeyFooter(self.language)

    def keys(self) -> Sequence[Key]:
        """Return the ways out."""
        leave = self.app.pop_screen
        return (
            Key("escape", frame.BACK, leave, rank=0),
            Key("enter", frame.BACK, leave, shown=False),
            Key("f1", frame.BACK, leave, shown=False),
        )
