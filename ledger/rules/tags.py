"""Computed tags: what a member's figures say of them on a date, each with the figure that decided it (C6, F4, F5, N6).

Pure. Page: docs/rules/activity.md, computed tags, levels, RFM.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.rules.conditions import next_birthday
from ledger.rules.member_facts import MemberFacts
from ledger.rules.tag_policy import DEFAULT_TAGS, TagPolicy, Thresholds

LEVELS: Final = ("active", "quiet", "asleep")
SEGMENTS: Final = ("champion", "loyal", "promising", "at_risk", "asleep")
COMPUTED: Final = frozenset(
    {
        *("new", "regular", "loyal", "low_balance", "birthday_soon", "never_topped_up", "high_value"),
        *LEVELS,
        *(f"rfm_{segment}" for segment in SEGMENTS),
    }
)
"""Every tag that figures give; a person can neither give nor take one."""
WINDOW_DAYS: Final = 365
_HIGH, _MIDDLE, _LOW = 4, 3, 2


@dataclass(frozen=True, slots=True)
class TagFound:
    """A tag a member has, with the threshold and the figure that was compared with it (fen, days or a count)."""

    tag: str
    needed: int
    found: int


@dataclass(frozen=True, slots=True)
class Rfm:
    """Recency, frequency and money from 1 to 5, and the segment they make."""

    recency: int
    frequency: int
    money: int

    @property
    def segment(self) -> str:
        """The segment's name, one of `SEGMENTS`."""
        if min(self.recency, self.frequency, self.money) >= _HIGH:
            return "champion"
        if min(self.recency, self.frequency) >= _MIDDLE:
            return "loyal"
        if self.recency >= _MIDDLE:
            return "promising"
        return "at_risk" if self.recency == _LOW else "asleep"


def computed_tags(facts: MemberFacts, on: date, policy: TagPolicy = DEFAULT_TAGS) -> frozenset[str]:
    """Return the tags a member's figures give on a date."""
    return frozenset(found.tag for found in explained_tags(facts, on, policy))


def explained_tags(facts: MemberFacts, on: date, policy: TagPolicy = DEFAULT_TAGS) -> tuple[TagFound, ...]:
    """Return the computed tags with what decided each, in the order of the page."""
    return tuple(found for tags in (_habits, _levels, _value, _segments) for found in tags(facts, on, policy))


def last_seen(facts: MemberFacts) -> date:
    """Return when a member last visited or topped up; who was never seen, since enrolment."""
    days = [day.on for day in facts.days if day.visits or day.top_ups]
    return max([facts.last_visit_on or facts.enrolled_on, *days])


def level(days_away: int, policy: TagPolicy = DEFAULT_TAGS) -> str:
    """Return the activity level for the days since somebody was last seen (F5)."""
    return LEVELS[(days_away >= policy.quiet_from_days) + (days_away >= policy.asleep_from_days)]


def rfm(facts: MemberFacts, on: date, policy: TagPolicy = DEFAULT_TAGS) -> Rfm | None:
    """Return the RFM scores of a member on a date, None for who never visited."""
    if facts.last_visit_on is None:
        return None
    window = facts.window(WINDOW_DAYS, on)
    away = (on - facts.last_visit_on).days
    recency = 1 + sum(away <= most for most in policy.recency_days)
    return Rfm(recency, _score(window.visits, policy.frequency_visits), _score(window.spent_minor, policy.money_minor))


def _score(figure: int, thresholds: Thresholds) -> int:
    return 1 + sum(figure >= least for least in thresholds)


def _habits(facts: MemberFacts, on: date, policy: TagPolicy) -> Iterator[TagFound]:
    age = (on - facts.enrolled_on).days
    if age < policy.new_days:
        yield TagFound("new", policy.new_days, age)
    visits = facts.window(policy.habit_days, on).visits
    if visits >= policy.loyal_visits:
        yield TagFound("loyal", policy.loyal_visits, visits)
    elif visits >= policy.regular_visits:
        yield TagFound("regular", policy.regular_visits, visits)


def _levels(facts: MemberFacts, on: date, policy: TagPolicy) -> Iterator[TagFound]:
    away = max(0, (on - last_seen(facts)).days)
    found = level(away, policy)
    yield TagFound(found, policy.asleep_from_days if found == "asleep" else policy.quiet_from_days, away)


def _value(facts: MemberFacts, on: date, policy: TagPolicy) -> Iterator[TagFound]:
    if facts.top_ups and facts.balance_minor < policy.low_balance_minor:
        yield TagFound("low_balance", policy.low_balance_minor, facts.balance_minor)
    if facts.birthday is not None:
        away = (next_birthday(facts.birthday, on) - on).days
        if away <= policy.birthday_days:
            yield TagFound("birthday_soon", policy.birthday_days, away)
    if not facts.top_ups:
        yield TagFound("never_topped_up", 0, 0)
    spent = facts.window(WINDOW_DAYS, on).spent_minor
    if spent >= policy.high_value_minor:
        yield TagFound("high_value", policy.high_value_minor, spent)


def _segments(facts: MemberFacts, on: date, policy: TagPolicy) -> Iterator[TagFound]:
    scores = rfm(facts, on, policy)
    if scores is not None:
        whole = scores.recency * 100 + scores.frequency * 10 + scores.money
        yield TagFound(f"rfm_{scores.segment}", 0, whole)
