"""The key footer: the next key is always named; what cannot be used now is dimmed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widget import Widget

from kiosk.i18n import Language
from kiosk.screens.keys import Key
from kiosk.screens.theme import ACCENT, FAINT, INK

_GAP = "   "


class KeyFooter(Widget):
    """One line of keys; the ones that matter most stay when it is narrow."""

    DEFAULT_CSS = """
    KeyFooter { height: 1; dock: bottom; background: $raised; padding: 0 1; }
    """

    def __init__(self, language: Language) -> None:
        """Take the language of the labels."""
        super().__init__()
        self.language = language
        self.keys: Sequence[Key] = ()

    def show(self, keys: Sequence[Key]) -> None:
        """Show these keys, in this order."""
        self.keys = [key for key in keys if key.shown]
        self.refresh()

    def render(self) -> Text:
        """Return as many keys as fit, the lowest ranks dropped first."""
        kept = list(self.keys)
        line = self._line(kept, _GAP)
        while line.cell_len > self.size.width:
            line = self._line(kept, "  ")
            droppable = [key for key in kept if key.rank]
            if line.cell_len <= self.size.width or not droppable:
                break
            kept.remove(max(reversed(droppable), key=lambda key: key.rank))
        return line

    def _line(self, keys: Sequence[Key], gap: str) -> Text:
        return Text(gap, no_wrap=True).join(self._cap(key) for key in keys)

    def _cap(self, key: Key) -> Text:
        name, label = key.cap(self.language), key.label.said(self.language)
        if key.refusal is not None:
            return Text(f"{name} {label}", FAINT)
        return Text.assemble((name, f"bold {ACCENT}"), " ", (label, INK))
