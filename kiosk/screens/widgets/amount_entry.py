"""The amount a cashier types: large at once, the decimals that are still to come shown faintly."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from kiosk.screens.widgets.big_digits import BigDigits, big_width
from ledger.errors import MoneyError
from ledger.money import format_minor, parse_amount

_LONGEST = 7


class AmountEntry(Vertical, can_focus=True):
    """Takes digits and one point, Backspace and Delete; knows its amount in fen."""

    DEFAULT_CSS = """
    AmountEntry { height: 4; width: 1fr; }
    AmountEntry > .label { height: 1; color: $muted; text-align: right; width: 1fr; }
    AmountEntry:focus > .label { color: $accent; }
    AmountEntry > Horizontal { height: 3; align-horizontal: right; }
    AmountEntry.-left > .label { text-align: left; }
    AmountEntry.-left > Horizontal { align-horizontal: left; }
    AmountEntry BigDigits { width: auto; }
    AmountEntry .typed { color: $accent; margin-right: 1; }
    AmountEntry .ghost { color: $rule; }
    """

    value: reactive[str] = reactive("", init=False)

    @dataclass
    class Changed(Message):
        """Another amount stands there."""

        entry: AmountEntry
        value: str

        @property
        def control(self) -> AmountEntry:
            """The entry itself."""
            return self.entry

    def __init__(self, label: str, value: str = "", *, id: str | None = None, classes: str = "") -> None:
        """Take the label and what is typed already."""
        super().__init__(id=id, classes=classes)
        self._label = label
        self._standing = ""
        self.set_reactive(AmountEntry.value, value)

    def compose(self) -> ComposeResult:
        """Build the label, the typed digits and the faint rest."""
        typed, ghost = self._digits()
        yield Static(f"{self._label} ￥", classes="label", markup=False)
        with Horizontal():
            yield BigDigits(typed, classes="typed")
            yield BigDigits(ghost, classes="ghost")

    def stand(self, minor: int) -> None:
        """Let an amount stand there while nothing is typed (fen, 0 for none): what goods on the bill come to."""
        self._standing = format_minor(minor) if minor else ""
        self._draw()

    @property
    def minor(self) -> int | None:
        """The amount in fen, None while nothing readable stands there."""
        try:
            return parse_amount(self.value)
        except MoneyError:
            return None

    def read(self) -> int:
        """Return the amount in fen; raises AmountUnreadable, AmountOutOfRange."""
        return parse_amount(self.value)

    def relabel(self, label: str) -> None:
        """Show another label."""
        self._label = label
        if self.is_mounted:
            self.query_one(".label", Static).update(f"{label} ￥")

    def watch_value(self) -> None:
        """Draw what is typed now and tell the screen."""
        self._draw()
        self.post_message(self.Changed(self, self.value))

    def _draw(self) -> None:
        typed, ghost = self._digits()
        if self.is_mounted:
            plain = big_width(typed) + 1 + big_width(ghost) > self.size.width
            self.query_one(".typed", BigDigits).update(typed, plain=plain)
            self.query_one(".ghost", BigDigits).update(ghost, plain=plain)

    def on_key(self, event: events.Key) -> None:
        """Take a digit, the point, or erase."""
        if event.key in {"backspace", "delete"}:
            self.value = self.value[:-1] if event.key == "backspace" else ""
        elif event.character is not None and self._fits(event.character):
            self.value += event.character
        else:
            return
        event.stop()

    def _fits(self, character: str) -> bool:
        if character == ".":
            return "." not in self.value
        whole, point, fraction = self.value.partition(".")
        if not (character.isascii() and character.isdigit()):
            return False
        return len(fraction) < 2 if point else len(whole) < _LONGEST

    def _digits(self) -> tuple[str, str]:
        if not self.value:
            return (self._standing, "") if self._standing else ("", "0.00")
        whole, point, fraction = self.value.partition(".")
        grouped = format_minor(int(whole or "0") * 100).partition(".")[0]
        rest = ("" if point else ".") + "00"[len(fraction) :]
        return grouped + point + fraction, rest
