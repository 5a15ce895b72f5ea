"""The keys by which a programme's file writes its promises (`rules/promises.py`); one list for reader and schema.

Page: docs/rules/promises.md.
"""

from __future__ import annotations

from typing import Any, Final

from ledger.accounts import Tender
from ledger.rules import fields as f
from ledger.rules.fields import Field, Fields, optional
from ledger.rules.occasion import Event
from ledger.rules.promises import (
    NO_CAPS,
    BonusGift,
    Caps,
    FamilyPolicy,
    FreeOrder,
    Goods,
    Group,
    Handout,
    Lottery,
    MallItem,
    Measure,
    PointsPolicy,
    PriceCut,
    Prize,
    Product,
    Scope,
    Share,
    Take,
    UnitsGift,
    When,
)
from ledger.rules.tag_policy import TagPolicy

_ASSET_PATTERN: Final = {
    "type": "string",
    "pattern": "^(PTS|(COUPON|VISIT|RIGHT|GOODS|EXCHANGE):[0-9A-Za-z][0-9A-Za-z._-]*)$",
}
_MANY: Final = 1_000_000
_TAG_COUNTS: Final = (
    *("new_days", "habit_days", "regular_visits", "loyal_visits", "quiet_from_days", "asleep_from_days"),
    "birthday_days",
)
_KNOWN: list[str] = []


def _known() -> tuple[str, ...]:
    """Return every key of the promises by its whole path, for the nearest one of a slip."""
    return tuple(_KNOWN)


ASSET: Final = f.Kind(lambda table, key: table.line(key), _ASSET_PATTERN)
_COUNT: Final = f.whole(0, _MANY)
_SOME: Final = f.whole(1, _MANY)

SHARE: Final[Fields] = (
    Field("salt", f.NAME),
    Field("from", f.whole(0, 99), "low"),
    Field("to", f.whole(1, 100), "high"),
)
WHEN: Final[Fields] = (
    optional("amount_from", f.AMOUNT_ABOVE_ZERO, None, "amount_from_minor"),
    optional("amount_to", f.AMOUNT_ABOVE_ZERO, None, "amount_to_minor"),
    optional("goods", f.names(), frozenset()),
    optional("categories", f.names(), frozenset()),
    optional("quantity_from", _SOME),
    optional("stores", f.names(), frozenset()),
    optional("weekdays", f.numbers(1, 7), frozenset()),
    optional("month_days", f.numbers(1, 31), frozenset()),
    optional("hours", f.HOURS, ()),
    optional("festivals", f.names(), frozenset()),
    optional("tiers", f.names(), frozenset()),
    optional("tags", f.names(), frozenset()),
    optional("without_tags", f.names(), frozenset()),
    optional("holds", f.names(_ASSET_PATTERN), frozenset()),
    optional("lacks", f.names(_ASSET_PATTERN), frozenset()),
    optional("registered", f.FLAG, False),
    optional("visit_from", _SOME),
    optional("visit_to", _SOME),
    optional("top_up_from", _SOME),
    optional("top_up_to", _SOME),
    optional("never_topped_up", f.FLAG, False),
    optional("dormant_days_from", _SOME),
    optional("enrolled_days_to", _COUNT),
    optional("birthday_within_days", f.whole(0, 183)),
    optional("zodiacs", f.names(), frozenset()),
    optional("tenders", f.several(Tender), frozenset()),
    optional("wholly_stored", f.FLAG, False),
    optional("bill_times", f.whole(1, 1000)),
    optional("share", f.table_of(SHARE, Share, _known)),
    optional("code", f.NAME, ""),
)
CAPS: Final[Fields] = (
    optional("per_member", _SOME),
    optional("per_days", f.whole(1, 3650)),
    optional("in_all", _SOME),
    optional("per_day", _SOME),
    optional("budget", f.AMOUNT_ABOVE_ZERO, None, "budget_minor"),
)
BONUS: Final[Fields] = (
    optional("amount", f.AMOUNT_ABOVE_ZERO, 0, "fixed_minor"),
    optional("percent", f.percent(1, 999), 0),
    optional("times_percent", f.percent(1, 999), 0),
    optional("instalments", f.whole(1, 60), 1),
    optional("now_percent", f.percent(0, 100), 100),
    optional("scope", f.NAME, ""),
    *f.SPAN,
)
CUT: Final[Fields] = (
    optional("percent_off", f.percent(1, 100), 0),
    optional("off", f.AMOUNT_ABOVE_ZERO, 0, "off_minor"),
    optional("per", f.AMOUNT_ABOVE_ZERO, 0, "per_minor"),
    optional("price", f.AMOUNT, None, "price_minor"),
    optional("face", f.FLAG, False),
    optional("scope", f.NAME, ""),
    optional("units_most", _SOME),
    optional("most", f.AMOUNT_ABOVE_ZERO, None, "most_minor"),
)
UNITS: Final[Fields] = (
    Field("asset", ASSET),
    Field("units", _SOME),
    optional("per", f.AMOUNT_ABOVE_ZERO, 0, "per_minor"),
    *f.SPAN,
)
FREE_ORDER: Final[Fields] = (
    Field("most", f.AMOUNT_ABOVE_ZERO, "most_minor"),
    Field("coupon", f.NAME),
    optional("valid_days", f.whole(1, 3650), 1),
)


