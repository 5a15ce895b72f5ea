"""A bill: list price, what comes off it, how it is paid, what it earns; one pure function and its named values.

Page: docs/rules/bill.md. Quote and booking are this same function, so what is shown is what is booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ledger.errors import PointsOverCap, UnitsTooFew
from ledger.lots import LotTake, spend_order, take_units
from ledger.money import PTS, allot
from ledger.purses import Holding
from ledger.rules.conditions import in_scope
from ledger.rules.cuts import Cut, Reduction, Table, cut_bill
from ledger.rules.occasion import BasketLine, Event, Occasion
from ledger.rules.offers import (
    Declined,
    Given,
    GivenKind,
    Weighed,
    budget_left,
    gives_nothing,
    is_member,
    plain_gifts,
    special_of,
    weigh,
)
from ledger.rules.offers import choose as choose
from ledger.rules.plan import plan_of
from ledger.rules.promises import PointsPolicy, PointsTimes, PriceCut, Promises, Rule, Span
from ledger.rules.reasons import Reason
from ledger.rules.spend import SpendTerms, spend_terms

EARNING: Final = "points"
"""The rule id of what the points policy itself gives."""


Units = tuple[Holding, ...]
"""The units of other assets that can be used on the day, in the order they are used."""


@dataclass(frozen=True, slots=True)
class PointsUse:
    """Points that pay part of a bill: so many points, worth so many fen, from these lots."""

    points: int
    amount_minor: int
    takes: tuple[LotTake, ...] = ()


NO_POINTS: Final = PointsUse(0, 0)


@dataclass(frozen=True, slots=True)
class BillTerms:
    """A bill as it is or would be paid; amounts in fen.

    list price − reductions − points = paid price = stored part + rest (`spend`). `left` is what is left to pay of each line.
    `most_points` is how many points this bill would take at most.
    """

    basket: tuple[BasketLine, ...]
    reductions: tuple[Reduction, ...]
    points: PointsUse
    spend: SpendTerms
    left: tuple[int, ...]
    given: tuple[Given, ...]
    declined: tuple[Declined, ...]
    reasons: tuple[Reason, ...]
    most_points: int = 0

    @property
    def list_price_minor(self) -> int:
        """What the goods cost without anything off, in fen."""
        return self.spend.list_price_minor

    @property
    def paid_price_minor(self) -> int:
        """What is really paid, in fen."""
        return self.spend.paid_price_minor

    @property
    def off_minor(self) -> int:
        """Everything that comes off the list price, points included, in fen."""
        return self.list_price_minor - self.paid_price_minor

    @property
    def unit_takes(self) -> tuple[LotTake, ...]:
        """The units of other assets that the bill uses up: coupons, visits, points."""
        return tuple(take for reduction in self.reductions for take in reduction.takes) + self.points.takes

    def given_of(self, kind: GivenKind) -> tuple[Given, ...]:
        """Return what the bill gives of one kind."""
        return tuple(given for given in self.given if given.kind is kind)


@dataclass(frozen=True, slots=True)
class Purse:
    """What a member holds here, and how the bill is to be paid from it.

    `points` is how many points to pay with; `stored_minor` the part from stored value, None for as much as there is (fen).
    """

    holdings: tuple[Holding, ...] = ()
    points: int = 0
    stored_minor: int | None = None

    def __post_init__(self) -> None:
        """Assert that points are only ever given up."""
        assert self.points >= 0, "nobody pays with less than no points"


def bill_terms(promises: Promises, occasion: Occasion, purse: Purse) -> BillTerms:
    """Return how a bill is paid and what it earns.

    A price for stored value applies where stored value alone pays what it leaves (A10). Raises NothingToPay,
    BalanceTooSmall, UnitsTooFew, PointsOverCap.
    """
    weighed, units = None, _units(purse, occasion.on)
    if plan_of(promises).has_stored_price and purse.stored_minor != 0 and purse.holdings:
        seen = replace(occasion, wholly_stored=True)
        weighed = weigh(promises, seen)
        cut = _cut(promises, seen, units, weighed)
        if _stored_pays_all(promises, seen, purse, units, cut.left):
            return _terms(promises, seen, purse, units, weighed, cut)
    seen = replace(occasion, wholly_stored=False) if occasion.wholly_stored else occasion
    weighed = weigh(promises, seen, weighed)
    return _terms(promises, seen, purse, units, weighed, _cut(promises, seen, units, weighed))


def _units(purse: Purse, on: date) -> Units:
    return spend_order([holding for holding in purse.holdings if holding.units], on)


def _cut(promises: Promises, occasion: Occasion, units: Units, weighed: Weighed) -> Cut:
    return cut_bill(Table(promises, occasion.basket, units, _budgets(weighed, occasion)), weighed.open)


def _terms(promises: Promises, occasion: Occasion, purse: Purse, units: Units, weighed: Weighed, cut: Cut) -> BillTerms:
    basket, on = occasion.basket, occasion.on
    points, most = _pay_points(promises.points, units, sum(cut.left), purse.points)
    left = _less(cut.left, points.amount_minor)
    money = usable_money(promises, basket, left, purse.holdings, on)
    spend = spend_terms(sum(line.list_minor for line in basket), money, purse.stored_minor, sum(left))
    earned = _earned(promises, occasion, weighed, _Basis(cut, left, spend))
    reasons = (*_cut_reasons(cut, weighed), *_points_reasons(points, most, promises.points), *spend.reasons)
    declined = (*weighed.declined, *cut.outdone, *earned.declined)
    return BillTerms(
        basket, cut.reductions, points, spend, left, earned.given, declined, (*reasons, *earned.reasons), most
    )


def _budgets(weighed: Weighed, occasion: Occasion) -> dict[str, int]:
    rooms = {rule.rule_id: budget_left(rule, occasion) for rule in weighed.open if rule.caps.budget_minor is not None}
    return {rule_id: room for rule_id, room in rooms.items() if room is not None}


def _stored_pays_all(promises: Promises, occasion: Occasion, purse: Purse, units: Units, left: tuple[int, ...]) -> bool:
    """Tell whether stored value alone pays what cuts and points leave, as many points as this bill takes of those asked.

    Somebody without stored value never pays by it, also where nothing is left to pay; nor does a bill that points pay whole.
    """
    due, policy = sum(left), promises.points
    points = min(purse.points, points_cap(policy, units, due))
    worth = points // policy.burn_units * policy.burn_minor if policy is not None and points else 0
    if due and worth == due:
        return False
    rest = _less(left, worth)
    money = usable_money(promises, occasion.basket, rest, purse.holdings, occasion.on)
    available = sum(holding.total_minor for holding in money)
    if not sum(rest):
        available = sum(holding.total_minor for holding in spend_order(purse.holdings, occasion.on))
    asked = available if purse.stored_minor is None else min(available, purse.stored_minor)
    return asked >= max(1, sum(rest))


def usable_money(
    promises: Promises, basket: tuple[BasketLine, ...], left: Sequence[int], holdings: Sequence[Holding], on: date
) -> tuple[Holding, ...]:
    """Return the money that can pay these lines on a date, in spend order; a scoped bonus only as far as its goods go."""
    rooms, usable = list(left), list[Holding]()
    scopes = ("", *(scope.scope_id for scope in promises.scopes))
    for holding in spend_order([h for h in holdings if h.total_minor], on, scopes):
        scope = promises.scope(holding.lot.conditions.scope)
        if scope is None:
            usable.append(holding)
            continue
        within = [room if in_scope(line, scope) else 0 for room, line in zip(rooms, basket, strict=True)]
        pays = min(holding.total_minor, sum(within))
        if pays:
            rooms = [room - part for room, part in zip(rooms, allot(pays, within), strict=True)]
            usable.append(replace(holding, bonus_minor=pays))
    return tuple(usable)


def _less(left: tuple[int, ...], off_minor: int) -> tuple[int, ...]:
    if not off_minor:
        return left
    return tuple(minor - off for minor, off in zip(left, allot(off_minor, left), strict=True))


def _pay_points(
    policy: PointsPolicy | None, units: Sequence[Holding], due_minor: int, asked: int
) -> tuple[PointsUse, int]:
    """Return what points pay of a bill and how many it would take at most, in whole steps of the policy (D5)."""
    if policy is None or not policy.burn_units:
        if asked:
            raise PointsOverCap(asked, 0, 0)
        return NO_POINTS, 0
    held = sum(holding.units for holding in units if holding.lot.asset == PTS.code)
    most, cap = points_cap(policy, units, due_minor), points_cap(policy, None, due_minor)
    if asked > held:
        raise UnitsTooFew(PTS.code, asked, held)
    if asked > cap:
        raise PointsOverCap(asked, cap, policy.burn_percent)
    used = asked // policy.burn_units
    if not used:
        return NO_POINTS, most
    takes = take_units(units, PTS.code, used * policy.burn_units)
    return PointsUse(used * policy.burn_units, used * policy.burn_minor, takes), most


def points_cap(policy: PointsPolicy | None, units: Sequence[Holding] | None, due_minor: int) -> int:
    """Return how many points a bill takes in whole steps: of those held in units, of any number for None."""
    if policy is None or not policy.burn_units:
        return 0
    steps = due_minor * policy.burn_percent // 100 // policy.burn_minor
    if units is not None:
        held = sum(holding.units for holding in units if holding.lot.asset == PTS.code)
        steps = min(steps, held // policy.burn_units)
    return steps * policy.burn_units


@dataclass(frozen=True, slots=True)
class _Basis:
    """What earnings are reckoned from."""

    cut: Cut
    left: tuple[int, ...]
    spend: SpendTerms

    @property
    def really_paid_minor(self) -> int:
        """The principal share of stored value and the rest: bonus earns nothing."""
        return self.spend.principal_minor + self.spend.rest_minor


@dataclass(frozen=True, slots=True)
class _Earned:
    """What a bill gives, what it does not, and why."""

    given: tuple[Given, ...]
    declined: tuple[Declined, ...]
    reasons: tuple[Reason, ...]


def _earned(promises: Promises, occasion: Occasion, weighed: Weighed, basis: _Basis) -> _Earned:
    """Return what the bill gives: the rules' gifts, then the points of the policy."""
    standing, outdone = _giving(promises, weighed, basis.cut)
    cut = {reduction.rule_id for reduction in basis.cut.reductions}
    times = times_percent(standing) if is_member(occasion) else 0
    points = _points(promises, occasion, basis, times)
    given, empty, reasons = list[Given](), list[Declined](), list[Reason]()
    for rule in standing:
        gifts = _gifts(rule, occasion, basis.really_paid_minor, multiplied=bool(points))
        given += gifts
        if gifts:
            reasons.append(Reason("bill.gift", (("rule", rule.rule_id), ("name", rule.name))))
            reasons += () if rule.rule_id in cut else weighed.held[rule.rule_id]
        elif rule.rule_id not in cut:
            empty.append(gives_nothing(rule, basis.really_paid_minor))
    if points:
        values = (("points", points[0].units), ("base_minor", basis.really_paid_minor), ("percent", times))
        reasons.append(Reason("bill.earned", values))
    return _Earned((*given, *points), (*outdone, *empty), tuple(reasons))


