"""Sell: passes, courses, vouchers, exchange cards, benefit cards: money now, units for later (A15, B2–B8, B11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.model import programmes, purses
from kiosk.model.members import Member
from kiosk.receipts.facts import Tendered
from kiosk.receipts.offer_slips import OfferTitle
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.draws import Settled, settle
from kiosk.services.errors import QuoteChanged
from kiosk.services.follow_up import follow_up
from kiosk.services.giving import book_gifts
from kiosk.services.occasions import Moment, Scene, occasion, this_moment
from kiosk.services.offer_errors import NotInProgramme
from kiosk.services.offer_slips import Told, offer
from kiosk.services.open_member import load_member
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import own_shift
from kiosk.services.sync_state import require_going
from kiosk.services.tendering import Tendering, require_tender
from ledger.accounts import StoreAccount, Tender, store_account, till_account
from ledger.entries import EntryKind, Facts, Lot, Posting
from ledger.errors import LedgerError, NothingToPay
from ledger.ids import EntryId
from ledger.rules.gifts import claims_now
from ledger.rules.occasion import Event
from ledger.rules.offers import Given, GivenKind
from ledger.rules.passes import Buyer, check_sale, presold, product_extras, product_special
from ledger.rules.programme import Programme
from ledger.rules.promises import Product
from ledger.wire import content_hash


@dataclass(frozen=True, slots=True)
class Sale:
    """Ask to sell a product at the price that was shown (fen), paid by a tender: stored value buys no stored value."""

    member_id: str
    product_id: str
    expected_price_minor: int
    tendering: Tendering
    digits: str = ""


@dataclass(frozen=True, slots=True)
class SaleQuote:
    """What a sale would do, nothing done yet: the product, and everything that comes with it for nothing."""

    member: Member
    product: Product
    given: tuple[Given, ...]
    refusal: LedgerError | None = None


def products(counter: Counter, member_id: str, tender: Tender = Tender.WECHAT) -> tuple[SaleQuote, ...]:
    """Return everything on sale for a member, each with what forbids it if anything does; raises MemberUnknown."""
    programme, moment = counter.programme(), this_moment(counter)
    return tuple(
        _quote(counter, programme, (member_id, product, tender), moment) for product in programme.promises.products
    )


def sell(counter: Counter, act: Act, asked: Sale) -> Done:
    """Sell a product and queue the slip with its terms.

    Raises NotInProgramme, NothingToPay, QuoteChanged, LimitExceeded, RestTenderMissing, CashTooLittle, MemberUnknown,
    StoredValueStopped, NoOpenShift, ShiftOfAnother.
    """

    def draft(programme: Programme, now: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        require_going(counter)
        product = product_of(programme, asked.product_id)
        wanted = (asked.member_id, product, asked.tendering.tender)
        offered = _quote(counter, programme, wanted, Moment(shift.business_date, now))
        if offered.refusal is not None:
            raise offered.refusal
        if product.price_minor != asked.expected_price_minor:
            raise QuoteChanged(asked.expected_price_minor, product.price_minor)
        require_tender(asked.tendering, product.price_minor)
        settled = settle(counter, programme, act, offered.member.member_id, offered.given, asked.digits)
        programmes.add_terms(counter.store, programme.terms.text_hash, programme.terms.text)
        bought = _bought(product, Moment(shift.business_date, now))
        drafted = _draft(counter, programme, act.entry_id, offered, (bought, settled), asked)
        told = _told(product, asked, (bought, *settled.given))
        return replace(
            drafted,
            business_date=shift.business_date,
            shift_id=shift.shift_id,
            slip=lambda recorded: offer(counter, OfferTitle.SOLD, offered.member, told, recorded),
        )

    done = record(counter, act, EntryKind.SOLD, asked, draft)
    follow_up(counter, act.cashier, done.recorded)
    return done


def product_of(programme: Programme, product_id: str) -> Product:
    """Return a product of a programme; raises NotInProgramme."""
    found = next((each for each in programme.promises.products if each.product_id == product_id), None)
    if found is None:
        raise NotInProgramme(product_id)
    return found


def _quote(counter: Counter, programme: Programme, wanted: tuple[str, Product, Tender], moment: Moment) -> SaleQuote:
    member_id, product, tender = wanted
    member = load_member(counter, member_id)
    held = purses.holdings(counter.store, member.member_id)
    buyer = Buyer(member.registered, presold((each.lot, each.units) for each in held if each.units))
    refusal: LedgerError | None = None
    try:
        if product.price_minor <= 0:
            raise NothingToPay(product.price_minor)
        check_sale(programme.limits, buyer, product.price_minor, tender)
    except LedgerError as refused:
        refusal = refused
    scene = Scene(product.price_minor, tender=tender)
    seen = occasion(counter, programme, Event.SALE, member.member_id, scene, moment)
    by_rules = (gift for each in claims_now(programme.promises, seen).open for gift in each.given)
    return SaleQuote(member, product, (*product_extras(product, moment.on), *by_rules), refusal)


def _bought(product: Product, moment: Moment) -> Given:
    special = product_special(product, moment.on)
    return Given(product.product_id, product.name, GivenKind.UNITS, units=product.units, special=special)


def _draft(
    counter: Counter,
    programme: Programme,
    entry_id: EntryId,
    offered: SaleQuote,
    got: tuple[Given, Settled],
    asked: Sale,
) -> Draft:
    """Return the postings and lots of a sale: the first lot is what was paid for, the others came with it."""
    store, member_id, product = counter.store.identity.store, offered.member.member_id, offered.product
    bought, settled = got
    gifts = book_gifts(programme, store, entry_id, member_id, (bought, *settled.given))
    paid_for = replace(
        gifts.lots[0], paid_minor=product.price_minor, terms_hash=_terms(programme, gifts.lots[0], product)
    )
    postings = list(gifts.postings)
    if product.price_minor:
        presold_for = store_account(StoreAccount.PRESOLD, store)
        till = till_account(counter.till, asked.tendering.tender)
        postings.insert(0, Posting(till, presold_for, product.price_minor))
    facts: Facts = {
        "product": product.product_id,
        "asset": product.asset,
        "units": product.units,
        "amount_minor": product.price_minor,
        "terms_text_hash": programme.terms.text_hash,
        "rules": list(gifts.rules[1:]),
        **asked.tendering.facts(product.price_minor),
    }
    lots = (paid_for, *gifts.lots[1:])
    return Draft(
        business_date=counter.business_date(counter.now()),
        postings=tuple(postings),
        lots=lots,
        member_id=member_id,
        facts=facts | settled.facts,
        opens_drawer=asked.tendering.tender is Tender.CASH and product.price_minor > 0,
    )


def _terms(programme: Programme, lot: Lot, product: Product) -> str:
    """Return the hash of everything a pass was sold under: version, printed text, price, conditions."""
    sold = [programme.version, programme.terms.text_hash, product.product_id, product.price_minor, lot.special]
    return content_hash(sold)


def _told(product: Product, asked: Sale, given: tuple[Given, ...]) -> Told:
    paid = None
    if product.price_minor:
        paid = Tendered(asked.tendering.tender, product.price_minor, asked.tendering.reference)
    return Told(
        what=product.name,
        paid=paid,
        cash_given_minor=asked.tendering.given_minor(product.price_minor),
        given=given,
        left=(product.asset,),
        with_terms=True,
    )
