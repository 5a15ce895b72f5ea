"""Price cuts: what rules take off a bill, line by line, and which of them stack; pure.

Page: docs/rules/offers.md, stacking. Groups work in the programme's order, each on what the ones before left; of groups
that exclude each other the set that is best for the member applies. No line goes below zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

from ledger.lots import LotTake, take_units
from ledger.money import allot, half_up
from ledger.purses import Holding
from ledger.rules.conditions import in_scope
from ledger.rules.occasion import BasketLine
from ledger.rules.offers import Declined
from ledger.rules.promises import Group, PriceCut, Promises, Rule, Take
from ledger.rules.reasons import Reason

_FREELY: Final = Group("", Take.ALL)


@dataclass(frozen=True, slots=True)
class Reduction:
    """What one rule takes off a bill (fen), line by line, and the units it uses up for it."""

    rule_id: str
    name: str
    amount_minor: int
    by_line: tuple[int, ...]
    takes: tuple[LotTake, ...] = ()
    asset: str = ""

    @property
    def units(self) -> int:
        """How many units of the asset it uses up."""
        return sum(take.units for take in self.takes)


@dataclass(frozen=True, slots=True)
class Cut:
    """A bill after its cuts: what is left of each line (fen), the reductions in order, and the rules that were outdone."""

    left: tuple[int, ...]
    reductions: tuple[Reduction, ...] = ()
    outdone: tuple[Declined, ...] = ()

    @property
    def off_minor(self) -> int:
        """Everything taken off, in fen."""
        return sum(reduction.amount_minor for reduction in self.reductions)


@dataclass(frozen=True, slots=True)
class Table:
    """What the cuts work on: the lines, the units the member can use (soonest-expiring first), what budgets leave (fen)."""

    promises: Promises
    basket: tuple[BasketLine, ...]
    units: tuple[Holding, ...] = ()
    budgets: dict[str, int] = field(default_factory=dict)


def cut_bill(table: Table, rules: Sequence[Rule]) -> Cut:
    """Return the bill after the best allowed set of cuts; a tie goes to the set that uses up fewer units."""
    cutting = [rule for rule in rules if any(isinstance(effect, PriceCut) for effect in rule.gives)]
    uncut = Cut(tuple(line.list_minor for line in table.basket))
    if not cutting:
        return uncut
    return max((_cut_with(table, groups, cutting, uncut) for groups in _allowed_sets(table, cutting)), key=_worth)


def _worth(cut: Cut) -> tuple[int, int]:
    return cut.off_minor, -sum(reduction.units for reduction in cut.reductions)


def _allowed_sets(table: Table, rules: Sequence[Rule]) -> list[tuple[Group, ...]]:
    """Return the largest sets of groups none of which excludes another, each in the programme's order."""
    used = {rule.group for rule in rules}
    groups = [*(group for group in table.promises.groups if group.group_id in used), _FREELY]
    clashing = {
        frozenset((one.group_id, other.group_id))
        for one, other in combinations(groups, 2)
        if other.group_id in one.excludes or one.group_id in other.excludes
    }
    if not clashing:
        return [tuple(groups)]
    found: list[tuple[Group, ...]] = []
    for size in range(len(groups), 0, -1):
        for chosen in combinations(groups, size):
            ids = {group.group_id for group in chosen}
            free = not any(pair <= ids for pair in clashing)
            if free and not any(ids <= {group.group_id for group in larger} for larger in found):
                found.append(chosen)
    return found


def _cut_with(table: Table, groups: tuple[Group, ...], rules: Sequence[Rule], uncut: Cut) -> Cut:
    """Let some groups work, one after the other, and say what the left-out ones were excluded by."""
    cut = uncut
    for group in groups:
        members = sorted(
            (rule for rule in rules if rule.group == group.group_id), key=lambda rule: (-rule.priority, rule.rule_id)
        )
        cut = _best_of(table, members, cut) if group.take is Take.BEST else _all_of(table, members, cut)
    chosen = {group.group_id for group in groups}
    names = ", ".join(sorted(chosen - {""}))
    excluded = [
        Declined(rule.rule_id, rule.name, (Reason("offer.excluded", (("by", names),)),))
        for rule in rules
        if rule.group not in chosen
    ]
    return _capped(table, replace(cut, outdone=(*cut.outdone, *excluded)))


def _best_of(table: Table, rules: Sequence[Rule], cut: Cut) -> Cut:
    """Apply the rule of a group that takes most off; equal ones by priority, then by id."""
    tried = [(rule, _reduce(table, rule, cut)) for rule in rules]
    best = max((r for _, r in tried if r is not None), key=lambda r: (r.amount_minor, -r.units), default=None)
    if best is None:
        return _nothing_off(cut, rules)
    lost = []
    for rule, reduction in tried:
        if rule.rule_id != best.rule_id:
            values = (("by", best.name), ("by_minor", best.amount_minor))
            off = reduction.amount_minor if reduction is not None else 0
            lost.append(Declined(rule.rule_id, rule.name, (Reason("offer.outdone", (*values, ("off_minor", off))),)))
    return _with(replace(cut, outdone=(*cut.outdone, *lost)), best)


def _all_of(table: Table, rules: Sequence[Rule], cut: Cut) -> Cut:
    for rule in rules:
        reduction = _reduce(table, rule, cut)
        cut = _nothing_off(cut, [rule]) if reduction is None else _with(cut, reduction)
    return cut


def _nothing_off(cut: Cut, rules: Sequence[Rule]) -> Cut:
    lost = tuple(Declined(rule.rule_id, rule.name, (Reason("offer.nothing_to_cut"),)) for rule in rules)
    return replace(cut, outdone=(*cut.outdone, *lost))


