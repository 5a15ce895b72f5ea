"""Open the shift: the float is counted and typed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.widgets.amount_entry import AmountEntry
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.services.acts import Act
from kiosk.services.shifts import current, open_shift
from kiosk.services.values import Shift
from ledger.errors import MoneyError
from ledger.money import format_minor


class OpenShiftScreen(CounterScreen):
    """Asks for the float; the day can be closed from here, too, when every shift is."""

    title_phrase = words.OPEN_SHIFT
    topic = "open_shift"

    def compose_body(self) -> ComposeResult:
        """Build the entry."""
        yield Static(self.say(words.OPEN_SHIFT), classes="title", markup=False)
        yield Static(self.say(words.OPEN_SHIFT_LINE), classes="quiet", markup=False)
        yield AmountEntry(self.say(words.FLOAT), classes="-left")
        yield MessageLines()

    def on_mount(self) -> None:
        """Listen."""
        super().on_mount()
        self.query_one(AmountEntry).focus()

    def keys(self) -> Sequence[Key]:
        """Return the opening and the close of the day."""
        return self.with_function_keys(
            Key("enter", frame.OPEN, self.open, rank=0),
            Key("f9", words.DAY_CLOSE, self.paths.close_day, rank=1),
            self.escape_key(),
        )

    def on_amount_entry_changed(self) -> None:
        """Take a refusal away."""
        self.clear_message()

    def open(self) -> None:
        """Ask for the opening."""
        try:
            minor = self.query_one(AmountEntry).read()
        except MoneyError as unreadable:
            self.refuse_error(unreadable)
            return
        self.paths.confirm(opening_deed(self.desk, minor), self._opened)

    def _opened(self, shift: object) -> None:
        assert isinstance(shift, Shift), "an opening answers with its shift"
        self.paths.shift_changed(shift)
        self.paths.go_home()


def opening_deed(desk: Desk, float_minor: int) -> Deed:
    """Return the opening of a shift as it is asked; it answers with the shift."""
    counter = desk.counter

    def command(act: Act, _: Settling) -> Shift | None:
        open_shift(counter, act, float_minor)
        return current(counter)

    line = words.CONFIRM_OPEN.said(desk.language, amount=format_minor(float_minor), till=counter.till)
    return Deed(
        title=words.OPEN_SHIFT,
        sentence=lambda _: line,
        command=command,
        big=(words.FLOAT.said(desk.language), float_minor),
        action=frame.OPEN,
    )
