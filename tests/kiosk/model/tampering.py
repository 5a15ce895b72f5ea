"""A bench for tampering: books without a single constraint, changed one cell or row at a time, each change undone again.

Nothing of SQLite's own helps to notice a change here: no key, no check, no trigger, no reference, no strict column.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import apsw

from kiosk.model.errors import VerifyFailed
from kiosk.model.store import BoxIdentity, Store
from kiosk.model.tables import TABLES
from kiosk.model.verify import verify

Value = int | str | bytes | None
METAS: Final[tuple[Any, ...]] = tuple(table._meta for table in TABLES)
KEYS: Final = {meta.table_name: tuple(field.column_name for field in meta.get_primary_keys()) for meta in METAS}
BOX: Final = "box"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one row."""

    table: str
    row: int
    column: str
    value: Value


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to a row: the columns that get another value; none for a row that is deleted, `again` for one more."""

    table: str
    row: int
    values: tuple[tuple[str, Value], ...] = ()
    again: bool = False
    how: str = ""


class Bench:
    """Books on which every change is tried once and undone."""

    def __init__(self, path: Path) -> None:
        """Take the constraints off a closed book and open it."""
        loosen(path)
        self.store = Store.open(path)
        self.store.connection().execute("PRAGMA foreign_keys = OFF")
        self.texts = {table: self._columns(table, "TEXT") for table in KEYS}

    def _columns(self, table: str, declared: str) -> frozenset[str]:
        found = self.store.rows(f"SELECT name FROM pragma_table_info('{table}') WHERE type = '{declared}'")
        return frozenset(name for (name,) in found)

    def cells(self, proved: dict[str, list[str]]) -> Iterator[Cell]:
        """Yield every value of the columns named."""
        for table, columns in proved.items():
            for row, *values in self.store.rows(f"SELECT rowid, {', '.join(columns)} FROM {table} ORDER BY rowid"):
                for column, value in zip(columns, values, strict=True):
                    yield Cell(table, row, column, value)

    def numbers(self, table: str) -> list[int]:
        """The row numbers of a table."""
        return [row for (row,) in self.store.rows(f"SELECT rowid FROM {table} ORDER BY rowid")]

    def key(self, table: str, row: int) -> str:
        """The key of a row as verify writes it."""
        columns = ", ".join(f"CAST({column} AS BLOB)" for column in KEYS[table])
        parts = self.store.rows(f"SELECT {columns} FROM {table} WHERE rowid = {row}")[0]
        told = [(part or b"").decode(errors="replace") for part in parts]
        if table in {"lottery_chain", "lottery_draw"}:
            told[0] = told[0][:8]
        return "/".join(told)

    def answer(self, *changes: Change) -> tuple[VerifyFailed | None, set[str]]:
        """What verify says of the books with these changes, and the keys the changed rows have before and after."""
        keys = {self.key(change.table, change.row) for change in changes}
        with self._undone():
            for change in changes:
                self._apply(change)
            keys |= {self.key(change.table, change.row) for change in changes if change.values}
            identity = self.store.rows("SELECT box, store, epoch FROM box")
            self.store.identity = BoxIdentity(*identity[0]) if identity else self.store.identity
            try:
                verify(self.store)
            except VerifyFailed as failed:
                return failed, keys
        return None, keys

    def _apply(self, change: Change) -> None:
        raw = self.store.connection()
        if change.again:
            raw.execute(f"INSERT INTO {change.table} SELECT * FROM {change.table} WHERE rowid = {change.row}")
        elif not change.values:
            raw.execute(f"DELETE FROM {change.table} WHERE rowid = {change.row}")
        for column, value in change.values:
            as_text = "CAST(? AS TEXT)" if isinstance(value, bytes) and column in self.texts[change.table] else "?"
            raw.execute(f"UPDATE {change.table} SET {column} = {as_text} WHERE rowid = {change.row}", (value,))

    @contextmanager
    def _undone(self) -> Iterator[None]:
        identity, database = self.store.identity, self.store._database
        with database.atomic() as trial:
            try:
                yield
            finally:
                trial.rollback(begin=False)
                self.store.identity = identity


def loosen(path: Path) -> None:
    """Make every table of a closed book anew without a constraint, an index or a trigger, its rows as they are."""
    raw = apsw.Connection(str(path))
    raw.execute("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON")
    for table in KEYS:
        columns = raw.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
        declared = ", ".join(f"{name} {kind}" for name, kind in columns)
        raw.execute(f"CREATE TABLE loose ({declared}); INSERT INTO loose SELECT * FROM {table}; DROP TABLE {table}")
        raw.execute(f"ALTER TABLE loose RENAME TO {table}")
    raw.close()


def others(cell: Cell, every: bool) -> Iterator[Change]:
    """Yield other values for a cell: of every byte one, or one byte here and one cut there, by what the cell is."""
    for place, (how, value) in enumerate(_others(cell, every)):
        if every or place < 2:
            yield Change(cell.table, cell.row, ((cell.column, value),), how=f"{cell.column} {how}")


def _others(cell: Cell, every: bool) -> Iterator[tuple[str, Value]]:
    value, turn = cell.value, crc32(f"{cell.table} {cell.row} {cell.column}".encode())
    if value is None:
        yield from (("is 7", 7), ("is text", "x"))
        return
    if isinstance(value, int):
        steps: list[tuple[str, Value]] = [("+1", value + 1), ("-1", value - 1), ("+256", value + 256), ("gone", None)]
        yield from steps[turn % 4 :] + steps[: turn % 4]
        return
    content = value.encode() if isinstance(value, str) else value
    for place in range(len(content)) if every else ([turn % len(content)] if content else []):
        flipped = content[:place] + bytes([content[place] ^ 1 << turn % 8]) + content[place + 1 :]
        yield f"byte {place}", flipped
    cuts: list[tuple[str, Value]] = [
        ("cut", content[:-1]),
        ("longer", content + b"x"),
        ("gone", None),
        ("empty", b""),
        ("half", content[: len(content) // 2]),
    ]
    differing = [cut for cut in cuts if cut[1] != content]
    yield from differing[turn % len(differing) :] + differing[: turn % len(differing)]
