"""The store database: guards on opening, and what it refuses to be talked into."""

from __future__ import annotations

import stat
from pathlib import Path

import apsw
import pytest
from peewee import IntegrityError

from kiosk.model import schema
from kiosk.model.errors import (
    KeyDoesNotFit,
    SchemaUnknown,
    SqliteTooOld,
    StoreBusy,
    StoreExists,
    StoreForeign,
    StoreMissing,
)
from kiosk.model.store import PRAGMAS, BoxIdentity, Store, check_sqlite
from tests.builders import Shop, open_shop

APPEND_ONLY = ("journal", "posting", "lot", "terms", "programme", "directory_change", "seal")
NEVER_DELETED = (*APPEND_ONLY, "box", "purse", "member", "staff", "shift", "print_job", "card", "day")
NEWEST = max(int(path.name[:4]) for path in Path(schema.__file__).parent.glob("migrations/[0-9]*.py"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    opened.top_up(opened.enrol())
    return opened


@pytest.mark.parametrize("version", ["3.40.1", "3.44.5", "3.50.6", "3.51.2", "3.45.0"])
def test_a_sqlite_that_can_corrupt_a_shared_file_is_refused(version: str) -> None:
    with pytest.raises(SqliteTooOld) as refused:
        check_sqlite(version)
    assert (refused.value.found, refused.value.needed) == (version, "3.51.3")


@pytest.mark.parametrize("version", ["3.44.6", "3.50.7", "3.51.3", "3.54.1", "4.0.0"])
def test_a_sqlite_with_the_fix_is_taken(version: str) -> None:
    check_sqlite(version)
    assert version


def test_every_connection_has_every_guard_on(shop: Shop) -> None:
    connection = shop.counter.store.connection()
    found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}  # type: ignore[index]  # a pragma answers
    assert found == dict(PRAGMAS)


def test_the_file_is_readable_by_its_owner_alone(shop: Shop) -> None:
    assert stat.S_IMODE(shop.path.stat().st_mode) == 0o600


def test_a_box_is_never_created_over_another(shop: Shop) -> None:
    with pytest.raises(StoreExists) as refused:
        Store.create(shop.path, BoxIdentity("box-2", "xuhui"))
    assert refused.value.path == str(shop.path)


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing) as refused:
        Store.open(tmp_path / "nowhere.db")
    assert refused.value.path.endswith("nowhere.db")


def test_somebody_elses_database_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    apsw.Connection(str(path)).execute("CREATE TABLE note (text)")
    with pytest.raises(StoreForeign) as refused:
        Store.open(path)
    assert refused.value.path == str(path)


def test_a_file_that_is_no_database_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "photo.db"
    path.write_bytes(b"\x89PNG" * 4096)
    with pytest.raises((StoreForeign, KeyDoesNotFit)) as refused:
        Store.open(path)
    assert vars(refused.value) == {"path": str(path)}


def test_a_schema_of_a_newer_program_is_refused_with_both_numbers(shop: Shop) -> None:
    raw = shop.counter.store.connection()
    raw.execute("INSERT INTO schema_migration (name, applied) VALUES ('0099_tomorrow', '2027-01-01')")
    shop.counter.store.close()
    with pytest.raises(SchemaUnknown) as refused:
        Store.open(shop.path)
    assert (refused.value.found, refused.value.known) == (99, NEWEST)


def test_what_was_closed_opens_again_as_it_was(shop: Shop) -> None:
    before = shop.counter.store.execute("SELECT hash FROM journal ORDER BY sequence").fetchall()
    shop.counter.store.close()
    again = Store.open(shop.path)
    assert again.identity == BoxIdentity("box-1", "xuhui", 1)
    assert again.execute("SELECT hash FROM journal ORDER BY sequence").fetchall() == before


@pytest.mark.parametrize("table", NEVER_DELETED)
def test_no_row_is_ever_deleted(shop: Shop, table: str) -> None:
    store = shop.counter.store
    fill = {
        "card": "INSERT INTO card SELECT 'K', member_id, 'active', 'now', NULL, 0 FROM member",
        "day": "INSERT INTO day VALUES ('2026-01-01', 'x')",
    }
    if table in fill:
        store.execute(fill[table])
    with pytest.raises(IntegrityError, match="append-only"):
        store.execute(f"DELETE FROM {table}")
    assert store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_row_of_the_books_is_ever_changed(shop: Shop, table: str) -> None:
    store = shop.counter.store
    column = store.execute(f"SELECT name FROM pragma_table_info('{table}') LIMIT 1").fetchone()[0]
    with pytest.raises(IntegrityError, match="append-only"):
        store.execute(f"UPDATE {table} SET {column} = {column}")
    assert store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0


def test_insert_or_replace_does_not_slip_past_the_delete_trigger(shop: Shop) -> None:
    store = shop.counter.store
    with pytest.raises(IntegrityError, match=r"sequence|append-only"):
        store.execute("INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE sequence = 1")
    assert store.execute("SELECT count(*) FROM journal WHERE sequence = 1").fetchone()[0] == 1


def test_the_words_of_a_slip_never_change(shop: Shop) -> None:
    with pytest.raises(IntegrityError, match="evidence"):
        shop.counter.store.execute("UPDATE print_job SET document = x'00'")
    assert shop.counter.store.execute("SELECT min(length(document)) FROM print_job").fetchone()[0] > 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE purse SET amount_minor = -1",
        "INSERT INTO posting VALUES (1, 9, 'a', 'a', 'CNY', 5)",
        "INSERT INTO posting VALUES (1, 9, 'a', 'b', 'CNY', 0)",
        "INSERT INTO posting VALUES (1, 9, 'a', 'b', 'CNY', 1.5)",
        "INSERT INTO posting VALUES (99, 0, 'a', 'b', 'CNY', 1)",
        (
            "INSERT INTO journal SELECT sequence + 5, epoch, 'x', kind, NULL, NULL, till, business_date, NULL, command_hash,"
            " previous_hash, hash, body FROM journal WHERE sequence = 1"
        ),
    ],
)
def test_the_tables_themselves_refuse_what_no_books_can_hold(shop: Shop, statement: str) -> None:
    before = shop.counter.store.execute("SELECT sum(amount_minor) FROM purse").fetchone()
    with pytest.raises(IntegrityError):
        shop.counter.store.execute(statement)
    assert shop.counter.store.execute("SELECT sum(amount_minor) FROM purse").fetchone() == before


def test_a_till_that_waits_too_long_is_told_and_nothing_is_written(shop: Shop) -> None:
    other = Store.open(shop.path)
    other.connection().set_busy_timeout(20)
    with shop.counter.store.write(), pytest.raises(StoreBusy) as refused, other.write():
        raise AssertionError("two write transactions at once")
    assert refused.value.waited_ms == 5000
