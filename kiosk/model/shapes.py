"""Shapes: the first value in the database that no program of ours writes, looked for where one made verify stumble."""

from __future__ import annotations

from typing import Any, Final

from peewee import BlobField, Field, TextField

from kiosk.model.errors import VerifyFailed
from kiosk.model.store import Store
from kiosk.model.tables import TABLES

_SHORT: Final = frozenset({"lottery_chain", "lottery_draw"})
"""Tables whose rows are named by the beginning of their first key."""


def misshapen(store: Store) -> VerifyFailed | None:
    """Return the first value that is missing, of another type, or text that is no UTF-8; None where there is none.

    A strict table refuses such a value; whoever writes to the file past SQLite is not asked.
    """
    for table in TABLES:
        found = _in_table(store, table._meta)  # noqa: SLF001 - peewee's own name for a table's columns
        if found is not None:
            return found
    return None


def check_keys(store: Store) -> None:
    """Prove that no key stands twice; raises VerifyFailed. The tables' own keys refuse it, as long as they stand."""
    for table in TABLES:
        meta: Any = table._meta  # noqa: SLF001 - peewee's own name for a table's columns
        keys = ", ".join(field.column_name for field in meta.get_primary_keys())
        found = store.execute(
            f"SELECT {keys} FROM {meta.table_name} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        if found is not None:
            told: list[bytes | None] = [str(part).encode() for part in found]
            raise VerifyFailed(meta.table_name, _key(meta.table_name, told), "stands there twice")


def _in_table(store: Store, meta: Any) -> VerifyFailed | None:
    keys = [field.column_name for field in meta.get_primary_keys()]
    asked = ", ".join(f"CAST({key} AS BLOB)" for key in keys)
    for field in meta.sorted_fields:
        name = field.column_name
        sql = f"SELECT {asked}, typeof({name}), CAST({name} AS BLOB) FROM {meta.table_name} ORDER BY {', '.join(keys)}"
        for *key, kind, content in store.execute(sql):
            reason = _wrong(field, kind, content or b"")
            if reason is not None:
                return VerifyFailed(meta.table_name, _key(meta.table_name, key), f"{name} {reason}")
    return None


def _wrong(field: Field, kind: str, content: bytes) -> str | None:
    if kind == "null":
        return None if field.null and not field.primary_key else "is missing"
    wanted = "text" if isinstance(field, TextField) else "blob" if isinstance(field, BlobField) else "integer"
    if kind != wanted:
        return f"is {kind}, not {wanted}"
    try:
        content.decode() if kind == "text" else None
    except UnicodeDecodeError:
        return "is no text"
    return None


def _key(table: str, key: list[bytes | None]) -> str:
    told = [(part or b"").decode(errors="replace") for part in key]
    if table in _SHORT:
        told[0] = told[0][:8]
    return "/".join(told)
