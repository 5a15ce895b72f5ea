"""What an entry says of a family: who joined or left its pot, with what limits, and what a person spent of it.

Pure: the model folds these into its tables, `kiosk verify` folds them again from the bytes. Page: docs/rules/family.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ledger.entries import Entry, EntryKind


class FamilyAction(StrEnum):
    """What is done to a family."""

    FORMED = "formed"
    JOINED = "joined"
    LEFT = "left"
    LIMITS = "limits"
    DISSOLVED = "dissolved"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a person may spend of the pot on a business date and in its month, in fen; None for no limit."""

    per_day_minor: int | None = None
    per_month_minor: int | None = None

    def within(self, other: Limits) -> Limits:
        """Return the narrower of two pairs of limits."""
        return Limits(
            _narrower(self.per_day_minor, other.per_day_minor), _narrower(self.per_month_minor, other.per_month_minor)
        )

    def left(self, spent_today_minor: int, spent_month_minor: int) -> int | None:
        """Return what may still be spent (fen), never below zero; None where nothing limits it."""
        rests = [
            limit - spent
            for limit, spent in ((self.per_day_minor, spent_today_minor), (self.per_month_minor, spent_month_minor))
            if limit is not None
        ]
        return max(0, min(rests)) if rests else None


NO_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class FamilyChange:
    """A change an entry tells of; `person` is the owner's own id where the family is formed or dissolved.

    `owner` is the id the owner had when the family was formed: it stays when records are merged. `also` are other records
    that the change sets free: of the same person, or of a second pot that came with a merge.
    """

    action: FamilyAction
    owner: str
    person: str
    limits: Limits
    on: date
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FamilySpend:
    """What an entry adds to what a person spent of a pot on a business date (fen), negative for a void."""

    person: str
    on: date
    minor: int


def family_change(entry: Entry) -> FamilyChange | None:
    """Return the change an entry tells of, None for none; raises KeyError, ValueError or TypeError for one unfit."""
    if entry.kind is not EntryKind.FAMILY_CHANGED or entry.member_id is None:
        return None
    facts = entry.facts
    limits = Limits(facts["per_day_minor"], facts["per_month_minor"])
    action, kept_under = FamilyAction(facts["action"]), str(facts["family"])
    also = tuple(str(record) for record in facts.get("also", ()))
    return FamilyChange(action, kept_under, str(facts["person"]), limits, entry.business_date, also)


def family_spend(entry: Entry, original: Entry | None) -> FamilySpend | None:
    """Return what a person spent by an entry; a void takes it back on the day of `original`, the entry it reverses."""
    booked = entry if entry.reverses is None else original
    if booked is None or booked.kind is not EntryKind.SPEND or "person" not in booked.facts:
        return None
    minor = booked.facts["stored_minor"]
    return FamilySpend(str(booked.facts["person"]), booked.business_date, minor if booked is entry else -minor)


def _narrower(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
