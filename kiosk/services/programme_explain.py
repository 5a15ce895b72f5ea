"""What a programme's rules say, taken apart into sentences' codes and values: when, who, what, how often, what stacks; pure.

The words are `kiosk/screens/phrases_explain.py`'s; nothing here knows a language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Final

from ledger.rules.programme import Programme, Rung
from ledger.rules.promises import (
    AssetKind,
    BonusGift,
    Caps,
    Draw,
    Effect,
    FreeOrder,
    Group,
    Handout,
    Lottery,
    MallItem,
    PointsTimes,
    PriceCut,
    Product,
    Promises,
    Rule,
    Share,
    Span,
    Take,
    Tier,
    UnitsGift,
    When,
)
from ledger.rules.reasons import Reason

Values = tuple[tuple[str, str | int], ...]
_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class Explained:
    """One thing a programme declares: its section and id, its name, and its parts, each a heading and what it says."""

    section: str
    ident: str
    name: str
    parts: tuple[tuple[str, tuple[Reason, ...]], ...]


def explain(programme: Programme, wanted: str = "") -> tuple[Explained, ...]:
    """Return everything a programme offers, or only what has an id; empty where nothing has it."""
    promises = programme.promises
    everything = (
        *(_rung(rung) for rung in programme.ladder.rungs),
        *(_of_rule("rules", rule.rule_id, rule, promises) for rule in promises.rules),
        *(_of_asset(kind, promises) for kind in promises.assets),
        *_points(promises),
        *(_tier(tier) for tier in promises.tiers),
        *(_product(product) for product in promises.products),
        *(_mall(item) for item in promises.mall),
        *(_lottery(lottery) for lottery in promises.lotteries),
        *_family(promises),
    )
    return tuple(one for one in everything if not wanted or wanted in {one.ident, f"{one.section}.{one.ident}"})


def names_in(programme: Programme) -> dict[str, str]:
    """Return a programme's own names by id: scopes, goods, tiers, assets, lotteries."""
    promises = programme.promises
    names = {tier.tier_id: tier.name for tier in promises.tiers}
    names |= {goods.goods_id: goods.name for goods in promises.goods}
    names |= {kind.asset: kind.name for kind in promises.assets}
    names |= {lottery.lottery_id: lottery.name for lottery in promises.lotteries}
    return names | {f"scope:{scope.scope_id}": scope.name for scope in promises.scopes}


def _rung(rung: Rung) -> Explained:
    gives = (
        Reason("rung.fixed", (("pay_minor", rung.pay_minor), ("bonus_minor", rung.bonus_minor)))
        if rung.bonus_minor is not None
        else Reason("rung.percent", (("pay_minor", rung.pay_minor), ("percent", rung.bonus_percent or 0)))
    )
    parts = [("when", (Reason("on.top_up"), *_period(rung.starts_on, rung.ends_on))), ("gives", (gives,))]
    if rung.script:
        parts.append(("script", (Reason("text", (("text", rung.script),)),)))
    return Explained("ladder.rungs", rung.rung_id, "", tuple(parts))


def _of_rule(section: str, ident: str, rule: Rule, promises: Promises) -> Explained:
    parts = (
        ("when", (Reason(f"on.{rule.event.value}"), *_period(rule.starts_on, rule.ends_on))),
        ("who", tuple(_conditions(rule.when))),
        ("takes", _takes(rule)),
        ("gives", tuple(reason for effect in rule.gives for reason in _effect(effect))),
        ("caps", tuple(_caps(rule.caps))),
        ("stacking", tuple(_stacking(rule, promises))),
        ("script", (Reason("text", (("text", rule.script),)),) if rule.script else ()),
    )
    return Explained(section, ident, rule.name, tuple((heading, said) for heading, said in parts if said))


def _period(starts_on: date | None, ends_on: date | None) -> Iterator[Reason]:
    if starts_on is not None:
        yield Reason("from", (("day", starts_on.isoformat()),))
    if ends_on is not None:
        yield Reason("to", (("day", ends_on.isoformat()),))


def _conditions(when: When) -> Iterator[Reason]:
    """Yield a sentence for every condition that asks for something."""
    asked = [one.name for one in fields(When) if getattr(when, one.name) != one.default]
    if not asked:
        yield Reason("if.anyone")
    for name in asked:
        value = getattr(when, name)
        if name == "birthday_within_days" and value == 0:
            yield Reason("if.birthday")
        elif name == "weekdays":
            yield Reason("if.weekdays", (("names", ", ".join(f"weekday:{day}" for day in sorted(value))),))
        else:
            yield Reason(f"if.{name}", _needed(name, value))


