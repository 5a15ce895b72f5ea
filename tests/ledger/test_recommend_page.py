"""docs/rules/recommend.md, table by table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.member_facts import DayFigures
from ledger.rules.recommend import FEWEST, MOST, Candidate, recommend, usual_ticket
from tests.ledger.worked import Row, fen, worked_rows

PAGE = "recommend.md"
LADDER = ((10_000, 500), (30_000, 5_000), (50_000, 10_000), (100_000, 24_000))
CHOICES = tuple(Candidate(place, pay, pay + bonus) for place, (pay, bonus) in enumerate(LADDER))
FIRST = date(2026, 11, 1)


def days_of(text: str) -> tuple[DayFigures, ...]:
    spent = [fen(part) for part in text.split(", ")] if text else []
    return tuple(DayFigures(FIRST + timedelta(days=place), 1, minor) for place, minor in enumerate(spent))


def _answer(bill_minor: int, days: tuple[DayFigures, ...]) -> tuple[int | None, str]:
    found = recommend(CHOICES, bill_minor, days)
    return (None, "") if found is None else (CHOICES[found.place].pay_minor, found.reason.code)


@pytest.mark.parametrize("row", worked_rows(PAGE, "By the bill alone", 9), ids=str)
def test_without_a_habit_the_bill_decides(row: Row) -> None:
    wanted = fen(row["rung"]) if row["rung"] else None
    assert _answer(fen(row["bill"]), ()) == (wanted, row["because"])


@pytest.mark.parametrize("row", worked_rows(PAGE, "By habit", 9), ids=str)
def test_a_habit_decides_where_a_rung_fits_it(row: Row) -> None:
    days = days_of(row["days"])
    assert usual_ticket(days) == (fen(row["usual ticket"]) if row["usual ticket"] else None)
    wanted = fen(row["rung"]) if row["rung"] else None
    assert _answer(fen(row["bill"]), days) == (wanted, row["because"])


@given(
    st.integers(0, 200_000),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 90_000)), max_size=20),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_what_is_recommended_covers_the_bill_can_be_taken_and_fits(
    bill: int, past: list[tuple[int, int]], taken: list[bool]
) -> None:
    days = tuple(DayFigures(FIRST + timedelta(days=n), visits, spent) for n, (visits, spent) in enumerate(past))
    choices = [choice for choice, free in zip(CHOICES, taken, strict=True) if free]
    found = recommend(choices, bill, days)
    if found is None:
        assert not bill or all(choice.credited_minor < bill for choice in choices)
        return
    chosen = CHOICES[found.place]
    assert chosen in choices
    assert chosen.credited_minor >= bill
    if found.reason.code == "recommend.habit":
        ticket = dict(found.reason.values)["ticket_minor"]
        assert isinstance(ticket, int)
        assert FEWEST * ticket <= chosen.credited_minor <= MOST * ticket
