"""Promises of every kind, invented by Hypothesis, and written as a person would write them into a file.

The writer knows the shop's words on its own: nothing of the reader is used here.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any, Final

from hypothesis import strategies as st

from ledger.accounts import Tender
from ledger.rules import promises as p
from ledger.rules.occasion import Event
from ledger.rules.tag_policy import DEFAULT_TAGS, TagPolicy

Content = dict[str, Any]

WORDS: Final = {
    **dict.fromkeys(("rule_id", "group_id", "goods_id", "scope_id", "tier_id", "product_id", "item_id"), "id"),
    **dict.fromkeys(("lottery_id", "prize_id"), "id"),
    "event": "on",
    "low": "from",
    "high": "to",
    "fixed_minor": "amount",
    "measure": "by",
    "earn_units": "earn",
    "earn_per_minor": "per",
    "burn_units": "burn",
    "burn_minor": "worth",
    "burn_percent": "most_percent",
}
"""What a file calls an attribute, where that is more than leaving out `_minor`."""
SECTIONS: Final = {"COUPON": "coupons", "VISIT": "passes", "GOODS": "vouchers", "EXCHANGE": "exchange_cards"}

SIGNS: Final = st.sampled_from("麦香会员 aZ09-_\"'\\#=[]{},、。😀é")
LINES: Final = st.text(SIGNS, min_size=1, max_size=8).map(str.strip).filter(bool)
NAMES: Final = st.text("aZ09._-", min_size=1, max_size=6).filter(lambda name: name[0].isalnum())
COUNTS: Final = st.integers(1, 1_000_000)
MINOR: Final = st.integers(1, 10_000_000)
DAYS: Final = st.dates(date(2020, 1, 1), date(2040, 12, 31))
TIMES: Final = st.builds(time, st.integers(0, 23), st.integers(0, 59))
ASSETS: Final = st.builds("{}:{}".format, st.sampled_from(["COUPON", "VISIT", "GOODS", "EXCHANGE", "RIGHT"]), NAMES)
SPANS: Final = st.builds(p.Span, st.integers(0, 3650), st.none() | st.integers(1, 36_500))


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def _sets(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.just(frozenset()) | st.frozensets(values, max_size=3)


def _some(values: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most).map(tuple)


SHARES: Final = st.builds(p.Share, NAMES, st.integers(0, 99), st.integers(1, 100))
HOURS: Final = st.lists(st.tuples(TIMES, TIMES).filter(lambda s: s[0] != s[1]), max_size=2, unique=True).map(tuple)
ASKED: Final[dict[str, st.SearchStrategy[Any]]] = {
    "amount_from_minor": _maybe(MINOR),
    "amount_to_minor": _maybe(MINOR),
    "goods": _sets(LINES),
    "categories": _sets(LINES),
    "quantity_from": _maybe(COUNTS),
    "stores": _sets(NAMES),
    "weekdays": _sets(st.integers(1, 7)),
    "month_days": _sets(st.integers(1, 31)),
    "hours": HOURS,
    "festivals": _sets(NAMES),
    "tiers": _sets(NAMES),
    "tags": _sets(LINES),
    "without_tags": _sets(LINES),
    "holds": _sets(ASSETS),
    "lacks": _sets(ASSETS),
    "registered": st.booleans(),
    "visit_from": _maybe(COUNTS),
    "visit_to": _maybe(COUNTS),
    "top_up_from": _maybe(COUNTS),
    "top_up_to": _maybe(COUNTS),
    "never_topped_up": st.booleans(),
    "dormant_days_from": _maybe(COUNTS),
    "enrolled_days_to": _maybe(st.integers(0, 1_000_000)),
    "birthday_within_days": _maybe(st.integers(0, 183)),
    "zodiacs": _sets(NAMES),
    "tenders": _sets(st.sampled_from(list(Tender))),
    "wholly_stored": st.booleans(),
    "bill_times": _maybe(st.integers(1, 1000)),
    "share": _maybe(SHARES),
    "code": st.just("") | NAMES,
}
WHENS: Final = st.lists(st.sampled_from(sorted(ASKED)), max_size=4, unique=True).flatmap(
    lambda names: st.builds(p.When, **{name: ASKED[name] for name in names})
)
"""A few conditions at once."""
CAPS: Final = st.builds(
    p.Caps,
    per_member=_maybe(COUNTS),
    per_days=_maybe(st.integers(1, 3650)),
    in_all=_maybe(COUNTS),
    per_day=_maybe(COUNTS),
    budget_minor=_maybe(MINOR),
)
BONUSES: Final = st.builds(
    p.BonusGift,
    fixed_minor=st.just(0) | MINOR,
    percent=st.integers(0, 999),
    times_percent=st.integers(0, 999),
    instalments=st.integers(1, 60),
    now_percent=st.integers(0, 100),
    span=SPANS,
    scope=st.just("") | NAMES,
)
CUTS: Final = st.builds(
    p.PriceCut,
    percent_off=st.integers(0, 100),
    off_minor=st.just(0) | MINOR,
    per_minor=st.just(0) | MINOR,
    price_minor=_maybe(st.integers(0, 10_000_000)),
    face=st.booleans(),
    scope=st.just("") | NAMES,
    units_most=_maybe(COUNTS),
    most_minor=_maybe(MINOR),
)
GIFTS: Final = st.builds(p.UnitsGift, ASSETS | st.just("PTS"), COUNTS, st.just(0) | MINOR, SPANS)
FREE_ORDERS: Final = st.builds(p.FreeOrder, MINOR, NAMES, st.integers(1, 3650))


def _at_most_one(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.just(()) | values.map(lambda one: (one,))


GIVES: Final = st.tuples(
    _some(BONUSES),
    _some(CUTS),
    _some(GIFTS),
    _at_most_one(st.builds(p.PointsTimes, st.integers(0, 10_000))),
    _at_most_one(FREE_ORDERS),
    st.lists(LINES, max_size=2, unique=True).map(lambda texts: tuple(map(p.Handout, texts))),
    _at_most_one(st.builds(p.Draw, NAMES)),
).map(lambda parts: tuple(effect for part in parts for effect in part))
"""Effects in the order in which a file's keys are read."""
RULES: Final = st.builds(
    p.Rule,
    rule_id=NAMES,
    name=LINES,
    event=st.sampled_from(list(Event)),
    gives=GIVES,
    when=WHENS,
    caps=CAPS,
    group=st.just("") | NAMES,
    priority=st.integers(0, 1000),
    starts_on=_maybe(DAYS),
    ends_on=_maybe(DAYS),
    takes=st.just("") | ASSETS,
    takes_units=COUNTS,
    on_request=st.booleans(),
    script=st.just("") | LINES,
)
MALL: Final = st.builds(
    p.MallItem,
    item_id=NAMES,
    name=LINES,
    points=COUNTS,
    price_minor=st.just(0) | MINOR,
    asset=st.just("") | ASSETS,
    units=st.integers(0, 1_000_000),
    span=SPANS,
    stock=_maybe(COUNTS),
    per_member=_maybe(COUNTS),
    starts_on=_maybe(DAYS),
    ends_on=_maybe(DAYS),
)
PRIZES: Final = st.builds(
    p.Prize, NAMES, LINES, COUNTS, st.none() | GIFTS | st.builds(p.Handout, LINES), stock=_maybe(COUNTS)
)
POINTS: Final = st.builds(
    p.PointsPolicy,
    on=st.sampled_from(list(Event)),
    earn_units=COUNTS,
    earn_per_minor=MINOR,
    burn_units=st.integers(0, 1_000_000),
    burn_minor=st.just(0) | MINOR,
    burn_percent=st.integers(0, 100),
    valid_days=_maybe(st.integers(1, 3650)),
    pending_days=st.integers(0, 365),
)
RISING: Final = st.lists(st.integers(1, 1_000_000), min_size=4, max_size=4, unique=True).map(
    lambda steps: tuple(sorted(steps))
)
TAGS: Final = st.builds(
    TagPolicy,
    new_days=st.integers(1, 3650),
    asleep_from_days=st.integers(31, 3650),
    low_balance_minor=st.integers(0, 10_000_000),
    recency_days=RISING,
    money_minor=RISING,
)