def times_percent(rules: Sequence[Rule]) -> int:
    """Return what points are multiplied by: each rule adds what it gives above the plain hundred."""
    percents = [effect.percent for rule in rules for effect in rule.gives if isinstance(effect, PointsTimes)]
    return max(0, 100 + sum(percent - 100 for percent in percents))


def _gifts(rule: Rule, occasion: Occasion, base_minor: int, *, multiplied: bool) -> list[Given]:
    """Return the gifts of a rule that stands; a multiplier gives no units of its own, but is told, so that caps count it."""
    gifts = plain_gifts(rule, occasion.on, base_minor)
    if not is_member(occasion):
        return [gift for gift in gifts if gift.kind is GivenKind.HANDOUT]
    return gifts + multipliers(rule) if multiplied else gifts


def multipliers(rule: Rule) -> list[Given]:
    """Return what tells that a rule multiplied points: nothing is put into the purse for it."""
    return [
        Given(rule.rule_id, rule.name, GivenKind.POINTS, words=f"{effect.percent}%")
        for effect in rule.gives
        if isinstance(effect, PointsTimes)
    ]


def _giving(promises: Promises, weighed: Weighed, cut: Cut) -> tuple[list[Rule], tuple[Declined, ...]]:
    """Return the rules whose gifts are given: those whose cut stands, and of a group of gifts that takes one, the first."""
    applied = {reduction.rule_id for reduction in cut.reductions}
    cutting = {rule.rule_id for rule in weighed.open if any(isinstance(effect, PriceCut) for effect in rule.gives)}
    standing = [rule for rule in weighed.open if rule.rule_id in applied]
    others = [rule for rule in weighed.open if rule.rule_id not in cutting]
    return choose(promises, others, standing)


