"""The points mall: points, and money where it costs some, for goods, coupons and rights; stock is never oversold (D6–D9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.model import activity, members, programmes
from kiosk.receipts.facts import Tendered
from kiosk.receipts.offer_slips import OfferTitle
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.errors import QuoteChanged
from kiosk.services.giving import book_gifts, rule_fact
from kiosk.services.issuing import take_used, usable_units
from kiosk.services.member_facts import held_units, store_uses
from kiosk.services.offer_errors import NotInProgramme
from kiosk.services.offer_slips import Told, offer
from kiosk.services.open_member import load_member
from kiosk.services.presence import PRESENT, Presence, require_presence
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import business_today, own_shift
from kiosk.services.tendering import Tendering, require_tender
from ledger.accounts import StoreAccount, Tender, store_account, till_account
from ledger.entries import EntryKind, Posting
from ledger.money import PTS
from ledger.rules.mall import MallFacts, MallOffer, check_item, item_given, mall_offers, rule_of
from ledger.rules.programme import Programme
from ledger.rules.promises import MallItem, Promises


@dataclass(frozen=True, slots=True)
class Exchange:
    """Ask for one of an item at the points and the price that were shown (fen)."""

    member_id: str
    item_id: str
    expected_points: int
    expected_price_minor: int = 0
    tendering: Tendering | None = None
    presence: Presence = PRESENT


def offers(counter: Counter, member_id: str) -> tuple[MallOffer, ...]:
    """Return the mall for a member, what they can have first, each with what is left and why not; raises MemberUnknown."""
    programme, member = counter.programme(), load_member(counter, member_id)
    facts = _facts(counter, programme.promises, member.member_id, business_today(counter))
    return mall_offers(programme.promises.mall, facts)


def exchange(counter: Counter, act: Act, asked: Exchange) -> Done:
    """Exchange points, and money where it costs some, for an item, and queue the slip.

    Raises NotInProgramme, NotOnOffer, SoldOut, MemberLimitReached, UnitsTooFew, QuoteChanged, RestTenderMissing,
    CashTooLittle, MemberUnknown, ApprovalNeeded, StoredValueStopped, NoOpenShift, ShiftOfAnother.
    """

    def draft(programme: Programme, _: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        item = _item(programme.promises, asked.item_id)
        member = load_member(counter, asked.member_id)
        on = shift.business_date
        check_item(item, _facts(counter, programme.promises, member.member_id, on))
        _check_shown(item, asked)
        paid_by = require_tender(asked.tendering, item.price_minor)
        require_presence(counter, programme, act, asked.presence, item.price_minor)
        programmes.add_terms(counter.store, programme.terms.text_hash, programme.terms.text)
        given = item_given(item, on)
        gifts = book_gifts(programme, counter.store.identity.store, act.entry_id, member.member_id, (given,))
        points = take_used(counter, programme.promises, member.member_id, ((PTS.code, item.points),), on)
        told = Told(
            what=item.name,
            paid=None if paid_by is None else Tendered(paid_by.tender, item.price_minor, paid_by.reference),
            cash_given_minor=0 if paid_by is None else paid_by.given_minor(item.price_minor),
            used={PTS.code: item.points},
            left=(PTS.code,),
            given=(given,),
        )
        facts = {} if paid_by is None else paid_by.facts(item.price_minor)
        return Draft(
            business_date=on,
            postings=(*points, *_paid(counter, item, paid_by), *gifts.postings),
            lots=gifts.lots,
            member_id=member.member_id,
            shift_id=shift.shift_id,
            facts={
                "item": item.item_id,
                "points": item.points,
                "amount_minor": item.price_minor,
                "via": asked.presence.via.value,
                "rules": [rule_fact(rule_of(item.item_id), given.kind.value, item.price_minor, 1, given.words)],
                **facts,
            },
            slip=lambda recorded: offer(counter, OfferTitle.REDEEMED, member, told, recorded),
            opens_drawer=paid_by is not None and paid_by.tender is Tender.CASH,
        )

    return record(counter, act, EntryKind.REDEEMED, asked, draft)


def _item(promises: Promises, item_id: str) -> MallItem:
    found = next((item for item in promises.mall if item.item_id == item_id), None)
    if found is None:
        raise NotInProgramme(item_id)
    return found


def _check_shown(item: MallItem, asked: Exchange) -> None:
    if item.points != asked.expected_points:
        raise QuoteChanged(asked.expected_points, item.points)
    if item.price_minor != asked.expected_price_minor:
        raise QuoteChanged(asked.expected_price_minor, item.price_minor)


def _facts(counter: Counter, promises: Promises, member_id: str, on: date) -> MallFacts:
    """Return what the mall looks at; what a person's merged records took counts together."""
    store, names = counter.store, {rule_of(item.item_id): item.item_id for item in promises.mall}
    everyone = (member_id, *members.merged_ids(store, member_id))
    by_member = dict.fromkeys(names.values(), 0)
    for use in activity.uses(store, everyone, on):
        if use.rule in names:
            by_member[names[use.rule]] += use.units
    ever, _ = store_uses(counter, tuple(names), on)
    taken = {item_id: ever[name].units if name in ever else 0 for name, item_id in names.items()}
    points = held_units(usable_units(counter, promises, member_id, on), on).get(PTS.code, 0)
    return MallFacts(on, points, by_member, taken)


def _paid(counter: Counter, item: MallItem, paid_by: Tendering | None) -> tuple[Posting, ...]:
    """Return the posting of the price: what points and money buy is handed over now, so it is a sale."""
    if paid_by is None:
        return ()
    sales = store_account(StoreAccount.SALES, counter.store.identity.store)
    return (Posting(till_account(counter.till, paid_by.tender), sales, item.price_minor),)
