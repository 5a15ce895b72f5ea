"""X, Z, the day and the home screen say the same: folded from entries here, summed by the database there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.model import figures
from kiosk.services import cash, enrol, pay, reports, shifts, top_up, void
from kiosk.services.acts import Done
from kiosk.services.errors import NoOpenShift, ServiceError
from kiosk.services.today import today
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.errors import LedgerError
from ledger.rules.programme import ApprovedAct
from tests.builders import CASHIER, OTHER_CASHIER, Shop, open_shop
from tests.kiosk.services.books import sound

TILLS = {"1": CASHIER, "2": OTHER_CASHIER}
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return open_shop(tmp_path)


@dataclass
class Day:
    """Two tills, whoever came in, and what was done so far."""

    shop: Shop
    members: list[Member] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    dates: set[date] = field(default_factory=set)


@dataclass(frozen=True)
class Step:
    """One thing a cashier tries, successfully or not."""

    till: str
    what: str
    minor: int
    tender: Tender
    pick: int


STEPS = st.builds(
    Step,
    till=st.sampled_from(sorted(TILLS)),
    what=st.sampled_from(
        ["top_up", "top_up", "pay", "pay", "void", "void", "cash", "enrol", "anonymous", "new_shift", "next_day"]
    ),
    minor=st.integers(1, 60_000),
    tender=st.sampled_from(Tender),
    pick=st.integers(0, 99),
)


def take(day: Day, step: Step) -> None:
    """Try a step; what is refused is refused."""
    till, cashier = day.shop.till(step.till), TILLS[step.till]
    with suppress(ServiceError, LedgerError):
        done = TRIES[step.what](day, till, cashier, step)
        if done is not None:
            day.done.append(done)
    open_shift = shifts.current(till.counter)
    if open_shift is not None:
        day.dates.add(open_shift.business_date)


def member(day: Day, step: Step) -> Member:
    return day.members[step.pick % len(day.members)]


def try_top_up(day: Day, till: Shop, cashier: str, step: Step) -> Done:
    holder = member(day, step)
    bonus = top_up.quote(till.counter, holder.member_id, step.minor, step.tender).terms.bonus_minor
    asked = top_up.TopUp(holder.member_id, step.minor, step.tender, None, bonus)
    return top_up.top_up(till.counter, till.act(cashier), asked)


def try_pay(day: Day, till: Shop, cashier: str, step: Step) -> Done:
    holder = member(day, step)
    terms = pay.quote(till.counter, holder.member_id, step.minor).terms
    stored = terms.stored_minor if step.pick % 3 else 0
    asked = pay.Payment(holder.member_id, step.minor, stored, step.tender, None, step.minor + step.pick)
    return pay.pay(till.counter, till.act(cashier), asked).done


def try_void(day: Day, till: Shop, cashier: str, step: Step) -> Done | None:
    if not day.done:
        return None
    mistake = day.done[-1 - step.pick % min(6, len(day.done))].recorded.entry
    void.void(till.counter, till.approved(ApprovedAct.VOID, cashier), mistake.entry_id)
    return None


def try_cash(_: Day, till: Shop, cashier: str, step: Step) -> Done:
    kind = (EntryKind.PAID_IN, EntryKind.PAID_OUT, EntryKind.DROP, EntryKind.NO_SALE)[step.pick % 4]
    minor = 0 if kind is EntryKind.NO_SALE else step.minor
    return cash.move_cash(till.counter, till.approved(cash.CASH_KINDS[kind][0], cashier), kind, minor, "找零")


def try_enrol(day: Day, till: Shop, cashier: str, _: Step) -> None:
    asked = enrol.Enrolment("李雪", f"138{len(day.members):08d}", None, consented=True)
    day.members.append(enrol.enrol(till.counter, till.act(cashier), asked).member)


def try_anonymous(day: Day, till: Shop, cashier: str, _: Step) -> None:
    day.members.append(enrol.enrol_anonymous(till.counter, till.act(cashier)).member)


def try_new_shift(_: Day, till: Shop, cashier: str, step: Step) -> None:
    shifts.close_shift(till.counter, till.act(cashier), step.minor)
    till.open_shift(step.minor, cashier)


def try_next_day(day: Day, till: Shop, cashier: str, step: Step) -> None:
    day.shop.clock.forward(hours=20)
    try_new_shift(day, till, cashier, step)


TRIES: dict[str, Callable[[Day, Shop, str, Step], Done | None]] = {
    "top_up": try_top_up,
    "pay": try_pay,
    "void": try_void,
    "cash": try_cash,
    "enrol": try_enrol,
    "anonymous": try_anonymous,
    "new_shift": try_new_shift,
    "next_day": try_next_day,
}


@settings(max_examples=25, derandomize=True, database=None)
@given(steps=st.lists(STEPS, min_size=5, max_size=40))
def test_whatever_the_day_brings_the_home_screen_and_the_reports_agree(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        day = Day(open_shop(Path(folder)))
        for till, cashier in TILLS.items():
            day.shop.till(till).open_shift(20_000, cashier)
        try_enrol(day, day.shop, CASHIER, Step("1", "enrol", 1, Tender.CASH, 0))
        for step in steps:
            take(day, step)
        for business_date in day.dates:
            expect_equal_figures(day.shop, business_date)
        for till in TILLS:
            expect_an_honest_home_screen(day.shop.till(till))
        day.shop.counter.store.close()


def expect_equal_figures(shop: Shop, business_date: date) -> None:
    report = reports.day_report(shop.counter, business_date)
    totals, net = figures.day_totals(shop.counter.store, business_date), report.figures.net
    assert (totals.top_up_count, totals.top_up_minor) == (net.top_up.count, net.top_up.minor)
    assert totals.top_up_bonus_minor == net.top_up_bonus_minor
    assert (totals.spend_count, totals.stored_spend_minor) == (net.spend.count, net.stored_minor)
    assert totals.enrolled_count == report.figures.enrolled_count
    for tender in Tender:
        folded = net.top_up_tenders[tender].minor + net.rest_tenders[tender].minor
        assert totals.by_tender.get(tender, 0) == folded
    by_shift = [line.figures for line in report.shifts]
    assert sum(one.expected_cash_minor for one in by_shift) == report.figures.expected_cash_minor
    assert sum(one.net.top_up.minor for one in by_shift) == net.top_up.minor
    assert sum(one.net.stored_minor for one in by_shift) == net.stored_minor
    assert sum(one.void_count for one in by_shift) == report.figures.void_count
    for line in report.shifts:
        if line.shift.closed_at is None:
            account = f"till:{line.shift.till}:cash"
            held = figures.shift_balance(shop.counter.store, line.shift.shift_id, account)
            assert held == line.figures.expected_cash_minor


def expect_an_honest_home_screen(till: Shop) -> None:
    shown = today(till.counter)
    net = reports.day_report(till.counter, shown.business_date).figures.net
    assert (shown.top_up_count, shown.top_up_minor) == (net.top_up.count, net.top_up.minor)
    assert (shown.spend_count, shown.stored_spend_minor) == (net.spend.count, net.stored_minor)
    assert shown.liability_minor == sound(till)


def test_the_home_screen_of_a_shop_that_just_opened_is_all_noughts(shop: Shop) -> None:
    shown = today(shop.counter)
    assert shown.business_date == FRIDAY
    assert (shown.top_up_count, shown.spend_count, shown.enrolled_count, shown.liability_minor) == (0, 0, 0, 0)
    assert shown.by_tender == {}


def test_an_x_changes_nothing_and_a_z_says_the_same(shop: Shop) -> None:
    opened = shop.open_shift()
    holder = shop.enrol()
    shop.top_up(holder)
    shop.pay(holder, 40_000)
    shift_id = opened.recorded.entry.entry_id
    x = [reports.x_report(shop.counter, shift_id) for _ in range(2)]
    assert x[0] == x[1]
    z = shifts.close_shift(shop.counter, shop.act(), 84_900).report
    assert (x[0].title, z.title) == ("X", "Z")
    assert (x[0].figures.done, x[0].figures.voided) == (z.figures.done, z.figures.voided)
    assert x[0].figures.expected_cash_minor == z.figures.expected_cash_minor == 85_000
    assert (z.figures.counted_minor, z.figures.over_short_minor) == (84_900, -100)


def test_a_shift_past_the_cut_off_counts_for_the_day_it_opened(shop: Shop) -> None:
    shop.clock.forward(hours=18)
    shop.open_shift()
    holder = shop.enrol()
    shop.clock.forward(hours=4)
    shop.top_up(holder)
    assert (today(shop.counter).business_date, today(shop.counter).top_up_minor) == (FRIDAY, 30_000)
    assert reports.day_report(shop.counter, FRIDAY).figures.net.top_up.minor == 30_000


def test_a_day_with_an_open_till_has_no_count_yet(shop: Shop) -> None:
    shop.open_shift()
    shifts.close_shift(shop.counter, shop.act(), 50_000)
    shop.till("2").open_shift(cashier=OTHER_CASHIER)
    day = reports.day_report(shop.counter, FRIDAY).figures
    assert (day.counted_minor, day.over_short_minor) == (None, None)


def test_a_report_of_no_shift_is_refused(shop: Shop) -> None:
    with pytest.raises(NoOpenShift) as none_open:
        reports.x_report(shop.counter, "no such shift")
    assert none_open.value.till == "1"
