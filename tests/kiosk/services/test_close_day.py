"""The day closes once, when no shift is open, and what comes after counts for the next."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.model.errors import DayClosedAlready
from kiosk.services import shifts
from kiosk.services.close_day import DayClosed, close_day, day_to_close
from kiosk.services.errors import ApprovalNeeded, DayNotBegun, ServiceError, ShiftsStillOpen
from ledger.clock import business_date
from ledger.entries import EntryKind
from ledger.rules.programme import ApprovedAct
from tests.builders import MANAGER, OTHER_CASHIER, Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows, sound

FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return open_shop(tmp_path)


def close(shop: Shop, on: date | None = None) -> DayClosed:
    return close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE), on)


def a_shift(shop: Shop, counted_minor: int = 50_000) -> None:
    shop.open_shift()
    shifts.close_shift(shop.counter, shop.act(), counted_minor)


def test_a_day_closes_with_the_figures_of_all_its_tills(shop: Shop) -> None:
    other = shop.till("2")
    shop.open_shift(50_000)
    other.open_shift(20_000, OTHER_CASHIER)
    shop.top_up(shop.enrol())
    shifts.close_shift(shop.counter, shop.act(), 79_000)
    shifts.close_shift(other.counter, other.act(OTHER_CASHIER), 20_100)
    closed = close(shop)
    figures = closed.report.figures
    assert closed.report.business_date == FRIDAY
    assert [(line.shift.till, line.figures.over_short_minor) for line in closed.report.shifts] == [
        ("1", -1_000),
        ("2", 100),
    ]
    assert (figures.net.top_up.minor, figures.counted_minor, figures.over_short_minor) == (30_000, 99_100, -900)
    entry = closed.done.recorded.entry
    assert (entry.kind, entry.business_date, entry.approver) == (EntryKind.DAY_CLOSED, FRIDAY, MANAGER)
    assert closed.done.job_id is not None
    assert sound(shop) == 35_000


def test_an_open_shift_on_any_till_keeps_the_day_open(shop: Shop) -> None:
    a_shift(shop)
    shop.till("2").open_shift(cashier=OTHER_CASHIER)
    with pytest.raises(ShiftsStillOpen) as still_open:
        close(shop)
    assert (still_open.value.business_date, still_open.value.tills) == (FRIDAY, ("2",))
    assert refusals(shop) == [("day_closed", "ShiftsStillOpen")]


def test_a_second_person_closes_the_day(shop: Shop) -> None:
    a_shift(shop)
    with pytest.raises(ApprovalNeeded) as needed:
        close_day(shop.counter, shop.act())
    assert (needed.value.act, needed.value.amount_minor) == ("day_close", 0)
    assert not refusals(shop), "a question is no refusal"


@pytest.mark.parametrize("on", [None, FRIDAY])
def test_enter_twice_closes_once_and_answers_the_same(shop: Shop, on: date | None) -> None:
    a_shift(shop)
    act = shop.approved(ApprovedAct.DAY_CLOSE)
    first, again = close_day(shop.counter, act, on), close_day(shop.counter, act, on)
    assert (first.done.repeated, again.done.repeated) == (False, True)
    assert again.done.recorded.row == first.done.recorded.row
    assert again.report.business_date == first.report.business_date == FRIDAY


@pytest.mark.parametrize("on", [None, FRIDAY])
def test_a_second_till_does_not_close_the_day_again_nor_tomorrow_in_advance(shop: Shop, on: date | None) -> None:
    a_shift(shop)
    close(shop, on)
    with pytest.raises(DayClosedAlready) as closed:
        close(shop.till("2"), on)
    assert closed.value.business_date == FRIDAY
    assert refusals(shop) == [("day_closed", "DayClosedAlready")]
    shop.clock.forward(days=1)
    shop.open_shift()
    shift = shifts.current(shop.counter)
    assert shift is not None
    assert shift.business_date == SATURDAY


def test_a_day_to_come_is_not_closed(shop: Shop) -> None:
    with pytest.raises(DayNotBegun) as early:
        close(shop, SUNDAY)
    assert (early.value.business_date, early.value.today) == (SUNDAY, FRIDAY)


def test_a_customer_after_the_close_counts_for_the_next_day_and_closes_with_it(shop: Shop) -> None:
    a_shift(shop)
    close(shop)
    a_shift(shop)
    with pytest.raises(DayClosedAlready) as closed:
        close(shop)
    assert closed.value.business_date == FRIDAY
    shop.clock.forward(days=1)
    a_shift(shop)
    report = close(shop).report
    assert (report.business_date, len(report.shifts)) == (SATURDAY, 2)
    shop.clock.forward(days=1)
    a_shift(shop)
    assert close(shop).report.business_date == SUNDAY


def test_a_day_nobody_closed_is_closed_first_the_morning_after(shop: Shop) -> None:
    a_shift(shop)
    shop.clock.forward(days=1)
    assert day_to_close(shop.counter) == FRIDAY
    assert close(shop).report.business_date == FRIDAY
    shop.open_shift()
    shift = shifts.current(shop.counter)
    assert shift is not None
    assert shift.business_date == SATURDAY, "the morning belongs to Saturday still"


def test_forgotten_days_close_one_by_one_oldest_first(shop: Shop) -> None:
    for _ in range(3):
        a_shift(shop)
        shop.clock.forward(days=1)
    assert [close(shop).report.business_date for _ in range(3)] == [FRIDAY, SATURDAY, SUNDAY]


def test_a_day_without_any_shift_may_be_closed(shop: Shop) -> None:
    report = close(shop).report
    assert (report.business_date, report.shifts, report.figures.counted_minor) == (FRIDAY, (), None)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 20, 19, 59, tzinfo=UTC), FRIDAY),
        (datetime(2026, 11, 20, 20, 0, tzinfo=UTC), SATURDAY),
    ],
    ids=["03:59 in the shop", "04:00 in the shop"],
)
def test_the_business_date_ends_at_the_shops_cut_off(shop: Shop, moment: datetime, expected: date) -> None:
    shop.clock.moment = moment
    assert shop.counter.business_date(moment) == expected
    assert business_date(moment, shop.counter.zone, shop.counter.programme().day_ends) == expected


def test_a_shift_past_the_cut_off_keeps_its_date_to_the_last_entry(shop: Shop) -> None:
    shop.clock.moment = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
    shop.open_shift()
    member = shop.enrol()
    shop.clock.forward(hours=2)
    shop.top_up(member)
    closed = shifts.close_shift(shop.counter, shop.act(), 80_000)
    assert {entry.business_date for entry in entries(shop)} == {FRIDAY}
    assert closed.report.shift.business_date == FRIDAY
    assert close(shop).report.business_date == FRIDAY


def test_a_clock_set_back_for_years_never_reopens_a_closed_day(shop: Shop) -> None:
    a_shift(shop)
    close(shop)
    shop.clock.forward(days=-3_000)
    a_shift(shop)
    last = entries(shop, EntryKind.SHIFT_CLOSED)[-1]
    assert last.business_date == SATURDAY
    assert close(shop).report.business_date == SATURDAY
    with pytest.raises(DayNotBegun) as early:
        close(shop)
    assert (early.value.business_date, early.value.today) == (SUNDAY, date(2018, 9, 3))
    sound(shop)


def test_a_clock_that_ran_ahead_for_years_leaves_a_shop_that_can_close_its_days(shop: Shop) -> None:
    shop.clock.forward(days=3_650)
    a_shift(shop)
    ahead = close(shop).report.business_date
    shop.clock.forward(days=-3_650)
    closed = []
    for _ in range(3):
        a_shift(shop)
        closed.append(close(shop).report.business_date)
        shop.clock.forward(days=1)
    assert [(day - ahead).days for day in closed] == [1, 2, 3]


def test_a_refused_close_leaves_nothing_but_its_refusal(shop: Shop) -> None:
    shop.open_shift()
    before = rows(shop)
    with pytest.raises(ServiceError):
        close(shop)
    assert rows(shop) == before | {"journal": before["journal"] + 1}
