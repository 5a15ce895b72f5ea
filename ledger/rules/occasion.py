"""Occasions: the facts of one event at the counter, handed to every rule; nothing is read here.

Page: docs/rules/offers.md. Amounts in fen, dates are business dates, times of day are the store's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from ledger.accounts import Tender
from ledger.rules.member_facts import MemberFacts, RuleUse


class Event(StrEnum):
    """What a rule answers to; a claim is what a member can ask for at the counter without buying anything."""

    TOP_UP = "top_up"
    PAY = "pay"
    ENROL = "enrol"
    CLAIM = "claim"
    REFERRAL = "referral"
    SALE = "sale"


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line of a bill: goods by id and category, how many, and the list price of one (fen).

    An amount that was typed is one line without goods (`goods` and `category` empty).
    """

    goods: str
    name: str
    category: str
    quantity: int
    price_minor: int

    @property
    def list_minor(self) -> int:
        """What the line costs at list price, in fen."""
        return self.quantity * self.price_minor


def typed_amount(amount_minor: int) -> tuple[BasketLine, ...]:
    """Return the basket of an amount that was typed without goods, in fen."""
    return (BasketLine("", "", "", 1, amount_minor),)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event: where, when, who, how much, by what.

    `amount_minor` is the list price of a bill or what is paid for a top-up. `wholly_stored` tells that stored value alone
    pays. `bill_minor` is a bill that waits while somebody tops up. `tier` is the member's tier now. `asked` names the rules
    a cashier chose, `refused` those the member does not want now. `ever` and `today` are what this store gave by rule so
    far, in all and on this date.
    """

    event: Event
    store: str
    on: date
    clock: time
    member: MemberFacts | None
    amount_minor: int = 0
    basket: tuple[BasketLine, ...] = ()
    tender: Tender | None = None
    wholly_stored: bool = False
    bill_minor: int = 0
    tier: str = ""
    festivals: frozenset[str] = frozenset()
    zodiac: str = ""
    code: str = ""
    asked: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    ever: Mapping[str, RuleUse] = field(default_factory=dict)
    today: Mapping[str, RuleUse] = field(default_factory=dict)
