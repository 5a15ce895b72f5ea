"""A member's past and what each rule gave, folded from the journal as it grows; `kiosk verify` proves every row.

Source: `docs/rules/activity.md`; the fold itself is `ledger/activity.py`. A row that came to nothing stays, as zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kiosk.model.store import Store
from ledger.activity import Contribution, contribution, tag_changes
from ledger.entries import Entry
from ledger.rules.member_facts import DayFigures, RuleUse

_FIGURES: Final = "visits, spent_minor, top_ups, topped_minor"
_GIVEN: Final = "uses, amount_minor, units"
_DAY_ADDED: Final = (
    "visits = visits + ?, spent_minor = spent_minor + ?, top_ups = top_ups + ?, topped_minor = topped_minor + ?"
)
_GIVEN_ADDED: Final = "uses = uses + ?, amount_minor = amount_minor + ?, units = units + ?"
_TABLES: Final = {
    "member_day": (
        f"UPDATE member_day SET {_DAY_ADDED} WHERE member_id = ? AND business_date = ? RETURNING 1",
        f"INSERT INTO member_day ({_FIGURES}, member_id, business_date) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    "rule_use": (
        f"UPDATE rule_use SET {_GIVEN_ADDED} WHERE member_id = ? AND rule_id = ? AND business_date = ? RETURNING 1",
        f"INSERT INTO rule_use ({_GIVEN}, member_id, rule_id, business_date) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    "rule_day": (
        f"UPDATE rule_day SET {_GIVEN_ADDED} WHERE rule_id = ? AND business_date = ? RETURNING 1",
        f"INSERT INTO rule_day ({_GIVEN}, rule_id, business_date) VALUES (?, ?, ?, ?, ?)",
    ),
}
"""How each table takes figures in: the row that is there, else a new one."""
_TAG: Final = (
    "INSERT INTO member_tag (member_id, tag, held, sequence) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET held = excluded.held, sequence = excluded.sequence"
)
_TAGS: Final = "SELECT tag, held FROM member_tag WHERE member_id IN ({}) ORDER BY sequence"
_DAYS: Final = (
    "SELECT business_date, sum(visits), sum(spent_minor), sum(top_ups), sum(topped_minor) FROM member_day"
    " WHERE member_id IN ({}) AND business_date >= ? GROUP BY business_date ORDER BY business_date"
)
_TOTALS: Final = (
    "SELECT coalesce(sum(visits), 0), coalesce(sum(spent_minor), 0), coalesce(sum(top_ups), 0),"
    " coalesce(sum(topped_minor), 0), max(CASE WHEN visits > 0 THEN business_date END)"
    " FROM member_day WHERE member_id IN ({})"
)
_LAST_SEEN: Final = (
    "SELECT business_date FROM member_day WHERE member_id = ? AND visits + top_ups > 0"
    " ORDER BY business_date DESC LIMIT 1"
)
_USES: Final = (
    "SELECT rule_id, business_date, uses, amount_minor, units FROM rule_use"
    " WHERE member_id IN ({}) AND business_date >= ? AND uses > 0 ORDER BY member_id, rule_id, business_date"
)
_USES_BEFORE: Final = (
    "SELECT rule_id, max(business_date), sum(uses), sum(amount_minor), sum(units) FROM rule_use"
    " WHERE member_id IN ({}) AND business_date < ? AND uses > 0 GROUP BY member_id, rule_id"
)
_RULE_TOTALS: Final = (
    "SELECT rule_id, max(business_date), sum(uses), sum(amount_minor), sum(units) FROM rule_day"
    " WHERE rule_id IN ({}) AND business_date <= ? GROUP BY rule_id"
)
_RULES_TODAY: Final = (
    "SELECT rule_id, business_date, uses, amount_minor, units FROM rule_day"
    " WHERE rule_id IN ({}) AND business_date = ? AND uses > 0"
)


@dataclass(frozen=True, slots=True)
class Totals:
    """A member's past of all time at this box; amounts in fen, `last_visit_on` None for nobody seen yet."""

    visits: int
    spent_minor: int
    top_ups: int
    topped_minor: int
    last_visit_on: date | None


