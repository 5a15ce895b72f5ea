"""Numbered rows: a digit picks, arrows move, Enter takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from kiosk.screens.theme import ACCENT, FAINT

_NUMBERED = 9


class Rows(OptionList):
    """A list that a cashier reads from the top and picks from by number."""

    DEFAULT_CSS = """
    Rows, Rows:focus { height: 1fr; border: none; background: transparent; background-tint: $background 0%; padding: 0; scrollbar-size-vertical: 1;
        scrollbar-color: $rule; scrollbar-background: $background; overflow-x: hidden; }
    Rows > .option-list--option { padding: 0 1; }
    Rows > .option-list--option-highlighted, Rows:focus > .option-list--option-highlighted {
        background: #1d3347; color: $foreground; text-style: none; }
    Rows > .option-list--option-disabled { color: $faint; }
    """

    @dataclass
    class Picked(Message):
        """A row was picked by its digit or by Enter; `index` counts from 0."""

        rows: Rows
        index: int

        @property
        def control(self) -> Rows:
            """The list itself."""
            return self.rows

    def __init__(self, lines: Sequence[Text] = (), *, id: str | None = None, zero: bool = False) -> None:
        """Take the rows; with `zero` the last one is picked by `0`."""
        self._zero = zero
        self._count = len(lines)
        super().__init__(*self._numbered_options(lines), id=id)

    def takes_zero(self, *, any_amount: bool) -> None:
        """Let the last row be picked by `0`, or count it like the others."""
        self._zero = any_amount

    def fill(self, lines: Sequence[Text], *, highlighted: int = 0) -> None:
        """Show other rows and mark one of them."""
        self._count = len(lines)
        self.clear_options()
        self.add_options(self._numbered_options(lines))
        self.highlighted = highlighted if lines else None

    def _numbered_options(self, lines: Sequence[Text]) -> list[Option]:
        return [Option(_numbered(self._digit(place), line)) for place, line in enumerate(lines)]

    def _digit(self, place: int) -> str:
        if self._zero and place == self._count - 1:
            return "0"
        return str(place + 1) if place < _NUMBERED else " "

    def on_key(self, event: events.Key) -> None:
        """Pick by digit."""
        if event.character is None or not (event.character.isascii() and event.character.isdigit()):
            return
        for place in range(self._count):
            if self._digit(place) == event.character:
                event.stop()
                event.prevent_default()
                self.highlighted = place
                self.post_message(self.Picked(self, place))
                return

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pick by Enter."""
        event.stop()
        self.post_message(self.Picked(self, event.option_index))

    def pick(self) -> None:
        """Pick the marked row, as Enter does."""
        if self.highlighted is not None:
            self.post_message(self.Picked(self, self.highlighted))


def _numbered(digit: str, line: Text) -> Text:
    first, *more = line.split("\n")
    text = Text.assemble((f"{digit} ", f"bold {ACCENT}"), " ", first)
    for other in more:
        text.append("\n   ", FAINT).append_text(other)
    return text
