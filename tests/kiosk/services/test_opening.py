"""Opening balances: exactly what was declared comes in, once, whatever cuts it off; and goes out again whole, once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.model import activity, journal, members, old_numbers, purses
from kiosk.model.errors import EntryConflict
from kiosk.services import find_member, opening, shifts, void
from kiosk.services.errors import ShiftsStillOpen
from kiosk.services.opening import Batch, OldPass, OldPast, OpeningRow, Totals, open_balances, totals_of
from kiosk.services.opening_errors import (
    BatchReverted,
    BatchUnknown,
    ControlTotalDiffers,
    OpeningRowUnfit,
    OpeningsUsed,
)
from kiosk.services.opening_members import OldMember
from kiosk.services.opening_revert import batch_state, batches, revert_import
from ledger.entries import EntryKind
from ledger.protocol.judge import Standing, judge
from ledger.rules.programme import ApprovedAct
from ledger.wire import read_entry
from tests.builders import MANAGER, Shop, open_shop
from tests.kiosk.services.books import entries, everything_written, sound
from tests.kiosk.services.promising import promise

SNOW: Final = OldMember("李雪", "13812341234", date(1990, 5, 21), "8000123", date(2024, 3, 1))
NAMELESS: Final = OldMember(old_number="8000124")
ROWS: Final = (
    OpeningRow(2, SNOW, 20_000, 3_000, 150, date(2027, 12, 31), (OldPass("VISIT:wash", 4, 39_200),)),
    OpeningRow(3, NAMELESS, 0, 500, past=OldPast(date(2026, 11, 2), 12, 90_000, 3, 120_000)),
    OpeningRow(4, OldMember("王强", "13912341234"), 100),
    OpeningRow(7, OldMember("赵一", "13712341234")),
)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter)
    return shop


def batch_of(shop: Shop, *rows: OpeningRow, **more: Any) -> Batch:
    declared = sum((totals_of(row) for row in rows), Totals())
    return replace(Batch(shop.counter.mint(), "会员.xlsx", "ab" * 32, declared), **more)


def bring(shop: Shop, *rows: OpeningRow) -> Batch:
    batch = batch_of(shop, *rows)
    open_balances(shop.counter, MANAGER, batch, lambda: rows)
    return batch


def member_of(shop: Shop, number: str) -> str:
    holder = old_numbers.holder(shop.counter.store, number)
    assert holder is not None
    return holder


def accepted_by_head_office(shop: Shop) -> bool:
    store = shop.counter.store
    rows = journal.page(store, 0, 1 << 30)
    standing = Standing(store.identity.box, store.identity.store, {})
    judge(standing, [(row.sequence, read_entry(row.body)) for row in rows])
    held = {key: minor for key, minor in standing.mirror.items() if minor}
    return held == {
        key: minor
        for row in store.rows("SELECT member_id FROM member")
        for key, minor in purses.lines(store, *row).items()
        if minor
    }


def test_what_was_declared_comes_in_to_the_fen_and_the_visit(shop: Shop) -> None:
    told: list[int] = []
    opened = open_balances(shop.counter, MANAGER, batch_of(shop, *ROWS), lambda: ROWS, told.append)
    assert opened == opening.Opened(Totals(4, 20_100, 3_500, 150, 4), enrolled=4, repeated=0)
    assert sound(shop) == 23_600
    assert told == [4]
    assert accepted_by_head_office(shop)
    snow = members.by_phone(shop.counter.store, "13812341234")
    assert snow is not None
    assert (snow.name, snow.birthday, snow.registered) == ("李雪", date(1990, 5, 21), True)
    assert snow.enrolled_at.astimezone(shop.counter.zone).date() == date(2024, 3, 1)


def test_the_balances_can_be_spent_like_any_other(shop: Shop) -> None:
    bring(shop, *ROWS)
    shop.open_shift()
    snow = members.by_phone(shop.counter.store, "13812341234")
    assert snow is not None
    paid = shop.pay(snow, 11_500)
    assert paid.done.recorded.entry.facts["paid_price_minor"] == 11_500
    assert sound(shop) == 23_600 - 11_500
    assert accepted_by_head_office(shop)


def test_names_and_phones_stay_out_of_the_journal(shop: Shop) -> None:
    bring(shop, *ROWS)
    written = everything_written(shop)
    assert "李雪" not in written
    assert "13812341234" not in written
    assert "1990" not in written


def test_an_old_number_finds_its_member_but_stands_for_no_card(shop: Shop) -> None:
    bring(shop, *ROWS)
    found = find_member.find(shop.counter, "8000124")
    assert isinstance(found, find_member.MemberFound)
    assert (found.via, found.card_code) == (find_member.Via.SEARCH, None)
    assert found.member.member_id == member_of(shop, "8000124")


def test_an_old_number_that_is_also_the_end_of_a_phone_lets_the_cashier_choose(shop: Shop) -> None:
    bring(shop, OpeningRow(2, OldMember("李雪", "13812348001"), 1), OpeningRow(3, OldMember(old_number="8001"), 1))
    found = find_member.find(shop.counter, "8001")
    assert isinstance(found, find_member.Candidates)
    assert [member.name for member in found.members] == ["", "李雪"]
    scanned = find_member.find_scanned(shop.counter, "8001")
    assert isinstance(scanned, find_member.MemberFound)
    assert scanned.member.name == "", "an old card is scanned, not four digits of a phone"


def test_the_past_counts_for_tiers_on_the_day_the_member_was_last_seen(shop: Shop) -> None:
    bring(shop, *ROWS)
    totals = activity.totals(shop.counter.store, (member_of(shop, "8000124"),))
    assert (totals.visits, totals.spent_minor, totals.topped_minor) == (12, 90_000, 120_000)
    assert totals.last_visit_on == date(2026, 11, 2)


def test_a_member_who_is_known_here_is_not_enrolled_again(shop: Shop) -> None:
    shop.open_shift()
    snow = shop.enrol()
    opened = open_balances(shop.counter, MANAGER, batch_of(shop, ROWS[0]), lambda: ROWS[:1])
    assert opened.enrolled == 0
    assert member_of(shop, "8000123") == snow.member_id


@pytest.mark.parametrize("total", ["members", "principal_minor", "bonus_minor", "points", "visits"])
def test_a_control_total_that_differs_by_one_writes_nothing(shop: Shop, total: str) -> None:
    batch = batch_of(shop, *ROWS)
    wrong = replace(batch.declared, **{total: getattr(batch.declared, total) + 1})
    with pytest.raises(ControlTotalDiffers) as refused:
        open_balances(shop.counter, MANAGER, replace(batch, declared=wrong), lambda: ROWS)
    assert (refused.value.total, refused.value.declared - refused.value.found) == (total, 1)
    assert entries(shop, EntryKind.OPENED) == []
    with pytest.raises(BatchUnknown):
        batch_state(shop.counter, batch.batch_id)


UNFIT: Final = [
    ("a phone under another name", OpeningRow(9, OldMember("李冰", "13812341234"), 1), "phone_of_another"),
    ("a phone and a number of two people", OpeningRow(9, OldMember("李雪", "13812341234", old_number="8000124"), 1), "two_members"),
    ("a number of somebody with a name", OpeningRow(9, OldMember(old_number="8000123"), 1), "number_of_another"),
    ("a named person with a nameless one's number", OpeningRow(9, OldMember("钱二", "13612341234", old_number="8000124"), 1), "number_of_another"),
    ("a pass nobody declared", OpeningRow(9, OldMember("钱二", "13612341234"), passes=(OldPass("VISIT:moon", 1),)), "pass_unknown"),
    ("a balance below zero", OpeningRow(9, OldMember("钱二", "13612341234"), -1), "amount"),
    ("a pass of no visits", OpeningRow(9, OldMember("钱二", "13612341234"), passes=(OldPass("VISIT:wash", 0),)), "amount"),
    ("more than any ledger holds", OpeningRow(9, OldMember("钱二", "13612341234"), 10**18), "amount"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "reason"), [case[1:] for case in UNFIT], ids=[case[0] for case in UNFIT])
def test_a_row_that_cannot_be_taken_is_named_and_nothing_of_its_page_is_written(
    shop: Shop, row: OpeningRow, reason: str
) -> None:
    bring(shop, *ROWS)
    before = shop.counter.store.execute("SELECT count(*) FROM member").fetchone()
    fine = OpeningRow(8, OldMember("孙三", "13512341234"), 5)
    with pytest.raises(OpeningRowUnfit) as refused:
        bring(shop, fine, row)
    assert (refused.value.row, refused.value.reason) == (9, reason)
    assert shop.counter.store.execute("SELECT count(*) FROM member").fetchone() == before
    assert sound(shop) == 23_600


class PowerCut(Exception):
    """The machine went off."""


def cut_after(rows: tuple[OpeningRow, ...], written: int) -> Callable[[], Iterator[OpeningRow]]:
    passes = iter(range(9))

    def read() -> Iterator[OpeningRow]:
        adding_up = next(passes) == 0
        for place, row in enumerate(rows):
            if not adding_up and place == written:
                raise PowerCut
            yield row

    return read


@pytest.mark.parametrize("written", range(len(ROWS)))
def test_an_import_that_was_cut_off_goes_on_and_doubles_nothing(
    shop: Shop, written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_AT_ONCE", 1)
    batch = batch_of(shop, *ROWS)
    with pytest.raises(PowerCut):
        open_balances(shop.counter, MANAGER, batch, cut_after(ROWS, written))
    state = batch_state(shop.counter, batch.batch_id)
    assert (state.written.members, state.complete) == (written, False)
    opened = open_balances(shop.counter, MANAGER, batch, lambda: ROWS)
    assert opened.repeated == written
    again = open_balances(shop.counter, MANAGER, batch, lambda: ROWS)
    assert (again.repeated, again.enrolled) == (4, 0)
    state = batch_state(shop.counter, batch.batch_id)
    assert (state.written, state.complete, state.reverted) == (batch.declared, True, False)
    assert sound(shop) == 23_600


def test_another_file_under_the_same_number_is_a_conflict(shop: Shop) -> None:
    batch = bring(shop, *ROWS)
    other = (*ROWS[:3], replace(ROWS[3], principal_minor=1))
    with pytest.raises(EntryConflict):
        open_balances(shop.counter, MANAGER, replace(batch, declared=batch.declared + Totals(0, 1)), lambda: other)
    swapped = (replace(ROWS[2], principal_minor=99), *ROWS[:2], replace(ROWS[3], principal_minor=1))
    with pytest.raises(EntryConflict):
        open_balances(shop.counter, MANAGER, batch, lambda: swapped)
    assert sound(shop) == 23_600


def test_an_import_is_taken_back_whole_and_once(shop: Shop) -> None:
    batch = bring(shop, *ROWS)
    told: list[int] = []
    assert revert_import(shop.counter, MANAGER, batch.batch_id, told.append) == batch.declared
    assert told == [1, 2, 3, 4]
    assert sound(shop) == 0
    assert accepted_by_head_office(shop)
    assert activity.totals(shop.counter.store, (member_of(shop, "8000124"),)).visits == 0
    for again in (
        lambda: revert_import(shop.counter, MANAGER, batch.batch_id),
        lambda: open_balances(shop.counter, MANAGER, batch, lambda: ROWS),
    ):
        with pytest.raises(BatchReverted):
            again()
    fresh = bring(shop, *ROWS)
    assert sound(shop) == 23_600
    assert [(state.batch.batch_id, state.reverted) for state in batches(shop.counter)] == [
        (batch.batch_id, True),
        (fresh.batch_id, False),
    ]


def test_an_import_whose_balances_were_used_stays_and_says_whose(shop: Shop) -> None:
    batch = bring(shop, *ROWS)
    shop.open_shift()
    snow = members.by_phone(shop.counter.store, "13812341234")
    assert snow is not None
    paid = shop.pay(snow, 1)
    with pytest.raises(ShiftsStillOpen):
        revert_import(shop.counter, MANAGER, batch.batch_id)
    close(shop)
    with pytest.raises(OpeningsUsed) as refused:
        revert_import(shop.counter, MANAGER, batch.batch_id)
    assert (refused.value.members, refused.value.codes) == (1, (snow.code,))
    assert sound(shop) == 23_599
    assert paid.done.recorded.entry.kind is EntryKind.SPEND


def test_a_payment_that_was_voided_leaves_the_import_as_it_was(shop: Shop) -> None:
    batch = bring(shop, *ROWS)
    shop.open_shift()
    snow = members.by_phone(shop.counter.store, "13812341234")
    assert snow is not None
    paid = shop.pay(snow, 900)
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), paid.done.recorded.entry.entry_id)
    close(shop)
    revert_import(shop.counter, MANAGER, batch.batch_id)
    assert sound(shop) == 0


def close(shop: Shop) -> None:
    shifts.close_shift(shop.counter, shop.act(), 50_000)


def test_no_cashier_voids_an_opening_balance(shop: Shop) -> None:
    bring(shop, *ROWS)
    shop.open_shift()
    assert void.voidable(shop.counter) == ()


amounts = st.integers(0, 10**9)
rows = st.lists(
    st.builds(
        lambda principal, bonus, points, visits, named: (principal, bonus, points, visits, named),
        amounts, amounts, amounts, st.integers(0, 50), st.booleans(),
    ),
    max_size=12,
)  # fmt: skip


def made(number: int, figures: tuple[int, int, int, int, bool]) -> OpeningRow:
    principal, bonus, points, visits, named = figures
    who = OldMember(f"会员{number}", f"138{number:08}") if named else OldMember(old_number=f"N{number}")
    passes = (OldPass("VISIT:wash", visits, visits * 100),) if visits else ()
    return OpeningRow(number, who, principal, bonus, points, None, passes)


def brings_and_takes_back(wanted: list[tuple[int, int, int, int, bool]], cut: int) -> int:
    """Whatever the rows and wherever it is cut: in to the unit, judged, verified, and out again; what is left then."""
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder))
        promise(shop.counter)
        told = tuple(made(number, figures) for number, figures in enumerate(wanted, start=2))
        batch = batch_of(shop, *told)
        if cut < len(told):
            with pytest.raises(PowerCut):
                open_balances(shop.counter, MANAGER, batch, cut_after(told, cut))
        open_balances(shop.counter, MANAGER, batch, lambda: told)
        state = batch_state(shop.counter, batch.batch_id)
        assert state.written == batch.declared
        assert sound(shop) == batch.declared.principal_minor + batch.declared.bonus_minor
        assert accepted_by_head_office(shop)
        units = shop.counter.store.execute(
            "SELECT coalesce(sum(amount_minor), 0) FROM purse WHERE instrument = 'units'"
        )
        assert units.fetchone()[0] == batch.declared.points + batch.declared.visits
        assert revert_import(shop.counter, MANAGER, batch.batch_id) == batch.declared
        left: int = shop.counter.store.execute("SELECT coalesce(sum(amount_minor), 0) FROM purse").fetchone()[0]
        sound(shop)
        shop.counter.store.close()
        return left


@settings(max_examples=15)
@given(rows, st.integers(0, 14))
def test_whatever_comes_in_is_what_was_declared_and_goes_out_again(
    wanted: list[tuple[int, int, int, int, bool]], cut: int
) -> None:
    assert brings_and_takes_back(wanted, cut) == 0
