"""Sell a gift card: a card without a name, and its value, in two acts of which the second follows from the first (B1).

A gift card is stored value, so it is paid by a tender and never from stored value. Its value becomes a member's by merging
the two records at head office (`docs/protocol.md`); until then it is spent from its own card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.model import cards, journal
from kiosk.model.cards import Card
from kiosk.model.members import Member
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.enrol import Enrolled, enrol_anonymous
from kiosk.services.errors import CardUnknown
from kiosk.services.festivals import festivals
from kiosk.services.member_facts import store_uses
from kiosk.services.occasions import Moment, this_moment
from kiosk.services.open_member import load_member, owned
from kiosk.services.top_up import TopUp, top_up
from ledger.accounts import Tender
from ledger.codes import read_code
from ledger.errors import LimitExceeded
from ledger.ids import EntryId, derived_id
from ledger.rules.member_facts import MemberFacts
from ledger.rules.occasion import Event, Occasion
from ledger.rules.passes import BEARER_CARD
from ledger.rules.topping import TopUpOffer, top_up_offer
from ledger.rules.topup import TopUpFacts

_VALUE: Final = "gift card value"


@dataclass(frozen=True, slots=True)
class GiftCard:
    """Ask for a gift card of so many fen, on the plastic card scanned or under a minted code (None), paid by a tender."""

    value_minor: int
    tender: Tender
    expected_bonus_minor: int = 0
    card_code: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class GiftCardSold:
    """A gift card that is handed over: the card with its record, and the entry of its value."""

    enrolled: Enrolled
    value: Done


@dataclass(frozen=True, slots=True)
class GiftCardView:
    """A gift card as its holder may see it: what is on it (fen), and whether a member stands for it by now."""

    card: Card
    holder: Member
    balance_minor: int

    @property
    def is_claimed(self) -> bool:
        """Whether its value became a member's: head office merged the two records."""
        return self.holder.registered


def quote_gift_card(counter: Counter, value_minor: int, tender: Tender) -> TopUpOffer:
    """Return what a new card of a value would hold; raises LimitExceeded, NothingToPay, AmountNotOnLadder.

    The law's ceiling for a card without a name holds whatever the programme says, bonus counted.
    """
    programme, moment = counter.programme(), this_moment(counter)
    facts = TopUpFacts(value_minor, tender, moment.on, 0, registered=False)
    offer = top_up_offer(programme, facts, _nobody_yet(counter, value_minor, tender, moment))
    ceiling = BEARER_CARD.ceiling_minor
    if offer.credited_minor > ceiling:
        room = max(0, ceiling - (offer.credited_minor - value_minor))
        raise LimitExceeded("anonymous_balance", offer.credited_minor, ceiling, min(room, ceiling), BEARER_CARD.article)
    return offer


def _nobody_yet(counter: Counter, value_minor: int, tender: Tender, moment: Moment) -> Occasion:
    """Return the facts of a top-up by whoever will hold the card: nobody known, new today, without a past."""
    told = [rule.rule_id for rule in counter.programme().promises.rules if rule.event is Event.TOP_UP]
    ever, today = store_uses(counter, told, moment.on) if told else ({}, {})
    return Occasion(
        event=Event.TOP_UP,
        store=counter.store.identity.store,
        on=moment.on,
        clock=moment.at.astimezone(counter.zone).time(),
        member=MemberFacts("", registered=False, enrolled_on=moment.on),
        amount_minor=value_minor,
        tender=tender,
        festivals=festivals(moment.on) if told else frozenset(),
        ever=ever,
        today=today,
    )


def sell_gift_card(counter: Counter, act: Act, asked: GiftCard) -> GiftCardSold:
    """Hand over a card and put its value on it; the same act again finishes what a crash left half done.

    Raises what `quote_gift_card` raises before anything is written, then what `enrol_anonymous` and `top_up` raise.
    """
    if journal.find(counter.store, act.entry_id) is None:
        quote_gift_card(counter, asked.value_minor, asked.tender)
    enrolled = enrol_anonymous(counter, act, asked.card_code)
    second = Act(value_id(act.entry_id), act.cashier, act.approval)
    wanted = TopUp(
        enrolled.member.member_id, asked.value_minor, asked.tender, asked.reference, asked.expected_bonus_minor
    )
    return GiftCardSold(enrolled, top_up(counter, second, wanted))


def value_id(card_act: EntryId) -> EntryId:
    """Return the id of the entry that puts the value on a gift card."""
    return derived_id(card_act, _VALUE)


def look_at_gift_card(counter: Counter, card_code: str) -> GiftCardView:
    """Return what is on a gift card and whose it is; raises CodeError, CardUnknown."""
    card = cards.by_code(counter.store, read_code(card_code).text)
    if card is None:
        raise CardUnknown(card_code)
    holder = load_member(counter, card.member_id)
    return GiftCardView(card, holder, owned(counter, holder.member_id))
