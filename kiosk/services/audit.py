"""Audit: what was refused, to whom, when and why, and how often, so that friction and fraud show (P5, N12)."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kiosk.model import journal
from kiosk.services.counter import Counter
from kiosk.services.shifts import business_today
from ledger.ids import EntryId

MOST: Final = 200
"""Attempts that a screen lists; the counts are of all."""
_DOOR: Final = frozenset({"WrongPin", "StaffLocked", "UnknownStaff"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One refused attempt: who stood at the till, the act's name, the error's name and its fields.

    `amount_minor` is the first sum among the fields (fen), None for none. `attempted_id` is the entry it would have been.
    """

    entry_id: EntryId
    at: datetime
    business_date: date
    till: str
    cashier: str
    act: str
    error: str
    fields: tuple[tuple[str, object], ...]
    amount_minor: int | None
    attempted_id: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """How often somebody was refused: in all, by a wrong PIN or a lock at the door, and in their acts."""

    cashier: str
    refused: int
    at_the_door: int

    @property
    def in_acts(self) -> int:
        """Refusals that were no wrong PIN."""
        return self.refused - self.at_the_door


@dataclass(frozen=True, slots=True)
class AuditView:
    """Refused attempts since a day, newest first and of one person if named, with counts for everybody."""

    since: date
    attempts: tuple[Attempt, ...]
    count: int
    people: tuple[Person, ...]


def audit(counter: Counter, since: date, cashier: str | None = None, most: int = MOST) -> AuditView:
    """Return what was refused on the business dates since a day, that day included."""
    found = list(refused_since(counter, since))
    chosen = [attempt for attempt in found if cashier is None or attempt.cashier == cashier]
    chosen.reverse()
    return AuditView(since, tuple(chosen[:most]), len(chosen), _people(found))


def refused_since(counter: Counter, since: date) -> Iterator[Attempt]:
    """Yield what was refused on the business dates since a day, oldest first."""
    for recorded in journal.refused_since(counter.store, since):
        entry = recorded.entry
        fields = entry.facts.get("fields")
        yield Attempt(
            entry_id=entry.entry_id,
            at=entry.occurred_at,
            business_date=entry.business_date,
            till=entry.till,
            cashier=entry.cashier,
            act=str(entry.facts.get("act", "")),
            error=str(entry.facts.get("error", "")),
            fields=tuple(fields.items()) if isinstance(fields, dict) else (),
            amount_minor=_amount(fields),
            attempted_id=entry.facts.get("attempted_id"),
        )


def days_back(counter: Counter, days: int) -> date:
    """Return the business date so many days before the one in progress."""
    return business_today(counter) - timedelta(days=days)


def _amount(fields: object) -> int | None:
    if not isinstance(fields, dict):
        return None
    sums = (value for name, value in fields.items() if name.endswith("_minor") and isinstance(value, int))
    return next(sums, None)


def _people(found: list[Attempt]) -> tuple[Person, ...]:
    """Return everybody who was refused, most often first."""
    refused, door = Count(one.cashier for one in found), Count(one.cashier for one in found if one.error in _DOOR)
    order = sorted(refused, key=lambda cashier: (-refused[cashier], cashier))
    return tuple(Person(cashier, refused[cashier], door[cashier]) for cashier in order)
