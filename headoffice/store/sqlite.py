"""Head office on SQLite through apsw: one writer at a time, readers on snapshots of their own."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import apsw

from headoffice.errors import (
    AlreadyThere,
    CommitUnknown,
    SchemaUnknown,
    SqliteTooOld,
    StoreBroken,
    StoreBusy,
    StoreError,
    StoreExists,
    StoreMissing,
    WouldGoNegative,
)
from headoffice.store.database import sum_by_keys
from headoffice.store.schema import DELETED_FROM, NOT_BELOW_ZERO, TABLES, VERSION, Table, columns_in
from ledger.sqlite_versions import FIXED, is_safe_sqlite

APPLICATION_ID: Final = 0x47544848
"""`GTHH` in the header of every head office's database."""
_KINDS: Final = {"int": "INTEGER", "text": "TEXT", "blob": "BLOB"}
PRAGMAS: Final[Mapping[str, str | int]] = MappingProxyType(
    {
        "busy_timeout": 10_000,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "mmap_size": 0,
        "wal_autocheckpoint": 4000,
    }
)
"""The guards of every connection; `docs/decisions/0001-sqlite-through-apsw.md` says why."""


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
        self._broken: str | None = None

    @classmethod
    def open(cls, path: str) -> SqliteDatabase:
        """Open a head office's file; raises SqliteTooOld, StoreMissing, SchemaUnknown, StoreBroken."""
        check_sqlite(apsw.sqlite_lib_version())
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
        """Lay an empty head office in a new file, there whole or not at all.

        Raises SqliteTooOld, StoreExists, StoreBroken.
        """
        check_sqlite(apsw.sqlite_lib_version())
        place = Path(path)
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as folder:
                draft = Path(folder) / place.name
                draft.touch(mode=0o600)
                _lay(cls(draft), at, shards)
                _publish(draft, place)
        except OSError as unwritable:
            raise StoreBroken(f"{place}: {unwritable.strerror}") from unwritable
        return cls(place)

    @contextmanager
    def write(self) -> Iterator[SqliteTx]:
        """Begin the one write transaction; leaves nothing behind when an error goes through it.

        Raises CommitUnknown when the disk fails in the commit; from then on nothing is written until it is opened anew
        (`docs/decisions/0014-a-store-whose-disk-failed-takes-no-more-writes.md`).
        """
        with self._writer:
            if self._broken is not None:
                raise StoreBroken(self._broken)
            connection = self._connection()
            with _mapped():
                connection.execute("BEGIN IMMEDIATE")
                tx = SqliteTx(connection)
                try:
                    yield tx
                    self._commit(connection)
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
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close every connection of this process."""
        while self._open:
            self._open.pop().close()
        self._thread = _Thread()

    def _check(self, place: str) -> None:
        """Refuse a database that holds no head office, or one of another program."""
        with self.read() as tx:
            if tx.one("PRAGMA application_id") != (APPLICATION_ID,):
                raise StoreMissing(place)
            found = tx.one("SELECT max(version) FROM schema_version")
            if found is None or found[0] != VERSION:
                raise SchemaUnknown(0 if found is None else int(found[0]), VERSION)

    def _commit(self, connection: apsw.Connection) -> None:
        try:
            connection.execute("COMMIT")
        except (apsw.IOError, apsw.CorruptError) as unknown:
            self._broken = f"{type(unknown).__name__}: {unknown}"
            raise CommitUnknown(self._broken) from unknown

    def _connection(self) -> apsw.Connection:
        if self._thread.connection is None:
            with _mapped():
                self._thread.connection = _connect(self.path)
            self._open.append(self._thread.connection)
        return self._thread.connection


def check_sqlite(version: str) -> None:
    """Refuse a SQLite that can corrupt a shared file; raises SqliteTooOld."""
    if not is_safe_sqlite(version):
        raise SqliteTooOld(version, FIXED)


def _connect(path: Path) -> apsw.Connection:
    """Return a connection whose every guard answers that it is on."""
    connection = apsw.Connection(str(path))
    for name, wanted in PRAGMAS.items():
        connection.pragma(name, wanted)
        found = connection.pragma(name)
        if found != wanted:
            connection.close()
            raise StoreBroken(f"pragma {name} is {found}, not {wanted}")
    return connection


def _lay(database: SqliteDatabase, at: str, shards: int) -> None:
    """Write an empty head office into a file and close it, so that all of it stands in that one file."""
    try:
        with database.write() as tx:
            tx.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            for statement in statements():
                tx.execute(statement)
            tx.insert("schema_version", ("version",), [(VERSION,)])
            columns = ("id", "ho_epoch", "opened_at", "restored_suspected", "shards")
            tx.insert("head_office", columns, [(1, 1, at, 0, shards)])
    finally:
        database.close()


def _publish(draft: Path, place: Path) -> None:
    """Give a finished file its name, over no other, so that the name survives a power cut; raises StoreExists."""
    try:
        os.link(draft, place)
    except FileExistsError as exists:
        raise StoreExists(str(place)) from exists
    descriptor = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as refused:
        code = getattr(refused, "extendedresult", 0)
        if code == apsw.SQLITE_CONSTRAINT_CHECK and str(refused).endswith(NOT_BELOW_ZERO):
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
