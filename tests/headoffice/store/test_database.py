"""Both databases keep the same promises: append-only tables, no amount below zero, all or nothing, exact under load."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from headoffice.errors import (
    AlreadyThere,
    SchemaUnknown,
    StoreBroken,
    StoreError,
    StoreExists,
    StoreMissing,
    StoreUnreachable,
    WouldGoNegative,
)
from headoffice.store.database import Database, create_database, open_database
from headoffice.store.schema import DELETED_FROM, TABLES, VERSION, Table, column_names
from tests.postgres_cluster import Cluster

FREE_KEYS = ("shard", "member_id", "lot_id", "instrument")
LINE = (0, "m-1", "lot-1", "principal")
SHARDED = [table for table in TABLES if table.shard is not None]
KEPT = [table for table in TABLES if table.append_only]
SAMPLE: dict[str, object] = {"int": 1, "text": "x", "blob": b"x"}
CHECKED = {"how": "applied", "state": "open", "role": "owner", "purpose": "new", "instrument": "units"}


def some_row(table: Table) -> tuple[object, ...]:
    names = column_names(table)
    if names == ("version",):
        return (VERSION,)
    kinds = [column.split()[1] for column in table.columns]
    return tuple(CHECKED.get(name, SAMPLE[kind]) for name, kind in zip(names, kinds, strict=True))


def put(database: Database, table: Table) -> None:
    with database.write() as tx:
        tx.insert(table.name, column_names(table), [some_row(table)], "ON CONFLICT DO NOTHING")


@pytest.mark.parametrize("table", KEPT, ids=lambda table: table.name)
def test_what_is_written_once_is_neither_changed_nor_deleted(database: Database, table: Table) -> None:
    put(database, table)
    column = column_names(table)[0]
    for statement in (f"UPDATE {table.name} SET {column} = {column}", f"DELETE FROM {table.name}"):
        with pytest.raises(StoreError), database.write() as tx:
            tx.execute(statement)
    with database.read() as tx:
        assert tx.one(f"SELECT count(*) FROM {table.name}") == (1,)


@pytest.mark.parametrize("table", [t for t in TABLES if t.name not in DELETED_FROM], ids=lambda table: table.name)
def test_no_row_is_deleted_by_the_apps_role(database_url: str, table: Table) -> None:
    if database_url.startswith("postgresql"):
        database_url = database_url.replace("postgres@", "guitai_app@")
    database = open_database(database_url)
    put(database, table)
    with pytest.raises(StoreError), database.write() as tx:
        tx.execute(f"DELETE FROM {table.name}")
    database.close()


@pytest.mark.parametrize("table", SHARDED, ids=lambda table: table.name)
def test_every_key_of_a_sharded_table_holds_its_shard_column(table: Table) -> None:
    assert table.shard in column_names(table)
    assert all(table.shard in key for key in (table.key, *table.unique))


@pytest.mark.postgresql
def test_the_journal_is_spread_by_box_and_no_reference_crosses_tables(cluster: Cluster) -> None:
    database = open_database(cluster.url("template_office"))
    with database.read() as tx:
        parts = tx.one("SELECT count(*) FROM pg_inherits WHERE inhparent = 'journal'::regclass")
        keys = tx.one("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
        rights = tx.rows(
            "SELECT privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'guitai_app' AND table_name = 'journal' ORDER BY 1"
        )
    database.close()
    assert (parts, keys, rights) == ((8,), (0,), [("INSERT",), ("SELECT",)])


@pytest.mark.postgresql
def test_the_schema_can_be_spread_over_machines(cluster: Cluster) -> None:
    url = cluster.make_database("spread", "template_office")
    database = open_database(url)
    with database.read() as tx:
        offered = tx.one("SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'")
    if offered == (0,):
        database.close()
        cluster.drop_database("spread")
        pytest.skip("citus is not among this server's extensions; the rules it asks for are tested by themselves")
    with database.write() as tx:
        tx.execute("CREATE EXTENSION citus")
        for table in SHARDED:
            tx.rows(f"SELECT create_distributed_table('{table.name}', '{table.shard}')")
        assert tx.one("SELECT count(*) FROM pg_dist_partition") == (len(SHARDED),)


def test_an_amount_never_goes_below_zero_and_nothing_of_the_attempt_stays(database: Database) -> None:
    with database.write() as tx:
        tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, 100)])
    with pytest.raises(WouldGoNegative), database.write() as tx:
        tx.insert("store", ("store", "name"), [("xuhui", "徐汇店")])
        tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, -101)])
    with database.read() as tx:
        assert tx.one("SELECT amount_minor FROM free") == (100,)
        assert tx.rows("SELECT store FROM store") == []


def test_amounts_of_one_line_are_summed_before_they_are_added(database: Database) -> None:
    with database.write() as tx:
        tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, -30), (*LINE, 50), (1, "m-2", "lot-1", "bonus", 7)])
        tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, 5), (1, "m-2", "lot-1", "bonus", -7)])
    with database.read() as tx:
        assert tx.rows("SELECT member_id, amount_minor FROM free ORDER BY member_id") == [("m-1", 25), ("m-2", 0)]


def test_many_rows_come_back_as_they_went(database: Database) -> None:
    rows = [(f"box-{n}", f"id-{n}", 1, n, "fork", "", "{}", bytes([n, 0, 255]), "t") for n in range(40)]
    columns = ("box", "id", "epoch", "sequence", "reason", "detail", "header", "page", "at")
    with database.write() as tx:
        tx.insert("quarantine", columns, rows)
        tx.insert("quarantine", columns, rows, "ON CONFLICT (box, id) DO NOTHING")
    with database.read() as tx:
        found = tx.rows(f"SELECT {', '.join(columns)} FROM quarantine ORDER BY sequence")
    assert [(*row[:7], bytes(row[7]), row[8]) for row in found] == rows


def test_a_key_that_is_there_is_said_to_be(database: Database) -> None:
    with database.write() as tx:
        tx.insert("store", ("store", "name"), [("xuhui", "徐汇店")])
    with pytest.raises(AlreadyThere), database.write() as tx:
        tx.insert("store", ("store", "name"), [("xuhui", "另一家")])


def test_nobody_is_told_before_the_commit_and_never_without_one(database: Database) -> None:
    told: list[str] = []
    with database.write() as tx:
        tx.after_commit(lambda: told.append("kept"))
        assert told == []
    with pytest.raises(AlreadyThere), database.write() as tx:
        tx.after_commit(lambda: told.append("lost"))
        tx.insert("schema_version", ("version",), [(VERSION,)])
    assert told == ["kept"]


def at_once(threads: int, act: Callable[[], None]) -> list[BaseException]:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as failure:  # noqa: BLE001 - handed to the test
            failures.append(failure)

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return failures


def test_a_line_that_eight_add_to_at_once_is_exact(database: Database) -> None:
    def add_fifty() -> None:
        for _ in range(50):
            with database.write() as tx:
                tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, 3)])

    assert at_once(8, add_fifty) == []
    with database.read() as tx:
        assert tx.one("SELECT amount_minor FROM free") == (8 * 50 * 3,)


def test_a_lock_makes_check_and_change_one(database: Database) -> None:
    with database.write() as tx:
        tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, 100)])
    taken: list[int] = []

    def take_seven() -> None:
        for _ in range(5):
            with database.write() as tx:
                tx.lock("free", FREE_KEYS, LINE)
                row = tx.one("SELECT amount_minor FROM free")
                if row is not None and row[0] >= 7:
                    tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, -7)])
                    taken.append(7)

    assert at_once(6, take_seven) == []
    with database.read() as tx:
        assert tx.one("SELECT amount_minor FROM free") == (100 - sum(taken),)
    assert len(taken) == 14


def test_a_head_office_is_laid_once_and_opened_only_where_there_is_one(database_url: str) -> None:
    with pytest.raises(StoreExists):
        create_database(database_url, "2026-11-20T01:00:00.000Z")
    elsewhere = (
        database_url + "-nowhere" if database_url.startswith("sqlite") else database_url.rsplit("/", 1)[0] + "/postgres"
    )
    with pytest.raises(StoreMissing):
        open_database(elsewhere)


def test_a_schema_of_another_program_is_refused_with_both_numbers(database_url: str) -> None:
    database = open_database(database_url)
    with database.write() as tx:
        tx.insert("schema_version", ("version",), [(99,)])
    database.close()
    with pytest.raises(SchemaUnknown) as refused:
        open_database(database_url)
    assert (refused.value.found, refused.value.known) == (99, VERSION)


def test_an_unknown_kind_of_database_is_named_without_its_password() -> None:
    with pytest.raises(StoreUnreachable) as refused:
        open_database("mysql://boss:secret@host/db")
    assert "secret" not in str(refused.value)


@pytest.mark.postgresql
def test_a_crash_before_the_commit_leaves_nothing_and_the_database_comes_back() -> None:
    server = Cluster(durable=True)
    try:
        database = create_database(server.make_database("office"), "2026-11-20T01:00:00.000Z")
        with database.write() as tx:
            tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, 100)])
        with pytest.raises((StoreUnreachable, StoreBroken)), database.write() as tx:
            tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, -60)])
            server.crash()
            tx.one("SELECT 1")
        server.start()
        with database.read() as tx:
            assert tx.one("SELECT amount_minor FROM free") == (100,)
        database.close()
    finally:
        server.remove()
