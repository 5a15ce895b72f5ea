"""The page of passes, run: what each use earns, and what may be sold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.accounts import Tender
from ledger.entries import Lot
from ledger.errors import LimitExceeded
from ledger.money import format_minor
from ledger.rules.passes import Buyer, check_sale, share_of_use, still_owed
from ledger.rules.programme import Limit, Limits
from ledger.specials import Special
from tests.ledger.worked import Row, fen, worked_rows

PAGE = "passes.md"
LIMITS = Limits(Limit(500_000, "x"), None, Limit(300_000, "x"), Limit(200_000, "x"))


def sold(price_minor: int, units: int) -> Lot:
    return Lot("lot", "m", price_minor, 0, "v", "h", Special(asset="VISIT:wash", units=units).text())


def shares(lot: Lot, uses: list[int]) -> list[int]:
    left, earned = lot.units, []
    for used in uses:
        earned.append(share_of_use(lot, left, used))
        left -= used
    return earned


@pytest.mark.parametrize("row", worked_rows(PAGE, "What each use earns", 7), ids=lambda row: "/".join(row.values()))
def test_each_use_earns_what_the_page_says(row: Row) -> None:
    lot = sold(fen(row["price"]), int(row["units"]))
    earned = shares(lot, [int(used) for used in row["uses"].split(", ")])
    assert ", ".join(format_minor(minor) for minor in earned) == row["shares"]


@pytest.mark.parametrize("row", worked_rows(PAGE, "What may be sold", 7), ids=lambda row: "/".join(row.values()))
def test_a_sale_is_let_pass_or_refused_as_the_page_says(row: Row) -> None:
    buyer = Buyer(row["buyer"] == "registered", fen(row["presold before"]))
    answer = "sold"
    try:
        check_sale(LIMITS, buyer, fen(row["price"]), Tender(row["tender"]))
    except LimitExceeded as refused:
        answer = f"LimitExceeded {refused.limit}, room {format_minor(refused.room_minor)}"
    assert answer == row["answer"]


@given(price=st.integers(0, 10**7), units=st.integers(1, 60), numbers=st.data())
def test_however_a_lot_is_used_its_price_is_earned_exactly(price: int, units: int, numbers: st.DataObject) -> None:
    lot, left, uses = sold(price, units), units, []
    while left:
        uses.append(numbers.draw(st.integers(1, left)))
        left -= uses[-1]
    earned = shares(lot, uses)
    assert sum(earned) == price
    assert min(earned) >= 0
    assert still_owed(lot, 0) == 0
