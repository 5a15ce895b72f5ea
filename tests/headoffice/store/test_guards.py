"""Head office's own file: what it takes to be opened, and what a failing disk does to it."""

from __future__ import annotations

import resource
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import apsw
import pytest

from headoffice.errors import CommitUnknown, SqliteTooOld, StoreBroken, StoreExists, StoreMissing
from headoffice.store.database import Database, create_database, open_database
from headoffice.store.sqlite import PRAGMAS, SqliteDatabase, check_sqlite

BORN: Final = "2026-11-20T01:00:00.000Z"
LINE: Final = (0, "m-1", "lot-1", "principal", 100)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "office.db"
    create_database(f"sqlite:///{place}", BORN).close()
    return place


@contextmanager
def disk_that_fails_beyond(size: int) -> Iterator[None]:
    """Let every write past this file size fail, as a failing disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def put(database: Database) -> None:
    with database.write() as tx:
        tx.add("free", ("shard", "member_id", "lot_id", "instrument"), "amount_minor", [LINE])


def held(database: Database) -> list[tuple[object, ...]]:
    with database.read() as tx:
        return tx.rows("SELECT amount_minor FROM free")


@pytest.mark.parametrize("version", ["3.40.1", "3.44.5", "3.50.6", "3.51.2"])
def test_a_sqlite_that_can_corrupt_the_file_is_refused(version: str) -> None:
    with pytest.raises(SqliteTooOld) as refused:
        check_sqlite(version)
    assert (refused.value.found, refused.value.needed) == (version, "3.51.3")


def test_neither_a_new_nor_an_old_head_office_opens_under_such_a_sqlite(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1")
    with pytest.raises(SqliteTooOld):
        open_database(f"sqlite:///{path}")
    with pytest.raises(SqliteTooOld):
        create_database(f"sqlite:///{path.with_name('new.db')}", BORN)
    assert not path.with_name("new.db").exists()


def test_every_connection_has_every_guard_on(path: Path) -> None:
    with closing(SqliteDatabase.open(str(path))) as database, database.read() as tx:
        found = {name: tx.one(f"PRAGMA {name}") for name in PRAGMAS}
    assert found == {name: (wanted,) for name, wanted in PRAGMAS.items()}


def test_a_new_head_office_is_one_file_that_its_owner_alone_can_read(path: Path) -> None:
    assert [beside.name for beside in path.parent.iterdir()] == ["office.db"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_head_office_that_could_not_be_laid_leaves_nothing_in_its_place(tmp_path: Path) -> None:
    place = tmp_path / "office.db"
    with disk_that_fails_beyond(8192), pytest.raises((StoreBroken, CommitUnknown)):
        create_database(f"sqlite:///{place}", BORN)
    assert list(tmp_path.iterdir()) == []
    create_database(f"sqlite:///{place}", BORN).close()
    with pytest.raises(StoreExists):
        create_database(f"sqlite:///{place}", BORN)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(StoreBroken, match=r"office\.db"):
        create_database(f"sqlite:///{tmp_path / 'file' / 'office.db'}", BORN)


def test_somebody_elses_database_is_no_head_office(tmp_path: Path) -> None:
    place = tmp_path / "other.db"
    with closing(apsw.Connection(str(place))) as other:
        other.execute("CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (1)")
    with pytest.raises(StoreMissing):
        open_database(f"sqlite:///{place}")


def test_a_commit_the_disk_refuses_stops_all_writing_until_the_file_is_opened_anew(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    put(database)
    told: list[str] = []
    wal = path.with_name("office.db-wal").stat().st_size
    with disk_that_fails_beyond(wal), pytest.raises(CommitUnknown), database.write() as tx:
        tx.after_commit(lambda: told.append("kept"))
        tx.execute("UPDATE free SET amount_minor = amount_minor + 1")
    with pytest.raises(StoreBroken, match="IOError"):
        put(database)
    assert held(database) == [(100,)], "what is there can still be read"
    database.close()
    database = open_database(f"sqlite:///{path}")
    put(database)
    assert (held(database), told) == ([(200,)], [])
    database.close()
