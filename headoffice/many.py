"""Looking up many keys at once, the same in both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from headoffice.store.database import Tx

_AT_ONCE: Final = 500
"""Keys in one statement where each is a parameter of its own; PostgreSQL takes any number in one array."""


def rows_in(tx: Tx, sql: str, before: Sequence[object], keys: Iterable[object]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that ends in `IN (*)`, for any number of keys; `before` are its other values."""
    wanted, found = sorted(set(keys), key=str), list[tuple[Any, ...]]()
    if tx.dialect == "postgresql":
        return tx.rows(sql.replace("IN (*)", "= ANY(?)"), (*before, wanted)) if wanted else found
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found += tx.rows(sql.replace("IN (*)", f"IN ({', '.join('?' * len(part))})"), (*before, *part))
    return found
