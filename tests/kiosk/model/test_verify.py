"""Verify: sound books pass, and whatever is changed in any column of them is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model.errors import VerifyFailed
from kiosk.model.verify import verify
from kiosk.services import shifts, void
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop

JOURNAL = (
    "epoch",
    "entry_id",
    "kind",
    "member_id",
    "shift_id",
    "till",
    "business_date",
    "previous_hash",
    "hash",
    "body",
)
POSTING = ("debit", "credit", "asset", "amount_minor")
LOT = ("lot_id", "member_id", "opened_sequence", "paid_minor", "bonus_minor", "programme_version", "terms_hash")
PURSE = ("member_id", "lot_id", "instrument", "amount_minor")
SHIFT = ("till", "cashier", "business_date", "float_minor", "counted_minor")
COLUMNS = [
    *(("journal", column, "sequence = 3") for column in JOURNAL),
    *(("posting", column, "sequence = 3 AND line = 0") for column in POSTING),
    *(("lot", column, "1") for column in LOT),
    *(("purse", column, "instrument = 'bonus'") for column in PURSE),
    *(("shift", column, "1") for column in SHIFT),
]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    member = opened.enrol()
    opened.top_up(member)
    paid = opened.pay(member, 12_000)
    opened.pay(member, 3_050)
    void.void(opened.counter, opened.approved(ApprovedAct.VOID), paid.done.recorded.entry.entry_id)
    shifts.close_shift(opened.counter, opened.act(), 80_000)
    return opened


def tamper(shop: Shop, *statements: str) -> None:
    """Do to the file what somebody with the disk in their hands can do."""
    raw = shop.counter.store.connection()
    raw.execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
    triggers = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for (trigger,) in triggers:
        raw.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        raw.execute(statement)
        assert raw.changes() > 0, f"nothing was tampered with by {statement}"


def test_sound_books_are_proved_to_the_last_fen(shop: Shop) -> None:
    proved = verify(shop.counter.store)
    assert (proved.rows, proved.members, proved.lots, proved.total_minor) == (7, 1, 1, 35_000 - 3_050)


@pytest.mark.parametrize(("table", "column", "where"), COLUMNS, ids=str)
def test_a_changed_byte_anywhere_in_the_books_is_named(shop: Shop, table: str, column: str, where: str) -> None:
    raw = shop.counter.store.connection()
    kind = raw.execute(f"SELECT typeof({column}) FROM {table} WHERE {where}").fetchone()
    changed = {
        "integer": f"{column} + 1",
        "blob": f"substr({column}, 1, 20) || x'ff' || substr({column}, 22)",
        "text": f"{column} || 'x'",
        "null": "'x'",
    }[kind[0]]  # type: ignore[index]  # the row is there
    if column == "instrument":
        changed = "'principal' || 'x'"
    if kind == ("blob",):
        changed = f"CAST({changed} AS BLOB)"
    tamper(shop, f"UPDATE {table} SET {column} = {changed} WHERE {where}")
    with pytest.raises(VerifyFailed) as failed:
        verify(shop.counter.store)
    assert failed.value.table in {table, "lot", "journal"}
    assert failed.value.row


@pytest.mark.parametrize("sequence", range(1, 8))
def test_a_missing_row_is_named(shop: Shop, sequence: int) -> None:
    tamper(shop, f"DELETE FROM journal WHERE sequence = {sequence}")
    with pytest.raises(VerifyFailed) as failed:
        verify(shop.counter.store)
    assert failed.value.table in {"journal", "posting", "lot", "purse", "shift", "print_job"}


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM posting WHERE sequence = 4 AND line = 0", "posting"),
        ("INSERT INTO posting VALUES (4, 9, 'a', 'b', 'CNY', 1)", "posting"),
        ("INSERT INTO posting VALUES (99, 0, 'a', 'b', 'CNY', 1)", "posting"),
        ("DELETE FROM lot", "lot"),
        ("INSERT INTO lot VALUES ('stray', 'm', 1, 5, 5, 'v', 'h')", "lot"),
        ("DELETE FROM purse", "purse"),
        ("INSERT INTO purse VALUES ('m', 'stray', 'bonus', 100000)", "purse"),
        ("DELETE FROM shift", "shift"),
        ("INSERT INTO shift VALUES ('s', '2', 'x', 1, '2026-01-01', 'a', NULL, 0, NULL)", "shift"),
        ("UPDATE print_job SET entry_id = 'nobody' WHERE number = 1", "print_job"),
    ],
)
def test_a_row_too_many_or_too_few_is_named_with_its_table(shop: Shop, statement: str, table: str) -> None:
    tamper(shop, statement)
    with pytest.raises(VerifyFailed) as failed:
        verify(shop.counter.store)
    assert failed.value.table == table


def test_two_rows_that_changed_places_are_named(shop: Shop) -> None:
    tamper(
        shop,
        "UPDATE journal SET sequence = 100 WHERE sequence = 4",
        "UPDATE journal SET sequence = 4 WHERE sequence = 5",
        "UPDATE journal SET sequence = 5 WHERE sequence = 100",
    )
    with pytest.raises(VerifyFailed) as failed:
        verify(shop.counter.store)
    assert (failed.value.table, failed.value.row) == ("journal", "4")
