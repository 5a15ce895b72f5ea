"""Cash that moves without a sale: always with a reason, never more than the drawer holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import shifts
from kiosk.services.acts import Act, Done
from kiosk.services.cash import CASH_KINDS, move_cash
from kiosk.services.errors import DrawerTooEmpty, ReasonMissing
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.errors import NothingToPay
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows, sound

FLOAT = 50_000


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift(FLOAT)
    return shop


def approved(shop: Shop, kind: EntryKind) -> Act:
    return shop.approved(CASH_KINDS[kind][0])


def move(shop: Shop, kind: EntryKind, minor: int, reason: str = "找零") -> Done:
    return move_cash(shop.counter, approved(shop, kind), kind, minor, reason)


def drawer(shop: Shop) -> int:
    shift = shifts.current(shop.counter)
    assert shift is not None
    return shifts.drawer_cash(shop.counter, shift)


@pytest.mark.parametrize(
    ("kind", "minor", "left"),
    [
        (EntryKind.PAID_IN, 10_000, 60_000),
        (EntryKind.PAID_OUT, 10_000, 40_000),
        (EntryKind.PAID_OUT, FLOAT, 0),
        (EntryKind.DROP, 1, 49_999),
        (EntryKind.DROP, FLOAT, 0),
        (EntryKind.NO_SALE, 0, FLOAT),
    ],
)
def test_the_drawer_holds_what_went_through_it(shop: Shop, kind: EntryKind, minor: int, left: int) -> None:
    done = move(shop, kind, minor, "  买鸡蛋  ")
    assert drawer(shop) == left
    assert done.recorded.entry.facts == {"amount_minor": minor, "reason": "买鸡蛋"}
    assert done.job_id is not None
    sound(shop)


@pytest.mark.parametrize("kind", [EntryKind.PAID_OUT, EntryKind.DROP])
def test_no_more_leaves_the_drawer_than_it_holds(shop: Shop, kind: EntryKind) -> None:
    with pytest.raises(DrawerTooEmpty) as empty:
        move(shop, kind, FLOAT + 1)
    assert (empty.value.asked_minor, empty.value.held_minor) == (FLOAT + 1, FLOAT)
    assert drawer(shop) == FLOAT
    assert refusals(shop) == [(kind.value, "DrawerTooEmpty")]


@pytest.mark.parametrize("kind", [EntryKind.PAID_IN, EntryKind.PAID_OUT, EntryKind.DROP])
@pytest.mark.parametrize("minor", [0, -1, -FLOAT])
def test_nothing_and_less_than_nothing_is_not_moved(shop: Shop, kind: EntryKind, minor: int) -> None:
    with pytest.raises(NothingToPay) as nothing:
        move(shop, kind, minor)
    assert nothing.value.amount_minor == minor
    assert drawer(shop) == FLOAT


@pytest.mark.parametrize("minor", [1, -1])
def test_a_drawer_opened_without_a_sale_moves_nothing(shop: Shop, minor: int) -> None:
    with pytest.raises(NothingToPay):
        move(shop, EntryKind.NO_SALE, minor)


@pytest.mark.parametrize("kind", list(CASH_KINDS))
@pytest.mark.parametrize("reason", ["", "   ", "\u3000"])
def test_cash_needs_a_reason_in_words(shop: Shop, kind: EntryKind, reason: str) -> None:
    with pytest.raises(ReasonMissing) as missing:
        move(shop, kind, 0 if kind is EntryKind.NO_SALE else 100, reason)
    assert missing.value.kind == kind.value


def test_card_money_is_not_in_the_drawer(shop: Shop) -> None:
    shop.top_up(shop.enrol(), 30_000, Tender.WECHAT)
    with pytest.raises(DrawerTooEmpty):
        move(shop, EntryKind.DROP, FLOAT + 1)


def test_cash_of_another_till_is_not_in_this_drawer(shop: Shop) -> None:
    other = shop.till("2")
    other.open_shift(0, "1002")
    act = other.approved(ApprovedAct.DROP, "1002")
    with pytest.raises(DrawerTooEmpty) as empty:
        move_cash(other.counter, act, EntryKind.DROP, 1, "缴款")
    assert empty.value.held_minor == 0


def test_enter_twice_moves_once(shop: Shop) -> None:
    act = approved(shop, EntryKind.PAID_OUT)
    done = [move_cash(shop.counter, act, EntryKind.PAID_OUT, 10_000, reason) for reason in ("买鸡蛋", " 买鸡蛋 ")]
    assert [one.repeated for one in done] == [False, True]
    assert (done[0].job_id, drawer(shop)) == (done[1].job_id, 40_000)


def test_a_movement_that_was_refused_leaves_nothing_but_its_refusal(shop: Shop) -> None:
    before = rows(shop)
    with pytest.raises(ReasonMissing):
        move(shop, EntryKind.PAID_IN, 100, "")
    assert rows(shop) == before | {"journal": before["journal"] + 1}
    assert entries(shop, EntryKind.REFUSED)[0].postings == ()
