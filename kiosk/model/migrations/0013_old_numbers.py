"""Numbers that members had in the system used before, from the entries that brought their balances."""

from typing import Any

OLD_NUMBER = """
CREATE TABLE old_number (
    number TEXT PRIMARY KEY, member_id TEXT NOT NULL, entry_id TEXT NOT NULL REFERENCES journal (entry_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER old_number_no_update BEFORE UPDATE ON old_number BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER old_number_no_delete BEFORE DELETE ON old_number BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE INDEX journal_opened ON journal (sequence) WHERE kind = 'opened';
"""


def up(_: Any, database: Any) -> None:
    """Add the table; no entry of an older program brought a number along. Runs inside one write transaction."""
    database.connection().execute(OLD_NUMBER)
