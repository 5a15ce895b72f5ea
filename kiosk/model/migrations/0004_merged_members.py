"""Who stands for whom: the records merged into a member are found by an index."""

from typing import Any

MERGED = "CREATE INDEX member_merged_into ON member (merged_into) WHERE merged_into IS NOT NULL"


def up(_: Any, database: Any) -> None:
    """Add the index; runs inside one write transaction."""
    database.execute_sql(MERGED)