def _tables(fields: Fields, make: Any) -> f.Kind:
    return f.tables_of(fields, make, _known)


_GIFT: Final = f.with_span(UnitsGift)
RULE: Final[Fields] = (
    Field("id", f.NAME, "rule_id"),
    Field("name", f.LINE),
    Field("on", f.choice(Event), "event"),
    optional("when", f.table_of(WHEN, When, _known), When()),
    optional("caps", f.table_of(CAPS, Caps, _known), NO_CAPS),
    optional("group", f.NAME, ""),
    optional("priority", f.whole(0, 1000), 0),
    optional("starts_on", f.DAY),
    optional("ends_on", f.DAY),
    optional("takes", ASSET, ""),
    optional("takes_units", _SOME, 1),
    optional("on_request", f.FLAG, False),
    optional("script", f.LINE, ""),
    optional("bonus", _tables(BONUS, f.with_span(BonusGift)), ()),
    optional("cut", _tables(CUT, PriceCut), ()),
    optional("units", _tables(UNITS, _GIFT), ()),
    optional("points_times", f.percent(0, 10_000), 0),
    optional("free_order", f.table_of(FREE_ORDER, FreeOrder, _known)),
    optional("handout", f.lines(), ()),
    optional("draw", f.NAME, ""),
)
GROUP: Final[Fields] = (
    Field("id", f.NAME, "group_id"),
    optional("take", f.choice(Take), Take.BEST),
    optional("excludes", f.names(), frozenset()),
)
GOODS: Final[Fields] = (
    Field("id", f.NAME, "goods_id"),
    Field("name", f.LINE),
    Field("category", f.NAME),
    Field("price", f.AMOUNT_ABOVE_ZERO, "price_minor"),
    optional("barcode", f.NAME, ""),
    optional("points_percent", f.percent(0, 10_000), 100),
)
SCOPE: Final[Fields] = (
    Field("id", f.NAME, "scope_id"),
    Field("name", f.LINE),
    optional("goods", f.names(), frozenset()),
    optional("categories", f.names(), frozenset()),
)
COUPON: Final[Fields] = (
    Field("id", f.NAME),
    Field("name", f.LINE),
    Field("cut", _tables(CUT, PriceCut)),
    optional("when", f.table_of(WHEN, When, _known), When()),
    optional("group", f.NAME, ""),
    optional("priority", f.whole(0, 1000), 0),
    optional("on_request", f.FLAG, False),
    optional("giftable", f.FLAG, False),
    optional("returnable", f.FLAG, True),
)
PASS: Final[Fields] = (
    Field("id", f.NAME),
    Field("name", f.LINE),
    Field("scope", f.NAME),
    optional("when", f.table_of(WHEN, When, _known), When()),
    optional("group", f.NAME, ""),
    optional("on_request", f.FLAG, False),
    optional("giftable", f.FLAG, False),
    optional("returnable", f.FLAG, True),
)
RIGHT: Final[Fields] = (
    Field("id", f.NAME),
    Field("name", f.LINE),
    optional("giftable", f.FLAG, False),
    optional("returnable", f.FLAG, True),
)
POINTS: Final[Fields] = (
    optional("on", f.choice(Event), Event.PAY),
    Field("earn", _SOME, "earn_units"),
    Field("per", f.AMOUNT_ABOVE_ZERO, "earn_per_minor"),
    optional("burn", _SOME, 0, "burn_units"),
    optional("worth", f.AMOUNT_ABOVE_ZERO, 0, "burn_minor"),
    optional("most_percent", f.percent(1, 100), 0, "burn_percent"),
    optional("valid_days", f.whole(1, 3650)),
    optional("pending_days", f.whole(0, 365), 0),
)
TIER: Final[Fields] = (
    Field("id", f.NAME, "tier_id"),
    Field("name", f.LINE),
    Field("by", f.choice(Measure), "measure"),
    Field("reach", f.AMOUNT),
    optional("keep", f.AMOUNT),
    Field("window_days", f.whole(1, 400)),
    optional("keep_days", f.whole(1, 3650), 365),
    optional("benefits", f.lines(), ()),
)
PRODUCT: Final[Fields] = (
    Field("id", f.NAME, "product_id"),
    Field("name", f.LINE),
    Field("asset", ASSET),
    Field("units", _SOME),
    Field("price", f.AMOUNT_ABOVE_ZERO, "price_minor"),
    optional("extras", _tables(UNITS, _GIFT), ()),
    *f.SPAN,
)
MALL: Final[Fields] = (
    Field("id", f.NAME, "item_id"),
    Field("name", f.LINE),
    Field("points", _SOME),
    optional("price", f.AMOUNT_ABOVE_ZERO, 0, "price_minor"),
    optional("asset", ASSET, ""),
    optional("units", _SOME, 0),
    optional("stock", _SOME),
    optional("per_member", _SOME),
    optional("starts_on", f.DAY),
    optional("ends_on", f.DAY),
    *f.SPAN,
)
PRIZE: Final[Fields] = (
    Field("id", f.NAME, "prize_id"),
    Field("name", f.LINE),
    Field("weight", _SOME),
    optional("units", f.table_of(UNITS, _GIFT, _known)),
    optional("handout", f.LINE, ""),
    optional("stock", _SOME),
)


