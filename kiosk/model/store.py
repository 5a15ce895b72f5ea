"""The store database: SQLite through apsw, opened with every guard on, one connection a thread.

Source: `docs/decisions/0001-sqlite-through-apsw.md`: WAL and synchronous=FULL, IMMEDIATE write transactions, and a refusal to run on a SQLite
whose WAL reset can corrupt a file that two processes share.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

import apsw
from peewee import DatabaseError, IntegrityError
from playhouse.apsw_ext import APSWDatabase

from kiosk.model import cipher
from kiosk.model.errors import (
    KeyDoesNotFit,
    ModelError,
    SqliteTooOld,
    StoreBroken,
    StoreBusy,
    StoreExists,
    StoreForeign,
    StoreFull,
    StoreMissing,
    StoreReadOnly,
)
from kiosk.model.schema import APPLICATION_ID, migrate
from kiosk.model.turns import turn
from ledger.sqlite_versions import FIXED, is_safe_sqlite

BUSY_MS: Final = 5000
_Read = TypeVar("_Read")
_LOG_INDEX_BYTES: Final = 32_768
"""The least an index of the log takes beside it, see https://sqlite.org/walformat.html."""
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


@dataclass(frozen=True, slots=True)
class BoxIdentity:
    """Which box of which store, and in which life of its journal (`GLOSSARY.md`, epoch)."""

    box: str
    store: str
    epoch: int = 1


def check_sqlite(version: str) -> None:
    """Refuse a SQLite with the WAL-reset bug: below 3.51.3 but for 3.44.6+ and 3.50.7+; raises SqliteTooOld."""
    if not is_safe_sqlite(version):
        raise SqliteTooOld(version, FIXED)


class _Database(APSWDatabase):  # type: ignore[misc]  # peewee's extensions carry no types
    """Hands out a connection only when every guard answers that it is on.

    apsw binds no datetimes, and the migration runner's history table has one.
    """

    def _connect(self) -> apsw.Connection:
        connection: apsw.Connection = super()._connect()
        # one plan for a statement, whatever values it gets: else some are prepared again at every run, 15 µs each
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.convert_binding = lambda _cursor, _place, value: str(value)
        for name, wanted in PRAGMAS.items():
            found = connection.pragma(name)
            if found != wanted:
                connection.close()
                raise StoreBroken(f"pragma {name} is {found}, not {wanted}")
        return connection


class _Thread(threading.local):
    """What a thread does with the store now."""

    writing = False
    remembered: dict[str, object] | None = None
    last_seal: tuple[int, bytes] | None = None


