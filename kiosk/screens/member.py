"""The member: what can be spent here, large; digits are an amount, its quote stands at once, Enter takes the payment."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widgets import Static

from kiosk.display_wire import BillShown, MemberShown
from kiosk.screens import phrases_benefits as offer_words
from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_line as line_words
from kiosk.screens import phrases_pot as pot_words
from kiosk.screens.basket import NO_BILL, WaitingBill
from kiosk.screens.bill_lines import basket_lines, benefits_line, offer_lines, quote_lines
from kiosk.screens.billing import BillingScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.member_lines import entry_lines, head_line, lot_lines, total_line, why_notes
from kiosk.screens.paying import Presented, who
from kiosk.screens.shown_to_customer import bill_shown, member_shown
from kiosk.screens.theme import ACCENT, MUTED
from kiosk.screens.why_lines import bill_sections, tier_sections
from kiosk.screens.widgets.amount_entry import AmountEntry
from kiosk.screens.widgets.columns import spread
from kiosk.screens.widgets.figures import MoneyFigure
from kiosk.screens.widgets.header import HeaderBar
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.services.benefits import Benefits, benefits
from kiosk.services.daemon import RefreshOutcome
from kiosk.services.family_pot import Pot, pot_of
from kiosk.services.open_member import MemberView, open_member
from ledger.money import format_minor

LINES = 40
"""How many of a member's last entries are read for the screen."""
_COLUMN, _GAP = 36, 4
_ROWS_ABOVE = 11


