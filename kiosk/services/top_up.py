"""Top up: pay a tender, gain principal and the rung's bonus, at once and exactly once (A1, A3, A24, A32)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kiosk.model import activity, programmes, purses
from kiosk.model.journal import Recorded
from kiosk.model.members import Member
from kiosk.receipts.document import Document
from kiosk.receipts.facts import Tendered
from kiosk.services import offer_slips, slips
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.draws import settle
from kiosk.services.errors import QuoteChanged
from kiosk.services.follow_up import follow_up
from kiosk.services.giving import book_gifts
from kiosk.services.member_facts import DAYS_BACK, records_of
from kiosk.services.occasions import NO_CHOICE, Choice, Moment, Scene, choice_facts, occasion, this_moment
from kiosk.services.open_member import load_member, owned
from kiosk.services.recording import Draft, plain, record
from kiosk.services.shifts import business_today, own_shift
from kiosk.services.sync_state import require_going
from ledger.accounts import Instrument, PurseKey, StoreAccount, Tender, member_account, store_account, till_account
from ledger.entries import EntryKind, Facts, Lot, Posting
from ledger.errors import LedgerError
from ledger.rules.occasion import Event, Occasion
from ledger.rules.programme import Programme, Rung
from ledger.rules.reasons import Reason
from ledger.rules.recommend import Candidate, recommend
from ledger.rules.topping import TopUpOffer, top_up_offer
from ledger.rules.topup import TopUpFacts, TopUpTerms, rung_bonus, valid_rungs
from ledger.wire import content_hash


@dataclass(frozen=True, slots=True)
class TopUp:
    """Ask to top a member up: fen paid by a tender, its reference if it has one, and the bonus that was shown.

    `expected_bonus_minor` is all bonus, now or later; `bill_minor` a bill that waits; `choice` what was asked for or refused.
    `payer` is who pays for a friend (A29): a member's id, empty for somebody without one, None for the member themselves.
    `digits` are the member's own for a draw.
    """

    member_id: str
    paid_minor: int
    tender: Tender
    reference: str | None
    expected_bonus_minor: int
    bill_minor: int = 0
    choice: Choice = NO_CHOICE
    payer: str | None = None
    digits: str = ""


@dataclass(frozen=True, slots=True)
class TopUpQuote:
    """What a top-up would do, nothing done yet; amounts in fen."""

    member: Member
    offer: TopUpOffer
    tender: Tender
    balance_before_minor: int
    on: date
    bill_minor: int = 0
    choice: Choice = NO_CHOICE

    @property
    def terms(self) -> TopUpTerms:
        """What the rung alone gives."""
        return self.offer.terms

    @property
    def bonus_minor(self) -> int:
        """All bonus, now or later, in fen."""
        return self.offer.bonus_minor + self.offer.conditioned_minor

    @property
    def usable_minor(self) -> int:
        """What the top-up lets the member spend from today on: principal and the bonus that is not for later, in fen."""
        return usable_of(self.offer, self.on)

    @property
    def later_minor(self) -> int:
        """The bonus that can be used on a later date only, in fen."""
        return self.offer.credited_minor - self.usable_minor

    @property
    def balance_after_minor(self) -> int:
        """The member's usable balance here afterwards, in fen."""
        return self.balance_before_minor + self.usable_minor


@dataclass(frozen=True, slots=True)
class RungOffer:
    """A rung as it would be for this member now; `refusal` says why it cannot be taken, None if it can.

    `bonus_minor` is all bonus, now or later; `offer` is everything it brings, None where it is refused.
    """

    rung: Rung
    bonus_minor: int
    balance_after_minor: int
    refusal: LedgerError | None
    fits: bool = False
    offer: TopUpOffer | None = None


@dataclass(frozen=True, slots=True)
class LadderView:
    """The rungs on offer today, lowest first, and whether other amounts may be topped up (from `minimum_minor`).

    `why` says why one of them is recommended; None where none is.
    """

    offers: tuple[RungOffer, ...]
    any_amount: bool
    minimum_minor: int
    balance_minor: int
    why: Reason | None = None


