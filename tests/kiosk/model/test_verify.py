"""Verify: sound books pass, and whatever is changed in any column of them is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import apsw
import pytest

from kiosk.model import journal, lottery
from kiosk.model.errors import VerifyFailed
from kiosk.model.store import Store
from kiosk.model.verify import Verified, verify
from kiosk.services import cards, cash, enrol, reprint, shifts, void
from kiosk.services.close_day import close_day
from ledger.entries import Entry, EntryKind
from ledger.rules.lottery import Drawn, Odds, anchor_of, prize_of, seed_of, ticket_of
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop
from tests.ledger.worked import worked_rows

PAGE: Final = "journal.md"


def columns_of(heading: str, tables: int) -> dict[str, list[str]]:
    """The columns that the page lists for each table."""
    return {row["table"]: row["columns"].split(", ") for row in worked_rows(PAGE, heading, tables)}


PROVED: Final = columns_of("What verify proves", 22)
NOT_PROVED: Final = columns_of("What it cannot prove", 13)
ROWS: Final = 23
ONE_ROW: Final = {
    "journal": "reverses IS NOT NULL",
    "posting": "sequence = 5 AND line = 0",
    "purse": "instrument = 'bonus'",
    "shift": "closed_at IS NOT NULL",
    "card": "replaced_by IS NOT NULL",
    "member": "registered = 1",
    "print_job": "number = 1",
    "seal": "number = 1",
}
NAMED_ELSEWHERE: Final = {"box": "journal"}
"""Another box's identity shows at the journal's first row."""


@pytest.fixture(scope="module")
def closed_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day in which everything happened, closed; then a shift that is still open."""
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    shop.open_shift()
    member = shop.enrol()
    topped_up = shop.top_up(member)
    paid = shop.pay(member, 12_000)
    shop.pay(member, 3_050)
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), paid.done.recorded.entry.entry_id)
    cash.move_cash(shop.counter, shop.act(), EntryKind.PAID_IN, 2_000, "零钱")
    hand_out_cards(shop, member.member_id)
    reprint.reprint(shop.counter, shop.approved(ApprovedAct.REPRINT), topped_up.recorded.entry.entry_id)
    give_and_tag(shop, paid.done.recorded.entry)
    draw(shop, paid.done.recorded.entry)
    shifts.close_shift(shop.counter, shop.act(), 80_000)
    close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE))
    shop.clock.forward(days=1)
    share_a_pot(shop, paid.done.recorded.entry)
    shop.open_shift()
    shop.counter.store.close()
    return shop.path


def give_and_tag(shop: Shop, like: Entry) -> None:
    """What a rule gave, noted in an entry of its own; and a tag that somebody gave."""
    fact = {"rule": "welcome", "effect": "units", "amount_minor": 0, "units": 1}
    given = replace(
        like, entry_id=shop.counter.mint(), kind=EntryKind.ISSUED, postings=(), lots=(), facts={"rules": [fact]}
    )
    tagged = replace(
        given, entry_id=shop.counter.mint(), kind=EntryKind.TAGGED, facts={"add": ["tea"], "remove": ["shy"]}
    )
    brought = replace(
        given, entry_id=shop.counter.mint(), kind=EntryKind.OPENED, facts={"old_number": "8001", "batch": "b", "row": 1}
    )
    for entry in (given, tagged, brought):
        with shop.counter.store.write():
            journal.append(shop.counter.store, entry, "c" * 64)


def share_a_pot(shop: Shop, like: Entry) -> None:
    """A family, and what a person of it took from the pot, on the day that begins."""
    told = {"action": "formed", "family": like.member_id, "person": like.member_id}
    limits = {"per_day_minor": 5_000, "per_month_minor": 90_000}
    on = shop.counter.business_date(shop.clock.now())
    formed = replace(
        like,
        entry_id=shop.counter.mint(),
        kind=EntryKind.FAMILY_CHANGED,
        business_date=on,
        postings=(),
        lots=(),
        facts=told | limits,
    )
    taken = {"person": like.member_id, "stored_minor": 0, "paid_price_minor": 0}
    spent = replace(formed, entry_id=shop.counter.mint(), kind=EntryKind.SPEND, facts=taken)
    for entry in (formed, spent):
        with shop.counter.store.write():
            journal.append(shop.counter.store, entry, "c" * 64)


