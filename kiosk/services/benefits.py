"""Benefits: what a member has beside money — tier, points, coupons, visits, rights — as the counter shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.model import purses
from kiosk.services.counter import Counter
from kiosk.services.member_facts import member_facts
from kiosk.services.shifts import business_today
from ledger.money import PTS
from ledger.purses import Holding
from ledger.rules.promises import Promises
from ledger.rules.tiers import TierStanding, tier_standing


@dataclass(frozen=True, slots=True)
class HeldUnits:
    """One lot of another asset: what it is called, how many units are here, and whether they can be used today."""

    asset: str
    name: str
    units: int
    usable_from: date | None
    expires_on: date | None
    usable: bool
    giftable: bool
    rule_id: str
    face_minor: int = 0


@dataclass(frozen=True, slots=True)
class Benefits:
    """A member's tier and what they hold of other assets here, soonest-expiring first; `pending_points` begin later."""

    standing: TierStanding
    points: int
    pending_points: int
    held: tuple[HeldUnits, ...]
    has_points: bool
    has_offers: bool

    @property
    def tier_name(self) -> str:
        """The tier's name, empty below the first."""
        return self.standing.tier.name if self.standing.tier is not None else ""

    def usable(self, kind: str) -> int:
        """Return how many units of a kind of asset (`COUPON`, `VISIT` …) can be used today."""
        return sum(each.units for each in self.held if each.usable and each.asset.startswith(f"{kind}:"))


def benefits(counter: Counter, member_id: str) -> Benefits:
    """Return what a member has beside money; raises MemberUnknown."""
    promises, on = counter.programme().promises, business_today(counter)
    facts = member_facts(counter, member_id, on)
    lots = [held for held in purses.holdings(counter.store, facts.member_id) if held.units]
    alive = [held for held in lots if not held.lot.conditions.lapsed(on)]
    points = [held for held in alive if held.lot.asset == PTS.code]
    return Benefits(
        standing=tier_standing(promises.tiers, facts, on),
        points=sum(held.units for held in points if held.lot.conditions.usable(on)),
        pending_points=sum(held.units for held in points if not held.lot.conditions.usable(on)),
        held=tuple(_held(promises, held, on) for held in sorted(alive, key=_ends) if held.lot.asset != PTS.code),
        has_points=promises.points is not None or bool(points),
        has_offers=bool(promises.rules or promises.assets or promises.products or alive),
    )


def _ends(holding: Holding) -> tuple[date, str]:
    return holding.lot.conditions.expires_on or date.max, holding.lot.lot_id


def _held(promises: Promises, holding: Holding, on: date) -> HeldUnits:
    conditions, kind = holding.lot.conditions, promises.asset(holding.lot.asset)
    return HeldUnits(
        asset=holding.lot.asset,
        name=kind.name if kind is not None else holding.lot.asset.partition(":")[2],
        units=holding.units,
        usable_from=conditions.usable_from,
        expires_on=conditions.expires_on,
        usable=conditions.usable(on),
        giftable=kind is not None and kind.giftable,
        rule_id=kind.covers.rule_id if kind is not None and kind.covers is not None else "",
        face_minor=conditions.face_minor,
    )
