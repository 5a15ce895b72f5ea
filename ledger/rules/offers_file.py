"""Promises read from a programme's file; what contradicts itself is refused by `offers_check.py`.

Page: docs/rules/promises.md. Coupons, passes, vouchers, exchange cards and rights become assets; each but a right
brings the rule of its use (`use.COUPON.welcome`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ledger.rules import fields as f
from ledger.rules.occasion import Event
from ledger.rules.offers_fields import LISTS, MAKERS, PROMISE_PATHS, SINGLES, TABLES
from ledger.rules.promises import (
    AssetKind,
    Draw,
    Effect,
    Handout,
    Measure,
    PointsTimes,
    PriceCut,
    Promises,
    Rule,
    Tier,
    When,
)
from ledger.rules.reading import Expected, Table

_PREFIXES: Final = {
    "coupons": "COUPON",
    "passes": "VISIT",
    "vouchers": "GOODS",
    "exchange_cards": "EXCHANGE",
    "rights": "RIGHT",
}
_WHOLE_UNIT: Final = PriceCut(percent_off=100, units_most=1)


def read_promises(top: Table) -> Promises:
    """Return what a programme's top table promises; raises BadValue, MissingKey, UnknownKey."""
    lists = {name: list(_tables(top, name)) for name in LISTS}
    made: dict[str, Any] = {name: tuple(f.made(t, name, top, *MAKERS[name]) for t in lists[name]) for name in MAKERS}
    tables: dict[str, Any] = {}
    for name, (table_fields, make) in TABLES.items():
        if top.has(name):
            inner = top.table(name, f.keys_of(table_fields), PROMISE_PATHS)
            tables[name] = f.made(inner, name, top, table_fields, make)
    assets = tuple(_asset(name, table) for name in _PREFIXES for table in lists[name])
    return Promises(
        rules=tuple(_rule(table) for table in lists["rules"]),
        assets=assets,
        tiers=tuple(_tier(table) for table in lists["tiers"]),
        **made,
        **tables,
        **f.read_fields(top, SINGLES),
    )


def _tables(top: Table, name: str) -> Iterator[Table]:
    yield from top.tables(name, f.keys_of(LISTS[name]), PROMISE_PATHS)


def _rule(table: Table) -> Rule:
    said = f.read_fields(table, LISTS["rules"])
    gives: list[Effect] = [*said.pop("bonus"), *said.pop("cut"), *said.pop("units")]
    times, free_order, handouts, draw = (said.pop(key) for key in ("points_times", "free_order", "handout", "draw"))
    if table.has("points_times"):
        gives.append(PointsTimes(times))
    if free_order is not None:
        gives.append(free_order)
    gives += [Handout(text) for text in handouts]
    if draw:
        gives.append(Draw(draw))
    return Rule(gives=tuple(gives), **said)


def _asset(section: str, table: Table) -> AssetKind:
    said = f.read_fields(table, LISTS[section])
    asset = f"{_PREFIXES[section]}:{said['id']}"
    kept = {"giftable": said["giftable"], "returnable": said["returnable"]}
    if section == "rights":
        return AssetKind(asset, said["name"], None, **kept)
    cuts = said["cut"] if section == "coupons" else (_covering(said["scope"]),)
    use = Rule(
        rule_id=f"use.{asset.replace(':', '.')}",
        name=said["name"],
        event=Event.PAY,
        gives=tuple(cuts),
        when=said["when"] or When(),
        group=said["group"],
        priority=said.get("priority", 0),
        takes=asset,
        on_request=said["on_request"],
    )
    return AssetKind(asset, said["name"], use, **kept)


def _covering(scope: str) -> PriceCut:
    """Return what a visit, a voucher or an exchange card does: one unit of its goods costs nothing."""
    return PriceCut(percent_off=_WHOLE_UNIT.percent_off, units_most=_WHOLE_UNIT.units_most, scope=scope)


def _tier(table: Table) -> Tier:
    said = f.read_fields(table, LISTS["tiers"])
    if said["measure"] is Measure.VISITS:
        for key in ("reach", "keep"):
            if table.has(key):
                said[key] = table.whole(key, 1, 1_000_000)
    if said["keep"] is None:
        said["keep"] = said["reach"]
    if said["keep"] > said["reach"]:
        raise table.bad("keep", Expected.KEEP_BELOW_REACH)
    return Tier(**said)


def printed_promises(promises: Promises) -> Iterator[str]:
    """Give every text of the promises that customers read or hear."""
    for rule in promises.rules:
        yield rule.name
        yield rule.script
        yield from (effect.text for effect in rule.gives if isinstance(effect, Handout))
    yield from (goods.name for goods in promises.goods)
    yield from (scope.name for scope in promises.scopes)
    yield from (kind.name for kind in promises.assets)
    yield from (product.name for product in promises.products)
    yield from (item.name for item in promises.mall)
    for tier in promises.tiers:
        yield tier.name
        yield from tier.benefits
    for lottery in promises.lotteries:
        yield from (lottery.name, *(prize.name for prize in lottery.prizes))


def schema_of_promises() -> f.Schema:
    """Return the JSON Schema of the promises' keys: properties of the programme's top table."""
    properties: f.Schema = {name: {"type": "array", "items": f.schema_of(fields)} for name, fields in LISTS.items()}
    properties |= {name: f.schema_of(fields) for name, (fields, _) in TABLES.items()}
    return properties | {field.key: field.kind.schema for field in SINGLES}
