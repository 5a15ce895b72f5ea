"""Pay: as much as the purse here holds, the rest by a second tender, change in cash (B9, P2, R2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from kiosk.model import purses
from kiosk.model.journal import Recorded
from kiosk.model.members import Member
from kiosk.model.shifts import Shift
from kiosk.receipts.document import Document
from kiosk.receipts.facts import FamilyLeft
from kiosk.services import slips
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.draws import settle
from kiosk.services.errors import CashTooLittle, QuoteChanged, RestTenderMissing, StoredValueStopped
from kiosk.services.family import allowance, check_person
from kiosk.services.find_member import Via, living_card
from kiosk.services.follow_up import follow_up
from kiosk.services.giving import book_gifts, cut_facts, rule_fact, use_units
from kiosk.services.occasions import NO_CHOICE, Choice, Moment, Scene, choice_facts, occasion, this_moment
from kiosk.services.open_member import known_total, load_member
from kiosk.services.recording import Draft, plain, record
from kiosk.services.redeem import earned_by, presold_to_sales
from kiosk.services.shifts import own_shift
from kiosk.services.sync_state import stopped_reason
from ledger.accounts import StoreAccount, Tender, member_account, store_account, till_account
from ledger.entries import EntryKind, Facts, Posting
from ledger.errors import NothingToPay
from ledger.rules.bill import BillTerms, Purse, bill_terms
from ledger.rules.occasion import BasketLine, Event, typed_amount
from ledger.rules.programme import ApprovedAct, Programme
from ledger.rules.spend import SpendTerms

POINTS_PAID: Final = "points.paid"
"""The rule id of points that pay part of a bill."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Ask to take a payment; amounts in fen.

    `stored_minor` is the part from stored value as it was shown; what is left of the paid price is the rest, paid by
    `rest_tender`; `tendered_minor` is the cash given for it. `via` tells how the member was identified, `card_code` by
    which card. `lines` are the goods, none for an amount that was typed; `expected_paid_minor` is the price after
    reductions as it was shown, None for the list price. `person` is who of the member's family pays from their pot.
    """

    member_id: str
    list_price_minor: int
    stored_minor: int
    rest_tender: Tender | None = None
    rest_reference: str | None = None
    tendered_minor: int = 0
    via: Via = Via.MEMBER_CODE
    card_code: str | None = None
    lines: tuple[BasketLine, ...] = ()
    choice: Choice = NO_CHOICE
    expected_paid_minor: int | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class PayQuote:
    """How a bill would be paid, nothing done yet: what comes off, what is left, what it earns."""

    member: Member
    bill: BillTerms
    choice: Choice = NO_CHOICE
    lines: tuple[BasketLine, ...] = ()

    @property
    def terms(self) -> SpendTerms:
        """How the paid price is paid: stored part and rest."""
        return self.bill.spend


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that is durable, the change to hand back, and what all places hold now where that is known (fen)."""

    done: Done
    change_minor: int
    total_minor: int | None = None