@st.composite
def _tiers(draw: st.DrawFn) -> p.Tier:
    measure = draw(st.sampled_from(list(p.Measure)))
    reach = draw(st.integers(1, 1_000_000))
    keep = draw(st.integers(1, reach))
    window, kept = draw(st.integers(1, 400)), draw(st.integers(1, 3650))
    benefits = tuple(draw(st.lists(LINES, max_size=2, unique=True)))
    return p.Tier(draw(NAMES), draw(LINES), measure, reach, keep, window, kept, benefits)


@st.composite
def _assets(draw: st.DrawFn) -> p.AssetKind:
    prefix, ident, name = draw(st.sampled_from([*SECTIONS, "RIGHT"])), draw(NAMES), draw(LINES)
    asset, giftable, returnable = f"{prefix}:{ident}", draw(st.booleans()), draw(st.booleans())
    if prefix == "RIGHT":
        return p.AssetKind(asset, name, None, giftable, returnable)
    whole = st.builds(p.PriceCut, percent_off=st.just(100), scope=NAMES, units_most=st.just(1)).map(lambda cut: (cut,))
    use = p.Rule(
        rule_id=f"use.{prefix}.{ident}",
        name=name,
        event=Event.PAY,
        gives=draw(_some(CUTS) if prefix == "COUPON" else whole),
        when=draw(WHENS),
        group=draw(st.just("") | NAMES),
        priority=draw(st.integers(0, 1000)) if prefix == "COUPON" else 0,
        takes=asset,
        on_request=draw(st.booleans()),
    )
    return p.AssetKind(asset, name, use, giftable, returnable)


