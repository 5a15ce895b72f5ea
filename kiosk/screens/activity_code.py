"""The code of an activity: typed or scanned, for what it lets a member claim (D3)."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.screens import phrases_benefits as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.base import Panel
from kiosk.screens.keys import Key
from kiosk.screens.widgets.footer import KeyFooter


class CodePanel(Panel[str | None]):
    """Asks for one code; leaves with it, or with None."""

    topic = "activity_code"

    def compose(self) -> ComposeResult:
        """Build the question."""
        with Vertical(id="sheet"):
            yield Static(self.say(words.ACTIVITY_CODE), classes="sheet-title", markup=False)
            yield Input(id="code", max_length=40)
            yield KeyFooter(self.language)

    def on_mount(self) -> None:
        """Listen."""
        super().on_mount()
        self.query_one(Input).focus()

    def keys(self) -> Sequence[Key]:
        """Return Enter and the way out."""
        return (
            Key("enter", frame.CHOOSE, self._take, rank=0),
            Key("escape", frame.BACK, lambda: self.dismiss(None), rank=0),
        )

    def on_scan(self, text: str) -> bool:
        """Take a scanned code."""
        self.dismiss(text.strip())
        return True

    def _take(self) -> None:
        self.dismiss(self.query_one(Input).value.strip() or None)
