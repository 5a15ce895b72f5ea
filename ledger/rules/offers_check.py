"""Promises that contradict themselves, or that no shop may make: refused by name and reason before they are in force.

Page: docs/rules/promises.md. Points are never sold or cashed out, stored value never buys stored value: decision 21.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ledger.errors import PromiseRefused
from ledger.money import CNY, PTS
from ledger.rules.festival_names import FESTIVALS, ZODIACS
from ledger.rules.occasion import Event
from ledger.rules.promises import (
    BonusGift,
    Draw,
    Effect,
    FreeOrder,
    Handout,
    PointsTimes,
    PriceCut,
    Promises,
    Rule,
    UnitsGift,
    When,
)

_FITS: Final[dict[type, frozenset[Event]]] = {
    BonusGift: frozenset({Event.TOP_UP}),
    FreeOrder: frozenset({Event.TOP_UP}),
    PriceCut: frozenset({Event.PAY}),
    PointsTimes: frozenset({Event.PAY, Event.TOP_UP}),
    UnitsGift: frozenset(Event),
    Handout: frozenset(Event),
    Draw: frozenset({Event.TOP_UP, Event.PAY, Event.CLAIM}),
}
"""On which events an effect means something."""
_TAKING: Final = frozenset({Event.PAY, Event.CLAIM})
"""On which events a rule can use up what it takes: a bill redeems units, a claim is paid with them."""


def check_promises(promises: Promises) -> None:
    """Refuse promises that contradict themselves; raises PromiseRefused with where and why."""
    for refused in contradictions(promises):
        raise refused


def contradictions(promises: Promises) -> Iterator[PromiseRefused]:
    """Yield everything a programme would be refused for, in the order of the checks."""
    for check in _CHECKS:
        for where, reason, detail in check(promises):
            yield PromiseRefused(where, reason, detail)


Findings = Iterator[tuple[str, str, str]]


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
    uses = [kind.covers for kind in promises.assets if kind.covers is not None]
    for rule in (*promises.rules, *uses):
        where = f"rules {rule.rule_id}"
        if not rule.gives:
            yield where, "gives_nothing", ""
        if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
            yield where, "ends_before_it_starts", rule.ends_on.isoformat()
        if rule.group and rule.group not in {group.group_id for group in promises.groups}:
            yield where, "no_such_group", rule.group
        if rule.caps.per_days is not None and rule.caps.per_member is None:
            yield where, "days_without_cap", str(rule.caps.per_days)
        if rule.takes:
            yield from _asset(promises, rule.takes, where)
            if rule.event not in _TAKING:
                yield where, "not_on_this_event", f"takes / {rule.event.value}"
        for effect in rule.gives:
            yield from _effect(promises, rule, effect, where)
        yield from _when(promises, rule, where)


def _effect(promises: Promises, rule: Rule, effect: Effect, where: str) -> Findings:
    if rule.event not in _FITS[type(effect)]:
        yield where, "not_on_this_event", f"{type(effect).__name__} / {rule.event.value}"
    if isinstance(effect, UnitsGift):
        yield from _asset(promises, effect.asset, where)
    elif isinstance(effect, PriceCut):
        yield from _cut(promises, rule, effect, where)
    elif isinstance(effect, BonusGift):
        yield from _bonus(promises, effect, where)
    elif isinstance(effect, FreeOrder):
        yield from _free_order(promises, effect, where)
    elif isinstance(effect, Draw) and effect.lottery not in {lottery.lottery_id for lottery in promises.lotteries}:
        yield where, "no_such_lottery", effect.lottery


def _asset(promises: Promises, asset: str, where: str) -> Findings:
    if asset == CNY.code:
        yield where, "stored_value_is_never_given_so", asset
    elif asset == PTS.code:
        if promises.points is None:
            yield where, "no_points_policy", asset
    elif promises.asset(asset) is None:
        yield where, "no_such_asset", asset


def _cut(promises: Promises, rule: Rule, cut: PriceCut, where: str) -> Findings:
    ways = sum((cut.percent_off > 0, cut.off_minor > 0, cut.price_minor is not None, cut.face))
    if ways != 1:
        yield where, "one_way_to_cut", str(ways)
    if cut.price_minor is not None and cut.units_most is not None:
        yield where, "price_of_some_units", str(cut.units_most)
    if cut.per_minor and not cut.off_minor:
        yield where, "per_without_off", str(cut.per_minor)
    if cut.per_minor and cut.off_minor > cut.per_minor:
        yield where, "more_off_than_spent", f"{cut.off_minor} / {cut.per_minor}"
    if cut.face and not rule.takes:
        yield where, "face_without_coupon", ""
    yield from _scope(promises, cut.scope, where)


def _bonus(promises: Promises, bonus: BonusGift, where: str) -> Findings:
    if not (bonus.fixed_minor or bonus.percent or bonus.times_percent):
        yield where, "bonus_of_nothing", ""
    if bonus.instalments > 1 and bonus.now_percent != 100:  # noqa: PLR2004 - a whole in percent
        yield where, "instalments_or_parts", str(bonus.instalments)
    yield from _scope(promises, bonus.scope, where)


def _free_order(promises: Promises, effect: FreeOrder, where: str) -> Findings:
    kind = promises.asset(f"COUPON:{effect.coupon}")
    if kind is None or kind.covers is None:
        yield where, "no_such_asset", effect.coupon
    elif not any(isinstance(cut, PriceCut) and cut.face for cut in kind.covers.gives):
        yield where, "coupon_without_face", effect.coupon


def _scope(promises: Promises, scope: str, where: str) -> Findings:
    if scope and promises.scope(scope) is None:
        yield where, "no_such_scope", scope


def _when(promises: Promises, rule: Rule, where: str) -> Findings:
    when = rule.when
    spans = (
        ("amount", when.amount_from_minor, when.amount_to_minor),
        ("visit", when.visit_from, when.visit_to),
        ("top_up", when.top_up_from, when.top_up_to),
        ("share", when.share.low if when.share else None, when.share.high - 1 if when.share else None),
    )
    for name, low, high in spans:
        if low is not None and high is not None and low > high:
            yield where, "can_never_hold", name
    yield from _names(promises, when, where)
    if when.never_topped_up and (when.top_up_from or 1) > 1:
        yield where, "can_never_hold", "never_topped_up"
    if when.tags & when.without_tags or when.holds & when.lacks:
        yield where, "can_never_hold", ", ".join(sorted((when.tags & when.without_tags) | (when.holds & when.lacks)))
    yield from _of_event(rule, when, where)


def _names(promises: Promises, when: When, where: str) -> Findings:
    goods = {goods.goods_id for goods in promises.goods}
    categories = {goods.category for goods in promises.goods}
    known = (
        ("no_such_goods", when.goods, goods),
        ("no_such_category", when.categories, categories),
        ("no_such_tier", when.tiers, {tier.tier_id for tier in promises.tiers}),
        ("no_such_festival", when.festivals, FESTIVALS),
        ("no_such_zodiac", when.zodiacs, frozenset(ZODIACS)),
        ("no_such_asset", when.holds | when.lacks, {kind.asset for kind in promises.assets} | {PTS.code}),
    )
    for reason, wanted, there in known:
        for name in sorted(wanted - there):
            yield where, reason, name


def _of_event(rule: Rule, when: When, where: str) -> Findings:
    """Conditions that an event knows nothing of could never hold."""
    if when.tenders and rule.event is not Event.TOP_UP:
        yield where, "condition_not_on_this_event", "tenders"
    if when.bill_times is not None and rule.event is not Event.TOP_UP:
        yield where, "condition_not_on_this_event", "bill_times"
    if when.wholly_stored and rule.event is not Event.PAY:
        yield where, "condition_not_on_this_event", "wholly_stored"
    if (when.goods or when.categories or when.quantity_from) and rule.event is not Event.PAY:
        yield where, "condition_not_on_this_event", "goods"


def _groups(promises: Promises) -> Findings:
    known = {group.group_id for group in promises.groups}
    for group in promises.groups:
        if group.group_id in group.excludes:
            yield f"groups {group.group_id}", "excludes_itself", group.group_id
        for other in sorted(group.excludes - known):
            yield f"groups {group.group_id}", "no_such_group", other


def _scopes(promises: Promises) -> Findings:
    goods = {goods.goods_id for goods in promises.goods}
    categories = {goods.category for goods in promises.goods}
    for scope in promises.scopes:
        where = f"scopes {scope.scope_id}"
        if not scope.goods and not scope.categories:
            yield where, "gives_nothing", ""
        for name in sorted(scope.goods - goods):
            yield where, "no_such_goods", name
        for name in sorted(scope.categories - categories):
            yield where, "no_such_category", name


def _sold(promises: Promises) -> Findings:
    for product in promises.products:
        where = f"products {product.product_id}"
        if product.asset in {CNY.code, PTS.code}:
            yield where, "points_and_stored_value_are_never_sold", product.asset
        else:
            yield from _asset(promises, product.asset, where)
        for extra in product.extras:
            yield from _asset(promises, extra.asset, where)


def _mall(promises: Promises) -> Findings:
    for item in promises.mall:
        where = f"mall {item.item_id}"
        if promises.points is None:
            yield where, "no_points_policy", ""
        if item.asset in {CNY.code, PTS.code}:
            yield where, "points_are_never_cashed_out", item.asset
        elif item.asset:
            yield from _asset(promises, item.asset, where)
        if bool(item.asset) != bool(item.units):
            yield where, "units_of_an_asset", item.asset
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
    for lottery in promises.lotteries:
        where = f"lotteries {lottery.lottery_id}"
        weights = sum(prize.weight for prize in lottery.prizes)
        if not lottery.prizes or weights > lottery.of:
            yield where, "odds_above_all", f"{weights} / {lottery.of}"
        if len({prize.prize_id for prize in lottery.prizes}) != len(lottery.prizes):
            yield where, "twice", ""
        for prize in lottery.prizes:
            if isinstance(prize.gives, UnitsGift):
                yield from _asset(promises, prize.gives.asset, where)


_CHECKS: Final = (_unique, _groups, _scopes, _points, _tiers, _rules, _sold, _mall, _lotteries)
