"""Festivals and zodiac: the page's own dates, and nothing a programme cannot name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.services.festivals import festivals, zodiac
from ledger.rules.festival_names import FESTIVALS, LUNAR, PUBLIC, SOLAR, TERMS, ZODIACS
from tests.ledger.worked import Row, worked_rows

PAGE = "activity.md"
ROWS = worked_rows(PAGE, "Festivals", 20)
YEARS = range(2025, 2031)


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=number) for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["festival"])
def test_a_festival_falls_on_the_page_s_date_each_year(row: Row) -> None:
    lasts = {"spring_festival": 4, "labour_day": 2, "national_day": 3}.get(row["festival"], 1)
    for year in YEARS:
        told = date.fromisoformat(row[str(year)])
        found = [day for day in days_of(year) if row["festival"] in festivals(day)]
        assert told in found
        assert len(found) == lasts
        assert found[-1] - found[0] == timedelta(days=lasts - 1)


def test_the_page_names_every_festival() -> None:
    assert {row["festival"] for row in ROWS} == {*PUBLIC, *LUNAR, *SOLAR}


@pytest.mark.parametrize("year", [1901, 2026, 2099])
def test_every_year_has_each_solar_term_once_and_no_name_a_programme_cannot_use(year: int) -> None:
    found = [name for day in days_of(year) for name in festivals(day)]
    assert all(found.count(term) == 1 for term in TERMS)
    assert set(found) <= FESTIVALS


@pytest.mark.parametrize("row", worked_rows(PAGE, "Zodiac", 8), ids=lambda row: row["birthday"])
def test_an_animal_s_year_begins_at_the_lunar_new_year(row: Row) -> None:
    assert zodiac(date.fromisoformat(row["birthday"])) == row["animal"]
    assert not row["animal"] or row["animal"] in ZODIACS


def test_outside_the_known_calendar_only_the_solar_festivals_are_there() -> None:
    assert festivals(date(2150, 10, 1)) == {"national_day"}
    assert festivals(date(2100, 12, 31)) <= FESTIVALS
    assert festivals(date.max) == frozenset()
