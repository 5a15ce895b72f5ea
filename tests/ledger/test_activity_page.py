"""docs/rules/activity.md, table by table: levels, RFM and the tags a member's figures give."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.member_facts import DayFigures, MemberFacts
from ledger.rules.tag_policy import TagPolicy
from ledger.rules.tags import COMPUTED, LEVELS, computed_tags, explained_tags, last_seen, level, rfm
from tests.ledger.worked import Row, fen, worked_rows

PAGE = "activity.md"
ON = date(2026, 11, 20)


def named(row: Row) -> str:
    return "/".join(row.values())


@pytest.mark.parametrize("row", worked_rows(PAGE, "Levels by days", 6), ids=named)
def test_a_level_follows_from_the_days_since_somebody_was_seen(row: Row) -> None:
    assert level(int(row["days since last seen"])) == row["level"]


def seen(last: date, visits: int, spent_minor: int) -> MemberFacts:
    """A member with all visits of the window on one day."""
    day = DayFigures(last, visits, spent_minor)
    return MemberFacts("m1", True, date(2020, 1, 1), days=(day,), visits=visits, last_visit_on=last)


@pytest.mark.parametrize("row", worked_rows(PAGE, "RFM scores", 10), ids=named)
def test_scores_and_segment_are_as_the_page_says(row: Row) -> None:
    scores = rfm(seen(ON - timedelta(days=int(row["days"])), int(row["visits"]), fen(row["spent"])), ON)
    assert scores is not None
    assert (scores.recency, scores.frequency, scores.money) == (int(row["R"]), int(row["F"]), int(row["M"]))
    assert scores.segment == row["segment"]


@pytest.mark.parametrize("row", worked_rows(PAGE, "Tags of a member", 7), ids=named)
def test_a_member_has_the_tags_of_the_page(row: Row) -> None:
    last = date.fromisoformat(row["last seen"]) if row["last seen"] else None
    visits, top_ups = int(row["visits"]), int(row["top-ups"])
    facts = MemberFacts(
        "m1",
        True,
        date.fromisoformat(row["enrolled"]),
        birthday=date.fromisoformat(row["birthday"]) if row["birthday"] else None,
        days=(DayFigures(last, visits, fen(row["spent"]), top_ups),) if last else (),
        visits=visits,
        top_ups=top_ups,
        last_visit_on=last,
        balance_minor=fen(row["balance"]),
    )
    assert computed_tags(facts, ON) == set(row["tags"].split(", "))


def test_the_table_of_tags_names_every_tag_there_is() -> None:
    told = [row["tag"] for row in worked_rows(PAGE, "Computed tags", 9)]
    first, last = told.pop().split(" … ")
    named_tags = {tag for cell in told for tag in cell.split(", ")}
    assert {tag for tag in COMPUTED if not tag.startswith("rfm_")} == named_tags
    assert {first, last} <= COMPUTED


def test_a_top_up_is_being_seen_too() -> None:
    facts = MemberFacts("m1", True, date(2020, 1, 1), days=(DayFigures(ON, top_ups=1),), top_ups=1)
    assert last_seen(facts) == ON
    assert "active" in computed_tags(facts, ON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"loyal_visits": 3},
        {"quiet_from_days": 90},
        {"recency_days": (7, 7, 30, 90)},
        {"frequency_visits": (0, 4, 8, 15)},
        {"money_minor": (4, 3, 2, 1)},
        {"new_days": -1},
        {"habit_days": 401},
        {"habit_days": 0},
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"ascending|range"):
        TagPolicy(**wrong)  # type: ignore[arg-type]  # each field by its own name


figures = st.builds(
    DayFigures,
    on=st.dates(ON - timedelta(days=399), ON),
    visits=st.integers(0, 20),
    spent_minor=st.integers(0, 900_000),
    top_ups=st.integers(0, 3),
    topped_minor=st.integers(0, 900_000),
)


@given(
    days=st.lists(figures, max_size=12, unique_by=lambda day: day.on),
    balance=st.integers(0, 20_000),
    birthday=st.none() | st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    enrolled=st.dates(date(2019, 1, 1), ON),
)
def test_everybody_has_one_level_and_every_tag_has_its_figure(
    days: list[DayFigures], balance: int, birthday: date | None, enrolled: date
) -> None:
    visited = [day.on for day in days if day.visits]
    facts = MemberFacts(
        "m1",
        True,
        enrolled,
        birthday=birthday,
        days=tuple(sorted(days, key=lambda day: day.on)),
        visits=sum(day.visits for day in days),
        top_ups=sum(day.top_ups for day in days),
        last_visit_on=max(visited, default=None),
        balance_minor=balance,
    )
    found = explained_tags(facts, ON)
    tags = [each.tag for each in found]
    assert len(set(tags)) == len(tags)
    assert set(tags) == computed_tags(facts, ON) <= COMPUTED
    assert len(set(tags) & set(LEVELS)) == 1
    assert sum(tag.startswith("rfm_") for tag in tags) == bool(visited)
    assert not {"regular", "loyal"} <= set(tags)
