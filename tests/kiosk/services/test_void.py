"""A void mirrors a mistake of this shift, once, and hands the original tender back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.model.errors import EntryConflict
from kiosk.services import cash, enrol, open_member, pay, reprint, shifts
from kiosk.services.acts import Done
from kiosk.services.errors import ApprovalNeeded, DrawerTooEmpty, EntryUnknown, NoOpenShift, ShiftOfAnother
from kiosk.services.void import void, voidable
from ledger.accounts import Tender
from ledger.balances import fold_balances
from ledger.entries import EntryKind
from ledger.errors import AlreadyReversed, NotReversible, ShiftClosedSince, ValueAlreadySpent
from ledger.rules.programme import ApprovedAct
from tests.builders import CASHIER, MANAGER, OTHER_CASHIER, Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows, sound


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


def undo(shop: Shop, done: Done, cashier: str = CASHIER) -> Done:
    return void(shop.counter, shop.approved(ApprovedAct.VOID, cashier), done.recorded.entry.entry_id)


def move(shop: Shop, kind: EntryKind, minor: int) -> Done:
    act = shop.approved(cash.CASH_KINDS[kind][0])
    return cash.move_cash(shop.counter, act, kind, minor, "找零")


def drawer(shop: Shop) -> int:
    shift = shifts.current(shop.counter)
    assert shift is not None
    return shifts.drawer_cash(shop.counter, shift)


@pytest.mark.parametrize(
    "mistake",
    [
        lambda shop, member: shop.top_up(member),
        lambda shop, member: shop.top_up(member, 30_000, Tender.WECHAT),
        lambda shop, member: shop.pay(member, 12_000).done,
        lambda shop, member: shop.pay(member, 45_000).done,
        lambda shop, _: move(shop, EntryKind.PAID_IN, 1_000),
        lambda shop, _: move(shop, EntryKind.PAID_OUT, 1_000),
        lambda shop, _: move(shop, EntryKind.DROP, 1_000),
    ],
    ids=["top-up in cash", "top-up by phone", "payment", "payment with a rest", "paid in", "paid out", "drop"],
)
def test_a_mistake_is_undone_to_the_last_fen(shop: Shop, mistake: Callable[[Shop, object], Done]) -> None:
    member = shop.enrol()
    shop.top_up(member)
    owed, held = sound(shop), drawer(shop)
    done = mistake(shop, member)
    undone = undo(shop, done)
    entry = undone.recorded.entry
    assert (sound(shop), drawer(shop)) == (owed, held)
    assert (entry.reverses, entry.approver) == (done.recorded.entry.entry_id, MANAGER)
    assert all(minor == 0 for minor in fold_balances([*done.recorded.entry.postings, *entry.postings]).values())
    assert undone.job_id is not None


def test_a_manager_is_asked(shop: Shop) -> None:
    done = shop.top_up(shop.enrol())
    before = rows(shop)
    with pytest.raises(ApprovalNeeded) as needed:
        void(shop.counter, shop.act(), done.recorded.entry.entry_id)
    assert (needed.value.act, needed.value.amount_minor) == ("void", 30_000)
    assert rows(shop) == before


def test_a_mistake_is_undone_once(shop: Shop) -> None:
    done = shop.top_up(shop.enrol())
    first = undo(shop, done)
    with pytest.raises(AlreadyReversed) as again:
        undo(shop, done)
    original = done.recorded.entry.entry_id
    assert (again.value.entry_id, again.value.reversal_id) == (original, first.recorded.entry.entry_id)
    assert refusals(shop) == [("void", "AlreadyReversed")]


def test_enter_twice_undoes_once_and_answers_the_same(shop: Shop) -> None:
    done, act = shop.top_up(shop.enrol()), shop.approved(ApprovedAct.VOID)
    answers = [void(shop.counter, act, done.recorded.entry.entry_id) for _ in range(2)]
    assert [answer.repeated for answer in answers] == [False, True]
    assert answers[0].recorded.row == answers[1].recorded.row
    other = shop.pay(shop.enrol("王强", "13900005678"), 100).done
    with pytest.raises(EntryConflict):
        void(shop.counter, act, other.recorded.entry.entry_id)


def test_a_void_is_not_voided(shop: Shop) -> None:
    undone = undo(shop, shop.top_up(shop.enrol()))
    with pytest.raises(NotReversible) as refused:
        undo(shop, undone)
    assert (refused.value.entry_id, refused.value.kind) == (undone.recorded.entry.entry_id, "void")


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda shop: enrol.enrol_anonymous(shop.counter, shop.act()).done, "member_enrolled"),
        (lambda shop: move(shop, EntryKind.NO_SALE, 0), "no_sale"),
    ],
)
def test_what_moved_nothing_is_not_voided(shop: Shop, act: Callable[[Shop], Done], kind: str) -> None:
    with pytest.raises(NotReversible) as refused:
        undo(shop, act(shop))
    assert refused.value.kind == kind


def test_a_refusal_is_not_voided(shop: Shop) -> None:
    with pytest.raises(EntryUnknown) as unknown:
        void(shop.counter, shop.approved(ApprovedAct.VOID), "no such entry")
    assert unknown.value.entry_id == "no such entry"
    with pytest.raises(NotReversible):
        void(shop.counter, shop.approved(ApprovedAct.VOID), entries(shop, EntryKind.REFUSED)[0].entry_id)


def test_a_top_up_that_was_spent_from_is_a_refund_and_no_void(shop: Shop) -> None:
    member = shop.enrol()
    done = shop.top_up(member)
    paid = shop.pay(member, 1).done
    with pytest.raises(ValueAlreadySpent) as spent:
        undo(shop, done)
    assert (spent.value.topped_up_minor, spent.value.remaining_minor) == (35_000, 34_999)
    undo(shop, paid)
    undo(shop, done)
    assert sound(shop) == 0


def test_a_second_lot_does_not_stand_in_for_the_one_that_was_spent(shop: Shop) -> None:
    member = shop.enrol()
    first, _ = shop.top_up(member), shop.top_up(member)
    shop.pay(member, 1_000)
    with pytest.raises(ValueAlreadySpent):
        undo(shop, first)


def test_cash_that_left_for_the_safe_is_not_handed_back(shop: Shop) -> None:
    paid_in = move(shop, EntryKind.PAID_IN, 10_000)
    dropped = move(shop, EntryKind.DROP, 55_000)
    with pytest.raises(DrawerTooEmpty) as empty:
        undo(shop, paid_in)
    assert (empty.value.asked_minor, empty.value.held_minor) == (10_000, 5_000)
    undo(shop, dropped)
    undo(shop, paid_in)
    assert drawer(shop) == 50_000


def test_a_cash_top_up_is_not_handed_back_from_an_empty_drawer(shop: Shop) -> None:
    done = shop.top_up(shop.enrol())
    move(shop, EntryKind.DROP, 80_000)
    with pytest.raises(DrawerTooEmpty):
        undo(shop, done)
    assert sound(shop) == 35_000


def test_what_was_paid_by_phone_does_not_come_out_of_the_drawer(shop: Shop) -> None:
    done = shop.top_up(shop.enrol(), 30_000, Tender.WECHAT)
    move(shop, EntryKind.DROP, 50_000)
    undo(shop, done)
    assert (sound(shop), drawer(shop)) == (0, 0)


def test_yesterdays_mistake_is_a_refund(shop: Shop) -> None:
    member = shop.enrol()
    done = shop.top_up(member)
    old = shifts.current(shop.counter)
    shifts.close_shift(shop.counter, shop.act(), 80_000)
    with pytest.raises(NoOpenShift):
        undo(shop, done)
    new = shop.open_shift(80_000).recorded.entry.entry_id
    with pytest.raises(ShiftClosedSince) as since:
        undo(shop, done)
    assert old is not None
    assert (since.value.shift_id, since.value.open_shift_id) == (old.shift_id, new)
    assert voidable(shop.counter) == ()


def test_a_mistake_is_undone_at_the_till_that_made_it(shop: Shop) -> None:
    done = shop.top_up(shop.enrol())
    other = shop.till("2")
    other.open_shift(cashier=OTHER_CASHIER)
    with pytest.raises(ShiftClosedSince):
        undo(other, done, OTHER_CASHIER)
    with pytest.raises(ShiftOfAnother):
        undo(shop, done, OTHER_CASHIER)
    assert sound(shop) == 35_000


def test_the_list_says_what_can_be_undone_and_why_not(shop: Shop) -> None:
    member = shop.enrol()
    topped_up, paid = shop.top_up(member), shop.pay(member, 12_000).done
    undo(shop, shop.pay(member, 3_000).done)
    listed = {choice.recorded.entry.entry_id: choice for choice in voidable(shop.counter)}
    assert len(listed) == 3
    assert listed[paid.recorded.entry.entry_id].refusal is None
    spent = listed[topped_up.recorded.entry.entry_id]
    assert (spent.amount_minor, type(spent.refusal)) == (30_000, ValueAlreadySpent)
    assert [type(choice.refusal) for choice in listed.values()].count(AlreadyReversed) == 1


def test_undoing_a_payment_gives_back_change_and_all(shop: Shop) -> None:
    member = shop.enrol()
    asked = pay.Payment(member.member_id, 3_000, 0, Tender.CASH, None, 10_000)
    paid = pay.pay(shop.counter, shop.act(), asked)
    assert (paid.change_minor, drawer(shop)) == (7_000, 53_000)
    undo(shop, paid.done)
    assert drawer(shop) == 50_000
    assert open_member.open_member(shop.counter, member.member_id).here_minor == 0


def test_a_reprint_is_not_voided(shop: Shop) -> None:
    done = shop.top_up(shop.enrol())
    copy = reprint.reprint(shop.counter, shop.act(), done.recorded.entry.entry_id)
    with pytest.raises(NotReversible):
        undo(shop, copy)
