"""What the journal's own bytes say of members' pasts and of what rules gave: the fold `verify` compares the tables with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from kiosk.model.errors import VerifyFailed
from kiosk.model.store import Store
from ledger.activity import contribution, tag_changes
from ledger.entries import Entry

Rows = dict[tuple[str, ...], tuple[int, ...]]
_TABLES: Final = {
    "member_day": (
        "SELECT member_id, business_date, visits, spent_minor, top_ups, topped_minor FROM member_day",
        2,
    ),
    "rule_use": ("SELECT member_id, rule_id, business_date, uses, amount_minor, units FROM rule_use", 3),
    "rule_day": ("SELECT rule_id, business_date, uses, amount_minor, units FROM rule_day", 2),
    "member_tag": ("SELECT member_id, tag, held, sequence FROM member_tag", 2),
}
"""Each table and how many of its columns are its key."""


@dataclass
class Past:
    """A fold over the entries: the rows of each table by their key."""

    tables: dict[str, Rows] = field(default_factory=lambda: {table: {} for table in _TABLES})

    def take(self, entry: Entry, original: Entry | None, sequence: int) -> None:
        """Take the next entry in, with the one it reverses; raises VerifyFailed for facts that no fold can read."""
        try:
            added, tagged = contribution(entry, original), tag_changes(entry)
        except (KeyError, TypeError, AttributeError) as unfit:
            raise VerifyFailed("journal", str(sequence), f"tells rules or tags that are none: {unfit}") from unfit
        on = added.on.isoformat()
        if added.member_id and any(added.figures):
            self._add("member_day", (added.member_id, on), added.figures)
        for rule in added.rules:
            given = (rule.uses, rule.amount_minor, rule.units)
            self._add("rule_use", (added.member_id, rule.rule, on), given)
            self._add("rule_day", (rule.rule, on), given)
        for tag, held in tagged.items():
            self.tables["member_tag"][str(entry.member_id), tag] = (int(held), sequence)

    def _add(self, table: str, key: tuple[str, ...], figures: tuple[int, ...]) -> None:
        rows = self.tables[table]
        before = rows.get(key, (0,) * len(figures))
        rows[key] = tuple(old + new for old, new in zip(before, figures, strict=True))

    def compare(self, store: Store) -> None:
        """Prove that the tables say the same; raises VerifyFailed with the first row that does not."""
        for table, rows in self.tables.items():
            left = dict(rows)
            for key, stored in _stored(store, table):
                told = left.pop(key, None)
                if told != stored:
                    reason = "is of no entry" if told is None else "does not match the journal"
                    raise VerifyFailed(table, "/".join(key), reason)
            for key in sorted(left):
                raise VerifyFailed(table, "/".join(key), "missing")


def _stored(store: Store, table: str) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    sql, keys = _TABLES[table]
    for row in store.rows(sql):
        yield row[:keys], row[keys:]
