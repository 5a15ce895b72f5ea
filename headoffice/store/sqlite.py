"""Head office on SQLite through apsw: one writer at a time, readers on snapshots of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import apsw

from headoffice.errors import (
    AlreadyThere,
    SchemaUnknown,
    StoreBroken,
    StoreBusy,
    StoreError,
    StoreExists,
    StoreMissing,
    WouldGoNegative,
)
from headoffice.store.database import sum_by_keys
from headoffice.store.schema import DELETED_FROM, TABLES, VERSION, Table, columns_in

APPLICATION_ID: Final = 0x47544848
"""`GTHH` in the header of every head office's database."""
_KINDS: Final = {"int": "INTEGER", "text": "TEXT", "blob": "BLOB"}
_BUSY_MS: Final = 10_000
_PRAGMAS: Final = (
    "PRAGMA journal_mode = wal; PRAGMA synchronous = 2; PRAGMA foreign_keys = 1; PRAGMA recursive_triggers = 1;"
    " PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 4000"
)


class SqliteTx:
    """One transaction on one connection."""

    dialect = "sqlite"

    def __init__(self, connection: apsw.Connection) -> None:
        """Stand on a connection whose transaction has begun."""
        self._connection = connection
        self.callbacks: list[Callable[[], object]] = []

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement that changes rows; return how many."""
        self._connection.execute(sql, tuple(parameters))
        changed: int = self._connection.changes()
        return changed

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a statement."""
        found: list[tuple[Any, ...]] = self._connection.execute(sql, tuple(parameters)).fetchall()
        return found

    def one(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a statement, None for none."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], conflict: str = "") -> None:
        """Insert many rows at once; `conflict` is an ON CONFLICT clause."""
        if rows:
            places = ", ".join("?" * len(columns))
            sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) {conflict}"
            self._connection.executemany(sql, [tuple(row) for row in rows])

    def add(self, table: str, keys: Sequence[str], amount: str, rows: Sequence[Sequence[object]]) -> None:
        """Add signed amounts (last in each row) to lines by their keys, new lines where there are none."""
        where = " AND ".join(f"{key} = ?" for key in keys)
        update = f"UPDATE {table} SET {amount} = {amount} + ? WHERE {where}"
        for *values, minor in sum_by_keys(rows):
            if not self.execute(update, (minor, *values)):
                self.insert(table, (*keys, amount), [(*values, minor)])

    def lock(self, table: str, keys: Sequence[str], values: Sequence[object]) -> None:
        """Do nothing: the one writer is alone."""

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call back once the transaction is durable."""
        self.callbacks.append(callback)


class _Thread(threading.local):
    connection: apsw.Connection | None = None


class SqliteDatabase:
    """One file; a connection a thread."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        """Stand on a file that is there; use `open` or `create`."""
        self.path = path
        self._writer = threading.Lock()
        self._thread = _Thread()
        self._open: list[apsw.Connection] = []

    @classmethod
    def open(cls, path: str) -> SqliteDatabase:
        """Open a head office's file; raises StoreMissing, SchemaUnknown, StoreBroken."""
        place = Path(path)
        if not place.is_file():
            raise StoreMissing(str(place))
        database = cls(place)
        try:
            database._check(str(place))
        except StoreError:
            database.close()
            raise
        return database

    @classmethod
    def create(cls, path: str, at: str, shards: int) -> SqliteDatabase:
        """Lay an empty head office in a new file; raises StoreExists."""
        place = Path(path)
        if place.exists():
            raise StoreExists(str(place))
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.touch(mode=0o600)
        database = cls(place)
        with database.write() as tx:
            for statement in statements():
                tx.execute(statement)
            tx.insert("schema_version", ("version",), [(VERSION,)])
            columns = ("id", "ho_epoch", "opened_at", "restored_suspected", "shards")
            tx.insert("head_office", columns, [(1, 1, at, 0, shards)])
        return database

    @contextmanager
    def write(self) -> Iterator[SqliteTx]:
        """Begin the one write transaction; leaves nothing behind when an error goes through it."""
        with self._writer:
            connection = self._connection()
            with _mapped():
                connection.execute("BEGIN IMMEDIATE")
                tx = SqliteTx(connection)
                try:
                    yield tx
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        for callback in tx.callbacks:
            callback()

    @contextmanager
    def read(self) -> Iterator[SqliteTx]:
        """Read one state of the file, while others write."""
        connection = self._connection()
        with _mapped():
            connection.execute("BEGIN DEFERRED")
            try:
                yield SqliteTx(connection)
            finally:
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close every connection of this process."""
        while self._open:
            self._open.pop().close()
        self._thread = _Thread()

    def _check(self, place: str) -> None:
        """Refuse a database that holds no head office, or one of another program."""
        with self.read() as tx:
            laid = tx.one("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'")
            if not laid or not laid[0]:
                raise StoreMissing(place)
            found = tx.one("SELECT max(version) FROM schema_version")
            if found is None or found[0] != VERSION:
                raise SchemaUnknown(0 if found is None else int(found[0]), VERSION)

    def _connection(self) -> apsw.Connection:
        if self._thread.connection is None:
            with _mapped():
                connection = apsw.Connection(str(self.path))
                connection.set_busy_timeout(_BUSY_MS)
                connection.execute(_PRAGMAS)
            self._thread.connection = connection
            self._open.append(connection)
        return self._thread.connection


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as refused:
        code = getattr(refused, "extendedresult", 0)
        if code == apsw.SQLITE_CONSTRAINT_CHECK:
            raise WouldGoNegative(str(refused)) from refused
        if code in {apsw.SQLITE_CONSTRAINT_PRIMARYKEY, apsw.SQLITE_CONSTRAINT_UNIQUE}:
            raise AlreadyThere(str(refused)) from refused
        raise StoreBroken(str(refused)) from refused
    except (apsw.BusyError, apsw.LockedError) as busy:
        raise StoreBusy(str(busy)) from busy
    except StoreError:
        raise
    except apsw.Error as failed:
        raise StoreBroken(f"{type(failed).__name__}: {failed}") from failed


_REFUSE: Final = "BEGIN SELECT raise(ABORT, 'append-only'); END"


def statements() -> list[str]:
    """Return the schema in SQLite's words."""
    made: list[str] = []
    for table in TABLES:
        made += _statements(table)
    return made


def _statements(table: Table) -> list[str]:
    name, parts = table.name, columns_in(table, _KINDS)
    parts.append(f"PRIMARY KEY ({', '.join(table.key)})")
    made = [f"CREATE TABLE {name} ({', '.join(parts)}) STRICT" + ("" if name == "journal" else ", WITHOUT ROWID")]
    for place, unique in enumerate(table.unique):
        made.append(f"CREATE UNIQUE INDEX {name}_unique_{place} ON {name} ({', '.join(unique)})")
    for place, index in enumerate(table.indexes):
        made.append(f"CREATE INDEX {name}_index_{place} ON {name} ({index})")
    refused = ["DELETE"] * (name not in DELETED_FROM) + ["UPDATE"] * table.append_only
    made += [f"CREATE TRIGGER {name}_no_{event.lower()} BEFORE {event} ON {name} {_REFUSE}" for event in refused]
    return made
