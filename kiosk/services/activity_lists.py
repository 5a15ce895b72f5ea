"""Lists at the counter: whose birthday it is, who runs low, what expires, who sleeps; bounded, ordered, counted (A26, F4, F6).

Source: `docs/rules/activity.md`, lists at the counter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Generic, TypeVar

from kiosk.model import activity, candidates, members, purses
from kiosk.model.members import Member
from kiosk.services.counter import Counter
from kiosk.services.masking import masked_phone
from kiosk.services.member_facts import records_of
from ledger.rules.conditions import next_birthday
from ledger.rules.tag_policy import TagPolicy

MOST_PEOPLE: Final = 500
MOST_LOTS: Final = 5_000
LOW_WITHIN_DAYS: Final = 90
ASLEEP_AT_MOST_DAYS: Final = 180


@dataclass(frozen=True, slots=True)
class Person:
    """Who a line is about, as far as a list shows them."""

    member_id: str
    code: str
    name: str
    masked_phone: str


@dataclass(frozen=True, slots=True)
class BirthdayLine:
    """A birthday that comes: on which date and in how many days (0 is today)."""

    person: Person
    birthday: date
    falls_on: date
    days_away: int


@dataclass(frozen=True, slots=True)
class LowBalanceLine:
    """Somebody with little left here, in fen, and when they were last here (None where only head office knows)."""

    person: Person
    balance_minor: int
    last_visit_on: date | None


@dataclass(frozen=True, slots=True)
class ExpiringLine:
    """What a member loses if nothing is done: units of an asset, fen for `CNY`; the soonest last day, and of how many lots."""

    person: Person
    asset: str
    amount: int
    expires_on: date
    days_left: int
    lots: int


@dataclass(frozen=True, slots=True)
class WakeUpLine:
    """Somebody who sleeps: last seen when, how many days ago, and what they still hold here in fen."""

    person: Person
    last_seen_on: date
    days_away: int
    balance_minor: int


Line = TypeVar("Line", BirthdayLine, LowBalanceLine, ExpiringLine, WakeUpLine)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Line]):
    """The first lines of a list, how many there are in all, and whether even that is only a lower bound."""

    lines: tuple[Line, ...]
    count: int
    more: bool


def birthdays(counter: Counter, on: date, within_days: int = 0, limit: int = 50) -> Listed[BirthdayLine]:
    """Return who has a birthday on a date or within so many days (at most 31) after it; soonest first."""
    span = [on + timedelta(days=number) for number in range(min(within_days, 31) + 1)]
    keys = {f"{day:%m-%d}" for day in span}
    if "03-01" in keys and "02-29" not in keys:
        keys.add("02-29")
    found = candidates.born_on(counter.store, sorted(keys), MOST_PEOPLE + 1)
    lines = []
    for member_id, birthday in found:
        falls = next_birthday(birthday, on)
        member = members.get(counter.store, member_id)
        if falls <= span[-1] and member is not None:
            lines.append(BirthdayLine(_person(member), birthday, falls, (falls - on).days))
    lines.sort(key=lambda line: (line.days_away, line.person.member_id))
    return _listed(lines, limit, more=len(found) > MOST_PEOPLE)


def low_balances(counter: Counter, on: date, limit: int = 50) -> Listed[LowBalanceLine]:
    """Return who was here lately and has little left, by the programme's own threshold; least first."""
    below = _policy(counter).low_balance_minor
    first = on - timedelta(days=LOW_WITHIN_DAYS - 1)
    found = candidates.low_balances(counter.store, first, on, below, MOST_PEOPLE + 1)
    lines = []
    for member in _persons(counter, (member_id for member_id, _ in found)):
        balance = _balance(counter, member)
        if balance < below:
            last = activity.totals(counter.store, records_of(counter, member)).last_visit_on
            lines.append(LowBalanceLine(_person(member), balance, last))
    lines.sort(key=lambda line: (line.balance_minor, line.person.member_id))
    return _listed(lines, limit, more=len(found) > MOST_PEOPLE)


def expiring(counter: Counter, on: date, within_days: int = 7, limit: int = 50) -> Listed[ExpiringLine]:
    """Return what ends on a date or within so many days after it, one line a member and asset; soonest first."""
    found = candidates.expiring(counter.store, on, on + timedelta(days=within_days), MOST_LOTS + 1)
    standing: dict[str, Member | None] = {}
    lots: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for lot in found:
        if lot.member_id not in standing:
            standing[lot.member_id] = next(iter(_persons(counter, (lot.member_id,))), None)
        member = standing[lot.member_id]
        if member is not None and lot.conditions.expires_on is not None:
            ends = (lot.conditions.expires_on, lot.amount)
            lots.setdefault((member.member_id, lot.conditions.asset), []).append(ends)
    people = {member.member_id: _person(member) for member in standing.values() if member is not None}
    lines = [
        ExpiringLine(people[who], asset, sum(left for _, left in ends), ends[0][0], (ends[0][0] - on).days, len(ends))
        for (who, asset), ends in lots.items()
    ]
    return _listed(lines, limit, more=len(found) > MOST_LOTS)


def to_wake_up(counter: Counter, on: date, limit: int = 50) -> Listed[WakeUpLine]:
    """Return who sleeps, by the programme's own threshold, but not for longer than half a year; latest seen first."""
    last = on - timedelta(days=_policy(counter).asleep_from_days)
    found = candidates.last_seen_between(
        counter.store, last - timedelta(days=ASLEEP_AT_MOST_DAYS), last, MOST_PEOPLE + 1
    )
    lines = []
    for member in _persons(counter, (member_id for member_id, _ in found)):
        seen = activity.last_seen(counter.store, records_of(counter, member))
        if seen is not None and seen <= last:
            lines.append(WakeUpLine(_person(member), seen, (on - seen).days, _balance(counter, member)))
    lines.sort(key=lambda line: (line.days_away, line.person.member_id))
    return _listed(lines, limit, more=len(found) > MOST_PEOPLE)


def _listed(lines: list[Line], limit: int, *, more: bool) -> Listed[Line]:
    return Listed(tuple(lines[:limit]), len(lines), more)


def _persons(counter: Counter, record_ids: Iterable[str]) -> Iterable[Member]:
    """Yield the persons behind records, each once: a merged record is the one that stands for it."""
    told = set[str]()
    for record_id in record_ids:
        member = members.get(counter.store, record_id)
        if member is None:
            continue
        member = members.standing(counter.store, member)
        if member.member_id not in told:
            told.add(member.member_id)
            yield member


def _person(member: Member) -> Person:
    return Person(member.member_id, member.code, member.name, masked_phone(member.phone))


def _balance(counter: Counter, member: Member) -> int:
    """Return the money a person holds here, what still lies with merged records included, in fen."""
    records = records_of(counter, member)
    return sum(held.total_minor for each in records for held in purses.holdings(counter.store, each))


def _policy(counter: Counter) -> TagPolicy:
    return counter.programme().promises.tags
