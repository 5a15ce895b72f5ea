"""What the rules may know of a member: days at the counter, what rules gave them, what they hold; folded by the model.

Page: docs/rules/activity.md. Amounts in fen; every figure is net of voids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One business date of a member, or a sum of several (`on` is then the last): visits, spent, top-ups, topped up."""

    on: date
    visits: int = 0
    spent_minor: int = 0
    top_ups: int = 0
    topped_minor: int = 0


@dataclass(frozen=True, slots=True)
class RuleUse:
    """How often a rule gave something and how much of it on a date, or in a sum (`on` is then the last)."""

    rule: str
    on: date
    uses: int = 0
    amount_minor: int = 0
    units: int = 0


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member as the rules see them: the last 400 days one by one (oldest first), and sums of all time.

    `held` are usable units by asset, `uses` what each rule gave this member, one item a rule and date.
    """

    member_id: str
    registered: bool
    enrolled_on: date
    birthday: date | None = None
    tags: frozenset[str] = frozenset()
    days: tuple[DayFigures, ...] = ()
    visits: int = 0
    top_ups: int = 0
    spent_minor: int = 0
    topped_minor: int = 0
    last_visit_on: date | None = None
    uses: tuple[RuleUse, ...] = ()
    held: Mapping[str, int] = field(default_factory=dict)
    balance_minor: int = 0
    referred_by: str | None = None

    def window(self, days_back: int, on: date) -> DayFigures:
        """Return the sum of the last so many days up to a date, that date included."""
        since = on - timedelta(days=days_back - 1)
        within = [day for day in self.days if since <= day.on <= on]
        return DayFigures(
            on,
            sum(day.visits for day in within),
            sum(day.spent_minor for day in within),
            sum(day.top_ups for day in within),
            sum(day.topped_minor for day in within),
        )

    def used(self, rule: str, since: date | None = None) -> RuleUse:
        """Return what a rule gave this member since a date (included), of all time for None."""
        found = [use for use in self.uses if use.rule == rule and (since is None or since <= use.on)]
        last = max((use.on for use in found), default=date.min)
        return RuleUse(
            rule,
            last,
            sum(use.uses for use in found),
            sum(use.amount_minor for use in found),
            sum(use.units for use in found),
        )