def _needed(name: str, value: object) -> Values:
    if isinstance(value, Share):
        return (("low", value.low), ("high", value.high))
    if isinstance(value, bool):
        return ()
    if isinstance(value, int):
        return (("minor" if name.endswith("_minor") else "n", value),)
    if isinstance(value, frozenset):
        return (("names", ", ".join(str(each) for each in sorted(value))),)
    if isinstance(value, tuple):
        return (("names", ", ".join(f"{_hour(first)}-{_hour(last)}" for first, last in value)),)
    return (("names", str(value)),)


def _hour(moment: time) -> str:
    return moment.strftime("%H:%M")


def _takes(rule: Rule) -> tuple[Reason, ...]:
    return (Reason("takes", (("names", rule.takes), ("units", rule.takes_units))),) if rule.takes else ()


def _effect(effect: Effect) -> Iterator[Reason]:
    match effect:
        case BonusGift():
            yield from _bonus(effect)
        case PriceCut():
            yield from _cut(effect)
        case UnitsGift():
            yield from _units(effect)
        case PointsTimes():
            yield Reason("gives.points_times", (("percent", effect.percent),))
        case FreeOrder():
            values = (("most_minor", effect.most_minor), ("names", f"COUPON:{effect.coupon}"))
            yield Reason("gives.free_order", (*values, ("valid_days", effect.valid_days)))
        case Handout():
            yield Reason("gives.handout", (("text", effect.text),))
        case Draw():
            yield Reason("gives.draw", (("names", effect.lottery),))


def _bonus(bonus: BonusGift) -> Iterator[Reason]:
    if bonus.fixed_minor:
        yield Reason("bonus.fixed", (("minor", bonus.fixed_minor),))
    if bonus.percent:
        yield Reason("bonus.percent", (("percent", bonus.percent),))
    if bonus.times_percent:
        yield Reason("bonus.times", (("percent", bonus.times_percent),))
    if bonus.instalments > 1:
        yield Reason("bonus.instalments", (("n", bonus.instalments),))
    if bonus.now_percent != _WHOLE:
        yield Reason("bonus.now", (("percent", bonus.now_percent),))
    yield from _scope(bonus.scope)
    yield from _span(bonus.span)


def _cut(cut: PriceCut) -> Iterator[Reason]:
    if cut.percent_off == _WHOLE:
        yield Reason("cut.free")
    elif cut.percent_off:
        yield Reason("cut.percent", (("percent", cut.percent_off),))
    if cut.off_minor and cut.per_minor:
        yield Reason("cut.step", (("minor", cut.off_minor), ("per_minor", cut.per_minor)))
    elif cut.off_minor:
        yield Reason("cut.off", (("minor", cut.off_minor),))
    if cut.price_minor is not None:
        yield Reason("cut.price", (("minor", cut.price_minor),))
    if cut.face:
        yield Reason("cut.face")
    yield from _scope(cut.scope)
    if cut.units_most is not None:
        yield Reason("cut.units_most", (("n", cut.units_most),))
    if cut.most_minor is not None:
        yield Reason("cut.most", (("minor", cut.most_minor),))


def _units(gift: UnitsGift) -> Iterator[Reason]:
    yield Reason("gives.units", (("names", gift.asset), ("units", gift.units)))
    if gift.per_minor:
        yield Reason("gives.per", (("minor", gift.per_minor),))
    yield from _span(gift.span)


def _scope(scope: str) -> Iterator[Reason]:
    if scope:
        yield Reason("scope", (("names", f"scope:{scope}"),))


def _span(span: Span) -> Iterator[Reason]:
    if span.after_days:
        yield Reason("after_days", (("n", span.after_days),))
    if span.valid_days is not None:
        yield Reason("valid_days", (("n", span.valid_days),))


def _caps(caps: Caps) -> Iterator[Reason]:
    if caps.per_member is not None and caps.per_days is not None:
        yield Reason("cap.per_days", (("n", caps.per_member), ("days", caps.per_days)))
    elif caps.per_member is not None:
        yield Reason("cap.per_member", (("n", caps.per_member),))
    if caps.per_day is not None:
        yield Reason("cap.per_day", (("n", caps.per_day),))
    if caps.in_all is not None:
        yield Reason("cap.in_all", (("n", caps.in_all),))
    if caps.budget_minor is not None:
        yield Reason("cap.budget", (("minor", caps.budget_minor),))


def _stacking(rule: Rule, promises: Promises) -> Iterator[Reason]:
    group = next((group for group in promises.groups if group.group_id == rule.group), None)
    everyone = [*promises.rules, *(kind.covers for kind in promises.assets if kind.covers is not None)]
    if group is None:
        yield Reason("stack.free")
    else:
        rivals = [other.name for other in _rivals(rule, everyone)]
        if rivals and group.take is Take.BEST:
            yield Reason("stack.best", (("names", ", ".join(rivals)),))
        elif rivals:
            yield Reason("stack.all", (("names", ", ".join(rivals)),))
        else:
            yield Reason("stack.only")
        for other in _excluded(group, promises):
            named = [each.name for each in everyone if each.group == other and each.event is rule.event]
            if named:
                yield Reason("stack.excludes", (("names", ", ".join(named)),))
    if rule.priority:
        yield Reason("stack.priority", (("n", rule.priority),))
    if rule.on_request:
        yield Reason("stack.on_request")


