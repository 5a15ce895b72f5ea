"""Slips of what members own beside money, handed to the receipts room as plain facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.model import purses
from kiosk.model.lottery import draws_of
from kiosk.receipts.facts import Tendered
from kiosk.receipts.offer_slips import Counted, DrawSlip, OfferSlip, OfferTitle, offer_slip
from kiosk.receipts.offer_words import OFFER_WORDS
from kiosk.services import slips
from kiosk.services.member_facts import held_units
from ledger.money import PTS
from ledger.rules.lottery import read_drawn
from ledger.rules.offers import Given

if TYPE_CHECKING:
    from kiosk.model.journal import Recorded
    from kiosk.model.members import Member
    from kiosk.receipts.document import Document
    from kiosk.services.counter import Counter


@dataclass(frozen=True, slots=True)
class Told:
    """What a slip of an offer tells beside the entry; `left` names the assets whose rest is printed."""

    what: str = ""
    chosen: str = ""
    paid: Tendered | None = None
    cash_given_minor: int = 0
    used: Mapping[str, int] | None = None
    left: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    other: Member | None = None
    with_terms: bool = False


def for_a_friend(
    counter: Counter, payer: Member | None, friend: Member, paid: Tendered, recorded: Recorded
) -> Document:
    """Return the payer's receipt of a top-up for a friend: what was paid and for whom, nothing of the friend's balance."""
    return offer_slip(
        slips.letterhead(counter),
        OfferSlip(
            title=OfferTitle.FRIEND,
            stamp=slips.stamp(recorded),
            member=None if payer is None else slips.slip_member(payer),
            paid=paid,
            other=slips.slip_member(friend),
            terms=slips.terms_reference(counter),
        ),
    )


def offer(counter: Counter, title: OfferTitle, member: Member, told: Told, recorded: Recorded) -> Document:
    """Return the slip of a sale, a claim, a use or a gift, made after its entry moved the purse."""
    entry, terms = recorded.entry, counter.programme().terms
    held = held_units(purses.holdings(counter.store, member.member_id), entry.business_date)
    return offer_slip(
        slips.letterhead(counter),
        OfferSlip(
            title=title,
            stamp=slips.stamp(recorded),
            member=slips.slip_member(member),
            what=told.what,
            chosen=told.chosen,
            paid=told.paid,
            cash_given_minor=told.cash_given_minor,
            used=_counted(counter, (told.used or {}).items()),
            left=_counted(counter, ((asset, held.get(asset, 0)) for asset in told.left)),
            brought=slips.brought(counter, told.given, entry.business_date),
            draws=_draws(counter, recorded),
            other=None if told.other is None else slips.slip_member(told.other),
            terms=slips.terms_reference(counter) if told.with_terms else None,
            terms_text=terms.text if told.with_terms else "",
        ),
    )


def asset_name(counter: Counter, asset: str) -> str:
    """Return an asset's name as the programme declares it; points have a word of their own."""
    kind = counter.programme().promises.asset(asset)
    if kind is not None:
        return kind.name
    return OFFER_WORDS[counter.language]["points"] if asset == PTS.code else asset


def _counted(counter: Counter, counts: Iterable[tuple[str, int]]) -> tuple[Counted, ...]:
    return tuple(Counted(asset_name(counter, asset), units) for asset, units in counts)


def _draws(counter: Counter, recorded: Recorded) -> tuple[DrawSlip, ...]:
    lotteries = {each.lottery_id: each for each in counter.programme().promises.lotteries}
    drawn = (read_drawn(told) for told in draws_of(recorded.entry))
    return tuple(
        DrawSlip(
            lotteries[draw.lottery_id].name,
            {prize.prize_id: prize.name for prize in lotteries[draw.lottery_id].prizes},
            draw,
        )
        for draw in drawn
    )
