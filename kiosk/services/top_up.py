"""Top up: pay a tender, gain principal and the rung's bonus, at once and exactly once (A1, A3, A24, A32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.model import programmes, purses
from kiosk.model.members import Member
from kiosk.services import slips
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.errors import QuoteChanged
from kiosk.services.open_member import load_member, owned
from kiosk.services.recording import Draft, plain, record
from kiosk.services.shifts import current, own_shift
from kiosk.services.sync_state import require_going
from ledger.accounts import Instrument, PurseKey, StoreAccount, Tender, member_account, store_account, till_account
from ledger.entries import EntryKind, Facts, Lot, Posting
from ledger.errors import LedgerError
from ledger.rules.programme import Programme, Rung
from ledger.rules.topup import TopUpFacts, TopUpTerms, rung_bonus, top_up_terms, valid_rungs
from ledger.wire import content_hash


@dataclass(frozen=True, slots=True)
class TopUp:
    """Ask to top a member up: fen paid by a tender, its reference if it has one, and the bonus that was shown."""

    member_id: str
    paid_minor: int
    tender: Tender
    reference: str | None
    expected_bonus_minor: int


@dataclass(frozen=True, slots=True)
class TopUpQuote:
    """What a top-up would do, nothing done yet; amounts in fen."""

    member: Member
    terms: TopUpTerms
    tender: Tender
    balance_before_minor: int

    @property
    def balance_after_minor(self) -> int:
        """The member's balance here afterwards, in fen."""
        return self.balance_before_minor + self.terms.credited_minor


@dataclass(frozen=True, slots=True)
class RungOffer:
    """A rung as it would be for this member now; `refusal` says why it cannot be taken, None if it can."""

    rung: Rung
    bonus_minor: int
    balance_after_minor: int
    refusal: LedgerError | None
    fits: bool


@dataclass(frozen=True, slots=True)
class LadderView:
    """The rungs on offer today, lowest first, and whether other amounts may be topped up (from `minimum_minor`)."""

    offers: tuple[RungOffer, ...]
    any_amount: bool
    minimum_minor: int
    balance_minor: int


def ladder(counter: Counter, member_id: str, for_amount_minor: int = 0) -> LadderView:
    """Return today's ladder for a member; the rung that fits an amount about to be paid (fen) is marked.

    A rung fits when it is the lowest that covers the amount and leaves at least as much again; for no amount, none fits.
    Raises MemberUnknown.
    """
    programme, member = counter.programme(), load_member(counter, member_id)
    balance, total = _balance(counter, member.member_id), owned(counter, member.member_id)
    today = _business_date(counter)
    rungs = valid_rungs(programme.ladder, today)
    fitting = fitting_rung(rungs, for_amount_minor)
    held = _Held(balance, total)
    offers = tuple(_offer(programme, member, rung, held, today, fits=rung is fitting) for rung in rungs)
    return LadderView(offers, programme.ladder.any_amount, programme.ladder.minimum_minor, balance)


def fitting_rung(rungs: tuple[Rung, ...], amount_minor: int) -> Rung | None:
    """Return the lowest rung worth at least twice an amount to be paid (fen), else the highest; None for no amount."""
    if amount_minor <= 0 or not rungs:
        return None
    return next((rung for rung in rungs if rung.pay_minor >= 2 * amount_minor), rungs[-1])


def quote(counter: Counter, member_id: str, paid_minor: int, tender: Tender = Tender.CASH) -> TopUpQuote:
    """Return what a top-up would do; raises MemberUnknown, NothingToPay, AmountNotOnLadder, LimitExceeded."""
    return _quote(counter, counter.programme(), member_id, paid_minor, tender, _business_date(counter))


def top_up(counter: Counter, act: Act, asked: TopUp) -> Done:
    """Top a member up and queue the receipt.

    Raises what `quote` raises, QuoteChanged when the bonus is not the one shown, StoredValueStopped, NoOpenShift,
    ShiftOfAnother.
    """

    def draft(programme: Programme, _: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        require_going(counter)
        offered = _quote(counter, programme, asked.member_id, asked.paid_minor, asked.tender, shift.business_date)
        if offered.terms.bonus_minor != asked.expected_bonus_minor:
            raise QuoteChanged(asked.expected_bonus_minor, offered.terms.bonus_minor)
        programmes.add_terms(counter.store, programme.terms.text_hash, programme.terms.text)
        lot = Lot(
            lot_id=act.entry_id,
            member_id=offered.member.member_id,
            paid_minor=offered.terms.paid_minor,
            bonus_minor=offered.terms.bonus_minor,
            programme_version=programme.version,
            terms_hash=lot_terms_hash(programme, offered.terms),
        )
        return Draft(
            business_date=shift.business_date,
            postings=_postings(counter, lot, asked.tender),
            lots=(lot,),
            member_id=lot.member_id,
            shift_id=shift.shift_id,
            facts=_facts(asked, offered, programme),
            slip=lambda recorded: slips.top_up(counter, offered, recorded),
            opens_drawer=asked.tender is Tender.CASH,
        )

    return record(counter, act, EntryKind.TOP_UP, asked, draft)


def lot_terms_hash(programme: Programme, terms: TopUpTerms) -> str:
    """Return the hash of everything a lot was sold under: the printed text, the version, the figures, the spend order."""
    return content_hash(
        [
            programme.version,
            programme.terms.text_hash,
            programme.spend_order.value,
            terms.rung_id,
            terms.paid_minor,
            terms.bonus_minor,
        ]
    )


def _quote(
    counter: Counter, programme: Programme, member_id: str, paid_minor: int, tender: Tender, on: date
) -> TopUpQuote:
    member = load_member(counter, member_id)
    balance = _balance(counter, member.member_id)
    facts = TopUpFacts(paid_minor, tender, on, owned(counter, member.member_id), member.registered)
    return TopUpQuote(member, top_up_terms(programme, facts), tender, balance)


@dataclass(frozen=True, slots=True)
class _Held:
    """What a member holds here and in all places (fen): the first is shown, the second is what the law limits."""

    here_minor: int
    total_minor: int


def _offer(programme: Programme, member: Member, rung: Rung, held: _Held, on: date, *, fits: bool) -> RungOffer:
    bonus = rung_bonus(rung, rung.pay_minor)
    facts = TopUpFacts(rung.pay_minor, Tender.WECHAT, on, held.total_minor, member.registered)
    try:
        top_up_terms(programme, facts)
        refusal = None
    except LedgerError as refused:
        refusal = refused
    return RungOffer(rung, bonus, held.here_minor + rung.pay_minor + bonus, refusal, fits)


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
        "paid_minor": offered.terms.paid_minor,
        "bonus_minor": offered.terms.bonus_minor,
        "rung": offered.terms.rung_id,
        "balance_after_minor": offered.balance_after_minor,
        "terms_text_hash": programme.terms.text_hash,
        "quote_reasons": plain(offered.terms.reasons),
    }


def _balance(counter: Counter, member_id: str) -> int:
    return sum(holding.total_minor for holding in purses.holdings(counter.store, member_id))


def _business_date(counter: Counter) -> date:
    shift = current(counter)
    return shift.business_date if shift else counter.business_date(counter.now())
