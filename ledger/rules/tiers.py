"""Tiers: which one a member holds on a date, by what they topped up, spent or came for over a window; pure.

Page: docs/rules/tiers.md. A tier is reached on the day its figure is; it is held for its keep days, and on while the keep
figure is met when they end; else the member steps down to the highest tier whose keep figure is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.rules.member_facts import DayFigures, MemberFacts
from ledger.rules.promises import Measure, Tier


@dataclass(frozen=True, slots=True)
class TierStanding:
    """A member's tier on a date: `tier` None below the first, held until `held_until`, and the step to the `following` one.

    `found` is the figure of the following tier's measure over its window, `missing` what it lacks (fen, or visits).
    """

    tier: Tier | None
    held_until: date | None
    following: Tier | None
    found: int = 0
    missing: int = 0


def figure(days: Sequence[DayFigures], tier: Tier, on: date) -> int:
    """Return a tier's measure over its window that ends on a date (included): fen, or visits."""
    since = on - timedelta(days=tier.window_days - 1)
    return sum(_measured(day, tier.measure) for day in days if since <= day.on <= on)


def _measured(day: DayFigures, measure: Measure) -> int:
    if measure is Measure.TOPPED:
        return day.topped_minor
    return day.spent_minor if measure is Measure.SPENT else day.visits


def tier_standing(tiers: Sequence[Tier], member: MemberFacts, on: date) -> TierStanding:
    """Return where a member stands among tiers (lowest first) on a date, from the days the facts hold."""
    held, until = -1, date.min
    days = [day for day in member.days if day.on <= on]
    for moment in sorted({day.on for day in days} | {on}):
        held, until = _lapse(tiers, days, (held, until), moment)
        reached = max((place for place, t in enumerate(tiers) if figure(days, t, moment) >= t.reach), default=-1)
        if reached >= 0 and reached >= held:
            held, until = reached, moment + timedelta(days=tiers[reached].keep_days)
    following = tiers[held + 1] if held + 1 < len(tiers) else None
    found = figure(days, following, on) if following is not None else 0
    missing = max(0, following.reach - found) if following is not None else 0
    return TierStanding(tiers[held] if held >= 0 else None, until if held >= 0 else None, following, found, missing)


def _lapse(
    tiers: Sequence[Tier], days: Sequence[DayFigures], standing: tuple[int, date], moment: date
) -> tuple[int, date]:
    """Go through every end of a tier's keep days before a moment: kept on, or a step down."""
    held, until = standing
    while held >= 0 and until < moment:
        ended = until
        while held >= 0 and figure(days, tiers[held], ended) < tiers[held].keep:
            held -= 1
        if held >= 0:
            until = ended + timedelta(days=tiers[held].keep_days)
    return held, until
