"""A programme: the versioned, dated rules of a shop as plain values; `pack.py` reads it from its file.

Amounts in fen, percentages in whole percent, times in the store's zone. Every figure that comes from law names its
article, so that the shop sees where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ledger.rules.promises import NOTHING, Promises


class SpendOrder(StrEnum):
    """How a payment takes value from lots (glossary: spend order)."""

    OLDEST_LOT_PROPORTIONAL = "oldest_lot_proportional"


class ApprovedAct(StrEnum):
    """Acts a programme may put under a second person's approval."""

    VOID = "void"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    DROP = "drop"
    NO_SALE = "no_sale"
    REPRINT = "reprint"
    CARD_ISSUE = "card_issue"
    CARD_UNBLOCK = "card_unblock"
    CARD_REPLACE = "card_replace"
    SPEND_WITHOUT_CODE = "spend_without_code"
    GIFT = "gift"
    DAY_CLOSE = "day_close"
    DAY_CLOSE_UNSENT = "day_close_unsent"


@dataclass(frozen=True, slots=True)
class Shop:
    """What a receipt says of the shop; `store` is the short id used in accounts."""

    store: str
    name: str
    branch: str
    address: str
    phone: str
    thanks: str
    complaint_phone: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder: pay at least `pay_minor`, get a fixed bonus or a percentage of what is paid.

    `bonus_minor` is None for a percentage rung and `bonus_percent` None for a fixed one. Valid from `starts_on` to
    `ends_on`, both included, None for open. `script` is the cashier's line (A21).
    """

    rung_id: str
    pay_minor: int
    bonus_minor: int | None
    bonus_percent: int | None
    starts_on: date | None
    ends_on: date | None
    script: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs, lowest first, and whether amounts between them may be topped up too (they earn the rung below)."""

    rungs: tuple[Rung, ...]
    any_amount: bool
    minimum_minor: int


@dataclass(frozen=True, slots=True)
class Limit:
    """A ceiling in fen and the article or house rule it comes from."""

    ceiling_minor: int
    article: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings on what a member may hold and pay (R4); None where the programme sets none."""

    registered_balance: Limit | None
    anonymous_balance: Limit | None
    single_top_up: Limit | None
    single_cash_top_up: Limit | None


_UNLESS_SET: Final = MappingProxyType({ApprovedAct.DAY_CLOSE_UNSENT: 0})
"""Acts a second person approves, from this amount (fen), also where the programme does not speak of them."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """Which acts need a second person, and from which amount (fen; 0 = always)."""

    from_minor: dict[ApprovedAct, int]

    def needed(self, act: ApprovedAct, amount_minor: int = 0) -> bool:
        """Tell whether an act of an amount needs approval."""
        least = self.from_minor.get(act, _UNLESS_SET.get(act))
        return least is not None and amount_minor >= least


@dataclass(frozen=True, slots=True)
class PursePolicy:
    """What a box keeps of a member's value when it gives back what it does not need (`docs/protocol.md`, sweep); fen.

    In the member's home store it keeps `home_keep_minor`, everything where that is None, or twice the store's median
    ticket where `home_keep_auto`; any other store keeps `visiting_keep_minor`.
    """

    home_keep_minor: int | None = None
    home_keep_auto: bool = False
    visiting_keep_minor: int = 0

    def __post_init__(self) -> None:
        """Assert that one way of keeping is meant."""
        assert self.home_keep_minor is None or not self.home_keep_auto, "an amount is kept, or the till reckons one"


@dataclass(frozen=True, slots=True)
class Terms:
    """The contract printed for the consumer; `text_hash` (64 hex digits) is frozen into every lot sold under it."""

    text: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Programme:
    """One version of a shop's rules; `hash` is over the file's own bytes."""

    version: str
    hash: str
    starts_on: date
    shop: Shop
    ladder: Ladder
    spend_order: SpendOrder
    limits: Limits
    approvals: Approvals
    terms: Terms
    day_ends: time
    sign_in_attempts: int
    lock_out_minutes: int
    purses: PursePolicy = PursePolicy()
    promises: Promises = NOTHING
