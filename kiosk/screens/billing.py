"""The bill of a member: goods scanned or an amount typed, quoted at every change, asked for with one key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypedDict

from kiosk.screens import phrases_benefits as offer_words
from kiosk.screens.basket import Basket, WaitingBill
from kiosk.screens.bill_points import BillPointsScreen
from kiosk.screens.desk import Desk
from kiosk.screens.paying import Presented, payment_deed, payment_outcome
from kiosk.screens.why_lines import Speech
from kiosk.screens.widgets.amount_entry import AmountEntry
from kiosk.services import pay
from kiosk.services.approve import approval_needed
from kiosk.services.benefits import Benefits
from kiosk.services.family_pot import Pot, prepare_from_pot, quote_from_pot
from kiosk.services.find_member import Via
from kiosk.services.goods import find_goods, looks_like_barcode
from kiosk.services.occasions import Choice
from kiosk.services.offer_names import names_of
from kiosk.services.prepare_payment import Prepared, missing, prepare
from kiosk.services.top_up import LadderView, ladder
from ledger.errors import MoneyError, PointsOverCap, UnitsTooFew
from ledger.money import format_minor
from ledger.rules.occasion import BasketLine
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import Goods


class Chosen(TypedDict):
    """What every question about a bill needs beside its amount."""

    lines: tuple[BasketLine, ...]
    choice: Choice


Asked = tuple[Prepared, bool]
"""A bill as it will be paid, and whether a second person will be needed."""
GOODS_UNKNOWN: Final = (offer_words.GOODS_UNKNOWN, offer_words.GOODS_UNKNOWN_WHY, offer_words.GOODS_UNKNOWN_NEXT)
"""What is said of a bar code that the catalogue does not have."""


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill as it would be paid, and the ladder seen from it."""

    quote: pay.PayQuote
    ladder: LadderView


