"""Confirm: a sentence with the figures in it, Enter to do it, Esc to leave.

Here every act is done. The entry id is minted when the sentence appears and kept for every repetition, so that Enter
pressed twice, or pressed again after a failure, gives one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.display_wire import AskTender
from kiosk.i18n import Phrase, moment_text
from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.approve import approval_panel
from kiosk.screens.base import Panel
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.messages import ActFailed, EntryRecorded
from kiosk.screens.phrases import FINAL
from kiosk.screens.phrases_frame import TENDER_KEYS, TENDERS
from kiosk.screens.shown_to_customer import tender_asked
from kiosk.screens.theme import ACCENT, FAINT, INK, MUTED
from kiosk.screens.widgets.figures import MoneyFigure
from kiosk.screens.widgets.footer import KeyFooter
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.wording import shortened
from kiosk.services.acts import Act, Approval
from kiosk.services.errors import ApprovalForOtherContent, ApprovalNeeded, CashTooLittle
from kiosk.services.references import reference_seen
from kiosk.services.values import Recorded
from ledger.accounts import Tender
from ledger.errors import MoneyError
from ledger.money import parse_amount
from ledger.rules.programme import ApprovedAct

_CASH_DIGITS = 8
_REFERENCE_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Settling:
    """How money is taken at the counter: the tender, its reference, and the cash given (fen)."""

    tender: Tender
    reference: str | None = None
    given_minor: int = 0


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to be done, as it is asked: `sentence` says it with its figures for a settling.

    `command` does it on the ledger thread. `due_minor` is the money to take over the counter (fen), 0 for none; then the
    settling has no meaning. `big` is the figure that stands large, under its label.
    """

    title: Phrase
    sentence: Callable[[Settling], str]
    command: Callable[[Act, Settling], object]
    line: str = ""
    big: tuple[str, int] | None = None
    due_minor: int = 0
    settling: Settling = field(default_factory=lambda: Settling(Tender.CASH))
    action: Phrase = frame.RECORD
    warning: str = ""