ORDER: Final = (*SECTIONS, "RIGHT")


def _with(**one: st.SearchStrategy[Any]) -> st.SearchStrategy[p.Promises]:
    return st.builds(p.Promises, **one)


PROMISES: Final[dict[str, st.SearchStrategy[p.Promises]]] = {
    "rules": _with(rules=_some(RULES)),
    "groups": _with(groups=_some(st.builds(p.Group, NAMES, st.sampled_from(list(p.Take)), _sets(NAMES)))),
    "goods": _with(
        goods=_some(st.builds(p.Goods, NAMES, LINES, NAMES, MINOR, st.just("") | NAMES, st.integers(0, 10_000)))
    ),
    "scopes": _with(scopes=_some(st.builds(p.Scope, NAMES, LINES, _sets(LINES), _sets(LINES)))),
    "assets": _with(
        assets=_some(_assets()).map(
            lambda kinds: tuple(sorted(kinds, key=lambda kind: ORDER.index(kind.asset.partition(":")[0])))
        )
    ),
    "points": _with(points=POINTS),
    "tiers": _with(tiers=_some(_tiers())),
    "products": _with(products=_some(st.builds(p.Product, NAMES, LINES, ASSETS, COUNTS, MINOR, SPANS, _some(GIFTS)))),
    "mall": _with(mall=_some(MALL)),
    "lotteries": _with(
        lotteries=_some(st.builds(p.Lottery, NAMES, LINES, st.integers(2, 1_000_000), _some(PRIZES)), 1)
    ),
    "family": _with(family=st.builds(p.FamilyPolicy, st.integers(2, 20), _maybe(MINOR), _maybe(MINOR))),
    "tags": _with(tags=TAGS),
    "single keys": _with(most_off_percent=st.integers(1, 100), salt=st.just("") | NAMES),
}
"""Promises of one section each: their sections do not meet before they are checked."""


def as_content(promises: p.Promises) -> Content:
    """Return promises as the tables of a file."""
    lists: dict[str, list[Content]] = {
        "rules": [_rule(rule) for rule in promises.rules],
        "lotteries": [
            {**_table(lottery), "prizes": [_prize(prize) for prize in lottery.prizes]} for lottery in promises.lotteries
        ],
        "tiers": [_tier(tier) for tier in promises.tiers],
    }
    for name in ("groups", "goods", "scopes", "products", "mall"):
        lists[name] = [_table(each) for each in getattr(promises, name)]
    for kind in promises.assets:
        section, table = _asset(kind)
        lists.setdefault(section, []).append(table)
    content: Content = {"most_off_percent": promises.most_off_percent}
    content |= {"salt": promises.salt} if promises.salt else {}
    for name in ("points", "family"):
        policy = getattr(promises, name)
        content |= {} if policy is None else {name: _table(policy)}
    content |= {} if promises.tags == DEFAULT_TAGS else {"tags": _table(promises.tags)}
    return content | {name: tables for name, tables in lists.items() if tables}