def usable_of(offer: TopUpOffer, on: date) -> int:
    """Return what of a top-up can be spent on a date: principal and the bonus that is not for later, in fen."""
    conditioned = sum(g.amount_minor for g in offer.given if g.special is not None and g.special.usable(on))
    return offer.paid_minor + offer.bonus_minor + conditioned


def ladder(counter: Counter, member_id: str, for_amount_minor: int = 0) -> LadderView:
    """Return today's ladder for a member; the rung that fits an amount about to be paid (fen) and their habit is marked.

    Raises MemberUnknown.
    """
    programme, member = counter.programme(), load_member(counter, member_id)
    today = business_today(counter)
    here = _balance(counter, member.member_id, today)
    facts = TopUpFacts(0, Tender.WECHAT, today, owned(counter, member.member_id), member.registered)
    scene = Scene(0, (), Tender.WECHAT, for_amount_minor)
    seen = occasion(counter, programme, Event.TOP_UP, member.member_id, scene, Moment(today, counter.now()))
    offers = []
    for rung in valid_rungs(programme.ladder, today):
        paid = replace(facts, paid_minor=rung.pay_minor)
        offers.append(_rung_offer(programme, rung, paid, replace(seen, amount_minor=rung.pay_minor), here))
    choices = [
        Candidate(place, offer.rung.pay_minor, offer.rung.pay_minor + offer.bonus_minor)
        for place, offer in enumerate(offers)
        if offer.refusal is None
    ]
    days = activity.days(counter.store, records_of(counter, member), today - timedelta(days=DAYS_BACK))
    fitting = recommend(choices, for_amount_minor, days)
    if fitting is not None:
        offers[fitting.place] = replace(offers[fitting.place], fits=True)
    reason = None if fitting is None else fitting.reason
    return LadderView(tuple(offers), programme.ladder.any_amount, programme.ladder.minimum_minor, here, reason)


def quote(
    counter: Counter,
    member_id: str,
    paid_minor: int,
    tender: Tender = Tender.CASH,
    *,
    bill_minor: int = 0,
    choice: Choice = NO_CHOICE,
) -> TopUpQuote:
    """Return what a top-up would do; raises MemberUnknown, NothingToPay, AmountNotOnLadder, LimitExceeded."""
    asked = TopUp(member_id, paid_minor, tender, None, 0, bill_minor, choice)
    return quote_at(counter, counter.programme(), asked, this_moment(counter))


