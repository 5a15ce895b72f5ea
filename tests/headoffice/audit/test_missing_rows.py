"""Whoever takes a row away is found out, on either database; and on PostgreSQL whoever changes a column of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw
import psycopg
import pytest

from headoffice.audit.verify import verify
from headoffice.errors import AuditFailed
from headoffice.store.database import Database
from headoffice.store.schema import TABLES, Table, column_names
from tests.headoffice.audit.test_tampering import PROVED, UNPROVED, other_than, told
from tests.headoffice.chain import Chain

WITHOUT_PROOF: Final = {"merge_move": "what was free before a merge has no order against it: nothing is possible too"}
"""Tables of which a row may go unnoticed, and why; whose value it is and how much there is stays proved."""
Row = dict[str, Any]


@dataclass
class Books:
    """A head office with a history, and a way to write into it past every trigger."""

    database: Database
    harm: Callable[[str, Sequence[object]], int]

    def found(self) -> str | None:
        """Return the table that verify names, None where it finds nothing."""
        try:
            verify(self.database)
        except AuditFailed as failed:
            return failed.table
        return None

    def rows(self, table: Table) -> list[Row]:
        names = column_names(table)
        with self.database.read() as tx:
            rows = tx.rows(f"SELECT {', '.join(names)} FROM {table.name} ORDER BY {', '.join(table.key)}")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def take_away(self, table: Table, row: Row) -> None:
        where = " AND ".join(f"{name} = ?" for name in table.key)
        assert self.harm(f"DELETE FROM {table.name} WHERE {where}", [row[name] for name in table.key]) == 1

    def put_back(self, table: Table, row: Row) -> None:
        places = ", ".join("?" * len(row))
        assert self.harm(f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({places})", list(row.values())) == 1


def harm_to_sqlite(path: Path) -> Callable[[str, Sequence[object]], int]:
    def harm(sql: str, values: Sequence[object]) -> int:
        connection = apsw.Connection(str(path))
        try:
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(sql, tuple(values))
            changed: int = connection.changes()
            return changed
        finally:
            connection.close()

    return harm


def harm_to_postgresql(url: str) -> Callable[[str, Sequence[object]], int]:
    def harm(sql: str, values: Sequence[object]) -> int:
        with psycopg.connect(url.replace("guitai_app@", "postgres@")) as connection:
            connection.execute("SET session_replication_role = replica")
            return connection.execute(sql.replace("?", "%s").encode(), list(values)).rowcount

    return harm


@pytest.fixture
def books(database: Database, database_url: str, tmp_path: Path) -> Iterator[Books]:
    with Chain(database, tmp_path / "boxes") as chain:
        told(chain)
    if database.dialect == "sqlite":
        yield Books(database, harm_to_sqlite(Path(database_url.removeprefix("sqlite:///"))))
    else:
        yield Books(database, harm_to_postgresql(database_url))


def test_every_row_that_is_gone_is_missed_unless_it_said_nothing(books: Books) -> None:
    unseen: list[str] = []
    for table in (table for table in TABLES if table.name in PROVED):
        for row in books.rows(table):
            books.take_away(table, row)
            says_nothing = row.get("amount_minor") == 0
            if books.found() is None and not says_nothing and table.name not in WITHOUT_PROOF:
                unseen.append(f"{table.name}: {row}")
            books.put_back(table, row)
    assert not unseen, "\n".join(unseen)
    assert books.found() is None


def test_every_changed_column_of_a_row_is_found(books: Books) -> None:
    unseen: list[str] = []
    for table in (table for table in TABLES if table.name in PROVED):
        row = books.rows(table)[-1]
        columns = [name for name in row if (table.name, name) not in UNPROVED]
        changes = [(name, after) for name in columns for after in other_than(row[name], name)]
        for name, after in changes:
            books.take_away(table, row)
            try:
                books.put_back(table, {**row, name: after})
            except (apsw.ConstraintError, psycopg.IntegrityError):
                books.put_back(table, row)
                continue
            if books.found() is None:
                unseen.append(f"{table.name}.{name}: {row[name]!r} → {after!r}")
            books.take_away(table, {**row, name: after})
            books.put_back(table, row)
    assert not unseen, "\n".join(unseen)
    assert books.found() is None
