"""Pay: as much as the purse here holds, the rest by a second tender, change in cash (B9, P2, R2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.model import purses
from kiosk.model.members import Member
from kiosk.services import slips
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.errors import CashTooLittle, RestTenderMissing
from kiosk.services.find_member import Via, living_card
from kiosk.services.open_member import known_total, load_member
from kiosk.services.recording import Draft, plain, record
from kiosk.services.shifts import own_shift
from kiosk.services.sync_state import require_going, stopped_reason
from ledger.accounts import Instrument, PurseKey, StoreAccount, Tender, member_account, store_account, till_account
from ledger.entries import EntryKind, Facts, Posting
from ledger.rules.programme import ApprovedAct, Programme
from ledger.rules.spend import SpendTerms, spend_terms


@dataclass(frozen=True, slots=True)
class Payment:
    """Ask to take a payment; amounts in fen.

    `stored_minor` is the part from stored value as it was shown; what is left of the list price is the rest, paid by
    `rest_tender`; `tendered_minor` is the cash given for it. `via` tells how the member was identified, `card_code` by
    which card.
    """

    member_id: str
    list_price_minor: int
    stored_minor: int
    rest_tender: Tender | None = None
    rest_reference: str | None = None
    tendered_minor: int = 0
    via: Via = Via.MEMBER_CODE
    card_code: str | None = None


@dataclass(frozen=True, slots=True)
class PayQuote:
    """How a bill would be paid, nothing done yet."""

    member: Member
    terms: SpendTerms


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that is durable, the change to hand back, and what all places hold now where that is known (fen)."""

    done: Done
    change_minor: int
    total_minor: int | None = None


def quote(counter: Counter, member_id: str, list_price_minor: int, stored_minor: int | None = None) -> PayQuote:
    """Return how a bill would be paid, with as much stored value as is here unless a part (fen) is named.

    A stopped box offers none of it. Raises MemberUnknown, NothingToPay, BalanceTooSmall.
    """
    member = load_member(counter, member_id)
    if stored_minor is None and stopped_reason(counter) is not None:
        stored_minor = 0
    holdings = purses.holdings(counter.store, member.member_id)
    return PayQuote(member, spend_terms(list_price_minor, holdings, stored_minor))


def pay(counter: Counter, act: Act, asked: Payment) -> Paid:
    """Take a payment and queue the receipt.

    Raises what `quote` raises, RestTenderMissing, CashTooLittle, ApprovalNeeded (spending without a code or card),
    StoredValueStopped, CardIsBlocked or CardWasReplaced since the card was presented, NoOpenShift, ShiftOfAnother.
    """

    def draft(programme: Programme, _: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        if asked.stored_minor:
            require_going(counter)
            if asked.card_code is not None:
                living_card(counter, asked.card_code)
        offered = quote(counter, asked.member_id, asked.list_price_minor, asked.stored_minor)
        change = _change(asked, offered.terms.rest_minor)
        if asked.via is Via.SEARCH and asked.stored_minor:
            require_approval(programme, act, ApprovedAct.SPEND_WITHOUT_CODE, asked.stored_minor)
        return Draft(
            business_date=shift.business_date,
            postings=_postings(counter, asked, offered),
            member_id=offered.member.member_id,
            shift_id=shift.shift_id,
            facts=_facts(asked, offered.terms, change),
            slip=lambda recorded: slips.payment(counter, offered, recorded),
            opens_drawer=bool(offered.terms.rest_minor) and asked.rest_tender is Tender.CASH,
        )

    done = record(counter, act, EntryKind.SPEND, asked, draft)
    entry = done.recorded.entry
    return Paid(done, entry.facts["change_minor"], known_total(counter, entry.member_id or asked.member_id))


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
    terms, member_id = offered.terms, offered.member.member_id
    sales = store_account(StoreAccount.SALES, counter.store.identity.store)
    postings = []
    for take in terms.takes:
        parts = ((Instrument.PRINCIPAL, take.principal_minor), (Instrument.BONUS, take.bonus_minor))
        for instrument, minor in parts:
            if minor:
                account = member_account(PurseKey(member_id, take.lot_id, instrument))
                postings.append(Posting(account, sales, minor))
    if terms.rest_minor and asked.rest_tender is not None:
        postings.append(Posting(till_account(counter.till, asked.rest_tender), sales, terms.rest_minor))
    return tuple(postings)


def _facts(asked: Payment, terms: SpendTerms, change_minor: int) -> Facts:
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
        "quote_reasons": plain(terms.reasons),
    }
