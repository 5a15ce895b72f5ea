"""The thresholds of computed tags, with the values a shop has that says nothing.

Page: docs/rules/activity.md, computed tags. Amounts in fen, spans in days.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

Thresholds = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class TagPolicy:
    """From which figures on a member has a tag; the RFM thresholds go from the score of 5 down for days, up for the others."""

    new_days: int = 30
    habit_days: int = 90
    regular_visits: int = 3
    loyal_visits: int = 10
    quiet_from_days: int = 30
    asleep_from_days: int = 90
    low_balance_minor: int = 5_000
    birthday_days: int = 7
    high_value_minor: int = 300_000
    recency_days: Thresholds = (7, 14, 30, 90)
    frequency_visits: Thresholds = (2, 4, 8, 15)
    money_minor: Thresholds = (20_000, 50_000, 150_000, 400_000)

    def __post_init__(self) -> None:
        """Refuse thresholds that contradict each other; raises ValueError."""
        ladders = (
            (0, self.regular_visits, self.loyal_visits),
            (0, self.quiet_from_days, self.asleep_from_days),
            (-1, *self.recency_days),
            (0, *self.frequency_visits),
            (0, *self.money_minor),
        )
        for ladder in ladders:
            if any(low >= high for low, high in pairwise(ladder)):
                raise ValueError(f"not ascending: {ladder[1:]}")
        lengths = (self.new_days, self.birthday_days, self.low_balance_minor, self.high_value_minor)
        if min(lengths) < 0 or not 1 <= self.habit_days <= MOST_DAYS:
            raise ValueError(f"out of range: {lengths} {self.habit_days}")


MOST_DAYS: Final = 400
"""So many days of a member's past are known one by one."""
DEFAULT_TAGS: Final = TagPolicy()
