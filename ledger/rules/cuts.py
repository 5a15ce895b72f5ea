"""Price cuts: what rules take off a bill, line by line, and which of them stack; pure.

Page: docs/rules/offers.md, stacking. Groups work in the programme's order, each on what the ones before left; of groups
that exclude each other the set that is best for the member applies. No piece of a bill goes below zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from ledger.lots import LotTake
from ledger.purses import Holding
from ledger.rules.occasion import BasketLine
from ledger.rules.offers import NOTHING_TO_CUT, Declined
from ledger.rules.pieces import Ground, Tried, try_rule
from ledger.rules.promises import Group, PriceCut, Promises, Rule, Take
from ledger.rules.reasons import Reason

_OWNED: Final = ("VISIT:", "GOODS:", "EXCHANGE:")
_FREELY: Final = Group("", Take.ALL)
Values = tuple[tuple[str, str | int], ...]


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
    if not cutting:
        return Cut(tuple(line.list_minor for line in table.basket))
    by_group: dict[str, list[Rule]] = {}
    for rule in sorted(cutting, key=lambda rule: (-rule.priority, rule.rule_id)):
        by_group.setdefault(rule.group, []).append(rule)
    ground = Ground(table.promises, table.basket, cutting)
    held: dict[str, list[Holding]] = {}
    for holding in table.units:
        held.setdefault(holding.lot.asset, []).append(holding)
    groups = (*(group for group in table.promises.groups if group.group_id in by_group), _FREELY)
    known: dict[tuple[Group, ...], _Run] = {(): _Run(table, ground, held)}
    runs = [_run(known, chosen, by_group) for chosen in _allowed_sets(groups)]
    return max(runs, key=_worth).cut(groups, cutting)


def _run(known: dict[tuple[Group, ...], _Run], chosen: tuple[Group, ...], by_group: Mapping[str, list[Rule]]) -> _Run:
    """Let a set of groups work; sets that begin alike share what they have in common."""
    if chosen not in known:
        before = _run(known, chosen[:-1], by_group)
        known[chosen] = before.then(chosen[-1], by_group.get(chosen[-1].group_id, []))
    return known[chosen]


@lru_cache(maxsize=256)
def _allowed_sets(groups: tuple[Group, ...]) -> tuple[tuple[Group, ...], ...]:
    """Return the largest sets of groups none of which excludes another, each in the programme's order."""
    enemies = {one.group_id: {other.group_id for other in groups if _excluding(one, other)} for one in groups}
    sets = _spread(frozenset(enemies), enemies)
    largest = [ids for ids in sets if not any(ids < other for other in sets)]
    return tuple(tuple(group for group in groups if group.group_id in ids) for ids in largest)


def _excluding(one: Group, other: Group) -> bool:
    return one.group_id != other.group_id and (other.group_id in one.excludes or one.group_id in other.excludes)


def _spread(ids: frozenset[str], enemies: dict[str, set[str]]) -> list[frozenset[str]]:
    """Return sets without enemies, every largest one among them: first those with a group, then those without it."""
    clashing = next((one for one in enemies if one in ids and enemies[one] & ids), None)
    if clashing is None:
        return [ids]
    with_it = _spread(ids - enemies[clashing], enemies)
    return with_it + [found for found in _spread(ids - {clashing}, enemies) if found not in with_it]


def owned(rule: Rule) -> bool:
    """Tell whether a rule hands over what a member owns in full: a visit, a voucher, an order that was promised free.

    That is no discount: the most that may come off a bill does not count it.
    """
    return rule.takes.startswith(_OWNED) or any(isinstance(give, PriceCut) and give.face for give in rule.gives)