class MemberScreen(BillingScreen):
    """One member at the counter."""

    title_phrase = words.MEMBER
    topic = "member"

    def __init__(
        self,
        desk: Desk,
        member_id: str,
        presented: Presented,
        bill: WaitingBill = NO_BILL,
        view: MemberView | None = None,
    ) -> None:
        """Take whose screen it is, how they were identified, what is on the bill already, and the member if just read."""
        super().__init__(desk, member_id, presented)
        self.amount = bill.typed
        self.basket.lines, self.basket.choice = bill.lines, bill.choice
        self.view = view
        self._is_fresh = view is not None
        self._is_refreshed = False
        self._drawn_for = Size(0, 0)

    def compose_body(self) -> ComposeResult:
        """Build head, figures, quote and lines."""
        yield Static(id="who", markup=False)
        with Horizontal(id="figures"):
            yield MoneyFigure(self.say(words.HERE), None, id="here", classes="-left")
            yield AmountEntry(self.say(words.BILL), self.amount, id="bill")
        yield Static(id="total", markup=False)
        yield Static(id="pot", markup=False)
        yield Static(id="benefits", markup=False)
        yield MessageLines()
        with Horizontal(id="lower"):
            yield Static(id="entries", markup=False)
            yield Static(id="lots", markup=False)
            with Vertical(id="side"):
                yield Static(id="quote", markup=False)
                yield Static(id="offer", markup=False)
        yield Static(id="script", markup=False)

    def on_mount(self) -> None:
        """Listen for an amount; a member read already stands in the first frame."""
        super().on_mount()
        self.query_one(AmountEntry).focus()
        if self.view is not None:
            self._show(self.view)
        self._refresh_total()

    def _refresh_total(self) -> None:
        """Have head office tell of this member once, behind what is done here; the figures change when it has."""
        desk, member_id = self.desk, self.member_id
        if not desk.sync.online or self._is_refreshed:
            return
        self._is_refreshed = True
        self._ask(desk.ask(lambda: desk.daemon.refresh(member_id=member_id)), self._refreshed, None, group="refresh")

    def _refreshed(self, outcome: RefreshOutcome) -> None:
        if outcome is RefreshOutcome.FOUND:
            self.reload()

    def reload(self) -> None:
        """Read the member anew."""
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
        self.reload()

    def _show(self, view: MemberView) -> None:
        self.view, self.member_id = view, view.member.member_id
        for header in self.query(HeaderBar):
            header.offline_limit_minor = view.here_minor
            header.refresh()
        self.query_one("#here", MoneyFigure).show(view.here_minor)
        self._draw()
        self._quote()
        self.refresh_keys()
        counter, member_id = self.desk.counter, self.member_id
        self._ask(self.desk.read(benefits, counter, member_id), self._show_benefits, None, group="benefits")
        self._ask(self.desk.read(pot_of, counter, member_id), self._show_pot, None, group="pot")

    def _show_benefits(self, found: Benefits) -> None:
        self.benefits = found
        self._draw_benefits()
        self.refresh_keys()
        self.tell_customer()

    def _show_pot(self, pot: Pot | None) -> None:
        """Show whose pot the member may use; who has nothing of their own here uses it without being asked."""
        found_first, self.pot = self.pot is None and pot is not None, pot
        if pot is None:
            self.uses_pot = False
        elif found_first and self.view is not None and not self.view.here_minor:
            self.uses_pot = True
            self._quote()
        self._draw_pot()
        self.refresh_keys()

    def _draw_pot(self) -> None:
        line, pot = self.query_one("#pot", Static), self.pot
        line.display = pot is not None
        if pot is None:
            return
        owner, language = who(pot.owner, self.language), self.language
        said = Text(pot_words.POT_LINE.said(language, who=owner, amount=format_minor(pot.usable_minor)), MUTED)
        if pot.left_minor is not None:
            said.append("  ").append(pot_words.POT_LEFT.said(language, left=format_minor(pot.left_minor)), MUTED)
        on = Text(pot_words.POT_ON.said(language) if self.uses_pot else "", f"bold {ACCENT}")
        line.update(spread(said, on, self.room))

    def customer_sees(self) -> BillShown | MemberShown | None:
        """Return the bill, else the member."""
        if self.bill is not None:
            pot = self.pot if self.uses_pot else None
            return bill_shown(self.bill, self.language, offers_rung=not self.desk.sync.is_stopped, pot=pot)
        return member_shown(self.view, self.benefits, self.language) if self.view is not None else None

    def _draw_benefits(self) -> None:
        line = self.query_one("#benefits", Static)
        if self.benefits is not None and self.view is not None:
            said = benefits_line(self.benefits, self.view.pending_minor, self.language)
            line.display = bool(said.plain)
            line.update(said)
            self.set_class(line.display, "-benefits")

    def on_resize(self, event: events.Resize) -> None:
        """Fit the lines to the width."""
        if event.size != self._drawn_for:
            self.call_after_refresh(self._draw)

    # keys

    def keys(self) -> Sequence[Key]:
        """Return payment, top-up and the rest."""
        keys = (
            self.member_key("enter", frame.PAY, self.ask_payment, rank=0),
            Key("f3", frame.TOP_UP, self.top_up, self.why_no_stored_value(frame.TOP_UP), rank=1),
            Key("question_mark", frame.WHY, self.why, rank=3) if self.bill is not None or self.has_tiers else None,
            Key("f2", frame.MEMBER_RECORD, self._open_record, rank=3),
            self._pot_key(),
            Key("f4", frame.PAY, self.ask_payment, self.why_no_money(frame.PAY), shown=False),
            self.member_key("f6", frame.POINTS, self.use_points, rank=4) if self.has_points else None,
            self.member_key("f7", frame.CARDS, self._open_cards, rank=2),
            Key("asterisk", offer_words.BASKET, self.set_pieces, shown=False),
            Key("minus", offer_words.BASKET, self.remove_last, shown=False),
            Key("backspace", offer_words.BASKET, self.erase, shown=False) if self.basket.lines else None,
            Key("g", offer_words.BASKET, self.paths.open_goods, rank=4, shown=self.has_goods),
            Key("escape", frame.BACK, self._back, rank=0),
        )
        return self.with_function_keys(*(key for key in keys if key is not None))

    def _pot_key(self) -> Key | None:
        if self.pot is None:
            return None
        return Key("j", pot_words.USE_OWN if self.uses_pot else pot_words.USE_POT, self.toggle_pot, rank=1)

    def _open_record(self) -> None:
        self.paths.open_member(self.member_id, self.via, record=True)

    def _open_cards(self) -> None:
        if self.has_offers:
            self.paths.open_benefits(self.member_id, self.via, self)
        else:
            self.paths.open_cards(self.member_id, self.via)

    def _back(self) -> None:
        entry = self.query_one(AmountEntry)
        if entry.value:
            entry.value = ""
        elif self.basket.lines:
            self.basket.clear()
            self._quote()
        else:
            self.paths.go_home()

    def top_up(self) -> None:
        """Open the ladder, with the bill it shall fit."""
        self.paths.open_top_up(self.member_id, self.via, self.waiting())

    def why(self) -> None:
        """Show how the figure came about, what would change it, and how the tier stands."""
        view, found = self.view, self.benefits
        if view is None:
            return
        notes, speech = why_notes(view, self.desk.counter, self.language), self.speech
        if self.bill is not None:
            self.paths.open_why(bill_sections(self.bill.quote.bill, view.holdings, notes, found, speech))
        elif found is not None:
            self.paths.open_why((*speech.section("", notes), *tier_sections(found.standing, speech)))

    # drawing

    def _draw(self) -> None:
        view = self.view
        if view is None:
            return
        width, self._drawn_for = self.room, self.app.size
        today = self.desk.counter.now().astimezone(self.desk.counter.zone).date()
        self.query_one("#who", Static).update(head_line(view, today, width, self.language))
        self.asking_changed(self._asking_missing)
        zone, language = self.desk.counter.zone, self.language
        entries_width = _COLUMN if self.is_roomy else width - _COLUMN - _GAP
        rows = max(3, self.app.size.height - _ROWS_ABOVE)
        goods = self.basket.bill_lines(self.query_one(AmountEntry).minor or 0)
        shown = entry_lines(view, rows, entries_width, zone, language)
        if self.basket.lines:
            shown = basket_lines(goods, rows - 1, entries_width, language)
        self.query_one("#entries", Static).update(shown)
        lots = self.query_one("#lots", Static)
        lots.display = self.is_roomy
        if lots.display:
            lots.update(lot_lines(view, width - 2 * (_COLUMN + _GAP), zone, language))
        self.query_one("#quote", Static).update(self._quote_text(_COLUMN))
        self._draw_offer()

    def bill_changed(self) -> None:
        """Show the bill as it is now."""
        self._draw_pot()
        self.tell_customer()
        self._draw()
        self.refresh_keys()

    def asking_changed(self, missing_minor: int = 0) -> None:
        """Say what all places hold together, and what is being asked for."""
        self._asking_missing = asking_minor = missing_minor
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
        stored, pot = self.bill.quote.terms.stored_minor, self.pot if self.uses_pot else None
        after = pot.usable_minor - stored if pot is not None else None
        return quote_lines(self.bill.quote, width, self.language, after)

    def _draw_offer(self) -> None:
        """Show the rung that fits, why, and what the cashier may say."""
        bill = None if self.desk.sync.is_stopped else self.bill
        offers = bill.ladder.offers if bill is not None else ()
        fitting = next((each for each in offers if each.fits and each.refusal is None), None)
        offer, script = self.query_one("#offer", Static), self.query_one("#script", Static)
        offer.display = fitting is not None
        script.display = fitting is not None and bool(fitting.rung.script)
        if fitting is not None and bill is not None:
            due = bill.quote.bill.paid_price_minor
            offer.update(offer_lines(fitting, bill.ladder.why, due, _COLUMN, self.language))
            script.update(fitting.rung.script)
