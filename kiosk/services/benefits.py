"""Benefits: what a member has beside money — tier, points, coupons, visits, rights — as the counter shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.model import purses
from kiosk.services.counter import Counter
from kiosk.services.member_facts import member_facts
from kiosk.services.occasions import Moment, Scene, occasion, this_moment
from ledger.money import PTS
from ledger.purses import Holding
from ledger.rules.conditions import Verdict, verdicts
from ledger.rules.occasion import Event, Occasion
from ledger.rules.promises import PointsPolicy, PriceCut, Promises, Rule
from ledger.rules.tiers import TierStanding, tier_standing


@dataclass(frozen=True, slots=True)
class HeldUnits:
    """One lot of another asset: what it is called, how many units are here, and whether they can be used today.

    `conditions` are those of its rule, each with whether it holds now without a bill; `scope` names the goods it works on,
    empty for all; `rule_id` is the rule by which it works on a bill, empty for a right.
    """

    lot_id: str
    asset: str
    name: str
    units: int
    usable_from: date | None
    expires_on: date | None
    usable: bool
    giftable: bool
    rule_id: str
    face_minor: int = 0
    scope: str = ""
    conditions: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class PointsLot:
    """Points that were got together: how many are left, from when to when they can be used."""

    units: int
    usable_from: date | None
    expires_on: date | None
    usable: bool


@dataclass(frozen=True, slots=True)
class Benefits:
    """A member's tier and what they hold of other assets here, soonest-expiring first; `pending_points` begin later."""

    standing: TierStanding
    points: int
    pending_points: int
    held: tuple[HeldUnits, ...]
    has_points: bool
    has_offers: bool
    has_goods: bool = False
    points_lots: tuple[PointsLot, ...] = ()
    policy: PointsPolicy | None = None

    @property
    def tier_name(self) -> str:
        """The tier's name, empty below the first."""
        return self.standing.tier.name if self.standing.tier is not None else ""

    @property
    def tier_benefit(self) -> str:
        """The first of the tier's benefits, as the programme words it; empty for none."""
        tier = self.standing.tier
        return tier.benefits[0] if tier is not None and tier.benefits else ""

    def usable(self, kind: str) -> int:
        """Return how many units of a kind of asset (`COUPON`, `VISIT` …) can be used today."""
        return sum(each.units for each in self.held if each.usable and each.asset.startswith(f"{kind}:"))


def benefits(counter: Counter, member_id: str) -> Benefits:
    """Return what a member has beside money; raises MemberUnknown."""
    programme, moment = counter.programme(), this_moment(counter)
    promises, on = programme.promises, moment.on
    facts = member_facts(counter, member_id, on)
    lots = [held for held in purses.holdings(counter.store, facts.member_id) if held.units]
    alive = sorted((held for held in lots if not held.lot.conditions.lapsed(on)), key=_ends)
    points = [_points(held, on) for held in alive if held.lot.asset == PTS.code]
    others = [held for held in alive if held.lot.asset != PTS.code]
    seen = _now(counter, facts.member_id, moment) if others else None
    return Benefits(
        standing=tier_standing(promises.tiers, facts, on),
        points=sum(lot.units for lot in points if lot.usable),
        pending_points=sum(lot.units for lot in points if not lot.usable),
        held=tuple(_held(promises, held, on, seen) for held in others),
        has_points=promises.points is not None or bool(points),
        has_offers=bool(promises.rules or promises.assets or promises.products or alive),
        has_goods=bool(promises.goods),
        points_lots=tuple(points),
        policy=promises.points,
    )


def _now(counter: Counter, member_id: str, moment: Moment) -> Occasion:
    """Return this moment as a bill without goods would see it."""
    return occasion(counter, counter.programme(), Event.PAY, member_id, Scene(), moment)


def _ends(holding: Holding) -> tuple[date, str]:
    return holding.lot.conditions.expires_on or date.max, holding.lot.lot_id


def _points(holding: Holding, on: date) -> PointsLot:
    conditions = holding.lot.conditions
    return PointsLot(holding.units, conditions.usable_from, conditions.expires_on, conditions.usable(on))


def _held(promises: Promises, holding: Holding, on: date, seen: Occasion | None) -> HeldUnits:
    conditions, kind = holding.lot.conditions, promises.asset(holding.lot.asset)
    covers = kind.covers if kind is not None else None
    return HeldUnits(
        lot_id=holding.lot.lot_id,
        asset=holding.lot.asset,
        name=kind.name if kind is not None else holding.lot.asset.partition(":")[2],
        units=holding.units,
        usable_from=conditions.usable_from,
        expires_on=conditions.expires_on,
        usable=conditions.usable(on),
        giftable=kind is not None and kind.giftable,
        rule_id=covers.rule_id if covers is not None else "",
        face_minor=conditions.face_minor,
        scope=_scope(promises, covers) if covers is not None else "",
        conditions=verdicts(covers.when, seen) if covers is not None and seen is not None else (),
    )


def _scope(promises: Promises, rule: Rule) -> str:
    """Return the names of the goods a rule works on; empty where it works on everything."""
    scopes = [promises.scope(cut.scope) for cut in rule.gives if isinstance(cut, PriceCut)]
    return ", ".join(dict.fromkeys(scope.name for scope in scopes if scope is not None))
