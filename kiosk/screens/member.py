"""The member: what can be spent here, large; digits are an amount, its quote stands at once, Enter takes the payment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widgets import Static

from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_line as line_words
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.member_lines import entry_lines, head_line, lot_lines, total_line, why_notes
from kiosk.screens.paying import Presented, payment_deed, payment_outcome
from kiosk.screens.theme import ACCENT, AMBER, INK, MUTED
from kiosk.screens.widgets.amount_entry import AmountEntry
from kiosk.screens.widgets.columns import spread
from kiosk.screens.widgets.figures import MoneyFigure
from kiosk.screens.widgets.header import HeaderBar
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.services import pay
from kiosk.services.approve import approval_needed
from kiosk.services.daemon import RefreshOutcome
from kiosk.services.find_member import Via
from kiosk.services.open_member import MemberView, open_member
from kiosk.services.prepare_payment import Prepared, missing, prepare
from kiosk.services.top_up import LadderView, ladder
from ledger.errors import MoneyError
from ledger.money import format_minor
from ledger.rules.programme import ApprovedAct

Asked = tuple[Prepared, bool]
"""A bill as it will be paid, and whether a second person will be needed."""
LINES = 40
"""How many of a member's last entries are read for the screen."""
_COLUMN, _GAP = 36, 4
_ROWS_ABOVE = 11


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill as it would be paid, and the ladder seen from it."""

    quote: pay.PayQuote
    ladder: LadderView


class MemberScreen(CounterScreen):
    """One member at the counter."""

    title_phrase = words.MEMBER
    topic = "member"

    def __init__(
        self, desk: Desk, member_id: str, presented: Presented, amount: str = "", view: MemberView | None = None
    ) -> None:
        """Take whose screen it is, how they were identified, an amount typed already, and the member if read just now."""
        super().__init__(desk)
        self.member_id = member_id
        self.presented = presented
        self.via = presented.via
        self.amount = amount
        self.view = view
        self._is_fresh = view is not None
        self._is_refreshed = False
        self._asking_minor = 0
        self._asking_missing = 0
        self._drawn_for = Size(0, 0)
        self.bill: BillView | None = None

    def compose_body(self) -> ComposeResult:
        """Build head, figures, quote and lines."""
        yield Static(id="who", markup=False)
        with Horizontal(id="figures"):
            yield MoneyFigure(self.say(words.HERE), None, id="here", classes="-left")
            yield AmountEntry(self.say(words.BILL), self.amount, id="bill")
        yield Static(id="total", markup=False)
        yield MessageLines()
        with Horizontal(id="lower"):
            yield Static(id="entries", markup=False)
            yield Static(id="lots", markup=False)
            with Vertical(id="side"):
                yield Static(id="quote", markup=False)
                yield Static(id="offer", markup=False)

    def on_mount(self) -> None:
        """Listen for an amount; a member read already stands in the first frame."""
        super().on_mount()
        self.query_one(AmountEntry).focus()
        if self.view is not None:
            self._show(self.view)
        self._refresh_total()

    @property
    def is_asking(self) -> bool:
        """Whether head office is being asked to bring value here."""
        return self._asking_missing > 0

    def _refresh_total(self) -> None:
        """Have head office tell of this member once, behind what is done here; the figures change when it has."""
        desk, member_id = self.desk, self.member_id
        if not desk.sync.online or self._is_refreshed:
            return
        self._is_refreshed = True
        self._ask(desk.ask(lambda: desk.daemon.refresh(member_id=member_id)), self._refreshed, None, group="refresh")

    def _refreshed(self, outcome: RefreshOutcome) -> None:
        if outcome is RefreshOutcome.FOUND:
            self._reload()

    def _reload(self) -> None:
        counter, member_id = self.desk.counter, self.member_id
        self._ask(self.desk.read(open_member, counter, member_id, LINES), self._show, None, group="member")

    def desk_changed(self) -> None:
        """Show the header anew, and ask for the total where the line is back."""
        super().desk_changed()
        self._refresh_total()
        self._draw()

    def on_screen_resume(self) -> None:
        """Read the member as they are now, unless they were read a moment ago."""
        if self._is_fresh:
            self._is_fresh = False
            return
        super().on_screen_resume()
        self.query_one(AmountEntry).focus()
        self._reload()

    def _show(self, view: MemberView) -> None:
        self.view, self.member_id = view, view.member.member_id
        for header in self.query(HeaderBar):
            header.offline_limit_minor = view.here_minor
            header.refresh()
        self.query_one("#here", MoneyFigure).show(view.here_minor)
        self._draw()
        self._quote()
        self.refresh_keys()

    def on_resize(self, event: events.Resize) -> None:
        """Fit the lines to the width."""
        if event.size != self._drawn_for:
            self.call_after_refresh(self._draw)

    # keys

    def keys(self) -> Sequence[Key]:
        """Return payment, top-up and the rest."""
        return self.with_function_keys(
            self.member_key("enter", frame.PAY, self.ask_payment, rank=0),
            Key("f3", frame.TOP_UP, self.top_up, self.why_no_stored_value(frame.TOP_UP), rank=1),
            Key("question_mark", frame.WHY, self.why, rank=3, shown=self.bill is not None),
            Key("f2", frame.MEMBER_RECORD, self._open_record, rank=3),
            Key("f4", frame.PAY, self.ask_payment, self.why_no_money(frame.PAY), shown=False),
            self.member_key("f7", frame.CARDS, self._open_cards, rank=2),
            Key("escape", frame.BACK, self._back, rank=0),
        )

    def _open_record(self) -> None:
        self.paths.open_member(self.member_id, self.via, record=True)

    def _open_cards(self) -> None:
        self.paths.open_cards(self.member_id, self.via)

    def _back(self) -> None:
        entry = self.query_one(AmountEntry)
        if entry.value:
            entry.value = ""
        else:
            self.paths.go_home()

    def top_up(self) -> None:
        """Open the ladder, with the bill it shall fit."""
        self.paths.open_top_up(self.member_id, self.via, bill=self.query_one(AmountEntry).value)

    def why(self) -> None:
        """Show how the figure came about."""
        if self.bill is not None and self.view is not None:
            notes = why_notes(self.view, self.desk.counter, self.language)
            self.paths.open_why(self.bill.quote.terms.reasons, self.view.holdings, notes)

    # the bill

    def on_amount_entry_changed(self, message: AmountEntry.Changed) -> None:
        """Quote what is typed."""
        self.clear_message()
        self._quote()

    def _quote(self) -> None:
        bill = self.query_one(AmountEntry).minor
        if not bill:
            self.bill = None
            self._draw()
            self.refresh_keys()
            return
        counter, member_id = self.desk.counter, self.member_id
        self.read(lambda: BillView(pay.quote(counter, member_id, bill), ladder(counter, member_id, bill)), self._quoted)

    def _quoted(self, bill: BillView) -> None:
        self.bill = bill
        self._draw()
        self.refresh_keys()

    def ask_payment(self) -> None:
        """Ask for the payment of what is typed, whatever the last quote said."""
        try:
            minor = self.query_one(AmountEntry).read()
        except MoneyError as unreadable:
            self.refuse_error(unreadable)
            return
        if minor == self._asking_minor:
            return
        desk, member_id, via = self.desk, self.member_id, self.via

        def preparing() -> Asked:
            prepared = prepare(desk.counter, desk.daemon, member_id, minor)
            stored = prepared.quote.terms.stored_minor
            searched = via is Via.SEARCH and stored > 0
            return prepared, searched and approval_needed(desk.counter, ApprovedAct.SPEND_WITHOUT_CODE, stored)

        def looking() -> Asked | int:
            return missing(desk.counter, member_id, minor) or preparing()

        def looked(found: Asked | int) -> None:
            if isinstance(found, int):
                self._ask_office(minor, found, preparing)
            else:
                self._confirm(found)

        self.read(looking, looked)

    def _ask_office(self, bill_minor: int, missing_minor: int, preparing: Callable[[], Asked]) -> None:
        """Ask head office for what is missing, and leave the keys alone meanwhile."""
        self._asking_minor = bill_minor
        self._show_total(missing_minor)
        self._ask(self.desk.ask(preparing), self._answered, self._not_prepared, group="ask")

    def _not_prepared(self, error: Exception) -> None:
        self._asking_minor = 0
        self._show_total()
        self.refuse_error(error)

    def _answered(self, asked: Asked) -> None:
        """Show what came; go on to the sentence if the bill is still the one that was asked for."""
        bill, self._asking_minor = self._asking_minor, 0
        self._show_total()
        self._reload()
        if self.app.screen is self and self.query_one(AmountEntry).minor == bill:
            self._confirm(asked)

    def _confirm(self, asked: Asked) -> None:
        prepared, guarded = asked
        counter, language = self.desk.counter, self.language

        def then(paid: object) -> None:
            assert isinstance(paid, pay.Paid), "a payment answers with Paid"
            self.paths.show_result(payment_outcome(paid, language))

        self.paths.confirm(payment_deed(counter, prepared, self.presented, language, guarded=guarded), then)

    # drawing

    def _draw(self) -> None:
        view = self.view
        if view is None:
            return
        width, self._drawn_for = self.room, self.app.size
        today = self.desk.counter.now().astimezone(self.desk.counter.zone).date()
        self.query_one("#who", Static).update(head_line(view, today, width, self.language))
        self._show_total(self._asking_missing)
        zone, language = self.desk.counter.zone, self.language
        entries_width = _COLUMN if self.is_roomy else width - _COLUMN - _GAP
        rows = max(3, self.app.size.height - _ROWS_ABOVE)
        self.query_one("#entries", Static).update(entry_lines(view, rows, entries_width, zone, language))
        lots = self.query_one("#lots", Static)
        lots.display = self.is_roomy
        if lots.display:
            lots.update(lot_lines(view, width - 2 * (_COLUMN + _GAP), zone, language))
        self.query_one("#quote", Static).update(self._quote_text(_COLUMN))
        self._draw_offer()

    def _show_total(self, asking_minor: int = 0) -> None:
        """Say what all places hold together, and what is being asked for."""
        self._asking_missing = asking_minor
        if self.view is None:
            return
        asking = self.say(line_words.ASKING, amount=format_minor(asking_minor)) if asking_minor else ""
        said = total_line(self.view, self.desk.counter, self.language)
        total = self.query_one("#total", Static)
        total.display = bool(said or asking)
        self.set_class(total.display, "-joined")
        total.update(spread(Text(said, MUTED), Text(asking, f"bold {ACCENT}"), self.room))

    def _quote_text(self, width: int) -> Text:
        if self.bill is None:
            return Text(self.say(words.TYPE_AMOUNT), MUTED, justify="right")
        terms, half = self.bill.quote.terms, width
        parts = [(words.STORED_PART, terms.stored_minor, f"bold {INK}")]
        if terms.stored_minor:
            parts += [(words.PRINCIPAL, terms.principal_minor, MUTED), (words.BONUS, terms.bonus_minor, MUTED)]
        if terms.rest_minor:
            parts.append((words.REST_PART, terms.rest_minor, f"bold {AMBER}"))
        parts.append((words.AFTER, terms.available_after_minor, INK))
        return Text("\n").join(
            spread(Text(self.say(label), MUTED), Text(format_minor(minor), style), half)
            for label, minor, style in parts
        )

    def _draw_offer(self) -> None:
        offer = self.query_one("#offer", Static)
        fitting = None
        if self.bill is not None and not self.desk.sync.is_stopped:
            fitting = next((each for each in self.bill.ladder.offers if each.fits and each.refusal is None), None)
        offer.display = fitting is not None
        if fitting is None or self.bill is None:
            return
        bill = self.bill.quote.terms.list_price_minor
        offered = self.say(
            words.OFFER, pay=format_minor(fitting.rung.pay_minor), bonus=format_minor(fitting.bonus_minor)
        )
        after = format_minor(fitting.balance_after_minor - bill)
        left = self.say(words.OFFER_AFTER, bill=format_minor(bill), after=after)
        key = self.say(words.OFFER_KEY)
        offer.update(Text.assemble((offered, f"bold {INK}"), "\n", (left, MUTED), "\n", (key, f"bold {ACCENT}")))
