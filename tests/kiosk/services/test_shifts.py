"""A shift is one cashier's accountable period on one till, from the float to the blind count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.model.errors import EntryConflict
from kiosk.services import cash, enrol, pay, shifts, top_up
from kiosk.services.errors import NoOpenShift, ShiftAlreadyOpen, ShiftOfAnother
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.errors import AmountUnreadable
from tests.builders import CASHIER, MANAGER, OPENING, OTHER_CASHIER, Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows, sound


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return open_shop(tmp_path)


def test_a_shift_opens_with_its_float_in_the_drawer(shop: Shop) -> None:
    shop.open_shift(50_000)
    shift = shifts.current(shop.counter)
    assert shift is not None
    told = (shift.till, shift.cashier, shift.number, shift.float_minor, shift.business_date, shift.opened_at)
    assert told == ("1", CASHIER, 1, 50_000, date(2026, 11, 20), OPENING)
    assert shifts.drawer_cash(shop.counter, shift) == 50_000


def test_a_shift_may_open_on_an_empty_drawer(shop: Shop) -> None:
    opened = shop.open_shift(0)
    assert opened.recorded.entry.postings == ()


@pytest.mark.parametrize("minor", [-1, -50_000])
def test_neither_float_nor_count_is_below_zero(shop: Shop, minor: int) -> None:
    with pytest.raises(AmountUnreadable) as unreadable:
        shop.open_shift(minor)
    assert unreadable.value.reason == "negative"
    shop.open_shift()
    with pytest.raises(AmountUnreadable):
        shifts.close_shift(shop.counter, shop.act(), minor)


def test_a_till_has_one_open_shift(shop: Shop) -> None:
    shop.open_shift()
    with pytest.raises(ShiftAlreadyOpen) as standing:
        shop.open_shift(cashier=OTHER_CASHIER)
    assert (standing.value.till, standing.value.cashier, standing.value.opened_at) == ("1", CASHIER, OPENING)
    assert refusals(shop) == [("shift_opened", "ShiftAlreadyOpen")]


def test_each_till_has_a_shift_of_its_own_and_counts_its_own_numbers(shop: Shop) -> None:
    other = shop.till("2")
    for _ in range(2):
        shop.open_shift(100)
        shifts.close_shift(shop.counter, shop.act(), 100)
    other.open_shift(cashier=OTHER_CASHIER)
    shift = shifts.current(other.counter)
    assert shift is not None
    assert shift.number == 1
    assert [entry.facts["number"] for entry in entries(shop, EntryKind.SHIFT_OPENED)] == [1, 2, 1]


@pytest.mark.parametrize(
    ("counted", "over_short"), [(50_000, 0), (50_100, 100), (49_950, -50), (0, -50_000), (9_999_999_999, 9_999_949_999)]
)
def test_the_count_is_compared_with_what_should_be_there(shop: Shop, counted: int, over_short: int) -> None:
    shop.open_shift(50_000)
    x = shifts.shift_report(shop.counter, entries(shop)[0].entry_id)
    closed = shifts.close_shift(shop.counter, shop.act(), counted)
    assert (x.title, closed.report.title) == ("X", "Z")
    assert closed.over_short_minor == over_short
    assert closed.report.figures.expected_cash_minor == x.figures.expected_cash_minor == 50_000
    assert (closed.report.figures.counted_minor, closed.report.figures.over_short_minor) == (counted, over_short)
    assert shifts.current(shop.counter) is None
    assert shifts.drawer_cash(shop.counter, x.shift) == 0, "a closed till is empty: the cash is in the safe"
    sound(shop)


def test_the_count_is_printed_as_the_z_report(shop: Shop) -> None:
    shop.open_shift()
    assert shifts.close_shift(shop.counter, shop.act(), 50_000).done.job_id is not None


def test_without_a_shift_no_money_moves(shop: Shop) -> None:
    shop.open_shift()
    member = shop.enrol()
    shop.top_up(member)
    shifts.close_shift(shop.counter, shop.act(), 80_000)
    before = rows(shop)
    attempts = (
        lambda: shop.top_up(member),
        lambda: shop.pay(member, 100),
        lambda: shop.enrol("王强", "13900005678"),
        lambda: enrol.enrol_anonymous(shop.counter, shop.act()),
        lambda: cash.move_cash(shop.counter, shop.act(), EntryKind.PAID_IN, 100, "找零"),
        lambda: shifts.close_shift(shop.counter, shop.act(), 0),
    )
    for attempt in attempts:
        with pytest.raises(NoOpenShift) as none_open:
            attempt()
        assert none_open.value.till == "1"
    assert rows(shop) == before | {"journal": before["journal"] + len(attempts)}
    assert {error for _, error in refusals(shop)} == {"NoOpenShift"}


def test_nobody_works_in_anothers_shift(shop: Shop) -> None:
    shop.open_shift()
    member = shop.enrol()
    asked = top_up.TopUp(member.member_id, 30_000, Tender.CASH, None, 5_000)
    for stranger in (OTHER_CASHIER, MANAGER):
        with pytest.raises(ShiftOfAnother) as anothers:
            top_up.top_up(shop.counter, shop.act(stranger), asked)
        assert (anothers.value.till, anothers.value.cashier) == ("1", CASHIER)
    assert sound(shop) == 0


def test_a_manager_closes_the_shift_of_a_cashier_who_went_home_and_another_cashier_does_not(shop: Shop) -> None:
    shop.open_shift()
    with pytest.raises(ShiftOfAnother):
        shifts.close_shift(shop.counter, shop.act(OTHER_CASHIER), 50_000)
    closed = shifts.close_shift(shop.counter, shop.act(MANAGER), 50_000)
    assert (closed.report.shift.cashier, closed.done.recorded.entry.cashier) == (CASHIER, MANAGER)


def test_closing_twice_counts_once(shop: Shop) -> None:
    shop.open_shift()
    act = shop.act()
    first = shifts.close_shift(shop.counter, act, 50_100)
    shop.open_shift(20_000)
    again = shifts.close_shift(shop.counter, act, 50_100)
    assert (first.done.repeated, again.done.repeated) == (False, True)
    assert (again.over_short_minor, again.report.figures) == (100, first.report.figures)
    assert shifts.current(shop.counter) is not None, "the new shift goes on"


def test_a_second_count_under_the_same_id_is_another_act(shop: Shop) -> None:
    shop.open_shift()
    act = shop.act()
    shifts.close_shift(shop.counter, act, 50_100)
    with pytest.raises(EntryConflict) as conflict:
        shifts.close_shift(shop.counter, act, 50_000)
    assert conflict.value.entry_id == act.entry_id


def test_opening_twice_opens_once(shop: Shop) -> None:
    act = shop.act()
    opened = [shifts.open_shift(shop.counter, act, 50_000).repeated for _ in range(2)]
    assert opened == [False, True]


def test_a_report_of_a_shift_that_never_was_is_refused(shop: Shop) -> None:
    with pytest.raises(NoOpenShift):
        shifts.shift_report(shop.counter, shop.counter.mint())


def test_a_refusal_in_a_shift_is_counted_in_its_report(shop: Shop) -> None:
    opened = shop.open_shift()
    member = shop.enrol()
    asked = pay.Payment(member.member_id, 1_000, 0, Tender.CASH, None, 500)
    with pytest.raises(Exception, match="CashTooLittle"):
        pay.pay(shop.counter, shop.act(), asked)
    report = shifts.shift_report(shop.counter, opened.recorded.entry.entry_id)
    assert (report.figures.refused_count, report.figures.net.spend.count) == (1, 0)


def test_a_clock_set_back_within_a_shift_changes_nothing_about_its_money(shop: Shop) -> None:
    shop.open_shift()
    member = shop.enrol()
    shop.clock.forward(days=-400)
    shop.top_up(member)
    shop.clock.forward(days=800)
    shop.pay(member, 1_000)
    closed = shifts.close_shift(shop.counter, shop.act(), 80_000)
    assert closed.over_short_minor == 0
    assert {entry.business_date for entry in entries(shop)} == {date(2026, 11, 20)}
    assert sound(shop) == 34_000


def test_the_same_id_at_two_tills_is_one_act(shop: Shop) -> None:
    act = shop.act()
    shifts.open_shift(shop.counter, act, 50_000)
    assert shifts.open_shift(shop.till("2").counter, replace(act), 50_000).repeated
    assert shifts.current(shop.till("2").counter) is None
