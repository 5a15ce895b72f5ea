"""Care: today's lists with the offer each member would get if they came now (A26, F4, F6, F7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kiosk.model import notices
from kiosk.services import activity_lists
from kiosk.services.activity_lists import BirthdayLine, ExpiringLine, LowBalanceLine, Person, WakeUpLine
from kiosk.services.claim import claimable
from kiosk.services.counter import Counter
from kiosk.services.shifts import business_today

WITHIN_DAYS: Final = 7
_MOST: Final = 30


class CareList(StrEnum):
    """The lists a counter works through."""

    BIRTHDAYS = "birthdays"
    LOW_BALANCES = "low_balances"
    EXPIRING = "expiring"
    TO_WAKE_UP = "to_wake_up"


CareLine = BirthdayLine | LowBalanceLine | ExpiringLine | WakeUpLine


@dataclass(frozen=True, slots=True)
class Cared:
    """One line of a list, and the name of the first gift the member could claim now (empty for none)."""

    line: CareLine
    offer: str

    @property
    def person(self) -> Person:
        """Who the line is about."""
        return self.line.person


@dataclass(frozen=True, slots=True)
class CareView:
    """A list as it is today: its first lines, how many there are, and how many messages wait to be sent."""

    which: CareList
    lines: tuple[Cared, ...]
    count: int
    more: bool
    waiting: int
    on: date


def care(counter: Counter, which: CareList) -> CareView:
    """Return one of today's lists."""
    on = business_today(counter)
    found, count, more = _listed(counter, which, on)
    lines = tuple(Cared(line, _offer(counter, line.person.member_id)) for line in found)
    return CareView(which, lines, count, more, notices.waiting(counter.store), on)


def _listed(counter: Counter, which: CareList, on: date) -> tuple[tuple[CareLine, ...], int, bool]:
    if which is CareList.BIRTHDAYS:
        births = activity_lists.birthdays(counter, on, WITHIN_DAYS, _MOST)
        return births.lines, births.count, births.more
    if which is CareList.LOW_BALANCES:
        low = activity_lists.low_balances(counter, on, _MOST)
        return low.lines, low.count, low.more
    if which is CareList.EXPIRING:
        ending = activity_lists.expiring(counter, on, WITHIN_DAYS, _MOST)
        return ending.lines, ending.count, ending.more
    asleep = activity_lists.to_wake_up(counter, on, _MOST)
    return asleep.lines, asleep.count, asleep.more


def _offer(counter: Counter, member_id: str) -> str:
    found = claimable(counter, member_id)
    return found.open[0].rule.name if found.open else ""