def _prize(units: UnitsGift | None, handout: str, **rest: Any) -> Prize:
    if units is not None and handout:
        raise ValueError("units or handout")
    return Prize(gives=units or (Handout(handout) if handout else None), **rest)


LOTTERY: Final[Fields] = (
    Field("id", f.NAME, "lottery_id"),
    Field("name", f.LINE),
    Field("of", f.whole(2, 1_000_000)),
    Field("prizes", _tables(PRIZE, _prize)),
)
FAMILY: Final[Fields] = (
    optional("most_members", f.whole(2, 20), 6),
    optional("per_day", f.AMOUNT_ABOVE_ZERO, None, "per_day_minor"),
    optional("per_month", f.AMOUNT_ABOVE_ZERO, None, "per_month_minor"),
)

_RISING: Final = f.thresholds(0, _MANY)
TAGS: Final[Fields] = (
    *(optional(name, f.whole(1, 3650), getattr(TagPolicy(), name)) for name in _TAG_COUNTS),
    optional("low_balance", f.AMOUNT, TagPolicy().low_balance_minor, "low_balance_minor"),
    optional("high_value", f.AMOUNT, TagPolicy().high_value_minor, "high_value_minor"),
    optional("recency_days", _RISING, TagPolicy().recency_days),
    optional("frequency_visits", _RISING, TagPolicy().frequency_visits),
    optional("money", f.AMOUNTS, TagPolicy().money_minor, "money_minor"),
)


def _lottery(prizes: tuple[Prize, ...], **rest: Any) -> Lottery:
    return Lottery(prizes=prizes, **rest)


MAKERS: Final[dict[str, tuple[Fields, Any]]] = {
    "groups": (GROUP, Group),
    "goods": (GOODS, Goods),
    "scopes": (SCOPE, Scope),
    "products": (PRODUCT, f.with_span(Product)),
    "mall": (MALL, f.with_span(MallItem)),
    "lotteries": (LOTTERY, _lottery),
}
"""The lists whose tables become values as they stand."""
_OTHERS: Final[dict[str, Fields]] = {
    "rules": RULE,
    "coupons": COUPON,
    "passes": PASS,
    "vouchers": PASS,
    "exchange_cards": PASS,
    "rights": RIGHT,
    "tiers": TIER,
}
LISTS: Final[dict[str, Fields]] = {name: fields for name, (fields, _) in MAKERS.items()} | _OTHERS
TABLES: Final[dict[str, tuple[Fields, Any]]] = {
    "points": (POINTS, PointsPolicy),
    "family": (FAMILY, FamilyPolicy),
    "tags": (TAGS, TagPolicy),
}
SINGLES: Final[Fields] = (
    optional("most_off_percent", f.percent(1, 100), 100),
    optional("salt", f.NAME, ""),
)
PROMISE_KEYS: Final = (*LISTS, *TABLES, *f.keys_of(SINGLES))
_INNER: Final[dict[str, Fields]] = {
    "when": WHEN,
    "caps": CAPS,
    "bonus": BONUS,
    "cut": CUT,
    "units": UNITS,
    "free_order": FREE_ORDER,
    "when.share": SHARE,
}
_KNOWN += [f"{name}.{key}" for name, fields in LISTS.items() for key in f.keys_of(fields)]
_KNOWN += [f"{name}.{key}" for name, (fields, _) in TABLES.items() for key in f.keys_of(fields)]
_KNOWN += [f"rules.{name}.{key}" for name, fields in _INNER.items() for key in f.keys_of(fields)]
_KNOWN += [f"lotteries.prizes.{key}" for key in f.keys_of(PRIZE)]
PROMISE_PATHS: Final = (*PROMISE_KEYS, *_KNOWN)
"""Every key of the promises by its whole path, as docs/rules/promises.md lists them."""
