"""Guards: whoever takes an index, a check or a trigger away changes nothing yet, and is noticed all the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest

from kiosk.model.errors import VerifyFailed
from kiosk.model.store import Store
from kiosk.model.verify import verify
from tests.builders import open_shop


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shop = open_shop(tmp_path_factory.mktemp("laid"))
    shop.open_shift()
    shop.counter.store.close()
    return shop.path


def failure(laid: Path, folder: Path, *statements: str) -> VerifyFailed:
    path = Path(shutil.copy(laid, folder))
    raw = apsw.Connection(str(path))
    raw.execute("PRAGMA writable_schema = ON")
    for statement in statements:
        raw.execute(statement)
    raw.close()
    store = Store.open(path)
    with pytest.raises(VerifyFailed) as failed:
        verify(store)
    store.close()
    return failed.value


def test_every_trigger_and_index_that_is_gone_is_named(laid: Path, tmp_path: Path) -> None:
    raw = apsw.Connection(str(laid))
    ours = "type <> 'table' AND sql IS NOT NULL AND tbl_name <> 'schema_migration'"
    parts = raw.execute(f"SELECT type, name FROM sqlite_schema WHERE {ours}").fetchall()
    raw.close()
    assert len(parts) > 50
    for kind, name in parts:
        failed = failure(laid, tmp_path, f"DROP {kind} {name}")
        assert (failed.table, failed.row, failed.reason) == ("schema", name, "missing")


@pytest.mark.parametrize(
    ("table", "check"),
    [("purse", "CHECK (amount_minor >= 0)"), ("print_job", "NOT NULL"), ("posting", "CHECK (amount_minor > 0)")],
)
def test_a_check_that_is_gone_is_named(laid: Path, tmp_path: Path, table: str, check: str) -> None:
    replaced = f"UPDATE sqlite_schema SET sql = replace(sql, '{check}', '') WHERE name = '{table}'"
    failed = failure(laid, tmp_path, replaced)
    assert (failed.table, failed.row) == ("schema", table)


def test_a_trigger_that_does_something_else_is_named(laid: Path, tmp_path: Path) -> None:
    changed = "CREATE TRIGGER purse_no_delete BEFORE DELETE ON purse BEGIN SELECT 1; END"
    failed = failure(laid, tmp_path, "DROP TRIGGER purse_no_delete", changed)
    assert (failed.row, failed.reason) == ("purse_no_delete", "is not as it was laid")


def test_a_trigger_that_nobody_laid_is_named(laid: Path, tmp_path: Path) -> None:
    robber = "CREATE TRIGGER robber AFTER INSERT ON posting BEGIN UPDATE purse SET amount_minor = amount_minor + 1; END"
    failed = failure(laid, tmp_path, robber)
    assert (failed.row, failed.reason) == ("robber", "is of no migration")
