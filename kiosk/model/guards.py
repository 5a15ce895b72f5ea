"""Guards: the keys, checks and triggers that refuse a wrong row must stand as this program lays them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from playhouse.apsw_ext import APSWDatabase

from kiosk.model.errors import VerifyFailed
from kiosk.model.schema import migrate
from kiosk.model.store import Store

_SCHEMA: Final = (
    "SELECT CAST(name AS BLOB), CAST(type || ' ' || tbl_name || ' ' || sql AS BLOB) FROM sqlite_schema"
    " WHERE sql IS NOT NULL AND tbl_name <> 'schema_migration' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
)
_SPELLING: Final = str.maketrans("", "", " \n\t\"'`")
"""What SQLite spells otherwise when a table gets its name later: space and quotes."""


def check(store: Store) -> None:
    """Prove that the database's schema is what the migrations make of an empty one; raises VerifyFailed for the first part."""
    found, laid = _spelled(store.rows(_SCHEMA)), _laid()
    for name in sorted(laid.keys() | found.keys()):
        if name not in laid:
            raise VerifyFailed("schema", name, "is of no migration")
        if found.get(name) != laid[name]:
            raise VerifyFailed("schema", name, "missing" if name not in found else "is not as it was laid")


@cache
def _laid() -> dict[str, str]:
    """Return the schema of an empty database, made once in memory."""
    database = APSWDatabase(":memory:")
    database.connect()
    try:
        database.connection().convert_binding = lambda _cursor, _place, value: str(value)
        migrate(database)
        return _spelled(database.execute_sql(_SCHEMA).fetchall())
    finally:
        database.close()


def _spelled(rows: list[Any]) -> dict[str, str]:
    told = ((name.decode(errors="replace"), sql.decode(errors="replace")) for name, sql in rows)
    return {name: sql.translate(_SPELLING).lower() for name, sql in told}