def _rivals(rule: Rule, everyone: list[Rule]) -> list[Rule]:
    """Return the other rules of a rule's group that answer to the same event: only those meet."""
    return [other for other in everyone if other.group == rule.group and other.event is rule.event and other != rule]


def _excluded(group: Group, promises: Promises) -> list[str]:
    against = {other.group_id for other in promises.groups if group.group_id in other.excludes}
    return sorted(group.excludes | against)


def _of_asset(kind: AssetKind, promises: Promises) -> Explained:
    ways = [Reason("asset.giftable")] if kind.giftable else []
    ways += [] if kind.returnable else [Reason("asset.stays")]
    if kind.covers is None:
        return Explained("assets", kind.asset, kind.name, (("gives", (Reason("asset.right"), *ways)),))
    told = _of_rule("assets", kind.asset, kind.covers, promises)
    return Explained(told.section, told.ident, told.name, (*told.parts, ("ways", tuple(ways))) if ways else told.parts)


def _points(promises: Promises) -> Iterator[Explained]:
    points = promises.points
    if points is None:
        return
    earned: Values = (("units", points.earn_units), ("minor", points.earn_per_minor))
    gives = [Reason("points.earn", earned)]
    if points.pending_days:
        gives.append(Reason("after_days", (("n", points.pending_days),)))
    if points.valid_days is not None:
        gives.append(Reason("valid_days", (("n", points.valid_days),)))
    if points.burn_units:
        burnt: Values = (("units", points.burn_units), ("minor", points.burn_minor), ("percent", points.burn_percent))
        gives.append(Reason("points.burn", burnt))
    when = (Reason(f"on.{points.on.value}"),)
    yield Explained("points", "points", "", (("when", when), ("gives", tuple(gives))))


def _tier(tier: Tier) -> Explained:
    unit = "n" if tier.measure == "visits" else "minor"
    reach: Values = ((unit, tier.reach), ("days", tier.window_days))
    keep: Values = ((unit, tier.keep), ("days", tier.keep_days))
    parts: list[tuple[str, tuple[Reason, ...]]] = [
        ("who", (Reason(f"tier.{tier.measure.value}", reach), Reason(f"tier.keep_{unit}", keep)))
    ]
    if tier.benefits:
        parts.append(("gives", tuple(Reason("text", (("text", text),)) for text in tier.benefits)))
    return Explained("tiers", tier.tier_id, tier.name, tuple(parts))


def _product(product: Product) -> Explained:
    gives = [Reason("gives.units", (("names", product.asset), ("units", product.units))), *_span(product.span)]
    gives += [reason for extra in product.extras for reason in _units(extra)]
    price = (Reason("costs", (("minor", product.price_minor),)),)
    return Explained("products", product.product_id, product.name, (("when", price), ("gives", tuple(gives))))


def _mall(item: MallItem) -> Explained:
    costs = [Reason("costs.points", (("units", item.points),))]
    if item.price_minor:
        costs.append(Reason("costs.and", (("minor", item.price_minor),)))
    gives = (
        [Reason("gives.units", (("names", item.asset), ("units", item.units))), *_span(item.span)]
        if item.asset
        else [Reason("gives.handout", (("text", item.name),))]
    )
    caps = [Reason("cap.per_member", (("n", item.per_member),))] if item.per_member is not None else []
    caps += [Reason("cap.stock", (("n", item.stock),))] if item.stock is not None else []
    parts = [("when", (*costs, *_period(item.starts_on, item.ends_on))), ("gives", tuple(gives))]
    return Explained("mall", item.item_id, item.name, (*parts, ("caps", tuple(caps))) if caps else tuple(parts))


def _lottery(lottery: Lottery) -> Explained:
    gives = []
    for prize in lottery.prizes:
        values: Values = (("text", prize.name), ("n", prize.weight), ("of", lottery.of))
        gives.append(Reason("lottery.prize", values))
        if prize.stock is not None:
            gives.append(Reason("cap.stock", (("n", prize.stock),)))
    return Explained("lotteries", lottery.lottery_id, lottery.name, (("gives", tuple(gives)),))


def _family(promises: Promises) -> Iterator[Explained]:
    family = promises.family
    if family is None:
        return
    caps = [Reason("family.members", (("n", family.most_members),))]
    if family.per_day_minor is not None:
        caps.append(Reason("family.per_day", (("minor", family.per_day_minor),)))
    if family.per_month_minor is not None:
        caps.append(Reason("family.per_month", (("minor", family.per_month_minor),)))
    yield Explained("family", "family", "", (("caps", tuple(caps)),))
