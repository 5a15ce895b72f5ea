"""Plans: what promises come to before any occasion, reckoned once: each event's rules with the checks they need.

Promises never change, so their plan is kept beside them for as long as they are the ones in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ledger.rules.conditions import Check, checks_of
from ledger.rules.occasion import Event
from ledger.rules.promises import NO_CAPS, Handout, PriceCut, Promises, Rule

_USELESS: tuple[Event, ...] = (Event.PAY, Event.TOP_UP)


@dataclass(frozen=True, slots=True)
class Planned:
    """A rule and what of it can be known beforehand.

    `checks` are its conditions that are set; `idle` takes an asset where nothing is cut for it; `for_members` gives nothing
    that somebody without membership could be given.
    """

    rule: Rule
    checks: tuple[Check, ...]
    capped: bool
    idle: bool
    for_members: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of each event in the programme's order, and whether any asks a bill to be paid by stored value alone."""

    rules: Mapping[Event, tuple[Planned, ...]]
    has_stored_price: bool


def rules_of(promises: Promises) -> tuple[Rule, ...]:
    """Return all rules: those written as rules, and what each declared asset does when it is used."""
    return promises.rules + tuple(kind.covers for kind in promises.assets if kind.covers is not None)


def plan_of(promises: Promises) -> Plan:
    """Return the plan of promises."""
    return _plan(_Same(promises))


class _Same:
    """Promises as a key by identity: to compare hundreds of rules by value would cost more than the plan saves."""

    __slots__ = ("promises",)

    def __init__(self, promises: Promises) -> None:
        self.promises = promises

    def __hash__(self) -> int:
        return id(self.promises)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.promises is self.promises


@lru_cache(maxsize=8)
def _plan(same: _Same) -> Plan:
    planned: dict[Event, list[Planned]] = {event: [] for event in Event}
    for rule in rules_of(same.promises):
        planned[rule.event].append(_planned(rule))
    stored_price = any(each.rule.when.wholly_stored for each in planned[Event.PAY])
    return Plan({event: tuple(rules) for event, rules in planned.items()}, stored_price)


def _planned(rule: Rule) -> Planned:
    cuts = any(isinstance(effect, PriceCut) for effect in rule.gives)
    handed = any(isinstance(effect, Handout) for effect in rule.gives)
    return Planned(
        rule,
        checks_of(rule.when),
        capped=rule.caps != NO_CAPS,
        idle=bool(rule.takes) and not cuts and rule.event in _USELESS,
        for_members=not cuts and not handed,
    )