class Store:
    """One box's database file; safe to use from several threads and processes at once."""

    def __init__(self, path: Path, database: APSWDatabase, identity: BoxIdentity) -> None:
        """Wrap an open database; use `open` or `create`."""
        self.path = path
        self.identity = identity
        self.liability_at: tuple[int, int] | None = None
        """The sequence and the sum (fen) of the last time the purses were summed; `purses.total` goes on from there."""
        self._database = database
        self._thread = _Thread()
        self._broken: str | None = None

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open a box's database and bring its schema up to date.

        Raises SqliteTooOld, StoreMissing, StoreForeign, SchemaUnknown, StoreBusy, StoreFull, StoreReadOnly, StoreBroken.
        """
        check_sqlite(apsw.sqlite_lib_version())
        if not path.is_file():
            raise StoreMissing(str(path))
        with _room_to_open(path):
            database = _connect(path)
        try:
            with _room_to_open(path), mapped_errors(path):
                if database.pragma("application_id") != APPLICATION_ID:
                    raise StoreForeign(str(path))
                migrate(database)
                row = database.execute_sql("SELECT box, store, epoch FROM box").fetchone()
                if row is None:
                    raise StoreBroken("it names no box")
        except ModelError:
            database.close()
            raise
        except (UnicodeDecodeError, TypeError) as garbled:
            database.close()
            raise StoreBroken(f"{type(garbled).__name__}: {garbled}") from garbled
        return cls(path, database, BoxIdentity(*row))

    @classmethod
    def create(cls, path: Path, identity: BoxIdentity) -> Store:
        """Create a box's database, readable by its owner alone, and open it; it is there whole or not at all.

        Raises StoreExists, SqliteTooOld, StoreFull, StoreReadOnly, StoreBroken.
        """
        check_sqlite(apsw.sqlite_lib_version())
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
                draft = Path(folder) / path.name
                draft.touch(mode=0o600)
                _lay(draft, identity)
                _publish(draft, path)
        except OSError as unwritable:
            raise StoreReadOnly(str(path)) from unwritable
        return cls.open(path)

    @property
    def writing(self) -> bool:
        """Whether this thread holds the write transaction."""
        return self._thread.writing

    @property
    def last_seal(self) -> tuple[int, bytes] | None:
        """The last seal of this thread's write transaction, None where it has sealed nothing yet (`model/seals.py`)."""
        return self._thread.last_seal

    @last_seal.setter
    def last_seal(self, sealed: tuple[int, bytes]) -> None:
        """Note the seal written last."""
        self._thread.last_seal = sealed

    @contextmanager
    def write(self) -> Iterator[None]:
        """Hold the one write transaction of this box; leaves nothing behind when an error goes through it.

        Raises StoreBusy after the busy time-out, StoreFull, StoreReadOnly, StoreBroken. After StoreBroken nobody knows
        whether the last commit is on the disk: the store takes no more writes until it is opened anew.
        """
        assert not self._database.in_transaction(), "write transactions do not nest"
        if self._broken is not None:
            raise StoreBroken(self._broken)
        try:
            with turn(self.path, BUSY_MS) as left_ms, mapped_errors(self.path), self._waiting(left_ms):
                self._thread.writing, self._thread.last_seal, self._thread.remembered = True, None, {}
                yield
        except StoreBroken as broken:
            if not isinstance(broken.__cause__, IntegrityError):
                self._broken = broken.detail
            raise
        finally:
            self._thread.writing, self._thread.remembered = False, None

    def once(self, name: str, read: Callable[[], _Read]) -> _Read:
        """Return what `read` returns, read once in a write transaction: nobody else can change it until it ends.

        Whoever changes it there calls `forget`.
        """
        remembered = self._thread.remembered
        if remembered is None:
            return read()
        if name not in remembered:
            remembered[name] = read()
        return cast("_Read", remembered[name])

    def forget(self, name: str) -> None:
        """Read it anew the next time: it was changed in this write transaction."""
        if self._thread.remembered is not None:
            self._thread.remembered.pop(name, None)

    @contextmanager
    def _waiting(self, longest_ms: int) -> Iterator[None]:
        """Begin the write transaction within what is left of the busy time-out."""
        bare = self.connection()
        try:
            if longest_ms < BUSY_MS:
                bare.set_busy_timeout(longest_ms)
            with self._database.atomic("IMMEDIATE"):
                yield
        finally:
            if longest_ms < BUSY_MS:
                bare.set_busy_timeout(BUSY_MS)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the database however many statements it takes; others go on writing."""
        with mapped_errors(self.path), self._database.atomic("DEFERRED"):
            yield

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """Run one prepared statement and return its cursor; errors as in `write`, IntegrityError left to the caller."""
        # straight to apsw: peewee's own way costs 5 µs a statement, and a payment has forty
        try:
            return self._database.connection().execute(sql, parameters)
        except apsw.ConstraintError as refused:
            raise IntegrityError(*refused.args) from refused
        except apsw.Error as failed:
            raise _model_error(failed, self.path) from failed

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Return every row of a statement; errors as in `execute`, also those met on the way to the last row."""
        found = self.execute(sql, parameters)
        with mapped_errors(self.path):
            rows: list[Any] = found.fetchall()
        return rows

    def change(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Run one statement that changes rows, inside the write transaction."""
        assert self._thread.writing, "changes belong inside a write transaction"
        self.execute(sql, parameters)

    def connection(self) -> apsw.Connection:
        """Return this thread's bare connection, for measurements and for tests that tamper."""
        bare: apsw.Connection = self._database.connection()
        return bare

    def bind(self, tables: Sequence[Any]) -> Any:
        """Return a context in which peewee tables read from this database."""
        return self._database.bind_ctx(tables)

    def close(self) -> None:
        """Close this thread's connection; other threads keep theirs. Raises as `write` where the disk fails meanwhile."""
        if not self._database.is_closed():
            with mapped_errors(self.path):
                self._database.close()


@contextmanager
def mapped_errors(path: Path) -> Iterator[None]:
    """Turn the database's errors into ours; a constraint that nobody understood by now is a broken store too."""
    try:
        yield
    except ModelError:
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
        return KeyDoesNotFit(str(path)) if cipher.in_use() else StoreForeign(str(path))
    return StoreBroken(f"{type(cause or failed).__name__}: {failed}")


@contextmanager
def _room_to_open(path: Path) -> Iterator[None]:
    """Name a disk without room for the log's index as full: while books are opened nothing hangs on it yet, unlike in a commit."""
    try:
        yield
    except StoreBroken as broken:
        cause: BaseException | None = broken
        while cause is not None and not isinstance(cause, apsw.IOError):
            cause = cause.__cause__ or cause.__context__
        if getattr(cause, "extendedresult", None) == apsw.SQLITE_IOERR_SHMSIZE and _is_full(path):
            raise StoreFull(str(path)) from broken
        raise


def _is_full(path: Path) -> bool:
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize < _LOG_INDEX_BYTES


def _connect(path: Path) -> APSWDatabase:
    database = _Database(str(path), pragmas=tuple(PRAGMAS.items()), timeout=BUSY_MS / 1000)
    with mapped_errors(path):
        database.connect()
    return database


def _lay(path: Path, identity: BoxIdentity) -> None:
    """Write an empty box into a file and close it, so that all of it stands in that one file."""
    with closing(_connect(path)) as database, mapped_errors(path):
        database.pragma("application_id", APPLICATION_ID)
        migrate(database)
        database.execute_sql(
            "INSERT INTO box (id, box, store, epoch) VALUES (1, ?, ?, ?)",
            (identity.box, identity.store, identity.epoch),
        )


def _publish(draft: Path, path: Path) -> None:
    """Give a finished file its name, over no other, so that the name survives a power cut; raises StoreExists."""
    try:
        os.link(draft, path)
    except FileExistsError as exists:
        raise StoreExists(str(path)) from exists
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
