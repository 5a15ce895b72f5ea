"""Families: who belongs to whose pot with what limits, and what each person spent of it, from the journal."""

from typing import Any

FAMILY = """
CREATE TABLE family_member (
    person_id TEXT PRIMARY KEY, owner_id TEXT, per_day_minor INTEGER CHECK (per_day_minor >= 0),
    per_month_minor INTEGER CHECK (per_month_minor >= 0), since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX family_member_owner ON family_member (owner_id);
CREATE TABLE family_spend (
    person_id TEXT NOT NULL, business_date TEXT NOT NULL, spent_minor INTEGER NOT NULL CHECK (spent_minor >= 0),
    PRIMARY KEY (person_id, business_date)
) STRICT, WITHOUT ROWID;
"""


def up(_: Any, database: Any) -> None:
    """Add the tables; no entry of an older program told of a family. Runs inside one write transaction."""
    database.connection().execute(FAMILY)