def draw(shop: Shop, like: Entry) -> None:
    """A commitment, and one draw that hangs on it."""
    secret, store, drawer = b"s" * 32, shop.counter.store, shop.counter.mint()
    told = {"lottery_chain": {"anchor": anchor_of(secret), "length": 1_000}}
    committed = replace(like, entry_id=shop.counter.mint(), kind=EntryKind.ISSUED, postings=(), lots=(), facts=told)
    seed, odds = seed_of(secret, 1), (Odds("tea", 10, left=True),)
    ticket = ticket_of(seed, drawer, "88", 100)
    drawn = Drawn("wheel", "r", anchor_of(secret), 1, seed, drawer, "88", 100, odds, ticket, prize_of(odds, ticket))
    with store.write():
        sequence = journal.append(store, committed, "c" * 64).row.sequence
        lottery.keep_chain(store, anchor_of(secret), secret, sequence)
        journal.append(store, replace(committed, entry_id=drawer, facts={"draws": [drawn.facts()]}), "c" * 64)


def hand_out_cards(shop: Shop, member_id: str) -> None:
    """An anonymous card, and a member's card that is blocked, found, and replaced."""
    enrol.enrol_anonymous(shop.counter, shop.act())
    card = cards.issue_card(shop.counter, shop.approved(ApprovedAct.CARD_ISSUE), member_id).card
    cards.block_card(shop.counter, shop.act(), card.code)
    cards.unblock_card(shop.counter, shop.approved(ApprovedAct.CARD_UNBLOCK), card.code)
    cards.replace_card(shop.counter, shop.approved(ApprovedAct.CARD_REPLACE), card.code)


@pytest.fixture
def path(closed_shop: Path, tmp_path: Path) -> Path:
    """A copy of the shop's books, to do harm to."""
    return Path(shutil.copy(closed_shop, tmp_path))


def tamper(path: Path, *statements: str) -> None:
    """Do to the file what somebody with the disk in their hands can do."""
    raw = apsw.Connection(str(path))
    raw.execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
    for (trigger,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        raw.execute(statement)
        assert raw.changes() > 0, f"nothing was tampered with by {statement}"
    raw.close()


def verified(path: Path) -> Verified:
    """Verify the books in a file."""
    store = Store.open(path)
    try:
        return verify(store)
    finally:
        store.close()


def failure(path: Path) -> VerifyFailed:
    """What verify says of books that do not hold."""
    with pytest.raises(VerifyFailed) as failed:
        verified(path)
    assert failed.value.row
    assert failed.value.reason
    return failed.value


def test_sound_books_are_proved_to_the_last_fen(path: Path) -> None:
    proved = verified(path)
    assert (proved.members, proved.lots, proved.total_minor) == (1, 1, 35_000 - 3_050)
    assert proved.rows == ROWS


def test_progress_is_told_by_rows(path: Path) -> None:
    told: list[int] = []
    store = Store.open(path)
    verify(store, told.append)
    store.close()
    assert told == [ROWS]


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in PROVED.items() for column in columns]
)
def test_a_changed_byte_anywhere_in_the_books_is_named(path: Path, table: str, column: str) -> None:
    where = ONE_ROW.get(table, "1")
    tamper(path, f"UPDATE {table} SET {column} = {another(path, table, column, where)} WHERE {where}")
    assert failure(path).table == NAMED_ELSEWHERE.get(table, table)


def another(path: Path, table: str, column: str, where: str) -> str:
    """An expression for another value of the same type."""
    kind: Any = apsw.Connection(str(path)).execute(f"SELECT typeof({column}) FROM {table} WHERE {where}").fetchone()
    return {
        "integer": f"{column} + 100",
        "blob": f"CAST(substr({column}, 1, 20) || x'00' || substr({column}, 22) AS BLOB)",
        "text": f"{column} || 'x'",
        "null": "7" if column == "slip" else "'x'",
    }[kind[0]]


def test_every_column_is_proved_or_said_not_to_be(path: Path) -> None:
    raw = apsw.Connection(str(path))
    tables = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 's%\\_%' ESCAPE '\\'")
    schema = {
        table: {column for (column,) in raw.execute(f"SELECT name FROM pragma_table_info('{table}')")}
        for (table,) in tables.fetchall()
    }
    told = {table: {*PROVED.get(table, ()), *NOT_PROVED.get(table, ())} for table in {*PROVED, *NOT_PROVED}}
    assert told == schema


