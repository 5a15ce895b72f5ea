"""The schema: every table strict, known to peewee as it is, and brought up to date once, whoever comes first."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import apsw
import pytest

from kiosk.model import activity, journal, schema, store, tables
from kiosk.model.errors import SchemaUnknown, StoreBroken
from kiosk.model.store import Store
from ledger.rules.member_facts import DayFigures
from ledger.wire import chain, encode_entry
from tests.kiosk.model.books import COMMAND, DAY, IDENTITY, Books, open_and_tell

NEWEST = max(int(path.name[:4]) for path in Path(schema.__file__).parent.glob("migrations/[0-9]*.py"))
ROW_NUMBERED = {"box", "directory_change", "journal", "notice", "print_job", "seal", "uplink"}


def old_box(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create a box as the first version of the program did."""
    first = folder / "first"
    first.mkdir()
    scripts = Path(schema.__file__).parent / "migrations"
    (first / "0001_first_schema.py").write_bytes((scripts / "0001_first_schema.py").read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_MIGRATIONS", first)
        made = Store.create(folder / "shop.db", IDENTITY)
    write_as_then(Books(made.path, made))
    made.close()
    return made.path


def write_as_then(books: Books) -> None:
    """Write a top-up as the first version of the program did: its tables knew no lots of any asset, and nobody's past."""
    store, entry = books.store, books.sold("m1", "lot1", 10_000, 2_000)
    row = chain("box-1", 1, 1, None, encode_entry(entry))
    place = (1, 1, entry.entry_id, entry.kind.value, "m1", None, "1", DAY.isoformat(), None)
    with store.write():
        store.change(journal._INSERT, (*place, COMMAND, row.previous_hash, row.hash, row.body))
        for line, posting in enumerate(entry.postings):
            values = (line, posting.debit, posting.credit, posting.asset, posting.amount_minor)
            store.change("INSERT INTO posting VALUES (1, ?, ?, ?, ?, ?)", values)
        store.change("INSERT INTO lot VALUES ('lot1', 'm1', 1, 10000, 2000, '2026-11', ?)", ("t" * 64,))
        for instrument, minor in (("principal", 10_000), ("bonus", 2_000)):
            store.change("INSERT INTO purse VALUES ('m1', 'lot1', ?, ?)", (instrument, minor))


def test_the_books_of_an_older_program_are_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = old_box(tmp_path, monkeypatch)
    books = Books(path, Store.open(path))
    assert books.store.rows("PRAGMA user_version") == [(NEWEST,)]
    assert books.store.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'journal_chained'") == [(1,)]
    assert books.spend("m1", "lot1", 100).row.sequence == 2


def test_what_members_did_before_the_update_is_counted_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Store.open(old_box(tmp_path, monkeypatch))
    assert activity.days(opened, ["m1"], DAY) == (DayFigures(DAY, top_ups=1, topped_minor=10_000),)


def test_of_two_tills_that_start_after_an_update_both_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = old_box(tmp_path, monkeypatch)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(open_and_tell, [path] * 3) == [NEWEST] * 3


def test_a_till_that_comes_second_finds_nothing_left_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = old_box(tmp_path, monkeypatch)
    really = schema._applied
    beaten: list[set[str]] = []

    def late(database: object) -> set[str]:
        applied = really(database)
        if len(beaten) == 1:
            monkeypatch.setattr(schema, "_applied", really)
            Store.open(path).close()
        beaten.append(applied)
        return applied

    monkeypatch.setattr(schema, "_applied", late)
    opened = Store.open(path)
    assert opened.rows("PRAGMA user_version") == [(NEWEST,)]
    scripts = list((Path(schema.__file__).parent / "migrations").glob("[0-9]*.py"))
    assert len(opened.rows("SELECT name FROM schema_migration")) == len(scripts)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO schema_migration (name, applied) VALUES ('0099_tomorrow', '2027-01-01')",
        "PRAGMA user_version = 99",
    ],
)
def test_the_books_of_a_newer_program_are_left_alone(books: Books, statement: str) -> None:
    books.store.execute(statement)
    books.store.close()
    before = books.path.read_bytes()
    with pytest.raises(SchemaUnknown) as refused:
        Store.open(books.path)
    assert (refused.value.found, refused.value.known) == (99, NEWEST)
    assert books.path.read_bytes() == before


def test_the_file_says_whose_it_is_and_which_schema_it_has(books: Books) -> None:
    header = apsw.Connection(str(books.path))
    assert header.pragma("application_id") == int.from_bytes(b"GTAI")
    assert header.pragma("user_version") == NEWEST


def test_every_table_is_strict_and_keyed_by_what_it_is_about(books: Books) -> None:
    listed = books.store.rows("SELECT name, strict, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    ours = [row for row in listed if row[0] not in {"sqlite_schema", "schema_migration"}]
    assert {name for name, strict, _ in ours if not strict} <= {"sqlite_sequence", "sqlite_stat1"}
    assert {name for name, _, without_rowid in ours if not without_rowid} == ROW_NUMBERED


def test_peewee_knows_every_table_as_it_is(books: Books) -> None:
    names = {name for (name,) in books.store.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert {table._meta.table_name for table in tables.TABLES} == names - {"schema_migration"}
    for table in tables.TABLES:
        meta = table._meta
        told = {
            field.column_name: (field.field_type, not field.null or field.primary_key) for field in meta.sorted_fields
        }
        stored = {
            name: (kind, bool(required or key))
            for _, name, kind, required, _, key in books.store.rows(f"PRAGMA table_info({meta.table_name})")
        }
        kinds = {"AUTO": "INTEGER", "INT": "INTEGER"}
        assert {name: (kinds.get(kind, kind), required) for name, (kind, required) in told.items()} == stored


def test_peewee_reads_what_the_prepared_statements_wrote(books: Books) -> None:
    written = books.top_up("m1", "lot1")
    with books.store.bind(tables.TABLES):
        row = tables.Journal.get(tables.Journal.entry_id == written.entry.entry_id)
        purse = {line.instrument: line.amount_minor for line in tables.Purse.select()}
    assert (row.sequence, bytes(row.body)) == (1, written.row.body)
    assert purse == {"principal": 10_000, "bonus": 2_000}


def test_a_guard_that_stays_off_keeps_the_books_shut(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    books.store.close()
    monkeypatch.setattr(store, "PRAGMAS", {**store.PRAGMAS, "page_size": 1})
    with pytest.raises(StoreBroken, match="pragma page_size is 4096, not 1"):
        Store.open(books.path)
