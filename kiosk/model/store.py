"""The store database: SQLite through apsw, opened with every guard on, one connection a thread.

Source: `docs/decisions/0001-sqlite-through-apsw.md`: WAL and synchronous=FULL, IMMEDIATE write transactions, and a refusal to run on a SQLite
whose WAL reset can corrupt a file that two processes share.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import apsw
from peewee import DatabaseError, IntegrityError, OperationalError
from playhouse.apsw_ext import APSWDatabase

from kiosk.model.errors import (
    ModelError,
    SchemaUnknown,
    SqliteTooOld,
    StoreBroken,
    StoreBusy,
    StoreExists,
    StoreForeign,
    StoreFull,
    StoreMissing,
    StoreReadOnly,
)

APPLICATION_ID: Final = 0x47544149
"""`GTAI` in the header of every store database."""
BUSY_MS: Final = 5000
PRAGMAS: Final[Mapping[str, str | int]] = MappingProxyType(
    {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "mmap_size": 0,
        "busy_timeout": BUSY_MS,
        "wal_autocheckpoint": 4000,
    }
)
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_HISTORY: Final = "schema_migration"
_FIXED: Final = (3, 51, 3)
_FIXED_LINES: Final = {(3, 44): 6, (3, 50): 7}


@dataclass(frozen=True, slots=True)
class BoxIdentity:
    """Which box of which store, and in which life of its journal (`GLOSSARY.md`, epoch)."""

    box: str
    store: str
    epoch: int = 1


def check_sqlite(version: str) -> None:
    """Refuse a SQLite with the WAL-reset bug: below 3.51.3 but for 3.44.6+ and 3.50.7+; raises SqliteTooOld."""
    major, minor, patch = (int(part) for part in version.split(".")[:3])
    line_fix = _FIXED_LINES.get((major, minor))
    if (major, minor, patch) < _FIXED and (line_fix is None or patch < line_fix):
        raise SqliteTooOld(version, ".".join(str(part) for part in _FIXED))


class _Database(APSWDatabase):  # type: ignore[misc]  # peewee's extensions carry no types
    """apsw binds no datetimes, and the migration runner's history table has one."""

    def _connect(self) -> apsw.Connection:
        connection: apsw.Connection = super()._connect()
        connection.convert_binding = lambda _cursor, _place, value: str(value)
        return connection


class Store:
    """One box's database file; safe to use from several threads and processes at once."""

    def __init__(self, path: Path, database: APSWDatabase, identity: BoxIdentity) -> None:
        """Wrap an open database; use `open` or `create`."""
        self.path = path
        self.identity = identity
        self._database = database
        self._writing = False

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open a box's database and bring its schema up to date.

        Raises SqliteTooOld, StoreMissing, StoreForeign, SchemaUnknown, StoreReadOnly, StoreBroken.
        """
        check_sqlite(apsw.sqlite_lib_version())
        if not path.is_file():
            raise StoreMissing(str(path))
        database = _connect(path)
        with mapped_errors(path):
            if database.pragma("application_id") != APPLICATION_ID:
                database.close()
                raise StoreForeign(str(path))
            _migrate(database)
            row = database.execute_sql("SELECT box, store, epoch FROM box").fetchone()
        return cls(path, database, BoxIdentity(*row))

    @classmethod
    def create(cls, path: Path, identity: BoxIdentity) -> Store:
        """Create a box's database, readable by its owner alone; raises StoreExists, SqliteTooOld, StoreReadOnly."""
        check_sqlite(apsw.sqlite_lib_version())
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError as exists:
            raise StoreExists(str(path)) from exists
        except OSError as unwritable:
            raise StoreReadOnly(str(path)) from unwritable
        database = _connect(path)
        with mapped_errors(path):
            database.pragma("application_id", APPLICATION_ID, permanent=True)
            _migrate(database)
            database.execute_sql(
                "INSERT INTO box (id, box, store, epoch) VALUES (1, ?, ?, ?)",
                (identity.box, identity.store, identity.epoch),
            )
        return cls(path, database, identity)

    @contextmanager
    def write(self) -> Iterator[None]:
        """Hold the one write transaction of this box; leaves nothing behind when an error goes through it.

        Raises StoreBusy after the busy time-out, StoreFull, StoreReadOnly, StoreBroken.
        """
        assert not self._database.in_transaction(), "write transactions do not nest"
        with mapped_errors(self.path), self._database.atomic("IMMEDIATE"):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the database however many statements it takes; others go on writing."""
        with mapped_errors(self.path), self._database.atomic("DEFERRED"):
            yield

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """Run one prepared statement and return its cursor; errors as in `write`, IntegrityError left to the caller."""
        try:
            return self._database.execute_sql(sql, parameters)
        except IntegrityError:
            raise
        except DatabaseError as failed:
            raise _model_error(failed, self.path) from failed

    def change(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Run one statement that changes rows, inside the write transaction."""
        assert self._database.in_transaction(), "changes belong inside a write transaction"
        self.execute(sql, parameters)

    def connection(self) -> apsw.Connection:
        """Return this thread's bare connection, for measurements and for tests that tamper."""
        bare: apsw.Connection = self._database.connection()
        return bare

    def bind(self, tables: Sequence[Any]) -> Any:
        """Return a context in which peewee tables read from this database."""
        return self._database.bind_ctx(tables)

    def close(self) -> None:
        """Close this thread's connection; other threads keep theirs."""
        if not self._database.is_closed():
            self._database.close()