def _table(value: Any) -> Content:
    """Return a value as a table, without what stands at its default."""
    assert is_dataclass(value)
    said: Content = {}
    for each in fields(value):
        found = getattr(value, each.name)
        if isinstance(found, p.Span):
            said |= _table(found)
        elif found != each.default:
            said[WORDS.get(each.name, each.name.removesuffix("_minor"))] = _written(each.name, found)
    return said


def _written(name: str, value: Any) -> Any:
    if is_dataclass(value):
        return _table(value)
    if isinstance(value, Enum):
        return value.value
    if name == "hours":
        return [f"{first:%H:%M}-{last:%H:%M}" for first, last in value]
    if isinstance(value, (tuple, frozenset)):
        listed = sorted(value) if isinstance(value, frozenset) else value
        return [_written(name, each) for each in listed]
    if name.endswith("_minor") and not isinstance(value, bool):
        return f"{value // 100}.{value % 100:02d}" if value % 100 else value // 100
    return value


def _rule(rule: p.Rule) -> Content:
    said = _table(rule)
    said.pop("gives", None)
    for kind, key in ((p.BonusGift, "bonus"), (p.PriceCut, "cut"), (p.UnitsGift, "units")):
        tables = [_table(effect) for effect in rule.gives if isinstance(effect, kind)]
        said |= {key: tables} if tables else {}
    handouts = [effect.text for effect in rule.gives if isinstance(effect, p.Handout)]
    said |= {"handout": handouts} if handouts else {}
    for effect in rule.gives:
        if isinstance(effect, p.PointsTimes):
            said["points_times"] = effect.percent
        elif isinstance(effect, p.FreeOrder):
            said["free_order"] = _table(effect)
        elif isinstance(effect, p.Draw):
            said["draw"] = effect.lottery
    return said


def _asset(kind: p.AssetKind) -> tuple[str, Content]:
    prefix, _, ident = kind.asset.partition(":")
    ways = {"giftable": kind.giftable, "returnable": kind.returnable}
    said: Content = {"id": ident, "name": kind.name, **ways}
    if kind.covers is None:
        return "rights", said
    use = _rule(kind.covers)
    said |= {key: use[key] for key in ("when", "group", "priority", "on_request") if key in use}
    if prefix == "COUPON":
        return "coupons", said | {"cut": use.get("cut", [])}
    return SECTIONS[prefix], said | {"scope": use["cut"][0]["scope"]}


def _tier(tier: p.Tier) -> Content:
    said = _table(tier)
    if tier.measure is not p.Measure.VISITS:
        said |= {key: _written("_minor", said[key]) for key in ("reach", "keep")}
    return said


def _prize(prize: p.Prize) -> Content:
    said = _table(prize)
    gives = said.pop("gives", None)
    if isinstance(prize.gives, p.Handout):
        return said | {"handout": prize.gives.text}
    return said if gives is None else said | {"units": gives}


def as_toml(content: Content) -> str:
    """Return a file's text: plain keys first, tables under their headers, everything inside them on one line."""
    plain = [f"{key} = {_toml(value)}" for key, value in content.items() if not _is_section(value)]
    sections = [line for key, value in content.items() if _is_section(value) for line in _section(key, value)]
    return "\n".join([*plain, *sections]) + "\n"


def _is_section(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _section(key: str, value: Any) -> list[str]:
    header = f"[{key}]" if isinstance(value, dict) else f"[[{key}]]"
    tables = [value] if isinstance(value, dict) else value
    return [
        line for table in tables for line in ("", header, *(f"{name} = {_toml(each)}" for name, each in table.items()))
    ]


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, (date, time)):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
