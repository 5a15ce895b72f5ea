"""Where a marker of this box's past is kept outside the database: that it is gone is noticed by this."""

from typing import Any

KEPT_PAST = """
CREATE TABLE kept_past (place TEXT PRIMARY KEY, since TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""


def up(_: Any, database: Any) -> None:
    """Add the table; runs inside one write transaction."""
    database.connection().execute(KEPT_PAST)
