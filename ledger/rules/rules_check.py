"""Rules that contradict themselves: what they give, take, cap and ask for must fit each other and be declared.

Page: docs/rules/promises.md, what is refused. `offers_check.py` puts the findings together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ledger.money import CNY, PTS
from ledger.rules.occasion import Event
from ledger.rules.promises import (
    AssetKind,
    BonusGift,
    Caps,
    Draw,
    Effect,
    FreeOrder,
    Handout,
    PointsTimes,
    PriceCut,
    Promises,
    Rule,
    UnitsGift,
)

Findings = Iterator[tuple[str, str, str]]
"""Where, which reason, and the detail: the fields of PromiseRefused."""

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
_ASKING: Final = frozenset({Event.PAY, Event.TOP_UP, Event.CLAIM})
"""On which events a cashier can ask for a rule: the others happen beside what is done."""
_IN_MONEY: Final = (BonusGift, PriceCut, FreeOrder)
"""The effects that a budget counts."""
_WHOLE: Final = 100


class Known(NamedTuple):
    """What a programme declares, by its ids; `faces` are the coupons that carry an amount of their own."""

    points: bool
    assets: dict[str, AssetKind]
    faces: frozenset[str]
    scopes: frozenset[str]
    groups: frozenset[str]
    goods: frozenset[str]
    categories: frozenset[str]
    tiers: frozenset[str]
    lotteries: frozenset[str]


def known_in(promises: Promises) -> Known:
    """Return what a programme declares."""
    return Known(
        points=promises.points is not None,
        assets={kind.asset: kind for kind in promises.assets},
        faces=frozenset(kind.asset for kind in promises.assets if _has_face(kind)),
        scopes=frozenset(scope.scope_id for scope in promises.scopes),
        groups=frozenset(group.group_id for group in promises.groups),
        goods=frozenset(goods.goods_id for goods in promises.goods),
        categories=frozenset(goods.category for goods in promises.goods),
        tiers=frozenset(tier.tier_id for tier in promises.tiers),
        lotteries=frozenset(lottery.lottery_id for lottery in promises.lotteries),
    )


def _has_face(kind: AssetKind) -> bool:
    return kind.covers is not None and any(isinstance(cut, PriceCut) and cut.face for cut in kind.covers.gives)


def rule_findings(known: Known, rule: Rule, where: str) -> Findings:
    """Yield what speaks against a rule, its conditions apart."""
    if not rule.gives:
        yield where, "gives_nothing", ""
    if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
        yield where, "ends_before_it_starts", rule.ends_on.isoformat()
    if rule.group and rule.group not in known.groups:
        yield where, "no_such_group", rule.group
    if rule.takes:
        yield from declared(known, rule.takes, where)
        if rule.event not in _TAKING:
            yield where, "not_on_this_event", f"takes / {rule.event.value}"
    if rule.on_request and rule.event not in _ASKING:
        yield where, "not_on_this_event", f"on_request / {rule.event.value}"
    yield from _caps(rule, rule.caps, where)
    for effect in rule.gives:
        yield from _effect(known, rule, effect, where)


def _caps(rule: Rule, caps: Caps, where: str) -> Findings:
    if caps.per_days is not None and caps.per_member is None:
        yield where, "days_without_cap", str(caps.per_days)
    in_all = caps.in_all
    for name, inner in (("per_member", caps.per_member), ("per_day", caps.per_day)):
        if in_all is not None and inner is not None and inner > in_all:
            yield where, "cap_out_of_reach", name
    if caps.budget_minor is not None and rule.gives and not any(isinstance(one, _IN_MONEY) for one in rule.gives):
        yield where, "budget_of_nothing", "budget"


def _effect(known: Known, rule: Rule, effect: Effect, where: str) -> Findings:
    if rule.event not in _FITS[type(effect)]:
        yield where, "not_on_this_event", f"{type(effect).__name__} / {rule.event.value}"
    if isinstance(effect, UnitsGift):
        yield from given(known, effect.asset, where)
    elif isinstance(effect, PriceCut):
        yield from _cut(known, rule, effect, where)
    elif isinstance(effect, BonusGift):
        yield from _bonus(known, effect, where)
    elif isinstance(effect, FreeOrder):
        yield from _free_order(known, effect, where)
    elif isinstance(effect, Draw) and effect.lottery not in known.lotteries:
        yield where, "no_such_lottery", effect.lottery


def declared(known: Known, asset: str, where: str) -> Findings:
    """Yield what speaks against naming an asset: it is not declared, or it is stored value."""
    if asset == CNY.code:
        yield where, "stored_value_is_never_given_so", asset
    elif asset == PTS.code:
        if not known.points:
            yield where, "no_points_policy", asset
    elif asset not in known.assets:
        yield where, "no_such_asset", asset


def given(known: Known, asset: str, where: str) -> Findings:
    """Yield what speaks against giving or selling units of an asset."""
    yield from declared(known, asset, where)
    if asset in known.faces:
        yield where, "face_of_no_bill", asset


def _cut(known: Known, rule: Rule, cut: PriceCut, where: str) -> Findings:
    ways = sum((cut.percent_off > 0, cut.off_minor > 0, cut.price_minor is not None, cut.face))
    if ways != 1:
        yield where, "one_way_to_cut", str(ways)
    if cut.price_minor is not None and cut.units_most is not None:
        yield where, "price_of_some_units", str(cut.units_most)
    if cut.price_minor is not None and not cut.scope:
        yield where, "price_of_everything", "price"
    if cut.per_minor and not cut.off_minor:
        yield where, "per_without_off", str(cut.per_minor)
    if cut.per_minor and cut.off_minor > cut.per_minor:
        yield where, "more_off_than_spent", f"{cut.off_minor} / {cut.per_minor}"
    if cut.face and not rule.takes:
        yield where, "face_without_coupon", ""
    yield from _scope(known, cut.scope, where)


def _bonus(known: Known, bonus: BonusGift, where: str) -> Findings:
    if not (bonus.fixed_minor or bonus.percent or bonus.times_percent):
        yield where, "bonus_of_nothing", ""
    if bonus.instalments > 1 and bonus.now_percent != _WHOLE:
        yield where, "instalments_or_parts", str(bonus.instalments)
    if bonus.fixed_minor % bonus.instalments:
        yield where, "instalments_not_alike", str(bonus.instalments)
    yield from _scope(known, bonus.scope, where)


def _free_order(known: Known, effect: FreeOrder, where: str) -> Findings:
    asset = f"COUPON:{effect.coupon}"
    if asset not in known.assets:
        yield where, "no_such_asset", effect.coupon
    elif asset not in known.faces:
        yield where, "coupon_without_face", effect.coupon


def _scope(known: Known, scope: str, where: str) -> Findings:
    if scope and scope not in known.scopes:
        yield where, "no_such_scope", scope
