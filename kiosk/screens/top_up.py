"""Top-up: the ladder as numbered rungs, each with what the customer gets; Enter takes the default tender."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from kiosk.display_wire import LadderShown
from kiosk.screens import phrases_benefits as offers
from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.base import CounterScreen
from kiosk.screens.basket import NO_BILL, WaitingBill
from kiosk.screens.bill_lines import gift_words
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.member_lines import head_line
from kiosk.screens.phrases import word, word_reason
from kiosk.screens.phrases_frame import TENDER_KEYS, TENDERS
from kiosk.screens.shown_to_customer import ladder_shown
from kiosk.screens.theme import AMBER, FAINT, GREEN, INK, MUTED
from kiosk.screens.topping_up import After, ToppedUp, top_up_deed, top_up_outcome
from kiosk.screens.why_lines import Speech, top_up_sections
from kiosk.screens.widgets.amount_entry import AmountEntry
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.figures import MoneyFigure
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.rows import Rows
from kiosk.services import top_up
from kiosk.services.find_member import Via
from kiosk.services.offer_names import names_of
from kiosk.services.open_member import MemberView, open_member
from kiosk.services.top_up import LadderView, RungOffer, TopUpQuote
from ledger.accounts import Tender
from ledger.errors import MoneyError
from ledger.money import format_minor, parse_amount
from ledger.rules.topping import TopUpOffer


@dataclass(frozen=True, slots=True)
class LadderFor:
    """The ladder and whose it is."""

    ladder: LadderView
    view: MemberView


class TopUpScreen(CounterScreen):
    """The rungs for one member; `waiting` is the bill they are about to pay."""

    title_phrase = words.TOP_UP
    topic = "top_up"

    def __init__(self, desk: Desk, member_id: str, via: Via, waiting: WaitingBill = NO_BILL) -> None:
        """Take whose ladder it is and the bill it shall fit."""
        super().__init__(desk)
        self.member_id = member_id
        self.via = via
        self.waiting = waiting
        self.shown: LadderFor | None = None
        self.quoted: TopUpQuote | None = None

    @property
    def bill_minor(self) -> int:
        """The bill in fen; 0 for none."""
        try:
            return parse_amount(self.waiting.whole)
        except MoneyError:
            return 0

    def compose_body(self) -> ComposeResult:
        """Build the rungs and, hidden, the entry of another amount."""
        yield Static(id="who", markup=False)
        yield Static(self.say(words.LADDER), classes="title", markup=False)
        yield MessageLines()
        yield Rows(id="rungs", zero=True)
        with Horizontal(id="figures"):
            yield MoneyFigure(self.say(words.TOP_UP_AMOUNT), None, id="paid", classes="-left -accent")
            yield AmountEntry(self.say(words.TOP_UP_AMOUNT), id="amount", classes="-left")
            yield MoneyFigure(self.say(words.AFTER_TOP_UP), None, id="after")
        yield Static(id="quote", markup=False)
        yield Static(id="script", markup=False)

    def on_mount(self) -> None:
        """Read the ladder."""
        super().on_mount()
        self.query_one("#amount").display = False
        counter, member_id, bill = self.desk.counter, self.member_id, self.bill_minor
        self.read(
            lambda: LadderFor(top_up.ladder(counter, member_id, bill), open_member(counter, member_id, lines=1)),
            self._show,
        )

    @property
    def typing(self) -> bool:
        """Whether another amount is being typed."""
        return self.is_mounted and bool(self.query_one("#amount").display)

    def _show(self, shown: LadderFor) -> None:
        self.shown = shown
        today = self.desk.counter.now().astimezone(self.desk.counter.zone).date()
        who = self.query_one("#who", Static)
        who.update(head_line(shown.view, today, self.room, self.language))
        lines = [self._row(offer) for offer in shown.ladder.offers]
        if shown.ladder.any_amount:
            least = format_minor(shown.ladder.minimum_minor)
            lines.append(Text(self.say(words.OTHER_AMOUNT, minimum=least), MUTED))
        fits = next((place for place, offer in enumerate(shown.ladder.offers) if offer.fits), 0)
        rows = self.query_one(Rows)
        rows.takes_zero(any_amount=shown.ladder.any_amount)
        rows.fill(lines, highlighted=fits)
        rows.styles.max_height = 2 * len(lines)
        rows.focus()
        self.refresh_keys()

    def _row(self, offer: RungOffer) -> Text:
        shut = offer.refusal is not None
        style = FAINT if shut else INK
        bonus = self.say(words.RUNG_BONUS, bonus=format_minor(offer.bonus_minor)) if offer.bonus_minor else ""
        line = row(
            cell(self.say(words.RUNG, pay=format_minor(offer.rung.pay_minor)), 14, style=f"bold {style}"),
            cell(bonus, 13, style=FAINT if shut else GREEN),
            cell(self.say(words.RUNG_AFTER, after=format_minor(offer.balance_after_minor)), 16, style=MUTED),
        )
        if offer.refusal is not None:
            return Text.assemble(line, (word(offer.refusal, self.language).what, AMBER))
        if offer.fits:
            after = format_minor(offer.balance_after_minor - self.waiting.due_minor)
            line.append(f"{self.say(words.RUNG_FITS)}  {self.say(words.RUNG_AFTER_BILL, after=after)}", f"bold {INK}")
        return line

    def customer_sees(self) -> LadderShown | None:
        """Return the rungs, or the amount that is typed; the cashier's line stays here."""
        if self.shown is None:
            return None
        marked = None if self.typing else self.query_one(Rows).highlighted
        return ladder_shown(self.shown.view, self.shown.ladder, marked, self.quoted, self.language)

    # keys

    def keys(self) -> Sequence[Key]:
        """Return the tenders and the rest."""
        if not self.is_mounted:
            return ()
        default = Key("enter", frame.NEXT, self.enter, self.why_no_money(frame.TOP_UP), rank=0)
        tenders = [
            Key(name, TENDERS[tender], partial(self.take, tender), self.why_no_money(frame.TOP_UP))
            for name, tender in TENDER_KEYS.items()
        ]
        why = Key(
            "question_mark", frame.WHY, self.why, rank=5, shown=self.quoted is not None or self._offer() is not None
        )
        member = self.member_key("f3", frame.TOP_UP, self.enter, rank=9)
        return self.with_function_keys(default, *tenders, why, member, self.escape_key())

    def escape(self) -> None:
        """Go back to the rungs, or to the member."""
        if self.typing:
            self._type(typing=False)
        else:
            self.app.pop_screen()

    def enter(self) -> None:
        """Take the default tender."""
        self.take(Tender.CASH)

    def why(self) -> None:
        """Show how the bonus came about: of what is typed, else of the marked rung; and why rungs are refused."""
        ladder, marked = self.shown.ladder if self.shown is not None else None, self._offer()
        offer = self.quoted.offer if self.quoted is not None else marked.offer if marked is not None else None
        fits = self.quoted is None and marked is not None and marked.fits
        why = (ladder.why,) if ladder is not None and ladder.why is not None and fits else ()
        reasons, declined = ((), ()) if offer is None else (offer.reasons, offer.declined)
        rungs = ladder.offers if ladder is not None else ()
        speech = Speech(self.language, names_of(self.desk.counter))
        self.paths.open_why(top_up_sections((*why, *reasons), declined, rungs, speech))

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Mark a rung, or begin to type another amount."""
        if self.shown is not None and message.index == len(self.shown.ladder.offers):
            self._type(typing=True)

    def on_option_list_option_highlighted(self, message: Rows.OptionHighlighted) -> None:
        """Show the cashier's line for the marked rung."""
        self._show_offer(self._offer())
        self.tell_customer()
        self.clear_message()

    def _show_offer(self, offer: RungOffer | None) -> None:
        self.query_one("#script", Static).update(self._script(offer) if offer is not None else "")
        self.query_one("#paid", MoneyFigure).show(offer.rung.pay_minor if offer else None)
        self.query_one("#after", MoneyFigure).show(offer.balance_after_minor if offer else None)
        quote = ""
        if offer is not None:
            bonus, credited = offer.bonus_minor, offer.rung.pay_minor + offer.bonus_minor
            here = self.shown.ladder.balance_minor if self.shown is not None else 0
            later = credited - (offer.balance_after_minor - here)
            quote = self._quote_line(bonus, credited, later, offer.offer)
        self.query_one("#quote", Static).update(quote)

    def _quote_line(self, bonus_minor: int, credited_minor: int, later_minor: int, offer: TopUpOffer | None) -> str:
        """Return what a top-up puts on the balance, what of it only later, and what comes beside it."""
        said = [self.say(words.QUOTE_LINE, bonus=format_minor(bonus_minor), credited=format_minor(credited_minor))]
        if later_minor:
            said.append(self.say(offers.OF_WHICH_LATER, later=format_minor(later_minor)))
        return "  ".join((*said, *gift_words(offer, self.language)))

    def _script(self, offer: RungOffer) -> str:
        """Return why a rung fits, and the cashier's line."""
        why = self.shown.ladder.why if self.shown is not None and offer.fits else None
        said = [word_reason(why, self.language)] if why is not None else []
        return "\n".join([*said, offer.rung.script])

    def _offer(self) -> RungOffer | None:
        place = self.query_one(Rows).highlighted
        if self.shown is None or place is None or place >= len(self.shown.ladder.offers):
            return None
        return self.shown.ladder.offers[place]

    def _type(self, *, typing: bool) -> None:
        self.query_one("#amount").display = typing
        self.query_one("#paid").display = not typing
        self.query_one(Rows).disabled = typing
        self.clear_message()
        if typing:
            self._show_offer(None)
        else:
            self._show_offer(self._offer())
        (self.query_one(AmountEntry) if typing else self.query_one(Rows)).focus()
        self.refresh_keys()

    def on_amount_entry_changed(self, message: AmountEntry.Changed) -> None:
        """Quote what is typed."""
        self.clear_message()
        minor = message.entry.minor
        self.quoted = None
        self.query_one("#quote", Static).update("")
        self.query_one("#after", MoneyFigure).show(None)
        self.refresh_keys()
        if minor:
            self._quote(minor, Tender.CASH, self._quoted)

    def _quote(self, minor: int, tender: Tender, then: Callable[[TopUpQuote], None]) -> None:
        counter, member_id, bill = self.desk.counter, self.member_id, self.bill_minor
        self.read(lambda: top_up.quote(counter, member_id, minor, tender, bill_minor=bill), then)

    def _quoted(self, quote: TopUpQuote) -> None:
        self.quoted = quote
        line = self._quote_line(quote.bonus_minor, quote.offer.credited_minor, quote.later_minor, quote.offer)
        self.query_one("#quote", Static).update(line)
        self.query_one("#after", MoneyFigure).show(quote.balance_after_minor)
        self.tell_customer()
        self.refresh_keys()

    def take(self, tender: Tender) -> None:
        """Ask for the marked rung or the typed amount, paid by a tender."""
        if not self.typing and self._offer() is None:
            self._type(typing=True)
            return
        try:
            minor = self._wanted()
        except MoneyError as unreadable:
            self.refuse_error(unreadable)
            return
        self._quote(minor, tender, self._confirm)

    def _wanted(self) -> int:
        offer = None if self.typing else self._offer()
        return offer.rung.pay_minor if offer is not None else self.query_one(AmountEntry).read()

    def _confirm(self, quote: TopUpQuote) -> None:
        counter, language = self.desk.counter, self.language

        def then(done: object) -> None:
            assert isinstance(done, ToppedUp), "a top-up answers with ToppedUp"
            after = After(self._go_on(), self.waiting.due_minor)
            self.paths.show_result(top_up_outcome(done, names_of(counter), language, after))

        self.paths.confirm(top_up_deed(counter, quote, language), then)

    def _go_on(self) -> Callable[[], None]:
        member_id, via, waiting = self.member_id, self.via, self.waiting
        return lambda: self.paths.open_member(member_id, via, waiting=waiting)