def apply(store: Store, entry: Entry, original: Entry | None, sequence: int) -> None:
    """Fold an entry into its member's past, inside the write transaction.

    `original` is the entry it reverses, if any; `sequence` its own place in the journal.
    """
    assert store.writing, "changes belong inside a write transaction"
    fold(store.execute, contribution(entry, original))
    for tag, held in tag_changes(entry).items():
        store.change(_TAG, (entry.member_id, tag, int(held), sequence))


def fold(execute: Callable[[str, Sequence[object]], Any], added: Contribution) -> None:
    """Add what one entry contributes, by any way to run a statement: a migration has no store yet."""
    on = added.on.isoformat()
    if added.member_id and any(added.figures):
        _add(execute, "member_day", added.figures, (added.member_id, on))
    for rule in added.rules:
        given = (rule.uses, rule.amount_minor, rule.units)
        _add(execute, "rule_use", given, (added.member_id, rule.rule, on))
        _add(execute, "rule_day", given, (rule.rule, on))


def _add(
    execute: Callable[[str, Sequence[object]], Any], table: str, figures: tuple[int, ...], key: tuple[str, ...]
) -> None:
    """Add figures to a row; an upsert will not do, whose CHECK looks at what a void takes back as if it were a row."""
    update, insert = _TABLES[table]
    if execute(update, (*figures, *key)).fetchone() is None:
        execute(insert, (*figures, *key))


def days(store: Store, member_ids: Sequence[str], since: date) -> tuple[DayFigures, ...]:
    """Return the days of a person's records together from a date on (included), oldest first; days of nothing left out."""
    found = store.rows(_DAYS.format(_marks(member_ids)), (*member_ids, since.isoformat()))
    return tuple(DayFigures(date.fromisoformat(on), *figures) for on, *figures in found if any(figures))


def totals(store: Store, member_ids: Sequence[str]) -> Totals:
    """Return the sums of all time of a person's records together."""
    found = store.execute(_TOTALS.format(_marks(member_ids)), tuple(member_ids)).fetchone()
    visits, spent, top_ups, topped, last = found
    return Totals(visits, spent, top_ups, topped, date.fromisoformat(last) if last else None)


def last_seen(store: Store, member_ids: Sequence[str]) -> date | None:
    """Return the last date a person visited or topped up here, None for nobody seen yet."""
    found = (store.execute(_LAST_SEEN, (member_id,)).fetchone() for member_id in member_ids)
    return max((date.fromisoformat(row[0]) for row in found if row is not None), default=None)


def tags(store: Store, member_ids: Sequence[str]) -> frozenset[str]:
    """Return the tags people gave a person's records; where records differ, the latest change of a tag counts."""
    found: dict[str, int] = dict(store.rows(_TAGS.format(_marks(member_ids)), tuple(member_ids)))
    return frozenset(tag for tag, held in found.items() if held)


def uses(store: Store, member_ids: Sequence[str], since: date = date.min) -> tuple[RuleUse, ...]:
    """Return what each rule gave a person: one item a record, rule and date, and one for all before `since`, which is first."""
    values = (*member_ids, since.isoformat())
    return tuple(
        _use(row) for sql in (_USES_BEFORE, _USES) for row in store.rows(sql.format(_marks(member_ids)), values)
    )


def rule_totals(store: Store, rule_ids: Sequence[str], on: date) -> tuple[dict[str, RuleUse], dict[str, RuleUse]]:
    """Return what this store gave by rule, in all up to a date and on that date; rules that gave nothing are left out."""
    ever, today = (
        {use.rule: use for use in map(_use, store.rows(sql.format(_marks(rule_ids)), (*rule_ids, on.isoformat())))}
        for sql in (_RULE_TOTALS, _RULES_TODAY)
    )
    return {rule: use for rule, use in ever.items() if use.uses}, today


def _use(row: tuple[str, str, int, int, int]) -> RuleUse:
    rule, on, *given = row
    return RuleUse(rule, date.fromisoformat(on), *given)


def _marks(ids: Sequence[str]) -> str:
    return ", ".join("?" * len(ids))