class BillingScreen(BillPointsScreen):
    """What a screen with a bill on it does with goods, amounts and the payment; the member screen draws it."""

    serves = True

    def __init__(self, desk: Desk, member_id: str, presented: Presented) -> None:
        """Take whose bill it is and how they were identified."""
        super().__init__(desk)
        self.member_id = member_id
        self.presented = presented
        self.via = presented.via
        self.basket = Basket()
        self.bill: BillView | None = None
        self.benefits: Benefits | None = None
        self.pot: Pot | None = None
        self.uses_pot = False
        self._asking_minor = 0
        self._asking_missing = 0

    def bill_changed(self) -> None:
        """Show the bill as it is now."""
        raise NotImplementedError

    def asking_changed(self, missing_minor: int = 0) -> None:
        """Show that head office is being asked for so many fen, or no longer."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read the member anew."""
        raise NotImplementedError

    @property
    def is_asking(self) -> bool:
        """Whether head office is being asked to bring value here."""
        return self._asking_missing > 0

    def waiting(self) -> WaitingBill:
        """Return the bill as it waits while something else is done for the member."""
        due = self.bill.quote.bill.paid_price_minor if self.bill is not None else 0
        typed = self.query_one(AmountEntry).value
        return WaitingBill(self._bill_text(), typed, self.basket.lines, self.basket.choice, due)

    def _bill_text(self) -> str:
        """Return the bill as an amount that is typed."""
        typed = self.query_one(AmountEntry).value
        return format_minor(self._bill_minor()).replace(",", "") if self.basket.lines else typed

    def _bill_minor(self) -> int:
        """Return the list price of the basket and of what is typed, in fen."""
        return self.basket.list_minor + (self.query_one(AmountEntry).minor or 0)

    @property
    def has_offers(self) -> bool:
        """Whether the programme gives members anything beside money."""
        return self.benefits is not None and self.benefits.has_offers

    @property
    def has_points(self) -> bool:
        """Whether points mean anything for this member."""
        return self.benefits is not None and self.benefits.has_points

    @property
    def has_tiers(self) -> bool:
        """Whether the programme has tiers."""
        standing = self.benefits.standing if self.benefits is not None else None
        return standing is not None and (standing.tier is not None or standing.following is not None)

    @property
    def speech(self) -> Speech:
        """What reasons are said with."""
        return Speech(self.language, names_of(self.desk.counter))

    @property
    def has_goods(self) -> bool:
        """Whether the programme has a catalogue of goods."""
        return self.benefits is not None and self.benefits.has_goods

    def use_points(self) -> None:
        """Pay with points as far as the bill takes them; again asks how many; without a bill open the points."""
        self.clear_message()
        if self.bill is None:
            self.paths.open_points(self.member_id, self.via)
            return
        if self.basket.choice.points:
            self._use_points(self.bill.quote.bill.most_points)
        else:
            self.gather_points(self.bill.quote, self._use_points)

    def bill_quote(self) -> pay.PayQuote | None:
        """Return the bill as it stands now."""
        return self.bill.quote if self.bill is not None else None

    def _use_points(self, most: int) -> None:
        if not most and not self.basket.choice.points:
            points = self.benefits.points if self.benefits is not None else 0
            phrases = (offer_words.NO_POINTS_HERE, offer_words.NO_POINTS_HERE_WHY, offer_words.NO_POINTS_HERE_NEXT)
            self.refuse(self.refusal(*phrases, points=points), stops=False)
            return
        policy = self.benefits.policy if self.benefits is not None else None
        if self.basket.choice.points and self.benefits is not None and policy is not None:
            self.paths.ask_points((policy, most, self.benefits.points), self._pay_with_points)
        else:
            self._pay_with_points(most)

    def _pay_with_points(self, points: int) -> None:
        self.basket.use_points(points)
        self._quote()

    def set_aside(self, rule_id: str, *, chosen: bool | None) -> None:
        """Ask for an offer on this bill, refuse it, or leave it to the programme for None."""
        self.basket.choose(rule_id, chosen=chosen)
        self._quote()

    def toggle_pot(self) -> None:
        """Let this bill use the family's pot, or the member's own stored value again."""
        self.clear_message()
        self.uses_pot = not self.uses_pot and self.pot is not None
        self._quote()

    # goods

    def on_scan(self, text: str) -> bool:
        """Put scanned goods on the bill; other codes mean what they mean everywhere."""
        if not looks_like_barcode(text):
            return False
        counter = self.desk.counter
        self._ask(self.desk.read(find_goods, counter, text), lambda found: self._scanned(text, found), None, "goods")
        return True

    def _scanned(self, text: str, goods: Goods | None) -> None:
        if goods is None:
            self.refuse(self.refusal(*GOODS_UNKNOWN, text=text), stops=False)
        else:
            self.take_goods(goods)

    def take_goods(self, goods: Goods) -> None:
        """Put goods on the bill."""
        self.clear_message()
        self.basket.add(goods)
        self._quote()

    def set_pieces(self) -> None:
        """Let the number that is typed be the pieces of the last goods."""
        entry = self.query_one(AmountEntry)
        if self.basket.set_typed_pieces(entry.value):
            entry.value = ""
            self._quote()

    def erase(self) -> None:
        """Take the last digit away; where nothing is typed, the last goods."""
        entry = self.query_one(AmountEntry)
        if entry.value:
            entry.value = entry.value[:-1]
        else:
            self.remove_last()

    def remove_last(self) -> None:
        """Take the last goods off the bill."""
        self.basket.remove_last()
        self._quote()

    # the bill

    def on_amount_entry_changed(self, message: AmountEntry.Changed) -> None:
        """Quote what is typed."""
        self.clear_message()
        self._quote()

    def _quote(self) -> None:
        self.query_one(AmountEntry).stand(self.basket.list_minor)
        bill = self._bill_minor()
        if not bill:
            self.bill = None
            self.bill_changed()
            return
        counter, member_id, chosen, from_pot = self.desk.counter, self.member_id, self._chosen(), self.uses_pot

        def quoting() -> BillView:
            ask = quote_from_pot if from_pot else pay.quote
            return BillView(ask(counter, member_id, bill, **chosen), ladder(counter, member_id, bill))

        self.read(quoting, self._quoted, self._not_quoted)

    def _not_quoted(self, error: Exception) -> None:
        """Say why a bill cannot be so; points it no longer takes are left out, so that the bill goes on."""
        if isinstance(error, PointsOverCap | UnitsTooFew) and self.basket.choice.points:
            self.basket.use_points(0)
            self._quote()
        self.refuse_error(error)

    def _chosen(self) -> Chosen:
        """Return the goods and what was chosen for this bill, as every question about it needs them."""
        typed = self.query_one(AmountEntry).minor or 0
        return {"lines": self.basket.bill_lines(typed), "choice": self.basket.choice}

    def _quoted(self, bill: BillView) -> None:
        self.bill = bill
        self.bill_changed()

    def ask_payment(self) -> None:
        """Ask for the payment of what is typed, whatever the last quote said."""
        try:
            if not self.basket.lines or self.query_one(AmountEntry).value:
                self.query_one(AmountEntry).read()
        except MoneyError as unreadable:
            self.refuse_error(unreadable)
            return
        minor = self._bill_minor()
        if minor == self._asking_minor:
            return
        desk, member_id, via, chosen, from_pot = self.desk, self.member_id, self.via, self._chosen(), self.uses_pot

        def preparing() -> Asked:
            ask = prepare_from_pot if from_pot else prepare
            prepared = ask(desk.counter, desk.daemon, member_id, minor, **chosen)
            stored = prepared.quote.terms.stored_minor
            searched = via is Via.SEARCH and stored > 0
            return prepared, searched and approval_needed(desk.counter, ApprovedAct.SPEND_WITHOUT_CODE, stored)

        def looking() -> Asked | int:
            short = 0 if from_pot else missing(desk.counter, member_id, minor, **chosen)
            return short or preparing()

        def looked(found: Asked | int) -> None:
            if isinstance(found, int):
                self._ask_office(minor, found, preparing)
            else:
                self._confirm(found)

        self.read(looking, looked)

    def _ask_office(self, bill_minor: int, missing_minor: int, preparing: Callable[[], Asked]) -> None:
        """Ask head office for what is missing, and leave the keys alone meanwhile."""
        self._asking_minor = bill_minor
        self.asking_changed(missing_minor)
        self._ask(self.desk.ask(preparing), self._answered, self._not_prepared, group="ask")

    def _not_prepared(self, error: Exception) -> None:
        self._asking_minor = 0
        self.asking_changed()
        self.refuse_error(error)

    def _answered(self, asked: Asked) -> None:
        """Show what came; go on to the sentence if the bill is still the one that was asked for."""
        bill, self._asking_minor = self._asking_minor, 0
        self.asking_changed()
        self.reload()
        if self.app.screen is self and self._bill_minor() == bill:
            self._confirm(asked)

    def _confirm(self, asked: Asked) -> None:
        prepared, guarded = asked
        counter, language = self.desk.counter, self.language

        def then(paid: object) -> None:
            assert isinstance(paid, pay.Paid), "a payment answers with Paid"
            self.paths.show_result(payment_outcome(paid, names_of(counter), language))

        presented = replace(self.presented, person=self.pot.person if self.pot is not None and self.uses_pot else None)
        self.paths.confirm(payment_deed(counter, prepared, presented, language, guarded=guarded), then)