def _with(cut: Cut, reduction: Reduction) -> Cut:
    left = tuple(minor - off for minor, off in zip(cut.left, reduction.by_line, strict=True))
    return replace(cut, left=left, reductions=(*cut.reductions, reduction))


def _reduce(table: Table, rule: Rule, cut: Cut) -> Reduction | None:
    """Return what a rule takes off what is left, with the units it uses; None where that is nothing."""
    used = {take.lot_id: take.units for reduction in cut.reductions for take in reduction.takes}
    free = tuple(replace(h, units=h.units - used.get(h.lot.lot_id, 0)) for h in table.units)
    times = _times(table, rule, cut, free)
    takes = take_units(free, rule.takes, times * rule.takes_units) if rule.takes and times else ()
    if rule.takes and not takes:
        return None
    face = _face(free, takes)
    off = [0] * len(table.basket)
    for effect in rule.gives:
        if isinstance(effect, PriceCut):
            left = [minor - gone for minor, gone in zip(cut.left, off, strict=True)]
            for place, minor in enumerate(_off(table, effect, left, times, face)):
                off[place] += minor
    room = table.budgets.get(rule.rule_id)
    if room is not None and sum(off) > room:
        off = allot(room, off)
    if not any(off):
        return None
    return Reduction(rule.rule_id, rule.name, sum(off), tuple(off), takes, rule.takes)


def _times(table: Table, rule: Rule, cut: Cut, free: Sequence[Holding]) -> int:
    """Return how often a rule works on a bill: once, and a visit or a voucher for each of its goods that is there."""
    if not rule.takes:
        return 1
    held = sum(holding.units for holding in free if holding.lot.asset == rule.takes) // rule.takes_units
    most = [effect for effect in rule.gives if isinstance(effect, PriceCut) and effect.units_most is not None]
    if not most:
        return min(held, 1)
    each, scope = most[0].units_most or 1, table.promises.scope(most[0].scope)
    matching = sum(
        line.quantity
        for line, left in zip(table.basket, cut.left, strict=True)
        if left and (not most[0].scope or in_scope(line, scope))
    )
    return min(held, -(-matching // each))


def _face(free: Sequence[Holding], takes: Sequence[LotTake]) -> int:
    faces = {holding.lot.lot_id: holding.lot.conditions.face_minor for holding in free}
    return sum(faces[take.lot_id] * take.units for take in takes)


def _off(table: Table, cut: PriceCut, left: Sequence[int], times: int, face_minor: int) -> list[int]:
    """Return what a cut takes off each line, never more than is left of it."""
    scope = table.promises.scope(cut.scope)
    within = [not cut.scope or in_scope(line, scope) for line in table.basket]
    base = _base(table.basket, cut, left, within, times)
    if cut.price_minor is not None:
        quantities = [line.quantity for line in table.basket]
        off = [max(0, minor - cut.price_minor * n) for minor, n in zip(base, quantities, strict=True)]
        return _at_most(off, cut.most_minor)
    whole = sum(base)
    wanted = half_up(whole * cut.percent_off, 100) + _amount(cut, whole) + (face_minor if cut.face else 0)
    wanted = min(wanted, whole, wanted if cut.most_minor is None else cut.most_minor)
    return allot(wanted, base) if wanted else [0] * len(base)


def _amount(cut: PriceCut, whole_minor: int) -> int:
    return cut.off_minor * (whole_minor // cut.per_minor) if cut.per_minor else cut.off_minor


def _base(
    basket: tuple[BasketLine, ...], cut: PriceCut, left: Sequence[int], within: Sequence[bool], times: int
) -> list[int]:
    """Return what of each line a cut may work on: all that is in its scope, or its dearest units."""
    base = [minor if inside else 0 for minor, inside in zip(left, within, strict=True)]
    if cut.units_most is None:
        return base
    units = [
        (part, place)
        for place, (line, minor) in enumerate(zip(basket, base, strict=True))
        if minor
        for part in allot(minor, [1] * line.quantity)
    ]
    dearest = sorted(units, key=lambda unit: (-unit[0], unit[1]))[: cut.units_most * times]
    return [sum(part for part, at in dearest if at == place) for place in range(len(basket))]


def _at_most(off: list[int], most_minor: int | None) -> list[int]:
    if most_minor is None or sum(off) <= most_minor:
        return off
    return allot(most_minor, off)


def _capped(table: Table, cut: Cut) -> Cut:
    """Trim the last reductions where all together take more off than the programme allows of a bill."""
    whole = sum(line.list_minor for line in table.basket)
    over = cut.off_minor - whole * table.promises.most_off_percent // 100
    if over <= 0:
        return cut
    kept = list(cut.reductions)
    left = list(cut.left)
    for place in range(len(kept) - 1, -1, -1):
        back = min(over, kept[place].amount_minor)
        returned = allot(back, kept[place].by_line) if back else [0] * len(left)
        by_line = tuple(off - give for off, give in zip(kept[place].by_line, returned, strict=True))
        kept[place] = replace(kept[place], amount_minor=kept[place].amount_minor - back, by_line=by_line)
        left = [minor + give for minor, give in zip(left, returned, strict=True)]
        over -= back
    gone = [
        Declined(r.rule_id, r.name, (Reason("offer.over_cap", (("percent", table.promises.most_off_percent),)),))
        for r in kept
        if not r.amount_minor
    ]
    standing = tuple(reduction for reduction in kept if reduction.amount_minor)
    return Cut(tuple(left), standing, (*cut.outdone, *gone))
