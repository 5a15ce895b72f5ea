"""The points mall: what points, or points and money, buy now, and why something cannot be had; pure.

Page: docs/rules/mall.md (D6–D9). Stock is the store's own, so that it holds without a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.errors import MemberLimitReached, NotOnOffer, RuleRefused, SoldOut, UnitsTooFew
from ledger.money import PTS
from ledger.rules.offers import Given, GivenKind, special_of
from ledger.rules.promises import MallItem


@dataclass(frozen=True, slots=True)
class MallFacts:
    """What the mall looks at: the date, a member's usable points, and how many of each item went out, to them and in all."""

    on: date
    points: int
    taken_by_member: Mapping[str, int]
    taken: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MallOffer:
    """An item as it is for a member now: how many are left (None for no limit), what is missing, why it cannot be had."""

    item: MallItem
    left: int | None
    missing_points: int
    refusal: RuleRefused | None


def rule_of(item_id: str) -> str:
    """Return the name under which an item's takings are counted beside the rules."""
    return f"mall.{item_id}"


def check_item(item: MallItem, facts: MallFacts, count: int = 1) -> None:
    """Let a member have so many of an item; raises NotOnOffer, SoldOut, MemberLimitReached, UnitsTooFew."""
    begun = item.starts_on is None or item.starts_on <= facts.on
    if not begun or (item.ends_on is not None and facts.on > item.ends_on):
        raise NotOnOffer(item.item_id, item.name, item.starts_on, item.ends_on)
    left = stock_left(item, facts)
    if left is not None and count > left:
        raise SoldOut(item.item_id, item.name, left)
    had = facts.taken_by_member.get(item.item_id, 0)
    if item.per_member is not None and had + count > item.per_member:
        raise MemberLimitReached(item.item_id, item.name, item.per_member, had)
    if count * item.points > facts.points:
        raise UnitsTooFew(PTS.code, count * item.points, facts.points)


def stock_left(item: MallItem, facts: MallFacts) -> int | None:
    """Return how many of an item this store still has, None for no limit."""
    return None if item.stock is None else max(0, item.stock - facts.taken.get(item.item_id, 0))


def mall_offers(items: tuple[MallItem, ...], facts: MallFacts) -> tuple[MallOffer, ...]:
    """Return every item of the mall for a member: what can be had first, the dearest first, then what is nearest (D9)."""
    offers = [MallOffer(item, stock_left(item, facts), max(0, item.points - facts.points), None) for item in items]
    judged = [MallOffer(o.item, o.left, o.missing_points, _refusal(o.item, facts)) for o in offers]
    return tuple(sorted(judged, key=_place))


def _place(offer: MallOffer) -> tuple[bool, int, int, str]:
    item = offer.item
    return offer.refusal is not None, offer.missing_points, -item.points, item.item_id


def _refusal(item: MallItem, facts: MallFacts) -> RuleRefused | None:
    try:
        check_item(item, facts)
    except RuleRefused as refused:
        return refused
    return None


def item_given(item: MallItem, on: date, count: int = 1) -> Given:
    """Return what an item gives: units of its asset, or goods handed over by name."""
    rule_id = rule_of(item.item_id)
    if not item.asset:
        return Given(rule_id, item.name, GivenKind.HANDOUT, words=item.name)
    units = count * (item.units or 1)
    special = special_of(item.span, on, rule_id, asset=item.asset, units=units)
    kind = GivenKind.POINTS if item.asset == PTS.code else GivenKind.UNITS
    return Given(rule_id, item.name, kind, units=units, special=special)
