"""What head office told of a member's points, visits and coupons, and asks for units beside asks for money."""

from typing import Any

TOLD = """
ALTER TABLE snapshot ADD COLUMN assets TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(assets));
ALTER TABLE ask ADD COLUMN asset TEXT NOT NULL DEFAULT 'CNY';
CREATE INDEX journal_between_members ON journal (sequence) WHERE kind IN ('gifted', 'void');
"""


def up(_: Any, database: Any) -> None:
    """Add the columns; runs inside one write transaction."""
    database.connection().execute(TOLD)
