"""Pieces: a bill as a rule's cut meets it, and how much of each piece one rule takes off; pure.

A piece is a line, or one unit of its goods where some rule prices or counts units, so that a visit or a voucher covers whole units and
a unit that was covered is not covered again. Page: docs/rules/coupons.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.lots import LotTake
from ledger.money import allot, half_up
from ledger.purses import Holding
from ledger.rules.conditions import in_scope
from ledger.rules.occasion import BasketLine
from ledger.rules.promises import PriceCut, Promises, Rule


class Ground:
    """The pieces of a basket: to which line each belongs, its list price (fen), its scopes.

    `cuts` has the price cuts of each rule that may work on it.
    """

    def __init__(self, promises: Promises, basket: tuple[BasketLine, ...], rules: Sequence[Rule]) -> None:
        """Cut the basket into units where any of the rules prices or counts units, into lines otherwise."""
        self.cuts = {rule.rule_id: cuts_of(rule) for rule in rules}
        self._counted = any(_counts(cut) for cuts in self.cuts.values() for cut in cuts)
        self.lines: list[int] = []
        self.listed: list[int] = []
        for place, line in enumerate(basket):
            pieces = line.quantity if self._counted else 1
            self.lines += [place] * pieces
            self.listed += [line.price_minor if self._counted else line.list_minor] * pieces
        self._promises = promises
        self._basket = basket
        self._within: dict[str, list[bool]] = {}

    def within(self, scope_id: str) -> list[bool]:
        """Tell of each piece whether it belongs to a choice of goods; to one that nobody declared nothing belongs."""
        if scope_id not in self._within:
            scope = self._promises.scope(scope_id)
            inside = [not scope_id or (scope is not None and in_scope(line, scope)) for line in self._basket]
            self._within[scope_id] = [inside[place] for place in self.lines]
        return self._within[scope_id]

    def by_line(self, pieces: Sequence[int]) -> tuple[int, ...]:
        """Return amounts of pieces as amounts of lines, in fen."""
        summed = [0] * len(self._basket)
        for place, minor in zip(self.lines, pieces, strict=True):
            summed[place] += minor
        return tuple(summed)

    def spread(self, total_minor: int, weights: Sequence[int]) -> list[int]:
        """Split an amount (fen) by weights over the lines, then within each over its pieces.

        So what a line pays never depends on whether some other rule cuts it into units.
        """
        if not total_minor or not self._counted:
            return allot(total_minor, weights) if total_minor else [0] * len(weights)
        spread: list[int] = []
        for minor, line in zip(allot(total_minor, self.by_line(weights)), self._basket, strict=True):
            within = weights[len(spread) : len(spread) + line.quantity]
            spread += allot(minor, within) if minor else [0] * len(within)
        return spread


class Tried(NamedTuple):
    """What a rule would take off: so much in all (fen), spread over the pieces by weight, for these units."""

    total_minor: int
    weights: Sequence[int]
    takes: tuple[LotTake, ...] = ()

    @property
    def units(self) -> int:
        """How many units it would use up."""
        return sum(take.units for take in self.takes)


def cuts_of(rule: Rule) -> list[PriceCut]:
    """Return the price cuts among a rule's effects."""
    return [effect for effect in rule.gives if isinstance(effect, PriceCut)]


def _counts(cut: PriceCut) -> bool:
    return cut.units_most is not None or cut.price_minor is not None


def try_rule(
    ground: Ground, rule: Rule, left: Sequence[int], free: Mapping[str, Sequence[Holding]], limit_minor: int
) -> Tried:
    """Return what a rule takes off what is left, at most so much (fen), with no more units than that needs."""
    cuts = ground.cuts[rule.rule_id]
    if not rule.takes:
        total, weights = _off(ground, cuts, left, 1, 0)
        return Tried(min(total, limit_minor), weights)
    held = free.get(rule.takes, ())
    best = Tried(0, left)
    for times in range(_times(ground, rule, cuts, left, held), 0, -1):
        takes = _take(held, times * rule.takes_units)
        total, weights = _off(ground, cuts, left, times, _face(held, takes))
        if min(total, limit_minor) < best.total_minor:
            break
        best = Tried(min(total, limit_minor), weights, takes)
    return best if best.total_minor else Tried(0, left)


def _take(held: Sequence[Holding], units: int) -> tuple[LotTake, ...]:
    """Take so many units from lots of one asset that hold enough, in the order given."""
    takes = []
    for holding in held:
        part = min(units, holding.units)
        if part:
            takes.append(LotTake(holding.lot.lot_id, 0, 0, part))
            units -= part
        if not units:
            break
    return tuple(takes)


def _times(ground: Ground, rule: Rule, cuts: Sequence[PriceCut], left: Sequence[int], held: Sequence[Holding]) -> int:
    """Return how often a rule can work on a bill: once, and a visit or a voucher for each of its goods that is there."""
    most = sum(holding.units for holding in held) // rule.takes_units
    counting = [cut for cut in cuts if cut.units_most is not None]
    if not counting:
        return min(most, 1)
    there = sum(1 for minor, inside in zip(left, ground.within(counting[0].scope), strict=True) if minor and inside)
    return min(most, -(-there // (counting[0].units_most or 1)))


def _face(held: Sequence[Holding], takes: Sequence[LotTake]) -> int:
    faces = {holding.lot.lot_id: holding.lot.conditions.face_minor for holding in held}
    return sum(faces[take.lot_id] * take.units for take in takes)


def _off(
    ground: Ground, cuts: Sequence[PriceCut], left: Sequence[int], times: int, face_minor: int
) -> tuple[int, Sequence[int]]:
    """Return what the cuts of a rule take off together, each working on what the one before left, and its weights."""
    if len(cuts) == 1:
        return _one(ground, cuts[0], left, times, face_minor)
    rest = list(left)
    for cut in cuts:
        total, weights = _one(ground, cut, rest, times, face_minor)
        if total:
            rest = [minor - off for minor, off in zip(rest, ground.spread(total, weights), strict=True)]
    gone = [minor - off for minor, off in zip(left, rest, strict=True)]
    return sum(gone), gone


def _one(ground: Ground, cut: PriceCut, left: Sequence[int], times: int, face_minor: int) -> tuple[int, Sequence[int]]:
    base = _base(ground, cut, left, times)
    if cut.price_minor is not None:
        base = [max(0, minor - cut.price_minor) for minor in base]
        wanted = whole = sum(base)
    else:
        whole = sum(base)
        wanted = half_up(whole * cut.percent_off, 100) + _amount(ground, cut) + (face_minor if cut.face else 0)
    return min(wanted, whole, wanted if cut.most_minor is None else cut.most_minor), base


def _amount(ground: Ground, cut: PriceCut) -> int:
    """Return the fixed part: once, or for every so much of the list price of its goods, as conditions count it too."""
    if not cut.per_minor:
        return cut.off_minor
    listed = sum(minor for minor, inside in zip(ground.listed, ground.within(cut.scope), strict=True) if inside)
    return cut.off_minor * (listed // cut.per_minor)


def _base(ground: Ground, cut: PriceCut, left: Sequence[int], times: int) -> Sequence[int]:
    """Return what of each piece a cut may work on: all that is in its scope, or its dearest units."""
    base = left
    if cut.scope:
        base = [minor if inside else 0 for minor, inside in zip(left, ground.within(cut.scope), strict=True)]
    if cut.units_most is None:
        return base
    dearest = sorted(range(len(base)), key=lambda place: (-base[place], place))[: cut.units_most * times]
    chosen = [0] * len(base)
    for place in dearest:
        chosen[place] = base[place]
    return chosen
