"""What the customer sees while the cashier's screens stand: each screen's figures as one state of the display.

Only what a customer may read leaves here: a masked name, figures, the programme's own words; no phone, no code, and
never the cashier's line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display_wire import (
    AskTender,
    BillShown,
    DoneShown,
    Idle,
    LadderShown,
    MemberShown,
    Reduction,
    RungShown,
    Stopped,
)
from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as offers
from kiosk.screens import phrases_display as words
from kiosk.screens.bill_lines import gift_words
from kiosk.screens.phrases_frame import KINDS, TENDERS
from kiosk.services.acts import Done
from kiosk.services.benefits import Benefits
from kiosk.services.family_pot import Pot
from kiosk.services.masking import masked_name
from kiosk.services.open_member import MemberView
from kiosk.services.pay import PayQuote
from kiosk.services.top_up import LadderView, RungOffer, TopUpQuote
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.entries import EntryKind, Facts
from ledger.money import PTS, format_minor

if TYPE_CHECKING:  # the screens themselves, which all load this
    from kiosk.screens.billing import BillView
    from kiosk.screens.confirm import Deed, Settling
    from kiosk.screens.desk import Desk
    from kiosk.screens.result import Outcome

_FEWEST_FEN = 100
_AMOUNT_FACTS = ("paid_price_minor", "paid_minor", "price_minor", "amount_minor")


def short_amount(minor: int) -> str:
    """Return fen as people say them: whole yuan without decimals, `300` but `99.90`."""
    return f"{minor // _FEWEST_FEN:,}" if minor % _FEWEST_FEN == 0 else format_minor(minor)


def idle(desk: Desk) -> Idle:
    """Return what stands while nobody is served; no rungs where stored value cannot be sold now."""
    rungs = () if desk.sync.is_stopped else desk.posters.rungs
    return Idle(desk.shop_name, desk.posters.thanks, tuple(_poster(r.pay_minor, r.bonus_minor, desk) for r in rungs))


def _poster(pay_minor: int, bonus_minor: int, desk: Desk) -> str:
    phrase = words.POSTER if bonus_minor else words.POSTER_PLAIN
    return phrase.said(desk.language, pay=short_amount(pay_minor), bonus=short_amount(bonus_minor))


def closed(desk: Desk, *, locked: bool) -> Stopped:
    """Return what stands while the counter is locked, or nobody is signed in."""
    return Stopped(desk.shop_name, (words.ONE_MOMENT if locked else words.CLOSED).said(desk.language))


def customer_name(member: Member, language: Language) -> str:
    """Return a member as their own display names them: masked, a word for one without a name."""
    return masked_name(member.name or "") or words.OUR_MEMBER.said(language)


def member_shown(view: MemberView, found: Benefits | None, language: Language) -> MemberShown:
    """Return a member who stands at the counter; what they have beside money follows when it is known."""
    name = customer_name(view.member, language)
    if found is None:
        return MemberShown(name, "", view.here_minor)
    points = found.points if found.has_points else None
    coupons = found.usable("COUPON") if found.has_offers else None
    return MemberShown(name, found.tier_name, view.here_minor, points, coupons)


def bill_shown(bill: BillView, language: Language, *, offers_rung: bool, pot: Pot | None = None) -> BillShown:
    """Return a bill as it would be paid, with the rung that fits it where one may be sold.

    Who pays from a family's `pot` sees their own name and what they may still use, not what is in it.
    """
    quote, terms = bill.quote, bill.quote.terms
    fitting = next((each for each in bill.ladder.offers if each.fits and each.refusal is None), None)
    return BillShown(
        name=customer_name(quote.member if pot is None else pot.person, language),
        list_price_minor=terms.list_price_minor,
        reductions=_reductions(quote, language),
        due_minor=quote.bill.paid_price_minor,
        stored_minor=terms.stored_minor,
        rest_minor=terms.rest_minor,
        balance_after_minor=terms.available_after_minor if pot is None else pot.usable_minor - terms.stored_minor,
        points=sum(g.units for g in quote.bill.given if g.special is not None and g.special.asset == PTS.code),
        offer=_offer_line(fitting, terms.list_price_minor, language) if fitting and offers_rung else "",
    )


def _reductions(quote: PayQuote, language: Language) -> tuple[Reduction, ...]:
    points = quote.bill.points
    off = [Reduction(each.name, each.amount_minor) for each in quote.bill.reductions]
    if points.points:
        off.append(Reduction(offers.POINTS_PAID.said(language, points=f"{points.points:,}"), points.amount_minor))
    return tuple(off)


def _offer_line(rung: RungOffer, bill_minor: int, language: Language) -> str:
    after = format_minor(rung.balance_after_minor - bill_minor)
    phrase = words.OFFER if rung.bonus_minor else words.OFFER_PLAIN
    return phrase.said(
        language, pay=short_amount(rung.rung.pay_minor), bonus=short_amount(rung.bonus_minor), after=after
    )


def ladder_shown(
    view: MemberView, ladder: LadderView, marked: int | None, typed: TopUpQuote | None, language: Language
) -> LadderShown:
    """Return the rungs that can be taken, one of them marked; an amount that is typed stands marked alone."""
    name = customer_name(view.member, language)
    if typed is not None:
        gives = _gives(typed.bonus_minor, gift_words(typed.offer, language), language)
        return LadderShown(name, (RungShown(typed.terms.paid_minor, gives, typed.balance_after_minor),), 0)
    places = [place for place, offer in enumerate(ladder.offers) if offer.refusal is None]
    rungs = tuple(_rung(ladder.offers[place], language) for place in places)
    return LadderShown(name, rungs, places.index(marked) if marked in places else None)


def _rung(offer: RungOffer, language: Language) -> RungShown:
    gives = _gives(offer.bonus_minor, gift_words(offer.offer, language), language)
    return RungShown(offer.rung.pay_minor, gives, offer.balance_after_minor)


def _gives(bonus_minor: int, gifts: tuple[str, ...], language: Language) -> str:
    bonus = (words.BONUS.said(language, bonus=short_amount(bonus_minor)),) if bonus_minor else ()
    return "  ".join((*bonus, *gifts))


def tender_asked(deed: Deed, settling: Settling, language: Language) -> AskTender | None:
    """Return the money that is asked for; None for a deed that takes none."""
    if not deed.due_minor:
        return None
    tender, given = TENDERS[settling.tender].said(language), settling.given_minor
    counted = given if settling.tender is Tender.CASH and given >= deed.due_minor else 0
    change = counted - deed.due_minor if counted else 0
    return AskTender(deed.title.said(language), deed.due_minor, tender, counted if change else 0, change)


def outcome_shown(outcome: Outcome, desk: Desk) -> DoneShown | Idle:
    """Return what was done for a member; what the shop does for itself leaves the display idle."""
    done = outcome.done
    if not isinstance(done, Done) or done.recorded.entry.member_id is None:
        return idle(desk)
    entry = done.recorded.entry
    facts, kind = entry.facts, EntryKind(entry.kind)
    phrase = words.DONE_WORDS.get(kind) or KINDS[kind]
    return DoneShown(
        what=phrase.said(desk.language),
        amount_minor=next((facts[name] for name in _AMOUNT_FACTS if isinstance(facts.get(name), int)), None),
        balance_after_minor=facts.get("balance_after_minor"),
        points=_points(facts),
        change_minor=outcome.change_minor,
        bonus_minor=facts.get("bonus_minor", 0),
    )


def _points(facts: Facts) -> int:
    return sum(fact["units"] for fact in facts.get("rules", ()) if fact["effect"] == "points")