class ConfirmPanel(Panel[object]):
    """Asks for one deed and does it; leaves with the use case's answer, or with None when it was left undone."""

    topic = "confirm"

    def __init__(self, desk: Desk, deed: Deed) -> None:
        """Take the deed and mint its entry id."""
        super().__init__(desk)
        self.deed = deed
        self.act = Act(desk.counter.mint(), desk.cashier)
        self.settling = deed.settling
        self.typed = ""
        self.working = False
        self.broken = False
        self._checked_reference: str | None = None

    def compose(self) -> ComposeResult:
        """Build the sentence and what belongs to it."""
        with Vertical(id="sheet"):
            yield Static(self.say(self.deed.title), classes="sheet-title", markup=False)
            if self.deed.big is not None:
                label, minor = self.deed.big
                with Horizontal(id="figures"):
                    yield MoneyFigure(label, minor, id="big", classes="-left -accent")
                    if self.deed.due_minor:
                        yield MoneyFigure("", None, id="change")
            yield Static(id="sentence", markup=False)
            yield Static(id="line", markup=False)
            if self.deed.due_minor:
                yield Static(id="settling", markup=False)
            yield MessageLines()
            yield KeyFooter(self.language)

    def on_mount(self) -> None:
        """Say the sentence."""
        super().on_mount()
        self._draw()
        if self.deed.warning:
            self.query_one("#line", Static).add_class("-warned")

    def keys(self) -> Sequence[Key]:
        """Return Enter, the tenders and the way out."""
        help_key = Key("f1", frame.HELP, lambda: self.paths.open_help(self.topic), shown=False)
        if self.broken:
            return (Key("enter", frame.RESTART, self.paths.restart, rank=0),)
        if self.working:
            return (Key("enter", frame.WORKING, _wait, rank=0), Key("escape", frame.LEAVE_IT, self._busy, shown=False))
        keys = [Key("enter", self.deed.action, self.do_it, rank=0)]
        if self.deed.due_minor:
            keys += [Key(name, TENDERS[tender], partial(self.take, tender)) for name, tender in TENDER_KEYS.items()]
        return [*keys, help_key, Key("escape", frame.LEAVE_IT, lambda: self.dismiss(None), rank=0)]

    def on_scan(self, text: str) -> bool:
        """Refuse any code: money waits for an answer here."""
        phrases = (frame.SCAN_NOT_NOW, frame.SCAN_NOT_NOW_WHY, frame.SCAN_NOT_NOW_NEXT)
        self.refuse(self.refusal(*phrases, code=shortened(text)), stops=False)
        return True

    def take(self, tender: Tender) -> None:
        """Take the money by another tender."""
        self.typed = ""
        self.settling = Settling(tender)
        self.clear_message()
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Type the cash given, or the reference of a payment made elsewhere."""
        if not self.deed.due_minor or self.working:
            return
        if event.key in {"backspace", "delete"}:
            self.typed = self.typed[:-1] if event.key == "backspace" else ""
        elif event.character is not None and self._fits(event.character):
            self.typed += event.character
        else:
            return
        event.stop()
        self.clear_message()
        self._settle()
        self._draw()

    def do_it(self) -> None:
        """Hand the deed to the ledger thread, once."""
        if self.working:
            return
        self.clear_message()
        self._settle()
        given, due = self.settling.given_minor, self.deed.due_minor
        if due and self.settling.tender is Tender.CASH and given < due:
            self.refuse_error(CashTooLittle(due, given))
            return
        reference = self.settling.reference if due else None
        if reference is not None and reference != self._checked_reference:
            self._checked_reference = reference
            self.read(partial(reference_seen, self.desk.counter, reference), self._reference_looked_at)
            return
        self._do()

    def _reference_looked_at(self, seen: Recorded | None) -> None:
        """Go on, or say once that the reference was used before: it may be the same screenshot again."""
        if seen is None:
            self._do()
            return
        at = moment_text(seen.entry.occurred_at, self.desk.counter.zone)
        phrases = (words.REFERENCE_SEEN, words.REFERENCE_SEEN_WHY, words.REFERENCE_SEEN_NEXT)
        told = self.refusal(*phrases, reference=self._checked_reference, at=at, entry_no=seen.entry_no)
        self.refuse(told, stops=False)

    def _do(self) -> None:
        self.working = True
        self.desk.slip = ()
        act, settling, command = self.act, self.settling, self.deed.command
        self._ask(
            self.desk.write(lambda: command(act, settling)),
            lambda result: self._answer(EntryRecorded(result)),
            lambda error: self._answer(ActFailed(error)),
            group="act",
        )
        self.refresh_keys()

    def _answer(self, answer: EntryRecorded | ActFailed) -> None:
        self.post_message(answer)

    def on_entry_recorded(self, message: EntryRecorded) -> None:
        """Leave with the answer; the slip prints on its own."""
        message.stop()
        self.desk.devices.slip_queued()
        self.dismiss(message.result)

    def on_act_failed(self, message: ActFailed) -> None:
        """Ask a second person where the programme wants one, else say what was refused."""
        message.stop()
        self.working = False
        self.broken = isinstance(message.error, FINAL)
        self.refresh_keys()
        if isinstance(message.error, ApprovalForOtherContent):
            self.act = replace(self.act, approval=None)  # the next Enter asks the second person anew
        if isinstance(message.error, ApprovalNeeded):
            needed = message.error
            panel = approval_panel(self.desk, needed, ApprovedAct(needed.act), self.act.entry_id)
            self.app.push_screen(panel, self._approved)
        else:
            self.refuse_error(message.error)

    def _approved(self, approval: object) -> None:
        if isinstance(approval, Approval):
            self.act = replace(self.act, approval=approval)
            self.do_it()

    def _busy(self) -> None:
        self.refuse(self.refusal(frame.BUSY, frame.BUSY_WHY, frame.BUSY_NEXT), stops=False)

    def _fits(self, character: str) -> bool:
        digit = character.isascii() and character.isdigit()
        if self.settling.tender is not Tender.CASH:
            return digit and len(self.typed) < _REFERENCE_DIGITS
        whole, point, fraction = self.typed.partition(".")
        if character == ".":
            return not point
        return digit and (len(fraction) < 2 if point else len(whole) < _CASH_DIGITS)

    def _settle(self) -> None:
        tender = self.settling.tender
        if tender is Tender.CASH:
            self.settling = Settling(tender, None, self._given())
        else:
            self.settling = Settling(tender, self.typed or None)

    def _given(self) -> int:
        """Return the cash given in fen; nothing typed is the exact amount."""
        try:
            return parse_amount(self.typed)
        except MoneyError:
            return self.deed.due_minor

    def customer_sees(self) -> AskTender | None:
        """Return the money that is asked for, where it is the customer's."""
        return tender_asked(self.deed, self.settling, self.language)

    def _draw(self) -> None:
        self.tell_customer()
        self.query_one("#sentence", Static).update(self.deed.sentence(self.settling))
        line = self.query_one("#line", Static)
        line.update(self.deed.warning or self.deed.line)
        line.display = bool(self.deed.warning or self.deed.line)
        if self.deed.due_minor:
            self._draw_settling()

    def _draw_settling(self) -> None:
        cash = self.settling.tender is Tender.CASH
        change = self._given() - self.deed.due_minor
        figure = self.query_one("#change", MoneyFigure)
        figure.display = cash and bool(self.typed) and change >= 0
        figure.show(max(0, change), self.say(words.CHANGE))
        label = self.say(words.CASH_GIVEN if cash else words.REFERENCE)
        empty = self.say(words.EXACT) if cash else ""
        typed = Text.assemble(
            (f"{label}  ", MUTED), (self.typed or empty, f"bold {INK}" if self.typed else FAINT), ("_", ACCENT)
        )
        self.query_one("#settling", Static).update(typed)


def _wait() -> None:
    """Do nothing: the act is being recorded."""
