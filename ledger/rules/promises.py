"""Promises: everything a programme offers beyond its ladder, as plain values; `offers_file.py` reads them from the file.

Page: docs/rules/offers.md. Amounts in fen, percentages whole; both ends of every span are included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from ledger.accounts import Tender
from ledger.rules.occasion import Event
from ledger.rules.tag_policy import DEFAULT_TAGS, TagPolicy


@dataclass(frozen=True, slots=True)
class Share:
    """A part of all members, by a salted hash of the member's id: from `low` to `high` of 100 (A/B tests, hold-out)."""

    salt: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class When:
    """The conditions of a rule; all that are set must hold. A field that is empty, None or False asks for nothing."""

    amount_from_minor: int | None = None
    amount_to_minor: int | None = None
    goods: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    quantity_from: int | None = None
    stores: frozenset[str] = frozenset()
    weekdays: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    hours: tuple[tuple[time, time], ...] = ()
    festivals: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    without_tags: frozenset[str] = frozenset()
    holds: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    registered: bool = False
    visit_from: int | None = None
    visit_to: int | None = None
    top_up_from: int | None = None
    top_up_to: int | None = None
    never_topped_up: bool = False
    dormant_days_from: int | None = None
    enrolled_days_to: int | None = None
    birthday_within_days: int | None = None
    zodiacs: frozenset[str] = frozenset()
    tenders: frozenset[Tender] = frozenset()
    wholly_stored: bool = False
    bill_times: int | None = None
    share: Share | None = None
    code: str = ""


ALWAYS: Final = When()


@dataclass(frozen=True, slots=True)
class Caps:
    """How often and for how much a rule is given: per member within `per_days` (None for ever), in all, a day, in fen."""

    per_member: int | None = None
    per_days: int | None = None
    in_all: int | None = None
    per_day: int | None = None
    budget_minor: int | None = None

    @property
    def of_store(self) -> bool:
        """Whether any of them counts what the store gave to everybody: those need its sums to be read."""
        return (self.in_all, self.per_day, self.budget_minor) != (None, None, None)


NO_CAPS: Final = Caps()


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something given can be used: after so many days, for so many days, None without end."""

    after_days: int = 0
    valid_days: int | None = None


AT_ONCE: Final = Span()


@dataclass(frozen=True, slots=True)
class BonusGift:
    """Bonus on a top-up: fixed fen, a percentage of what is paid, or of the ladder's own bonus (`times_percent`).

    In `instalments` of a month each (A7), or `now_percent` at once and the rest from the next day on (A8). With a span or a
    scope it is a lot of its own (A23); without any condition it joins the lot of its principal.
    """

    fixed_minor: int = 0
    percent: int = 0
    times_percent: int = 0
    instalments: int = 1
    now_percent: int = 100
    span: Span = AT_ONCE
    scope: str = ""


@dataclass(frozen=True, slots=True)
class PriceCut:
    """Less to pay: a percentage, an amount once or for every `per_minor` of the list price, a price, or goods for nothing.

    It works on the goods of `scope`, on all where that is empty; at most `most_minor` in all and `units_most` units of goods
    (the dearest first). `face` takes the amount from the coupon's own face value.
    """

    percent_off: int = 0
    off_minor: int = 0
    per_minor: int = 0
    price_minor: int | None = None
    face: bool = False
    scope: str = ""
    units_most: int | None = None
    most_minor: int | None = None


@dataclass(frozen=True, slots=True)
class UnitsGift:
    """Units of an asset: points, coupons, visits, rights; `units` once, or for every `per_minor` really paid."""

    asset: str
    units: int
    per_minor: int = 0
    span: Span = AT_ONCE


@dataclass(frozen=True, slots=True)
class PointsTimes:
    """Points earned on this event are multiplied: 200 percent is double."""

    percent: int


@dataclass(frozen=True, slots=True)
class FreeOrder:
    """The bill that waits is free: a coupon of its amount, at most `most_minor`, to be used within `valid_days` (A9)."""

    most_minor: int
    coupon: str
    valid_days: int = 1


@dataclass(frozen=True, slots=True)
class Handout:
    """Something handed over or done that the books do not count: a gift of goods, a service (A4, A11, A12)."""

    text: str


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of a lottery (A14, N16)."""

    lottery: str