@pytest.mark.parametrize("sequence", range(1, ROWS + 1))
def test_a_missing_row_is_named_where_the_chain_breaks(path: Path, sequence: int) -> None:
    tamper(path, f"DELETE FROM journal WHERE sequence = {sequence}")
    failed = failure(path)
    gap = ("journal", str(sequence + 1))
    assert (failed.table, failed.row) == (gap if sequence < ROWS else ("posting", f"{ROWS}/0"))


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM posting WHERE sequence = 4 AND line = 0", "posting"),
        ("INSERT INTO posting VALUES (4, 9, 'a', 'b', 'CNY', 1)", "posting"),
        ("INSERT INTO posting VALUES (99, 0, 'a', 'b', 'CNY', 1)", "posting"),
        ("DELETE FROM lot", "lot"),
        ("INSERT INTO lot VALUES ('stray', 'm', 1, 5, 5, 'v', 'h', '')", "lot"),
        ("DELETE FROM purse", "purse"),
        ("INSERT INTO purse VALUES ('m', 'stray', 'bonus', 100000)", "purse"),
        ("INSERT INTO purse VALUES ('m', 'stray', 'bonus', 0)", "purse"),
        ("DELETE FROM shift", "shift"),
        ("INSERT INTO shift VALUES ('s', '2', 'x', 1, '2026-01-01', 'a', NULL, 0, NULL)", "shift"),
        ("UPDATE shift SET closed_at = NULL, counted_minor = NULL, till = '9' WHERE closed_at IS NOT NULL", "shift"),
        ("DELETE FROM day", "day"),
        ("INSERT INTO day VALUES ('2026-12-01', 'nobody')", "day"),
        ("DELETE FROM card WHERE replaced_by IS NULL", "card"),
        ("INSERT INTO card VALUES ('K', 'm', 'active', 'now', NULL, 0)", "card"),
        ("UPDATE card SET state = 'active', replaced_by = NULL WHERE state = 'replaced'", "card"),
        ("UPDATE card SET state = 'blocked' WHERE state = 'active'", "card"),
        ("DELETE FROM member WHERE registered = 1", "member"),
        ("DELETE FROM member WHERE registered = 0", "member"),
        ("DELETE FROM member_day", "member_day"),
        ("INSERT INTO member_day VALUES ('m', '2026-01-01', 0, 0, 0, 0)", "member_day"),
        ("DELETE FROM rule_use", "rule_use"),
        ("INSERT INTO rule_use VALUES ('', 'welcome', '2026-01-01', 1, 0, 1)", "rule_use"),
        ("DELETE FROM rule_day", "rule_day"),
        ("INSERT INTO rule_day VALUES ('stray', '2026-01-01', 1, 0, 1)", "rule_day"),
        ("DELETE FROM member_tag WHERE held = 1", "member_tag"),
        ("INSERT INTO member_tag VALUES ('m', 'vip', 1, 1)", "member_tag"),
        ("UPDATE member_tag SET held = 1 WHERE tag = 'shy'", "member_tag"),
        ("DELETE FROM family_member", "family_member"),
        ("INSERT INTO family_member VALUES ('m', 'o', NULL, NULL, '2026-01-01')", "family_member"),
        ("UPDATE family_member SET owner_id = NULL", "family_member"),
        ("DELETE FROM family_spend", "family_spend"),
        ("INSERT INTO family_spend VALUES ('m', '2026-01-01', 0)", "family_spend"),
        ("DELETE FROM terms", "terms"),
        ("DELETE FROM programme", "programme"),
        ("UPDATE print_job SET entry_id = 'nobody' WHERE number = 1", "print_job"),
        ("UPDATE uplink SET cursor = 99", "uplink"),
        ("DELETE FROM uplink", "uplink"),
        ("UPDATE staff SET role = 'owner' WHERE staff_id = '1001'", "database"),
        ("UPDATE print_job SET sending = 7 WHERE number = 1", "database"),
    ],
)
def test_a_row_too_many_or_too_few_is_named_with_its_table(path: Path, statement: str, table: str) -> None:
    tamper(path, statement)
    assert failure(path).table == table


def test_two_rows_that_changed_places_are_named(path: Path) -> None:
    tamper(
        path,
        "UPDATE journal SET sequence = 100 WHERE sequence = 4",
        "UPDATE journal SET sequence = 4 WHERE sequence = 5",
        "UPDATE journal SET sequence = 5 WHERE sequence = 100",
    )
    failed = failure(path)
    assert (failed.table, failed.row) == ("journal", "4")


def test_an_index_that_does_not_find_a_row_is_named(path: Path) -> None:
    raw = apsw.Connection(str(path))
    index = raw.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema WHERE name = 'member_name'")
    kept = index.fetchone()
    raw.execute("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'member_name'")
    raw.close()
    tamper(path, "UPDATE member SET name = '别人' WHERE registered = 1")
    raw = apsw.Connection(str(path))
    raw.execute("PRAGMA writable_schema = ON")
    raw.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", kept)
    raw.close()
    failed = failure(path)
    assert failed.table == "database"
    assert "member_name" in failed.reason
