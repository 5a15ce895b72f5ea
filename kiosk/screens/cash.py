"""Cash without a sale: an amount, a reason by number or in words."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Input, Static

from kiosk.screens import phrases_counter as counter_words
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.phrases_frame import KINDS
from kiosk.screens.result import Outcome, money_line
from kiosk.screens.theme import INK, MUTED
from kiosk.screens.widgets.amount_entry import AmountEntry
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.rows import Rows
from kiosk.services.acts import Act, Done
from kiosk.services.cash import move_cash
from kiosk.services.errors import ReasonMissing
from ledger.entries import EntryKind
from ledger.errors import MoneyError
from ledger.money import format_minor


class CashScreen(CounterScreen):
    """First the amount, then the reason; opening the drawer begins with the reason."""

    topic = "cash"

    def __init__(self, desk: Desk, kind: EntryKind) -> None:
        """Take which movement it is."""
        super().__init__(desk)
        self.kind = kind
        self.title_phrase = words.CASH_ITEMS[kind]
        self.amount_minor: int | None = 0 if kind is EntryKind.NO_SALE else None
        self.writing = False

    def compose_body(self) -> ComposeResult:
        """Build amount, reasons and the line for another reason."""
        yield Static(self.say(words.CASH_ITEMS[self.kind]), classes="title", markup=False)
        yield Static(self.say(words.CASH_LINES[self.kind]), classes="quiet", markup=False)
        yield AmountEntry(self.say(words.AMOUNT), classes="-left")
        yield MessageLines()
        yield Static(self.say(words.REASON), classes="label", id="reason-label", markup=False)
        yield Rows(self._reasons(), id="reasons")
        yield Input(placeholder=self.say(words.REASON_HINT), id="reason", max_length=40)

    def _reasons(self) -> list[Text]:
        lines = [Text(self.say(phrase), INK) for phrase in words.CASH_REASONS[self.kind]]
        return [*lines, Text(self.say(words.OTHER_REASON), MUTED)]

    def on_mount(self) -> None:
        """Begin with what is wanted first."""
        super().on_mount()
        self.query_one(Input).cursor_blink = False
        self._stand()

    def _stand(self) -> None:
        amount, reasons, written = self.query_one(AmountEntry), self.query_one(Rows), self.query_one(Input)
        wants_amount = self.amount_minor is None
        amount.display = self.kind is not EntryKind.NO_SALE
        self.query_one("#reason-label").display = reasons.display = not wants_amount
        written.display = self.writing
        if reasons.highlighted is None:
            reasons.highlighted = 0
        (amount if wants_amount else written if self.writing else reasons).focus()
        self.refresh_keys()

    def keys(self) -> Sequence[Key]:
        """Return Enter and the way back."""
        return self.with_function_keys(Key("enter", frame.NEXT, self.enter, rank=0), self.escape_key())

    def escape(self) -> None:
        """Go one step back."""
        if self.writing:
            self.writing = False
        elif self.amount_minor is not None and self.kind is not EntryKind.NO_SALE:
            self.amount_minor = None
        else:
            self.app.pop_screen()
            return
        self.clear_message()
        self._stand()

    def on_amount_entry_changed(self) -> None:
        """Take a refusal away."""
        self.clear_message()

    def enter(self) -> None:
        """Go one step on."""
        if self.amount_minor is None:
            try:
                self.amount_minor = self.query_one(AmountEntry).read()
            except MoneyError as unreadable:
                self.refuse_error(unreadable)
                return
            self._stand()
        elif self.writing:
            self._ask_for(self.query_one(Input).value)
        else:
            self.query_one(Rows).pick()

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Take a ready reason, or let another be written."""
        ready = words.CASH_REASONS[self.kind]
        if message.index < len(ready):
            self._ask_for(self.say(ready[message.index]))
        else:
            self.writing = True
            self._stand()

    def _ask_for(self, reason: str) -> None:
        if not reason.strip():
            self.refuse_error(ReasonMissing(self.kind.value))
            return
        self.paths.confirm(cash_deed(self.desk, self.kind, self.amount_minor or 0, reason.strip()), self._done)

    def _done(self, done: object) -> None:
        assert isinstance(done, Done), "a cash movement answers with Done"
        facts = done.recorded.entry.facts
        label = self.say(KINDS[self.kind])
        self.paths.show_result(
            Outcome(
                headline=self.say(counter_words.RECORDED),
                sentence=facts["reason"],
                done=done,
                big=(label, facts["amount_minor"]) if facts["amount_minor"] else None,
                lines=() if facts["amount_minor"] else (money_line(label, 0),),
            )
        )


def cash_deed(desk: Desk, kind: EntryKind, amount_minor: int, reason: str) -> Deed:
    """Return a cash movement as it is asked."""
    counter, language = desk.counter, desk.language
    line = words.CONFIRM_CASH[kind].said(language, amount=format_minor(amount_minor), reason=reason)

    def command(act: Act, _: Settling) -> Done:
        return move_cash(counter, act, kind, amount_minor, reason)

    return Deed(
        title=words.CASH_ITEMS[kind],
        sentence=lambda _: line,
        command=command,
        big=(words.AMOUNT.said(language), amount_minor) if amount_minor else None,
    )