class _Run:
    """One set of groups at work on a bill, one after the other."""

    def __init__(self, table: Table, ground: Ground, held: Mapping[str, Sequence[Holding]]) -> None:
        self.ground = ground
        self.chosen: tuple[Group, ...] = ()
        self.budgets = table.budgets
        self.left = list(ground.listed)
        self.percent = table.promises.most_off_percent
        self.room = sum(self.left) * self.percent // 100
        self.free = dict(held)
        self.applied: list[tuple[Rule, Tried, list[int]]] = []
        self.outdone: list[tuple[Rule, str, Values]] = []

    def then(self, group: Group, rules: Sequence[Rule]) -> _Run:
        """Return the run with one more group after the others; this one stays as it is."""
        after = copy(self)
        after.chosen = (*self.chosen, group)
        after.free, after.applied, after.outdone = dict(self.free), list(self.applied), list(self.outdone)
        after.work(group, rules)
        return after

    def work(self, group: Group, rules: Sequence[Rule]) -> None:
        """Let the rules of a group take off what they can."""
        if group.take is Take.BEST:
            self._take_best(rules)
        else:
            self._take_all(rules)

    def _try(self, rule: Rule) -> Tried:
        most = sum(self.left) if owned(rule) else self.room
        limit = min(most, self.budgets.get(rule.rule_id, most))
        return try_rule(self.ground, rule, self.left, self.free, limit)

    def _take_best(self, rules: Sequence[Rule]) -> None:
        """Apply the rule of a group that takes most off; of equal ones the one of fewer units, then the first."""
        tried = [(rule, self._try(rule)) for rule in rules]
        best, best_try = max(tried, key=lambda pair: (pair[1].total_minor, -pair[1].units))
        if not best_try.total_minor:
            self._nothing_off(rules)
            return
        by = (("by", best.name), ("by_minor", best_try.total_minor))
        for rule, one in tried:
            if rule is not best:
                self.outdone.append((rule, "offer.outdone", (*by, ("off_minor", one.total_minor))))
        self._apply(best, best_try)

    def _take_all(self, rules: Sequence[Rule]) -> None:
        for rule in rules:
            tried = self._try(rule)
            if tried.total_minor:
                self._apply(rule, tried)
            else:
                self._nothing_off([rule])

    def _apply(self, rule: Rule, tried: Tried) -> None:
        off = self.ground.spread(tried.total_minor, tried.weights)
        self.left = [minor - gone for minor, gone in zip(self.left, off, strict=True)]
        if not owned(rule):
            self.room -= tried.total_minor
        if tried.takes:
            used = {take.lot_id: take.units for take in tried.takes}
            self.free[rule.takes] = [
                replace(held, units=held.units - used[held.lot.lot_id]) if held.lot.lot_id in used else held
                for held in self.free[rule.takes]
            ]
        self.applied.append((rule, tried, off))

    def _nothing_off(self, rules: Sequence[Rule]) -> None:
        """Say why rules take nothing off: all that may come off a bill is gone, or there is nothing they could cut."""
        over = not self.room and any(self.left)
        code, values = ("offer.over_cap", (("percent", self.percent),)) if over else (NOTHING_TO_CUT.code, ())
        self.outdone += [(rule, code, values) for rule in rules]

    def cut(self, groups: tuple[Group, ...], rules: Sequence[Rule]) -> Cut:
        """Return the bill as it stands, with what excluded the rules of the groups that did not work."""
        ids = {group.group_id for group in self.chosen}
        shut_out = {group.group_id: self._by(group, rules) for group in groups if group.group_id not in ids}
        said = self.outdone + [
            (rule, "offer.excluded", (("by", shut_out.get(rule.group, "")),)) for rule in rules if rule.group not in ids
        ]
        declined = [Declined(rule.rule_id, rule.name, (Reason(code, values),)) for rule, code, values in said]
        reductions = [
            Reduction(rule.rule_id, rule.name, tried.total_minor, self.ground.by_line(off), tried.takes, rule.takes)
            for rule, tried, off in self.applied
        ]
        return Cut(self.ground.by_line(self.left), tuple(reductions), tuple(declined))

    def _by(self, group: Group, rules: Sequence[Rule]) -> str:
        """Return the names of the rules that stand in a group's way, or the groups where none of them cuts anything."""
        against = {other.group_id for other in self.chosen if _excluding(group, other)}
        standing = {rule.rule_id for rule in rules if rule.group in against}
        names = [rule.name for rule, _, _ in self.applied if rule.rule_id in standing]
        return ", ".join(names or sorted(against))


def _worth(run: _Run) -> tuple[int, int]:
    tried = [each for _, each, _ in run.applied]
    return sum([each.total_minor for each in tried]), -sum([each.units for each in tried])
