"""The schema: numbered migrations, run once each, by whichever till opens the database first after an update.

Source: `docs/rules/journal.md`, opening; the scripts in `migrations/` never change once a shop has run them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from playhouse.apsw_ext import APSWDatabase

from kiosk.model.errors import SchemaUnknown

APPLICATION_ID: Final = 0x47544149
"""`GTAI` in the header of every store database."""
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_HISTORY: Final = "schema_migration"


def migrate(database: APSWDatabase) -> None:
    """Bring a database to the newest schema this program knows; raises SchemaUnknown for one that is past it.

    Two tills may start at once: what is missing is looked at again under the write lock, and the loser finds nothing.
    """
    known = {path.stem for path in _MIGRATIONS.glob("[0-9]*.py")}
    newest = max(_number(name) for name in known)
    unknown = _applied(database) - known
    found = max((_number(name) for name in unknown), default=0)
    found = max(found, database.pragma("user_version"))
    if unknown or found > newest:
        raise SchemaUnknown(found, newest)
    if not known - _applied(database):
        return
    from playhouse.migrations import Runner  # noqa: PLC0415 - 30 ms that only a new schema costs

    with database.atomic("IMMEDIATE"):
        if known - _applied(database):
            Runner(database, str(_MIGRATIONS), table_name=_HISTORY).up()
            database.pragma("user_version", newest)


def _applied(database: APSWDatabase) -> set[str]:
    """Return the names of the migrations this file has been through."""
    kept = database.execute_sql("SELECT 1 FROM sqlite_schema WHERE name = ?", (_HISTORY,)).fetchone()
    return {name for (name,) in database.execute_sql(f"SELECT name FROM {_HISTORY}").fetchall()} if kept else set()


def _number(migration: str) -> int:
    digits = re.match(r"[0-9]+", migration)
    return int(digits[0]) if digits else 0