def _points(promises: Promises, occasion: Occasion, basis: _Basis, times_percent: int) -> list[Given]:
    """Return the points of the policy: on what was really paid, by goods and multiplier, rounded down once (D1)."""
    policy, base = promises.points, basis.really_paid_minor
    if policy is None or policy.on is not Event.PAY or not base or not any(basis.left):
        return []
    bought = {line.goods for line in occasion.basket}
    percents = {goods.goods_id: goods.points_percent for goods in promises.goods if goods.goods_id in bought}
    shares = allot(base, basis.left)
    weighted = sum(share * percents.get(line.goods, 100) for share, line in zip(shares, occasion.basket, strict=True))
    points = weighted * times_percent * policy.earn_units // (10_000 * policy.earn_per_minor)
    return points_given(policy, points, occasion.on)


def points_given(policy: PointsPolicy, points: int, on: date) -> list[Given]:
    """Return points as something given, under the policy's own validity; nothing for none."""
    if not points:
        return []
    span = Span(policy.pending_days, policy.valid_days)
    special = special_of(span, on, EARNING, asset=PTS.code, units=points)
    return [Given(EARNING, "", GivenKind.POINTS, units=points, special=special)]


def _cut_reasons(cut: Cut, weighed: Weighed) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    for reduction in cut.reductions:
        values = (("rule", reduction.rule_id), ("name", reduction.name), ("off_minor", reduction.amount_minor))
        reasons += [Reason("bill.cut", values), *weighed.held.get(reduction.rule_id, ())]
    return tuple(reasons)


def _points_reasons(points: PointsUse, most: int, policy: PointsPolicy | None) -> tuple[Reason, ...]:
    if policy is None or not (points.points or most):
        return ()
    if points.points:
        return (Reason("bill.points", (("points", points.points), ("amount_minor", points.amount_minor))),)
    return (Reason("bill.points_possible", (("most", most), ("percent", policy.burn_percent))),)