def top_up(counter: Counter, act: Act, asked: TopUp) -> Done:
    """Top a member up and queue the receipt.

    Raises what `quote` raises, QuoteChanged when the bonus is not the one shown, StoredValueStopped, NoOpenShift,
    ShiftOfAnother.
    """

    def draft(programme: Programme, occurred_at: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        require_going(counter)
        offered = quote_at(counter, programme, asked, Moment(shift.business_date, occurred_at))
        if offered.bonus_minor != asked.expected_bonus_minor:
            raise QuoteChanged(asked.expected_bonus_minor, offered.bonus_minor)
        programmes.add_terms(counter.store, programme.terms.text_hash, programme.terms.text)
        lot = Lot(
            lot_id=act.entry_id,
            member_id=offered.member.member_id,
            paid_minor=offered.offer.paid_minor,
            bonus_minor=offered.offer.bonus_minor,
            programme_version=programme.version,
            terms_hash=lot_terms_hash(programme, offered.offer),
        )
        store = counter.store.identity.store
        settled = settle(counter, programme, act, lot.member_id, offered.offer.given, asked.digits)
        drawn = replace(offered, offer=replace(offered.offer, given=settled.given))
        gifts = book_gifts(programme, store, act.entry_id, lot.member_id, settled.given, parent=lot.lot_id)
        return Draft(
            business_date=shift.business_date,
            postings=(*_postings(counter, lot, asked.tender), *gifts.postings),
            lots=(lot, *gifts.lots),
            member_id=lot.member_id,
            shift_id=shift.shift_id,
            facts=_facts(asked, offered, programme) | _offer_facts(asked, gifts.rules) | settled.facts,
            slip=lambda recorded: _slip(counter, asked, drawn, recorded),
            opens_drawer=asked.tender is Tender.CASH,
        )

    done = record(counter, act, EntryKind.TOP_UP, asked, draft)
    follow_up(counter, act.cashier, done.recorded)
    return done


def lot_terms_hash(programme: Programme, offer: TopUpOffer) -> str:
    """Return the hash of everything a lot was sold under: the printed text, the version, the figures, the spend order."""
    return content_hash(
        [
            programme.version,
            programme.terms.text_hash,
            programme.spend_order.value,
            offer.terms.rung_id,
            offer.paid_minor,
            offer.bonus_minor,
        ]
    )


def quote_at(counter: Counter, programme: Programme, asked: TopUp, moment: Moment) -> TopUpQuote:
    """Return what a top-up does under a programme at a moment; what is booked, and what a replay finds again."""
    member, on = load_member(counter, asked.member_id), moment.on
    balance = _balance(counter, member.member_id, on)
    facts = TopUpFacts(asked.paid_minor, asked.tender, on, owned(counter, member.member_id), member.registered)
    scene = Scene(asked.paid_minor, (), asked.tender, asked.bill_minor, asked.choice)
    seen = occasion(counter, programme, Event.TOP_UP, member.member_id, scene, moment)
    offer = top_up_offer(programme, facts, seen)
    return TopUpQuote(member, offer, asked.tender, balance, on, asked.bill_minor, asked.choice)


def _rung_offer(programme: Programme, rung: Rung, facts: TopUpFacts, seen: Occasion, here_minor: int) -> RungOffer:
    """Return a rung as it would be; one that is refused shows what the rung itself promises."""
    try:
        offer = top_up_offer(programme, facts, seen)
    except LedgerError as refused:
        bonus = rung_bonus(rung, rung.pay_minor)
        return RungOffer(rung, bonus, here_minor + rung.pay_minor + bonus, refused)
    bonus = offer.bonus_minor + offer.conditioned_minor
    return RungOffer(rung, bonus, here_minor + usable_of(offer, facts.business_date), None, offer=offer)


def _postings(counter: Counter, lot: Lot, tender: Tender) -> tuple[Posting, ...]:
    store = counter.store.identity.store
    principal = member_account(PurseKey(lot.member_id, lot.lot_id, Instrument.PRINCIPAL))
    paid = Posting(till_account(counter.till, tender), principal, lot.paid_minor)
    if not lot.bonus_minor:
        return (paid,)
    bonus = member_account(PurseKey(lot.member_id, lot.lot_id, Instrument.BONUS))
    return (paid, Posting(store_account(StoreAccount.PROMOTION, store), bonus, lot.bonus_minor))


def _facts(asked: TopUp, offered: TopUpQuote, programme: Programme) -> Facts:
    return {
        "tender": asked.tender.value,
        "reference": asked.reference,
        "paid_minor": offered.offer.paid_minor,
        "bonus_minor": offered.bonus_minor,
        "rung": offered.terms.rung_id,
        "balance_after_minor": offered.balance_after_minor,
        "terms_text_hash": programme.terms.text_hash,
        "quote_reasons": plain(offered.offer.reasons),
    }


def _slip(counter: Counter, asked: TopUp, offered: TopUpQuote, recorded: Recorded) -> Document:
    """Return the member's receipt, or the payer's, who learns nothing of the friend's balance."""
    if asked.payer is None:
        return slips.top_up(counter, offered, recorded)
    payer = load_member(counter, asked.payer) if asked.payer else None
    paid = Tendered(asked.tender, offered.offer.paid_minor, asked.reference)
    return offer_slips.for_a_friend(counter, payer, offered.member, paid, recorded)


def _offer_facts(asked: TopUp, gifts: tuple[Facts, ...]) -> Facts:
    """Return what rules gave, and what was chosen for it; nothing where there is none."""
    facts: Facts = {"rules": list(gifts)} if gifts else {}
    if asked.bill_minor:
        facts["bill_minor"] = asked.bill_minor
    if asked.payer is not None:
        facts["payer"] = asked.payer
    return facts | choice_facts(asked.choice)


def _balance(counter: Counter, member_id: str, on: date) -> int:
    """Return what a member can spend here on a date, scoped bonuses counted, in fen."""
    held = purses.holdings(counter.store, member_id)
    return sum(holding.total_minor for holding in held if holding.lot.conditions.usable(on))