Effect = BonusGift | PriceCut | UnitsGift | PointsTimes | FreeOrder | Handout | Draw


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise: on an event, under conditions, within caps, gives its effects.

    `group` and `priority` decide what stacks (`Group`). A rule that `takes` an asset uses up `takes_units` of it. One that is
    `on_request` is applied only when the cashier asks for it. `script` is the cashier's line (A21).
    """

    rule_id: str
    name: str
    event: Event
    gives: tuple[Effect, ...]
    when: When = ALWAYS
    caps: Caps = NO_CAPS
    group: str = ""
    priority: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    takes: str = ""
    takes_units: int = 1
    on_request: bool = False
    script: str = ""


class Take(StrEnum):
    """How many rules of a group apply at once."""

    BEST = "best"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of rules: the best for the member, or all of them; none of them together with the groups it `excludes`."""

    group_id: str
    take: Take = Take.BEST
    excludes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods of the catalogue: barcode (empty for none), category, list price (fen); `points_percent` multiplies points."""

    goods_id: str
    name: str
    category: str
    price_minor: int
    barcode: str = ""
    points_percent: int = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """A named choice of goods: by id, by category, or both."""

    scope_id: str
    name: str
    goods: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AssetKind:
    """An asset a programme declares: its code (`COUPON:welcome`), the name on screens and slips, how it may be passed on.

    `covers` is what a coupon, a visit or a voucher does to a bill when it is used; None for a right, which is only held.
    """

    asset: str
    name: str
    covers: Rule | None = None
    giftable: bool = False
    returnable: bool = True


@dataclass(frozen=True, slots=True)
class PointsPolicy:
    """How points are earned and used: `earn_units` for every `earn_per_minor` really paid, on spends or on top-ups (`on`).

    `burn_units` points pay `burn_minor`; at most `burn_percent` of a bill. Points live `valid_days`.
    """

    on: Event
    earn_units: int
    earn_per_minor: int
    burn_units: int = 0
    burn_minor: int = 0
    burn_percent: int = 0
    valid_days: int | None = None
    pending_days: int = 0


class Measure(StrEnum):
    """What a tier counts over its window."""

    TOPPED = "topped"
    SPENT = "spent"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier, lowest first: reached by `reach` and kept by `keep` of its measure over the last `window_days`."""

    tier_id: str
    name: str
    measure: Measure
    reach: int
    keep: int
    window_days: int
    keep_days: int = 365
    benefits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """Something sold for money that is used later (B3–B8, B11): pays `price_minor`, gets `units` of an asset."""

    product_id: str
    name: str
    asset: str
    units: int
    price_minor: int
    span: Span = AT_ONCE
    extras: tuple[UnitsGift, ...] = ()


@dataclass(frozen=True, slots=True)
class MallItem:
    """Something points buy (D6–D8): points, and money where it costs some; units of an asset, or goods handed over.

    `stock` is this store's own and `per_member` each member's, None for no limit.
    """

    item_id: str
    name: str
    points: int
    price_minor: int = 0
    asset: str = ""
    units: int = 0
    span: Span = AT_ONCE
    stock: int | None = None
    per_member: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Prize:
    """A prize: how many of `Lottery.of` draws win it, what it gives, and how many there are (None for no limit)."""

    prize_id: str
    name: str
    weight: int
    gives: UnitsGift | Handout | None
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Lottery:
    """A lottery with its odds: a prize of weight w is won by w of `of` draws; what is left wins nothing (N16)."""

    lottery_id: str
    name: str
    of: int
    prizes: tuple[Prize, ...]


@dataclass(frozen=True, slots=True)
class FamilyPolicy:
    """Who may spend from a family's pot: at most so many people, each so much a day and a month (fen, None for no limit)."""

    most_members: int = 6
    per_day_minor: int | None = None
    per_month_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Promises:
    """Everything a programme offers beyond its ladder; `groups` in the order they work on a bill."""

    rules: tuple[Rule, ...] = ()
    groups: tuple[Group, ...] = ()
    goods: tuple[Goods, ...] = ()
    scopes: tuple[Scope, ...] = ()
    assets: tuple[AssetKind, ...] = ()
    points: PointsPolicy | None = None
    tiers: tuple[Tier, ...] = ()
    products: tuple[Product, ...] = ()
    mall: tuple[MallItem, ...] = ()
    lotteries: tuple[Lottery, ...] = ()
    family: FamilyPolicy | None = None
    most_off_percent: int = 100
    salt: str = ""
    tags: TagPolicy = DEFAULT_TAGS

    def scope(self, scope_id: str) -> Scope | None:
        """Return a scope by its id, None for the empty id: everything."""
        return next((scope for scope in self.scopes if scope.scope_id == scope_id), None)

    def asset(self, asset: str) -> AssetKind | None:
        """Return a declared asset, None where it is not declared."""
        return next((kind for kind in self.assets if kind.asset == asset), None)


NOTHING: Final = Promises()
"""What a programme without any offers promises."""