@contextmanager
def mapped_errors(path: Path) -> Iterator[None]:
    """Turn the database's errors into ours; constraint errors pass, for whoever knows what they mean."""
    try:
        yield
    except (ModelError, IntegrityError):
        raise
    except (DatabaseError, apsw.Error) as failed:
        raise _model_error(failed, path) from failed


def _model_error(failed: Exception, path: Path) -> ModelError:
    cause = failed if isinstance(failed, apsw.Error) else failed.__cause__ or failed.__context__
    if isinstance(cause, (apsw.BusyError, apsw.LockedError)):
        return StoreBusy(BUSY_MS)
    if isinstance(cause, apsw.FullError):
        return StoreFull(str(path))
    if isinstance(cause, (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError)):
        return StoreReadOnly(str(path))
    if isinstance(cause, apsw.NotADBError):
        return StoreForeign(str(path))
    kind = "OperationalError" if isinstance(failed, OperationalError) else type(failed).__name__
    return StoreBroken(f"{type(cause).__name__ if cause else kind}: {failed}")


def _connect(path: Path) -> APSWDatabase:
    database = _Database(str(path), pragmas=tuple(PRAGMAS.items()), timeout=BUSY_MS / 1000)
    with mapped_errors(path):
        database.connect()
        for name, wanted in PRAGMAS.items():
            found = database.pragma(name)
            if found != wanted:
                raise StoreBroken(f"pragma {name} is {found}, not {wanted}")
    return database


def _migrate(database: APSWDatabase) -> None:
    known = {path.stem for path in _MIGRATIONS.glob("[0-9]*.py")}
    applied = _applied(database)
    unknown = applied - known
    if unknown:
        raise SchemaUnknown(max(int(name[:4]) for name in unknown), max(int(name[:4]) for name in known))
    if known - applied:
        from playhouse.migrations import Runner  # noqa: PLC0415 - 30 ms that only a new schema costs

        Runner(database, str(_MIGRATIONS), table_name=_HISTORY).up()


def _applied(database: _Database) -> set[str]:
    """Return the names of the migrations this file has been through."""
    kept = database.execute_sql("SELECT 1 FROM sqlite_schema WHERE name = ?", (_HISTORY,)).fetchone()
    return {name for (name,) in database.execute_sql(f"SELECT name FROM {_HISTORY}").fetchall()} if kept else set()
