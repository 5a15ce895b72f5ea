"""Lists of entries to act on: what can be voided in this shift, and slips that can be printed again."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.i18n import clock_text
from kiosk.screens import phrases_counter as counter_words
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.phrases_frame import KINDS
from kiosk.screens.result import Outcome
from kiosk.screens.theme import AMBER, FAINT, INK, MUTED
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.rows import Rows
from kiosk.services.acts import Act, Done
from kiosk.services.reprint import reprint, reprintable
from kiosk.services.values import Recorded
from kiosk.services.void import VoidChoice, entry_amount, void, voidable
from ledger.entries import EntryKind
from ledger.errors import AlreadyReversed
from ledger.money import format_minor

_LONGEST = 40


class VoidScreen(CounterScreen):
    """This shift's entries; one is undone whole."""

    title_phrase = words.VOID_TITLE
    topic = "void"

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        super().__init__(desk)
        self.choices: tuple[VoidChoice, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Build the list."""
        yield Static(self.say(words.VOID_TITLE), classes="title", markup=False)
        yield MessageLines()
        yield Rows()

    def on_mount(self) -> None:
        """Read what there is."""
        super().on_mount()
        counter = self.desk.counter
        self.query_one(Rows).focus()
        self.read(lambda: voidable(counter, _LONGEST), self._show)

    def _show(self, choices: tuple[VoidChoice, ...]) -> None:
        self.choices = choices
        self.query_one(Rows).fill([self._row(choice) for choice in choices])
        if not choices:
            self.query_one(".title", Static).update(self.say(words.VOID_EMPTY))
        self.refresh_keys()

    def _row(self, choice: VoidChoice) -> Text:
        line = entry_row(self, choice.recorded, choice.amount_minor, dimmed=choice.refusal is not None)
        if choice.refusal is not None:
            voided = isinstance(choice.refusal, AlreadyReversed)
            line.append(self.say(words.VOIDED if voided else words.CANNOT), FAINT if voided else AMBER)
        return line

    def keys(self) -> Sequence[Key]:
        """Return Enter and the way back."""
        if not self.is_mounted:
            return ()
        return self.with_function_keys(Key("enter", words.VOID, self.query_one(Rows).pick, rank=0), self.escape_key())

    def on_option_list_option_highlighted(self) -> None:
        """Take a refusal away."""
        self.clear_message()

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Ask for the void, or say why not."""
        choice = self.choices[message.index]
        if choice.refusal is not None:
            self.refuse_error(choice.refusal)
        else:
            self.paths.confirm(void_deed(self.desk, choice), self._done)

    def _done(self, done: object) -> None:
        assert isinstance(done, Done), "a void answers with Done"
        entry = done.recorded.entry
        label = KINDS[EntryKind(entry.facts["voided_kind"])]
        self.paths.show_result(
            Outcome(
                headline=self.say(words.VOIDED),
                sentence="",
                done=done,
                big=(self.say(label), entry.facts["amount_minor"]),
            )
        )


class ReprintScreen(CounterScreen):
    """Slips of this till, newest first; one is printed again and marked."""

    title_phrase = words.REPRINT_TITLE
    topic = "reprint"

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        super().__init__(desk)
        self.entries: tuple[Recorded, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Build the list."""
        yield Static(self.say(words.REPRINT_TITLE), classes="title", markup=False)
        yield MessageLines()
        yield Rows()

    def on_mount(self) -> None:
        """Read what there is."""
        super().on_mount()
        counter = self.desk.counter
        self.query_one(Rows).focus()
        self.read(lambda: reprintable(counter, _LONGEST), self._show)

    def _show(self, entries: tuple[Recorded, ...]) -> None:
        self.entries = entries
        self.query_one(Rows).fill([entry_row(self, recorded, entry_amount(recorded.entry)) for recorded in entries])
        if not entries:
            self.query_one(".title", Static).update(self.say(words.REPRINT_EMPTY))
        self.refresh_keys()

    def keys(self) -> Sequence[Key]:
        """Return Enter and the way back."""
        if not self.is_mounted:
            return ()
        return self.with_function_keys(
            Key("enter", frame.REPRINT, self.query_one(Rows).pick, rank=0), self.escape_key()
        )

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Ask for the reprint."""
        self.paths.confirm(reprint_deed(self.desk, self.entries[message.index]), self._done)

    def _done(self, done: object) -> None:
        assert isinstance(done, Done), "a reprint answers with Done"
        copy = done.recorded.entry.facts["copy"]
        self.paths.show_result(
            Outcome(headline=self.say(counter_words.RECORDED), sentence=self.say(words.REPRINTED, copy=copy), done=done)
        )


def entry_row(screen: CounterScreen, recorded: Recorded, amount_minor: int, *, dimmed: bool = False) -> Text:
    """Return an entry as a row: when, what, how much, its number."""
    entry = recorded.entry
    return row(
        cell(clock_text(entry.occurred_at, screen.desk.counter.zone), 7, style=FAINT),
        cell(screen.say(KINDS[entry.kind]), 15, style=FAINT if dimmed else f"bold {INK}"),
        cell(format_minor(amount_minor) if amount_minor else "", 13, right=True, style=FAINT if dimmed else INK),
        cell("", 3),
        cell(recorded.entry_no, 11, style=MUTED),
    )


def void_deed(desk: Desk, choice: VoidChoice) -> Deed:
    """Return a void as it is asked."""
    counter, language, recorded = desk.counter, desk.language, choice.recorded
    kind = KINDS[recorded.entry.kind].said(language)
    line = words.CONFIRM_VOID.said(language, kind=kind, amount=format_minor(choice.amount_minor))

    def command(act: Act, _: Settling) -> Done:
        return void(counter, act, recorded.entry.entry_id)

    return Deed(
        title=words.VOID_TITLE,
        sentence=lambda _: line,
        command=command,
        line=words.CONFIRM_VOID_LINE.said(language, entry_no=recorded.entry_no),
        big=(kind, choice.amount_minor),
        action=words.VOID,
    )


def reprint_deed(desk: Desk, recorded: Recorded) -> Deed:
    """Return a reprint as it is asked."""
    counter, language = desk.counter, desk.language
    kind = KINDS[recorded.entry.kind].said(language)
    line = words.CONFIRM_REPRINT.said(language, kind=kind, entry_no=recorded.entry_no)

    def command(act: Act, _: Settling) -> Done:
        return reprint(counter, act, recorded.entry.entry_id)

    return Deed(
        title=words.REPRINT_TITLE,
        sentence=lambda _: line,
        command=command,
        line=words.CONFIRM_REPRINT_LINE.said(language),
        action=frame.REPRINT,
    )
