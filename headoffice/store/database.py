"""What the rest of head office asks of its database; `sqlite` and `postgres` keep to it, the same tests hold both.

SQL is written once: `?` for every value, ON CONFLICT and RETURNING, booleans as 0 and 1, moments as wire text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from headoffice.errors import StoreUnreachable


class Tx(Protocol):
    """One transaction. Raises the `StoreError` branch of the error tree."""

    dialect: str

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement that changes rows; return how many."""
        ...

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a statement."""
        ...

    def one(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a statement, None for none."""
        ...

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], conflict: str = "") -> None:
        """Insert many rows at once; `conflict` is an ON CONFLICT clause. Raises AlreadyThere without one."""
        ...

    def add(self, table: str, keys: Sequence[str], amount: str, rows: Sequence[Sequence[object]]) -> None:
        """Add signed amounts (last in each row) to lines by their keys, new lines where there are none.

        Rows are applied in the order of their keys, so that two transactions never wait for each other. Raises
        WouldGoNegative.
        """
        ...

    def lock(self, table: str, keys: Sequence[str], values: Sequence[object]) -> None:
        """Keep others from changing a row until the commit."""
        ...

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call back once the transaction is durable, never if it is not."""
        ...


class Database(Protocol):
    """A head office's database; safe to use from several threads."""

    dialect: str

    def write(self) -> AbstractContextManager[Tx]:
        """Begin a transaction that leaves nothing behind when an error goes through it; raises CommitUnknown."""
        ...

    def read(self) -> AbstractContextManager[Tx]:
        """Begin a transaction that reads one state of the database."""
        ...

    def close(self) -> None:
        """Close every connection of this process."""
        ...


def sum_by_keys(rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    """Return rows with one line a key, amounts summed, in the order of the keys."""
    summed: dict[tuple[object, ...], int] = {}
    for row in rows:
        keys, amount = tuple(row[:-1]), row[-1]
        assert isinstance(amount, int), "amounts are whole minor units"
        summed[keys] = summed.get(keys, 0) + amount
    return [(*keys, summed[keys]) for keys in sorted(summed)]


def open_database(url: str) -> Database:
    """Open a head office's database: `sqlite:///path` or `postgresql://…`; raises StoreMissing, SchemaUnknown."""
    if url.startswith("sqlite:///"):
        from headoffice.store.sqlite import SqliteDatabase  # noqa: PLC0415 - the other engine is not loaded

        return SqliteDatabase.open(url.removeprefix("sqlite:///"))
    if url.startswith("postgresql://"):
        from headoffice.store.postgres import PostgresDatabase  # noqa: PLC0415 - the other engine is not loaded

        return PostgresDatabase.open(url)
    raise StoreUnreachable(f"unknown kind of database: {url.split(':', 1)[0]}")


def create_database(url: str, at: str, shards: int = 4) -> Database:
    """Lay an empty head office and open it; `at` is the wire time of its birth. Raises StoreExists."""
    if url.startswith("sqlite:///"):
        from headoffice.store.sqlite import SqliteDatabase  # noqa: PLC0415 - the other engine is not loaded

        return SqliteDatabase.create(url.removeprefix("sqlite:///"), at, shards)
    if url.startswith("postgresql://"):
        from headoffice.store.postgres import PostgresDatabase  # noqa: PLC0415 - the other engine is not loaded

        return PostgresDatabase.create(url, at, shards)
    raise StoreUnreachable(f"unknown kind of database: {url.split(':', 1)[0]}")
