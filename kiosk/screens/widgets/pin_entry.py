"""A PIN: digits go in, only their number shows."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.reactive import reactive
from textual.widget import Widget

from kiosk.screens.theme import ACCENT, FAINT, INK, MUTED

_LONGEST = 12
_SHORTEST = 4


class PinEntry(Widget, can_focus=True):
    """Takes digits, Backspace and Delete."""

    DEFAULT_CSS = """
    PinEntry { height: 1; width: 1fr; }
    """

    value: reactive[str] = reactive("")

    def __init__(self, label: str) -> None:
        """Take the label."""
        super().__init__()
        self.label = label

    def render(self) -> Text:
        """Show how many digits were typed."""
        dots = " ".join("*" * len(self.value))
        rest = " ".join("_" * max(0, _SHORTEST - len(self.value)))
        gap = " " if dots and rest else ""
        colour = ACCENT if self.has_focus else MUTED
        return Text.assemble((f"{self.label}  ", colour), (dots, f"bold {INK}"), gap, (rest, FAINT))

    def on_key(self, event: events.Key) -> None:
        """Take a digit or erase."""
        if event.key in {"backspace", "delete"}:
            self.value = self.value[:-1] if event.key == "backspace" else ""
        elif event.character is not None and event.character.isascii() and event.character.isdigit():
            self.value = (self.value + event.character)[:_LONGEST]
        else:
            return
        event.stop()