def quote(
    counter: Counter,
    member_id: str,
    list_price_minor: int,
    stored_minor: int | None = None,
    *,
    lines: tuple[BasketLine, ...] = (),
    choice: Choice = NO_CHOICE,
) -> PayQuote:
    """Return how a bill would be paid, with as much stored value as is here unless a part (fen) is named.

    A stopped box offers none of it, and no units either. Raises MemberUnknown, NothingToPay, BalanceTooSmall, UnitsTooFew,
    PointsOverCap.
    """
    withheld = stopped_reason(counter) is not None
    asked = Bill(member_id, list_price_minor, 0 if withheld and stored_minor is None else stored_minor, lines, choice)
    return quote_at(counter, counter.programme(), asked, this_moment(counter), withheld=withheld)


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill to be weighed: whose, how much (fen), the part from stored value (None for as much as is here), the goods."""

    member_id: str
    list_price_minor: int
    stored_minor: int | None
    lines: tuple[BasketLine, ...] = ()
    choice: Choice = NO_CHOICE


def quote_at(counter: Counter, programme: Programme, asked: Bill, moment: Moment, *, withheld: bool) -> PayQuote:
    """Return how a bill is paid under a programme at a moment; what is booked, and what a replay finds again.

    `withheld` leaves coupons, points and visits out: a stopped box moves nothing that a member owns.
    """
    member = load_member(counter, asked.member_id)
    if asked.list_price_minor <= 0:
        raise NothingToPay(asked.list_price_minor)
    basket = asked.lines or typed_amount(asked.list_price_minor)
    listed = sum(line.list_minor for line in basket)
    if listed != asked.list_price_minor:
        raise QuoteChanged(asked.list_price_minor, listed)
    scene = Scene(asked.list_price_minor, basket, choice=asked.choice)
    holdings = purses.holdings(counter.store, member.member_id)
    seen = occasion(counter, programme, Event.PAY, member.member_id, scene, moment, holdings)
    if withheld:
        holdings = tuple(holding for holding in holdings if not holding.units)
        if seen.member is not None:
            seen = replace(seen, member=replace(seen.member, held={}))
    bill = bill_terms(programme.promises, seen, Purse(holdings, asked.choice.points, asked.stored_minor))
    return PayQuote(member, bill, asked.choice, asked.lines)


def pay(counter: Counter, act: Act, asked: Payment) -> Paid:
    """Take a payment and queue the receipt.

    Raises what `quote` raises, QuoteChanged when the price is not the one shown, RestTenderMissing, CashTooLittle,
    NotInFamily and FamilyLimitReached for a person of a family,
    ApprovalNeeded (spending without a code or card), StoredValueStopped, CardIsBlocked or CardWasReplaced since the card
    was presented, NoOpenShift, ShiftOfAnother.
    """
    known = list[int | None]()

    def slip(drawn: PayQuote, recorded: Recorded, paid_by: tuple[Member, FamilyLeft] | None) -> Document:
        seen = slips.everywhere(counter, drawn.member.member_id, drawn.terms.available_after_minor)
        known.append(None if seen is None else seen.total_minor)
        return slips.payment(counter, drawn, recorded, seen, paid_by)

    def draft(programme: Programme, occurred_at: datetime) -> Draft:
        shift, stopped = own_shift(counter, act.cashier), stopped_reason(counter)
        withheld = stopped is not None
        bill = Bill(asked.member_id, asked.list_price_minor, asked.stored_minor, asked.lines, asked.choice)
        offered = quote_at(counter, programme, bill, Moment(shift.business_date, occurred_at), withheld=withheld)
        _check(counter, programme, act, asked, offered, stopped)
        person = _person_facts(counter, programme, asked, offered, shift.business_date)
        change = _change(asked, offered.terms.rest_minor)
        store = counter.store.identity.store
        settled = settle(counter, programme, act, offered.member.member_id, offered.bill.given)
        drawn = replace(offered, bill=replace(offered.bill, given=settled.given)) if settled.draws else offered
        gifts = book_gifts(programme, store, act.entry_id, offered.member.member_id, settled.given)
        return Draft(
            business_date=shift.business_date,
            postings=(*_postings(counter, asked, offered), *gifts.postings),
            lots=gifts.lots,
            member_id=offered.member.member_id,
            shift_id=shift.shift_id,
            facts=_facts(asked, offered.bill, change)
            | _offer_facts(offered, gifts.rules, withheld=withheld)
            | settled.facts
            | person,
            slip=lambda recorded: slip(drawn, recorded, _paid_by(counter, programme, asked, shift)),
            opens_drawer=bool(offered.terms.rest_minor) and asked.rest_tender is Tender.CASH,
        )

    done = record(counter, act, EntryKind.SPEND, asked, draft)
    follow_up(counter, act.cashier, done.recorded)
    entry = done.recorded.entry
    total = known[0] if known else known_total(counter, entry.member_id or asked.member_id)
    return Paid(done, entry.facts["change_minor"], total)


def _paid_by(counter: Counter, programme: Programme, asked: Payment, shift: Shift) -> tuple[Member, FamilyLeft] | None:
    """Return the person of a family who paid and what they may still use, after their payment is in the books."""
    if not asked.person:
        return None
    left = allowance(counter, programme, asked.person, shift.business_date)
    return load_member(counter, asked.person), FamilyLeft(left.left_minor if left is not None else 0)


def _check(
    counter: Counter, programme: Programme, act: Act, asked: Payment, offered: PayQuote, stopped: str | None
) -> None:
    """Refuse a payment that is not what was shown, or that somebody else must agree to."""
    expected = asked.list_price_minor if asked.expected_paid_minor is None else asked.expected_paid_minor
    if offered.bill.paid_price_minor != expected:
        raise QuoteChanged(expected, offered.bill.paid_price_minor)
    if asked.stored_minor or offered.bill.unit_takes:
        if stopped is not None:
            raise StoredValueStopped(stopped)
        if asked.card_code is not None:
            living_card(counter, asked.card_code)
        if asked.via is Via.SEARCH:
            value = asked.stored_minor or offered.bill.off_minor
            require_approval(programme, act, ApprovedAct.SPEND_WITHOUT_CODE, value)


def _person_facts(counter: Counter, programme: Programme, asked: Payment, offered: PayQuote, on: date) -> Facts:
    """Return who of a family pays, within their limits; nothing for a member who pays from their own purse."""
    if not asked.person:
        return {}
    stored = offered.terms.stored_minor
    return {"person": check_person(counter, programme, asked.person, offered.member.member_id, stored, on)}


def _change(asked: Payment, rest_minor: int) -> int:
    if not rest_minor:
        return 0
    if asked.rest_tender is None:
        raise RestTenderMissing(rest_minor)
    if asked.rest_tender is not Tender.CASH:
        return 0
    if asked.tendered_minor < rest_minor:
        raise CashTooLittle(rest_minor, asked.tendered_minor)
    return asked.tendered_minor - rest_minor


def _postings(counter: Counter, asked: Payment, offered: PayQuote) -> tuple[Posting, ...]:
    terms, member_id, store = offered.terms, offered.member.member_id, counter.store.identity.store
    sales = store_account(StoreAccount.SALES, store)
    postings = [
        Posting(member_account(key), sales, minor)
        for take in terms.takes
        for key, minor in take.lines(member_id).items()
    ]
    if terms.rest_minor and asked.rest_tender is not None:
        postings.append(Posting(till_account(counter.till, asked.rest_tender), sales, terms.rest_minor))
    takes = offered.bill.unit_takes
    if takes:
        holdings = purses.holdings(counter.store, member_id)
        postings += use_units(store, holdings, takes)
        postings += presold_to_sales(store, earned_by(counter, holdings, takes))
    return tuple(postings)


def _facts(asked: Payment, bill: BillTerms, change_minor: int) -> Facts:
    terms = bill.spend
    rest_tender = asked.rest_tender.value if asked.rest_tender is not None and terms.rest_minor else None
    return {
        "list_price_minor": terms.list_price_minor,
        "paid_price_minor": terms.paid_price_minor,
        "stored_minor": terms.stored_minor,
        "principal_minor": terms.principal_minor,
        "bonus_minor": terms.bonus_minor,
        "rest_minor": terms.rest_minor,
        "rest_tender": rest_tender,
        "rest_reference": asked.rest_reference if rest_tender else None,
        "tendered_minor": terms.rest_minor + change_minor,
        "change_minor": change_minor,
        "balance_after_minor": terms.available_after_minor,
        "via": asked.via.value,
        "quote_reasons": plain(bill.reasons),
    }


def _offer_facts(offered: PayQuote, gifts: tuple[Facts, ...], *, withheld: bool) -> Facts:
    """Return what rules did to a bill, and what was chosen; nothing where there is none, so that a payment stays small."""
    bill, facts = offered.bill, choice_facts(offered.choice)
    if withheld:
        facts["withheld"] = True
    cuts = bill_facts(bill)
    if cuts or gifts:
        facts["rules"] = [*cuts, *gifts]
    if any(line.goods for line in bill.basket):
        facts["lines"] = plain(bill.basket)
        facts["paid_by_line"] = list(bill.left)
    return facts


def bill_facts(bill: BillTerms) -> tuple[Facts, ...]:
    """Return the facts of what came off a bill: one for each cut, and one for points that pay part of it."""
    points, cuts = bill.points, cut_facts(bill.reductions)
    if not points.points:
        return cuts
    return (*cuts, rule_fact(POINTS_PAID, "points_used", points.amount_minor, points.points))
