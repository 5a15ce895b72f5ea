"""A second person says yes to one act under one id, and to nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import ANY

import pytest

from kiosk.services import cash, void
from kiosk.services.acts import Approval
from kiosk.services.approve import approval_needed, approve
from kiosk.services.errors import (
    ApprovalForOtherAct,
    ApprovalNeeded,
    ApprovalRefused,
    ApproverIsCashier,
    ApproverNotManager,
    StaffLocked,
    UnknownStaff,
    WrongPin,
)
from kiosk.services.set_up import NewPerson, hire
from kiosk.services.sign_in import sign_in
from kiosk.services.values import Role
from ledger.entries import EntryKind
from ledger.rules.programme import ApprovedAct
from tests.builders import BAKERY, CASHIER, MANAGER, OTHER_CASHIER, PIN, Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows

DEPUTY = "9002"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    hire(shop.counter.store, NewPerson(DEPUTY, "周岚", Role.MANAGER, PIN))
    shop.open_shift()
    return shop


def take_out(shop: Shop, approval: Approval | None) -> None:
    act = shop.act()
    act = replace(act, entry_id=approval.entry_id if approval else act.entry_id, approval=approval)
    cash.move_cash(shop.counter, act, EntryKind.PAID_OUT, 2_000, "买鸡蛋")


def test_a_manager_approves_one_act(shop: Shop) -> None:
    entry_id = shop.counter.mint()
    approval = approve(shop.counter, MANAGER, PIN, ApprovedAct.PAID_OUT, entry_id, CASHIER, ANY)
    assert approval == Approval(MANAGER, ApprovedAct.PAID_OUT, entry_id, ANY)
    take_out(shop, approval)
    entry = entries(shop, EntryKind.PAID_OUT)[0]
    assert (entry.cashier, entry.approver, entry.entry_id) == (CASHIER, MANAGER, entry_id)


def test_without_a_second_person_the_question_is_asked_and_nothing_is_written(shop: Shop) -> None:
    before = rows(shop)
    with pytest.raises(ApprovalNeeded) as needed:
        take_out(shop, None)
    assert (needed.value.act, needed.value.amount_minor) == ("paid_out", 2_000)
    assert rows(shop) == before


def test_nobody_approves_their_own_act(shop: Shop) -> None:
    with pytest.raises(ApproverIsCashier) as own:
        approve(shop.counter, MANAGER, PIN, ApprovedAct.VOID, shop.counter.mint(), MANAGER, ANY)
    assert own.value.staff_id == MANAGER
    assert refusals(shop) == [("approve_void", "ApproverIsCashier")]


def test_an_approval_given_to_a_cashier_does_not_serve_the_approver_at_the_till(shop: Shop) -> None:
    till = shop.till("2")
    till.open_shift(cashier=MANAGER)
    act = till.act(MANAGER)
    approval = approve(till.counter, MANAGER, PIN, ApprovedAct.PAID_OUT, act.entry_id, CASHIER, ANY)
    with pytest.raises(ApproverIsCashier) as own:
        cash.move_cash(till.counter, replace(act, approval=approval), EntryKind.PAID_OUT, 2_000, "买鸡蛋")
    assert own.value.staff_id == MANAGER


def test_a_manager_at_the_till_is_approved_by_another_manager(shop: Shop) -> None:
    till = shop.till("2")
    till.open_shift(cashier=MANAGER)
    act = till.act(MANAGER)
    approval = approve(till.counter, DEPUTY, PIN, ApprovedAct.PAID_OUT, act.entry_id, MANAGER, ANY)
    cash.move_cash(till.counter, replace(act, approval=approval), EntryKind.PAID_OUT, 2_000, "买鸡蛋")
    assert entries(shop, EntryKind.PAID_OUT)[0].approver == DEPUTY


def test_a_cashiers_pin_approves_nothing(shop: Shop) -> None:
    with pytest.raises(ApproverNotManager) as no_manager:
        approve(shop.counter, OTHER_CASHIER, PIN, ApprovedAct.VOID, shop.counter.mint(), CASHIER, ANY)
    assert no_manager.value.staff_id == OTHER_CASHIER
    assert refusals(shop) == [("approve_void", "ApproverNotManager")]


def test_guessing_the_managers_pin_at_approval_and_at_sign_in_counts_together(shop: Shop) -> None:
    for _ in range(2):
        with pytest.raises(WrongPin):
            sign_in(shop.counter, MANAGER, "1357")
        with pytest.raises(WrongPin):
            approve(shop.counter, MANAGER, "1357", ApprovedAct.VOID, shop.counter.mint(), CASHIER, ANY)
    with pytest.raises(StaffLocked):
        approve(shop.till("2").counter, MANAGER, "1357", ApprovedAct.VOID, shop.counter.mint(), CASHIER, ANY)
    with pytest.raises(StaffLocked) as locked:
        approve(shop.counter, MANAGER, PIN, ApprovedAct.VOID, shop.counter.mint(), CASHIER, ANY)
    assert locked.value.staff_id == MANAGER
    assert [error for _, error in refusals(shop)] == ["WrongPin"] * 4 + ["StaffLocked"] * 2


def test_a_number_nobody_has_approves_nothing(shop: Shop) -> None:
    with pytest.raises(UnknownStaff):
        approve(shop.counter, "4711", PIN, ApprovedAct.VOID, shop.counter.mint(), CASHIER, ANY)
    assert [entry.cashier for entry in entries(shop, EntryKind.REFUSED)] == [CASHIER]


def test_an_approval_is_not_used_for_another_kind_of_act(shop: Shop) -> None:
    approval = approve(shop.counter, MANAGER, PIN, ApprovedAct.VOID, shop.counter.mint(), CASHIER, ANY)
    with pytest.raises(ApprovalForOtherAct) as other:
        take_out(shop, approval)
    assert (other.value.approved_act, other.value.act) == ("void", "paid_out")
    assert refusals(shop) == [("paid_out", "ApprovalForOtherAct")]


def test_an_approval_is_not_used_a_second_time(shop: Shop) -> None:
    approval = approve(shop.counter, MANAGER, PIN, ApprovedAct.PAID_OUT, shop.counter.mint(), CASHIER, ANY)
    take_out(shop, approval)
    replayed = replace(shop.act(), approval=approval)
    with pytest.raises(ApprovalForOtherAct):
        cash.move_cash(shop.counter, replayed, EntryKind.PAID_OUT, 2_000, "买鸡蛋")
    assert len(entries(shop, EntryKind.PAID_OUT)) == 1


def test_an_approval_for_something_else_is_refused_even_where_none_is_needed(shop: Shop) -> None:
    approval = approve(shop.counter, MANAGER, PIN, ApprovedAct.VOID, shop.counter.mint(), CASHIER, ANY)
    act = replace(shop.act(), approval=approval)
    with pytest.raises(ApprovalRefused):
        cash.move_cash(shop.counter, act, EntryKind.PAID_IN, 2_000, "找零")
    assert not entries(shop, EntryKind.PAID_IN)


def test_the_same_act_again_is_answered_whether_or_not_the_approval_comes_along(shop: Shop) -> None:
    member = shop.enrol()
    topped_up = shop.top_up(member).recorded.entry.entry_id
    act = shop.approved(ApprovedAct.VOID)
    first = void.void(shop.counter, act, topped_up)
    again = void.void(shop.counter, replace(act, approval=None), topped_up)
    assert again.repeated
    assert again.recorded.row == first.recorded.row
    assert again.recorded.entry.approver == MANAGER


@pytest.mark.parametrize(
    ("act", "needed"),
    [
        (ApprovedAct.VOID, True),
        (ApprovedAct.PAID_OUT, True),
        (ApprovedAct.CARD_REPLACE, True),
        (ApprovedAct.CARD_UNBLOCK, True),
        (ApprovedAct.SPEND_WITHOUT_CODE, True),
        (ApprovedAct.DAY_CLOSE, True),
        (ApprovedAct.PAID_IN, False),
        (ApprovedAct.DROP, False),
        (ApprovedAct.NO_SALE, False),
        (ApprovedAct.REPRINT, False),
    ],
)
def test_the_bakery_wants_a_second_person(shop: Shop, act: ApprovedAct, *, needed: bool) -> None:
    assert approval_needed(shop.counter, act, 1) is needed


def test_a_programme_may_ask_only_from_an_amount_on(tmp_path: Path) -> None:
    programme = BAKERY.read_text(encoding="utf-8").replace('paid_out = "0.00"', 'paid_out = "20.00"')
    (tmp_path / "new").mkdir()
    shop = open_shop(tmp_path / "new", programme.encode())
    shop.open_shift()
    cash.move_cash(shop.counter, shop.act(), EntryKind.PAID_OUT, 1_999, "买鸡蛋")
    with pytest.raises(ApprovalNeeded):
        cash.move_cash(shop.counter, shop.act(), EntryKind.PAID_OUT, 2_000, "买鸡蛋")
