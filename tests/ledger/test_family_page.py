"""The page of families, run: what a person may still spend of the pot."""

from __future__ import annotations

import pytest

from ledger.family import Limits
from tests.ledger.worked import Row, worked_rows


def fen(text: str) -> int | None:
    return int(text) if text else None


@pytest.mark.parametrize("row", worked_rows("family.md", "What is left", 6), ids=lambda row: "/".join(row.values()))
def test_what_is_left_is_the_narrowest_limit_less_what_was_spent(row: Row) -> None:
    own = Limits(fen(row["per day"]), fen(row["per month"]))
    programme = Limits(fen(row["programme's day"]), fen(row["programme's month"]))
    left = own.within(programme).left(int(row["spent today"]), int(row["spent in the month"]))
    assert left == fen(row["left"])
