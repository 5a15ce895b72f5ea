"""Promises that contradict themselves, or that no shop may make: refused by name and reason before they are in force.

Page: docs/rules/promises.md. Points are never sold or cashed out, stored value never buys stored value: decision 21.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ledger.errors import PromiseRefused
from ledger.money import CNY, PTS
from ledger.rules.occasion import Event
from ledger.rules.promises import AT_ONCE, Promises, UnitsGift
from ledger.rules.rules_check import Findings, given, known_in, rule_findings
from ledger.rules.when_check import when_findings


def check_promises(promises: Promises) -> None:
    """Refuse promises that contradict themselves; raises PromiseRefused with where and why."""
    for refused in contradictions(promises):
        raise refused


def contradictions(promises: Promises) -> Iterator[PromiseRefused]:
    """Yield everything a programme would be refused for, in the order of the checks."""
    for check in _CHECKS:
        for where, reason, detail in check(promises):
            yield PromiseRefused(where, reason, detail)


def _unique(promises: Promises) -> Findings:
    lists: dict[str, Iterable[str]] = {
        "rules": (rule.rule_id for rule in promises.rules),
        "groups": (group.group_id for group in promises.groups),
        "goods": (goods.goods_id for goods in promises.goods),
        "goods.barcode": (goods.barcode for goods in promises.goods if goods.barcode),
        "scopes": (scope.scope_id for scope in promises.scopes),
        "assets": (kind.asset for kind in promises.assets),
        "tiers": (tier.tier_id for tier in promises.tiers),
        "products": (product.product_id for product in promises.products),
        "mall": (item.item_id for item in promises.mall),
        "lotteries": (lottery.lottery_id for lottery in promises.lotteries),
    }
    for name, ids in lists.items():
        seen: set[str] = set()
        for each in ids:
            if each in seen:
                yield f"{name} {each}", "twice", each
            seen.add(each)


def _rules(promises: Promises) -> Findings:
    known = known_in(promises)
    uses = [kind.covers for kind in promises.assets if kind.covers is not None]
    for rule in (*promises.rules, *uses):
        where = f"rules {rule.rule_id}"
        yield from rule_findings(known, rule, where)
        yield from when_findings(known, rule, where)


def _groups(promises: Promises) -> Findings:
    known = {group.group_id for group in promises.groups}
    for group in promises.groups:
        if group.group_id in group.excludes:
            yield f"groups {group.group_id}", "excludes_itself", group.group_id
        for other in sorted(group.excludes - known):
            yield f"groups {group.group_id}", "no_such_group", other


def _scopes(promises: Promises) -> Findings:
    known = known_in(promises)
    for scope in promises.scopes:
        where = f"scopes {scope.scope_id}"
        if not scope.goods and not scope.categories:
            yield where, "gives_nothing", ""
        for name in sorted(scope.goods - known.goods):
            yield where, "no_such_goods", name
        for name in sorted(scope.categories - known.categories):
            yield where, "no_such_category", name


def _sold(promises: Promises) -> Findings:
    known = known_in(promises)
    for product in promises.products:
        where = f"products {product.product_id}"
        if product.asset in {CNY.code, PTS.code}:
            yield where, "points_and_stored_value_are_never_sold", product.asset
        else:
            yield from given(known, product.asset, where)
        for extra in product.extras:
            yield from given(known, extra.asset, where)


def _mall(promises: Promises) -> Findings:
    known = known_in(promises)
    for item in promises.mall:
        where = f"mall {item.item_id}"
        if promises.points is None:
            yield where, "no_points_policy", ""
        if item.asset in {CNY.code, PTS.code}:
            yield where, "points_are_never_cashed_out", item.asset
        elif item.asset:
            yield from given(known, item.asset, where)
        if bool(item.asset) != bool(item.units):
            yield where, "units_of_an_asset", item.asset
        if not item.asset and item.span != AT_ONCE:
            yield where, "units_of_an_asset", "valid_days"
        if item.stock is not None and item.per_member is not None and item.per_member > item.stock:
            yield where, "cap_out_of_reach", "per_member"
        if item.starts_on and item.ends_on and item.ends_on < item.starts_on:
            yield where, "ends_before_it_starts", item.ends_on.isoformat()


def _points(promises: Promises) -> Findings:
    points = promises.points
    if points is None:
        return
    if points.on not in {Event.PAY, Event.TOP_UP}:
        yield "points", "not_on_this_event", points.on.value
    burning = (points.burn_units > 0, points.burn_minor > 0, points.burn_percent > 0)
    if any(burning) and not all(burning):
        yield "points", "burn_worth_and_most_percent", ""


def _tiers(promises: Promises) -> Findings:
    for lower, higher in zip(promises.tiers, promises.tiers[1:], strict=False):
        if lower.measure is higher.measure and lower.window_days == higher.window_days and higher.reach <= lower.reach:
            yield f"tiers {higher.tier_id}", "lowest_first", lower.tier_id


def _lotteries(promises: Promises) -> Findings:
    known = known_in(promises)
    for lottery in promises.lotteries:
        where = f"lotteries {lottery.lottery_id}"
        weights = sum(prize.weight for prize in lottery.prizes)
        if not lottery.prizes or weights > lottery.of:
            yield where, "odds_above_all", f"{weights} / {lottery.of}"
        if len({prize.prize_id for prize in lottery.prizes}) != len(lottery.prizes):
            yield where, "twice", ""
        for prize in lottery.prizes:
            if isinstance(prize.gives, UnitsGift):
                yield from given(known, prize.gives.asset, where)


_CHECKS: Final = (_unique, _groups, _scopes, _points, _tiers, _rules, _sold, _mall, _lotteries)
