"""PostgreSQL under head office: who may touch what, and what becomes of a connection when the server goes away."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import psycopg
import pytest

from headoffice.errors import AlreadyThere, CommitUnknown, StoreBroken, StoreBusy, StoreUnreachable
from headoffice.store import postgres
from headoffice.store.database import Database, create_database, open_database
from headoffice.store.postgres import PostgresDatabase
from headoffice.store.schema import DELETED_FROM, PARTITIONS, TABLES, column_names
from tests.headoffice.conftest import BORN
from tests.postgres_cluster import Cluster

FREE_KEYS: Final = ("shard", "member_id", "lot_id", "instrument")
LINE: Final = (0, "m-1", "lot-1", "principal")
PARTS: Final = [f"journal_{part}" for part in range(PARTITIONS)]
KEPT: Final = [*(table.name for table in TABLES if table.name not in DELETED_FROM), *PARTS]
_numbers = itertools.count(1)


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    """An empty head office on PostgreSQL, as whoever administers the server."""
    name = f"roles_{next(_numbers)}"
    yield cluster.make_database(name, "template_office")
    cluster.drop_database(name)


@pytest.fixture
def rebooted() -> Iterator[Cluster]:
    """A server of its own, which a test may crash."""
    server = Cluster(durable=True)
    yield server
    server.remove()


def asked(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql.encode()).fetchall()


def as_app(url: str) -> str:
    return url.replace("postgres@", "guitai_app@")


@pytest.mark.postgresql
@pytest.mark.parametrize("role", ["postgres", "guitai_owner", "guitai_app"])
def test_no_table_is_emptied_whole_and_no_partition_of_one(url: str, role: str) -> None:
    refused = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SET ROLE {role}".encode())
        for name in KEPT:
            try:
                connection.execute(f"TRUNCATE {name}".encode())
            except (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege):
                refused.append(name)
    assert refused == KEPT


@pytest.mark.postgresql
@pytest.mark.parametrize("statement", ["UPDATE {} SET kind = 'spend'", "DELETE FROM {}"])
def test_a_row_of_the_journal_stays_whatever_its_owner_says_to_its_partition(url: str, statement: str) -> None:
    table = next(table for table in TABLES if table.name == "journal")
    kinds = {"int": 1, "text": "x", "blob": b"x"}
    row = tuple(kinds[column.split()[1]] for column in table.columns)
    with closing(open_database(as_app(url))) as database, database.write() as tx:
        tx.insert("journal", column_names(table), [row])
    ((part,),) = asked(url, "SELECT tableoid::regclass::text FROM journal")
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("SET ROLE guitai_owner")
        connection.execute(statement.format(part).encode())
    assert asked(url, "SELECT count(*) FROM journal WHERE kind = 'x'") == [(1,)]


@pytest.mark.postgresql
def test_the_owner_signs_in_nowhere_and_owns_everything(url: str) -> None:
    assert asked(url, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'") == [("guitai_owner",)]
    roles = asked(url, "SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname LIKE 'guitai%' ORDER BY 1")
    assert roles == [("guitai_app", True, False), ("guitai_owner", False, False)]
    member = asked(url, "SELECT pg_has_role('guitai_app', 'guitai_owner', 'MEMBER')")
    assert member == [(False,)]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "DROP TABLE refused",
        "CREATE TABLE mine (id int)",
        "SET ROLE postgres",
    ],
)
def test_the_apps_role_cannot_widen_its_rights(url: str, statement: str) -> None:
    with psycopg.connect(as_app(url)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.postgresql
def test_head_office_is_not_laid_by_the_apps_role(cluster: Cluster, url: str) -> None:
    empty = cluster.make_database("unlaid")
    with pytest.raises(StoreBroken, match="InsufficientPrivilege"):
        create_database(as_app(empty), BORN)
    assert asked(empty, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    cluster.drop_database("unlaid")
    assert asked(url, "SELECT shards FROM head_office") == [(3,)]


def test_only_value_below_zero_is_said_to_be_below_zero(database: Database) -> None:
    columns = ("person_id", "name", "role", "password_hash", "active", "failed_attempts")
    with pytest.raises(StoreBroken), database.write() as tx:
        tx.insert("person", columns, [("eve", "Eve", "king", "x", 1, 0)])
    with database.read() as tx:
        assert tx.rows("SELECT person_id FROM person") == []


def test_of_many_rows_of_which_one_is_there_none_is_kept(database: Database) -> None:
    rows = [(f"id-{n:02d}", BORN, "127.0.0.1", None if n % 2 else "徐汇", "what", "细节\n\t\\N") for n in range(40)]
    columns = ("id", "at", "remote", "box", "what", "detail")
    with pytest.raises(AlreadyThere), database.write() as tx:
        tx.insert("refused", columns, [*rows, rows[7]])
    with database.write() as tx:
        tx.insert("refused", columns, rows)
    with database.read() as tx:
        assert tx.rows(f"SELECT {', '.join(columns)} FROM refused ORDER BY id") == rows


@pytest.mark.postgresql
def test_a_server_that_came_back_is_used_at_once_by_everyone(rebooted: Cluster) -> None:
    database = create_database(rebooted.make_database("office"), BORN)
    assert isinstance(database, PostgresDatabase)
    together = threading.Barrier(5)

    def read() -> None:
        with database.read() as tx:
            tx.one("SELECT 1")
            together.wait()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    together.wait()
    for reader in readers:
        reader.join()
    rebooted.crash()
    with pytest.raises(StoreUnreachable), database.write():
        pass
    rebooted.start()
    for member in range(5):
        with database.write() as tx:
            tx.add("free", FREE_KEYS, "amount_minor", [(0, f"m-{member}", "lot-1", "principal", 1)])
    with database.read() as tx:
        assert tx.one("SELECT count(*) FROM free") == (5,)
    database.close()


@pytest.mark.postgresql
def test_a_server_that_goes_away_in_the_commit_leaves_the_outcome_unknown(rebooted: Cluster) -> None:
    database = create_database(rebooted.make_database("office"), BORN)
    told: list[str] = []
    with pytest.raises(CommitUnknown), database.write() as tx:
        tx.after_commit(lambda: told.append("kept"))
        tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, 100)])
        rebooted.crash()
    rebooted.start()
    with database.read() as tx:
        assert (tx.rows("SELECT * FROM free"), told) == ([], [])
    database.close()


@pytest.mark.postgresql
def test_a_request_beyond_the_last_connection_is_told_to_come_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "CONNECTIONS", 2)
    monkeypatch.setattr(postgres, "_WAIT_SECONDS", 0.01)
    with closing(PostgresDatabase(as_app(url))) as database:
        with database.read(), database.read(), pytest.raises(StoreBusy), database.read():
            pass
        with database.read() as tx:
            assert tx.one("SELECT 1") == (1,)
    seen = asked(
        url, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'guitai_app' AND datname = current_database()"
    )
    assert seen[0][0] <= 2


@pytest.mark.postgresql
def test_a_row_that_another_holds_too_long_is_busy(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_WAIT_SECONDS", 0.05)
    with closing(PostgresDatabase(as_app(url))) as database:
        with database.write() as tx:
            tx.add("free", FREE_KEYS, "amount_minor", [(*LINE, 100)])
        with database.write() as holder:
            holder.lock("free", FREE_KEYS, LINE)
            with pytest.raises(StoreBusy), database.write() as other:
                other.lock("free", FREE_KEYS, LINE)
        with database.read() as tx:
            assert tx.one("SELECT amount_minor FROM free") == (100,)
