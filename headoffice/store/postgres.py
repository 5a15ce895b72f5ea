"""Head office on PostgreSQL through psycopg: a small pool, rows locked by name, bulk rows through arrays.

Two roles: an owner lays the schema, the app's role may insert and read everywhere, update where something changes, and
nothing more; `create` grants that to the role the URL names. Figures behind the choices: `docs/performance.md`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import errors as pg

from headoffice.errors import (
    AlreadyThere,
    CommitUnknown,
    SchemaUnknown,
    StoreBroken,
    StoreBusy,
    StoreError,
    StoreExists,
    StoreMissing,
    StoreUnreachable,
    WouldGoNegative,
)
from headoffice.store.database import sum_by_keys
from headoffice.store.schema import DELETED_FROM, PARTITIONS, TABLES, VERSION, Table, columns_in

APP_ROLE: Final = "guitai_app"
_KINDS: Final = {"int": "bigint", "text": 'text COLLATE "C"', "blob": "bytea"}
_ARRAYS: Final = {"int": "bigint[]", "text": "text[]", "blob": "bytea[]"}
_TYPES: Final = {
    table.name: {column.split()[0]: _ARRAYS[column.split()[1]] for column in table.columns} for table in TABLES
}
_FEW: Final = 4
"""Rows below which an INSERT of VALUES is as good as arrays."""
_BUSY: Final = (pg.LockNotAvailable, pg.DeadlockDetected, pg.SerializationFailure, pg.QueryCanceled)
_LAID: Final = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('schema_version')"
_APPEND_ONLY: Final = """
CREATE FUNCTION guitai_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = 'restrict_violation'; END $$
"""


class PostgresTx:
    """One transaction on one connection."""

    dialect = "postgresql"

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Stand on a connection whose transaction begins with the first statement."""
        self._cursor = connection.cursor(binary=True)
        self.callbacks: list[Callable[[], object]] = []

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement that changes rows; return how many."""
        self._run(sql, parameters)
        return self._cursor.rowcount

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a statement."""
        self._run(sql, parameters)
        return [tuple(_plain(value) for value in row) for row in self._cursor.fetchall()]

    def one(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a statement, None for none."""
        self._run(sql, parameters)
        row = self._cursor.fetchone()
        return None if row is None else tuple(_plain(value) for value in row)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], conflict: str = "") -> None:
        """Insert many rows at once; `conflict` is an ON CONFLICT clause."""
        if not rows:
            return
        if len(rows) <= _FEW:
            places = ", ".join("(" + ", ".join("?" * len(columns)) + ")" for _ in rows)
            sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places} {conflict}"
            self._run(sql, [value for row in rows for value in row])
            return
        arrays = ", ".join(f"%b::{_TYPES[table][column]}" for column in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays}) {conflict}"
        self._cursor.execute(sql.encode(), [list(column) for column in zip(*rows, strict=True)])

    def add(self, table: str, keys: Sequence[str], amount: str, rows: Sequence[Sequence[object]]) -> None:
        """Add signed amounts (last in each row) to lines by their keys, new lines where there are none.

        Rows that take away are updated, for an upsert would meet the CHECK with the bare difference.
        """
        summed = sum_by_keys(rows)
        if not summed:
            return
        columns = (*keys, amount)
        arrays = ", ".join(f"%b::{_TYPES[table][column]}" for column in columns)
        values = [list(column) for column in zip(*summed, strict=True)]
        match = " AND ".join(f"{table}.{key} = wanted.{key}" for key in keys)
        wanted = f"unnest({arrays}) AS wanted({', '.join(columns)})"
        locked = (
            f"SELECT {', '.join(f'{table}.{key}' for key in keys)} FROM {table} JOIN {wanted} ON {match}"
            f" ORDER BY {', '.join(f'{table}.{key}' for key in keys)} FOR UPDATE OF {table}"
        )
        self._cursor.execute(locked.encode(), values)
        there = set(self._cursor.fetchall())
        known = [row for row in summed if tuple(row[:-1]) in there]
        if known:
            update = f"UPDATE {table} SET {amount} = {table}.{amount} + wanted.{amount} FROM {wanted} WHERE {match}"
            self._cursor.execute(update.encode(), [list(column) for column in zip(*known, strict=True)])
        fresh = [row for row in summed if tuple(row[:-1]) not in there]
        again = f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {amount} = {table}.{amount} + excluded.{amount}"
        self.insert(table, columns, fresh, again)

    def lock(self, table: str, keys: Sequence[str], values: Sequence[object]) -> None:
        """Keep others from changing a row until the commit."""
        where = " AND ".join(f"{key} = ?" for key in keys)
        self._run(f"SELECT 1 FROM {table} WHERE {where} FOR UPDATE", values)

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call back once the transaction is durable."""
        self.callbacks.append(callback)

    def _run(self, sql: str, parameters: Sequence[object]) -> None:
        self._cursor.execute(sql.replace("%", "%%").replace("?", "%s").encode(), tuple(parameters))


def _plain(value: object) -> object:
    """Return a sum as the whole number it is: PostgreSQL adds bigints up to a numeric."""
    return value if value is None or isinstance(value, (int, str, bytes)) else int(str(value))


class PostgresDatabase:
    """One PostgreSQL database; a connection a thread that is at it, kept for the next."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        """Stand on a database that is there; use `open` or `create`."""
        self._url = url
        self._lock = threading.Lock()
        self._idle: list[psycopg.Connection[tuple[Any, ...]]] = []

    @classmethod
    def open(cls, url: str) -> PostgresDatabase:
        """Open a head office's database; raises StoreUnreachable, StoreMissing, SchemaUnknown."""
        database = cls(url)
        try:
            database._check(_without_password(url))
        except StoreError:
            database.close()
            raise
        return database

    @classmethod
    def create(cls, url: str, at: str, shards: int) -> PostgresDatabase:
        """Lay an empty head office as the role of the URL, and let the app's role in; raises StoreExists."""
        database = cls(url)
        with database.write() as tx:
            laid = tx.one(_LAID)
            there = laid is not None and bool(laid[0])
            for statement in () if there else statements():
                tx.execute(statement)
            if not there:
                tx.insert("schema_version", ("version",), [(VERSION,)])
                columns = ("id", "ho_epoch", "opened_at", "restored_suspected", "shards")
                tx.insert("head_office", columns, [(1, 1, at, 0, shards)])
        if there:
            database.close()
            raise StoreExists(_without_password(url))
        return database

    @contextmanager
    def write(self) -> Iterator[PostgresTx]:
        """Begin a transaction that leaves nothing behind when an error goes through it; raises CommitUnknown."""
        with self._lent() as connection:
            tx = PostgresTx(connection)
            with _mapped():
                yield tx
            try:
                connection.commit()
            except psycopg.OperationalError as unknown:
                raise CommitUnknown(str(unknown)[:200]) from unknown
            except psycopg.Error as refused:
                raise StoreBroken(str(refused)[:200]) from refused
        for callback in tx.callbacks:
            callback()

    @contextmanager
    def read(self) -> Iterator[PostgresTx]:
        """Read one state of the database."""
        with self._lent() as connection, _mapped():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield PostgresTx(connection)

    def close(self) -> None:
        """Close every connection of this process."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    def _check(self, place: str) -> None:
        """Refuse a database that holds no head office, or one of another program."""
        with self.read() as tx:
            laid = tx.one(_LAID)
            if laid is None or not laid[0]:
                raise StoreMissing(place)
            found = tx.one("SELECT max(version) FROM schema_version")
            if found is None or found[0] != VERSION:
                raise SchemaUnknown(0 if found is None else int(found[0] or 0), VERSION)

    @contextmanager
    def _lent(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Lend a connection and take it back clean; one that broke is thrown away."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            try:
                connection = psycopg.connect(self._url, connect_timeout=5, prepare_threshold=2)
            except psycopg.OperationalError as away:
                raise StoreUnreachable(str(away)[:200]) from away
        try:
            yield connection
        finally:
            try:
                connection.rollback()
                with self._lock:
                    self._idle.append(connection)
            except psycopg.Error:
                connection.close()


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except StoreError:
        raise
    except pg.CheckViolation as refused:
        raise WouldGoNegative(str(refused)[:200]) from refused
    except pg.UniqueViolation as refused:
        raise AlreadyThere(str(refused)[:200]) from refused
    except _BUSY as busy:
        raise StoreBusy(str(busy)[:200]) from busy
    except psycopg.OperationalError as away:
        raise StoreUnreachable(str(away)[:200]) from away
    except psycopg.Error as failed:
        raise StoreBroken(f"{type(failed).__name__}: {str(failed)[:200]}") from failed


_REFUSE: Final = "EXECUTE FUNCTION guitai_append_only()"


def statements() -> list[str]:
    """Return the schema in PostgreSQL's words, with what the app's role may do."""
    made = [_APPEND_ONLY, _ROLE]
    for table in TABLES:
        made += _statements(table)
    return made


_ROLE: Final = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN CREATE ROLE {APP_ROLE} LOGIN; END IF;
END $$
"""


def _statements(table: Table) -> list[str]:
    name, parts = table.name, columns_in(table, _KINDS)
    parts.append(f"PRIMARY KEY ({', '.join(table.key)})")
    spread = " PARTITION BY HASH (box)" if name == "journal" else ""
    made = [f"CREATE TABLE {name} ({', '.join(parts)}){spread}"]
    if spread:
        made += [
            f"CREATE TABLE {name}_{part} PARTITION OF {name} FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {part})"
            for part in range(PARTITIONS)
        ]
    for place, unique in enumerate(table.unique):
        made.append(f"CREATE UNIQUE INDEX {name}_unique_{place} ON {name} ({', '.join(unique)})")
    for place, index in enumerate(table.indexes):
        made.append(f"CREATE INDEX {name}_index_{place} ON {name} ({index})")
    rights = ["SELECT", "INSERT"]
    if table.append_only:
        made += [
            f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW {_REFUSE}",
            f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {_REFUSE}",
        ]
    else:
        rights.append("UPDATE")
    if name in DELETED_FROM:
        rights.append("DELETE")
    made.append(f"GRANT {', '.join(rights)} ON {name} TO {APP_ROLE}")
    if name in {"mirror", "free"}:
        made.append(f"ALTER TABLE {name} SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)")
    return made


def _without_password(url: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(url)
    return f"{parts.get('host', '')}:{parts.get('port', '')}/{parts.get('dbname', '')}"
