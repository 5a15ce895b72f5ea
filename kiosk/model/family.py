"""Families: who belongs to whose pot and what each person spent of it, folded from the journal as it grows.

Source: `docs/rules/family.md`; the fold itself is `ledger/family.py`. Who left keeps a row without an owner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from kiosk.model.errors import VerifyFailed
from kiosk.model.store import Store
from ledger.entries import Entry
from ledger.family import FamilyAction, FamilyChange, Limits, family_change, family_spend

_MEMBERS: Final = "SELECT person_id, owner_id, per_day_minor, per_month_minor, since FROM family_member"
_SPENT: Final = "SELECT person_id, business_date, spent_minor FROM family_spend"
_KEEP: Final = (
    "INSERT INTO family_member (person_id, owner_id, per_day_minor, per_month_minor, since) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET owner_id = excluded.owner_id, per_day_minor = excluded.per_day_minor,"
    " per_month_minor = excluded.per_month_minor, since = excluded.since"
)
_ADD: Final = (
    "UPDATE family_spend SET spent_minor = spent_minor + ? WHERE person_id = ? AND business_date = ? RETURNING 1"
)
_NEW: Final = "INSERT INTO family_spend (spent_minor, person_id, business_date) VALUES (?, ?, ?)"
_SUM: Final = (
    "SELECT coalesce(sum(CASE WHEN business_date = ? THEN spent_minor END), 0), coalesce(sum(spent_minor), 0)"
    " FROM family_spend WHERE person_id IN ({}) AND business_date BETWEEN ? AND ?"
)

Row = tuple[str | None, int | None, int | None, str]


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """A person of a family: whose pot, with what limits of their own, since which business date."""

    person_id: str
    owner_id: str
    limits: Limits
    since: date


def members_of(store: Store, owner_ids: Sequence[str]) -> tuple[FamilyMember, ...]:
    """Return the persons of an owner's family, the owner among them; `owner_ids` are all the owner's records."""
    return _found(store, "owner_id", owner_ids)


def rows_of_person(store: Store, person_ids: Sequence[str]) -> tuple[FamilyMember, ...]:
    """Return every row of a person, the one that counts first; `person_ids` are all the person's records.

    Where records of two families were merged, the pot they own counts before one they may use, else the older one.
    """
    found = _found(store, "person_id", person_ids)
    return tuple(sorted(found, key=lambda row: (row.owner_id not in person_ids, row.since, row.person_id)))


def of_person(store: Store, person_ids: Sequence[str]) -> FamilyMember | None:
    """Return the one family a person belongs to, None for none; `person_ids` are all the person's records."""
    return next(iter(rows_of_person(store, person_ids)), None)


def spent(store: Store, person_ids: Sequence[str], on: date) -> tuple[int, int]:
    """Return what a person spent of a pot on a business date and in its month up to its end, in fen, net of voids."""
    month = (on.replace(day=1).isoformat(), f"{on:%Y-%m}-31")
    found = store.execute(_SUM.format(_marks(person_ids)), (on.isoformat(), *person_ids, *month)).fetchone()
    return found[0], found[1]


def apply(store: Store, entry: Entry, original: Entry | None) -> None:
    """Fold an entry in, inside the write transaction; `original` is the entry it reverses, if any."""
    change, booked = family_change(entry), family_spend(entry, original)
    if change is not None:
        rows = {row[0]: row[1:] for row in store.rows(f"{_MEMBERS} WHERE owner_id = ?", (change.owner,))}
        for person, row in _changed(rows, change).items():
            store.change(_KEEP, (person, *row))
    if booked is not None:
        figures = (booked.minor, booked.person, booked.on.isoformat())
        if store.execute(_ADD, figures).fetchone() is None:
            store.execute(_NEW, figures)


@dataclass
class Families:
    """The fold `verify` compares the tables with."""

    rows: dict[str, Row] = field(default_factory=dict)
    spent: dict[tuple[str, ...], int] = field(default_factory=dict)

    def take(self, entry: Entry, original: Entry | None, sequence: int) -> None:
        """Take the next entry in; raises VerifyFailed for facts that no fold can read."""
        try:
            change, booked = family_change(entry), family_spend(entry, original)
        except (KeyError, ValueError, TypeError) as unfit:
            raise VerifyFailed("journal", str(sequence), f"tells of a family that is none: {unfit}") from unfit
        if change is not None:
            self.rows |= _changed({who: row for who, row in self.rows.items() if row[0] == change.owner}, change)
        if booked is not None:
            key = (booked.person, booked.on.isoformat())
            self.spent[key] = self.spent.get(key, 0) + booked.minor

    def compare(self, store: Store) -> None:
        """Prove that the tables say the same; raises VerifyFailed with the first row that does not."""
        people: dict[tuple[str, ...], object] = {
            (person,): tuple(row) for person, *row in store.rows(f"{_MEMBERS} ORDER BY 1")
        }
        _same("family_member", people, {(person,): row for person, row in self.rows.items()})
        spent_here: dict[tuple[str, ...], object] = {
            (person, on): minor for person, on, minor in store.rows(f"{_SPENT} ORDER BY 1, 2")
        }
        _same("family_spend", spent_here, self.spent)


def _same(table: str, stored: Mapping[tuple[str, ...], object], told: Mapping[tuple[str, ...], object]) -> None:
    for key in sorted(stored.keys() | told.keys()):
        if key not in told:
            raise VerifyFailed(table, "/".join(key), "is of no entry")
        if key not in stored:
            raise VerifyFailed(table, "/".join(key), "missing")
        if stored[key] != told[key]:
            raise VerifyFailed(table, "/".join(key), "does not match the journal")


def _changed(family: dict[str, Row], change: FamilyChange) -> dict[str, Row]:
    """Return the rows a change writes; `family` are the rows of its owner's family."""
    on, limits = change.on.isoformat(), change.limits
    free: Row = (None, None, None, on)
    rows = dict.fromkeys(change.also, free)
    if change.action is FamilyAction.DISSOLVED:
        return rows | dict.fromkeys(family, free)
    if change.action is FamilyAction.LEFT:
        return rows | {change.person: free}
    since = family[change.person][3] if change.person in family else on
    return rows | {change.person: (change.owner, limits.per_day_minor, limits.per_month_minor, since)}


def _found(store: Store, column: str, ids: Sequence[str]) -> tuple[FamilyMember, ...]:
    sql = f"{_MEMBERS} WHERE owner_id IS NOT NULL AND {column} IN ({_marks(ids)}) ORDER BY since, person_id"
    return tuple(
        FamilyMember(person, owner, Limits(day, month), date.fromisoformat(since))
        for person, owner, day, month, since in store.rows(sql, tuple(ids))
    )


def _marks(ids: Sequence[str]) -> str:
    return ", ".join("?" * len(ids))
