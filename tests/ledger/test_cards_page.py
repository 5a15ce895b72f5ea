"""The page of cards, run: what ends on its last day and what stays owed."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.entries import Lot
from ledger.purses import Holding
from ledger.rules.lapsing import ending, ends
from ledger.specials import Special
from tests.ledger.worked import Row, fen, worked_rows

TODAY = date(2026, 11, 20)
ROWS = worked_rows("cards.md", "What ends", 11)


def holding(row: Row) -> Holding:
    last = date.fromisoformat(row["last day"]) if row["last day"] else None
    left, is_money = int(row["left"]), row["asset"] == "CNY"
    special = Special(asset=row["asset"], units=0 if is_money else 100, expires_on=last, rule="r")
    lot = Lot("lot", "m", fen(row["paid"]), 100 if is_money else 0, "v", "h", special.text())
    return Holding(lot, 0, left if is_money else 0, 0 if is_money else left)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "/".join(row.values()))
def test_what_is_left_ends_or_stays_as_the_page_says(row: Row) -> None:
    assert ends(holding(row), TODAY) == (row["ends"] == "yes")


def test_only_what_ends_is_taken_out() -> None:
    held = [holding(row) for row in ROWS]
    assert len(ending(held, TODAY)) == sum(row["ends"] == "yes" for row in ROWS)


def test_money_that_was_paid_in_never_ends() -> None:
    assert ending([Holding(Lot("lot", "m", 30_000, 5_000, "v", "h"), 30_000, 5_000)], date(2099, 1, 1)) == ()
