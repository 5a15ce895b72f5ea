"""Shift and drawer: cash in and out, X report, closing with a blind count, close of the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.i18n import Phrase, moment_text
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.theme import FAINT, INK, MUTED
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.rows import Rows
from kiosk.screens.wording import Refusal
from kiosk.services.values import Role
from ledger.entries import EntryKind


class ShiftScreen(CounterScreen):
    """A numbered menu over one's own shift; a manager may close the shift of another."""

    title_phrase = words.SHIFT_TITLE
    topic = "shift"

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        super().__init__(desk)
        self._items = self._menu()

    def _menu(self) -> list[tuple[Phrase, Phrase, Callable[[], None], Refusal | None]]:
        own = self.why_no_money
        cash = [
            (phrase, words.CASH_LINES[kind], self._cash(kind), own(phrase)) for kind, phrase in words.CASH_ITEMS.items()
        ]
        return [
            *cash,
            (words.X_REPORT, words.X_LINE, self._x_report, None),
            (words.CLOSE_SHIFT, words.CLOSE_LINE, self._close, self._why_not_close()),
            (words.DAY_CLOSE, words.DAY_LINE, self._close_day, None),
        ]

    def _cash(self, kind: EntryKind) -> Callable[[], None]:
        return lambda: self.paths.open_cash(kind)

    def _x_report(self) -> None:
        self.paths.open_x_report()

    def _close(self) -> None:
        self.paths.open_count()

    def _close_day(self) -> None:
        self.paths.close_day()

    def _why_not_close(self) -> Refusal | None:
        person = self.desk.signed_in
        if person is not None and person.role is Role.MANAGER and self.desk.shift is not None:
            return None
        return self.why_no_money(words.CLOSE_SHIFT)

    def compose_body(self) -> ComposeResult:
        """Build the menu."""
        yield Static(self.say(words.SHIFT_TITLE), classes="title", markup=False)
        yield Static(self._since(), classes="quiet", markup=False)
        yield MessageLines()
        yield Rows([self._row(phrase, line, refusal) for phrase, line, _, refusal in self._items])

    def _since(self) -> str:
        shift = self.desk.shift
        if shift is None:
            return self.say(frame.NO_SHIFT)
        opened = moment_text(shift.opened_at, self.desk.counter.zone)
        return self.say(words.SHIFT_SINCE, cashier=shift.cashier, number=shift.number, opened=opened)

    def _row(self, phrase: Phrase, line: Phrase, refusal: Refusal | None) -> Text:
        dimmed = refusal is not None
        return row(
            cell(self.say(phrase), 26, style=FAINT if dimmed else f"bold {INK}"),
            cell(self.say(line), 46, style=FAINT if dimmed else MUTED),
        )

    def on_mount(self) -> None:
        """Mark the first item."""
        super().on_mount()
        rows = self.query_one(Rows)
        rows.highlighted = 0
        rows.focus()

    def keys(self) -> Sequence[Key]:
        """Return Enter and the way back."""
        if not self.is_mounted:
            return ()
        return self.with_function_keys(Key("enter", frame.CHOOSE, self.query_one(Rows).pick, rank=0), self.escape_key())

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Open what was picked, or say why not."""
        _, _, press, refusal = self._items[message.index]
        if refusal is not None:
            self.refuse(refusal)
        else:
            press()
