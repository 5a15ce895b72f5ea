"""Why: how figures came about, which offers do not apply, and the nearest change that would bring them (N6)."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.base import Panel
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.theme import ACCENT, INK, MUTED
from kiosk.screens.why_lines import Section
from kiosk.screens.widgets.footer import KeyFooter


class WhyPanel(Panel[None]):
    """Explains what stands on the screen behind it."""

    topic = "why"

    def __init__(self, desk: Desk, sections: Sequence[Section]) -> None:
        """Take the explanation, section by section."""
        super().__init__(desk)
        self.sections = sections

    def compose(self) -> ComposeResult:
        """Build the lines."""
        with Vertical(id="sheet"):
            yield Static(self.say(words.WHY_TITLE), classes="sheet-title", markup=False)
            with VerticalScroll(id="why-lines"):
                yield Static(Text("\n").join(self._lines()), id="reasons")
            yield KeyFooter(self.language)

    def _lines(self) -> list[Text]:
        lines = list[Text]()
        for section in self.sections:
            if section.heading:
                lines += [Text(""), Text(section.heading, ACCENT)] if lines else [Text(section.heading, ACCENT)]
            lines += [Text(line, MUTED if section.heading or line.startswith(" ") else INK) for line in section.lines]
        return lines

    def keys(self) -> Sequence[Key]:
        """Return the ways out."""
        leave = self.app.pop_screen
        return (
            Key("escape", frame.BACK, leave, rank=0),
            Key("enter", frame.BACK, leave, shown=False),
            Key("question_mark", frame.BACK, leave, shown=False),
            Key("up", frame.BACK, lambda: self._lines_box().scroll_up(animate=False), shown=False),
            Key("down", frame.BACK, lambda: self._lines_box().scroll_down(animate=False), shown=False),
            Key("pageup", frame.BACK, lambda: self._lines_box().scroll_page_up(animate=False), shown=False),
            Key("pagedown", frame.BACK, lambda: self._lines_box().scroll_page_down(animate=False), shown=False),
        )

    def _lines_box(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)
