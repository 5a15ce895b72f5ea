"""A slip as the virtual printer drew it: dark ink on paper, beside the result."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static


class SlipPaper(VerticalScroll, can_focus=False):
    """A sheet of paper as wide as its lines; what does not fit hangs below the edge."""

    DEFAULT_CSS = """
    SlipPaper { width: 36; height: auto; max-height: 100%; background: $paper; color: $paper-ink; padding: 1 2; scrollbar-size-vertical: 0; }
    SlipPaper > Static { width: auto; height: auto; color: $paper-ink; }
    """

    def __init__(self, lines: Sequence[str] = (), *, id: str | None = None) -> None:
        """Take the lines as drawn."""
        super().__init__(id=id)
        self._lines = tuple(lines)

    def compose(self) -> ComposeResult:
        """Build the sheet."""
        yield Static("\n".join(self._lines), markup=False)

    def show(self, lines: Sequence[str]) -> None:
        """Show another slip."""
        self._lines = tuple(lines)
        self.query_one(Static).update("\n".join(lines))
