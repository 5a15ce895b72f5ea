"""A manager's yes holds for exactly what was shown: the amount, the reason, the member, the entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from kiosk.services import cash, recording, reprint, void
from kiosk.services.acts import Act, Approval
from kiosk.services.approve import approve
from kiosk.services.errors import ApprovalForOtherAct, ApprovalForOtherContent, ApprovalNeeded
from ledger.entries import EntryKind
from ledger.rules.programme import ApprovedAct
from tests.builders import MANAGER, PIN, Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows

Deed = Callable[[Act], object]


def deeds(shop: Shop) -> dict[str, Deed]:
    """Return acts that need a second person, each differing from another in one thing."""
    first, second = (shop.top_up(shop.enrol(f"客人{n}", f"1381234000{n}")).recorded.entry.entry_id for n in range(2))

    def out(minor: int, reason: str) -> Deed:
        return lambda act: cash.move_cash(shop.counter, act, EntryKind.PAID_OUT, minor, reason)

    return {
        "20.00 for eggs": out(2_000, "买鸡蛋"),
        "30.00 for eggs": out(3_000, "买鸡蛋"),
        "20.00 for milk": out(2_000, "买牛奶"),
        "20.00 into the safe": lambda act: cash.move_cash(shop.counter, act, EntryKind.DROP, 2_000, "买鸡蛋"),
        "the first top-up undone": lambda act: void.void(shop.counter, act, first),
        "the second top-up undone": lambda act: void.void(shop.counter, act, second),
        "the first slip again": lambda act: reprint.reprint(shop.counter, act, first),
    }


def asked(shop: Shop, deed: Deed) -> tuple[Act, ApprovalNeeded] | None:
    """Return the question an act asks, None where the programme lets it through alone."""
    act = shop.act()
    try:
        deed(act)
    except ApprovalNeeded as needed:
        return act, needed
    return None


def approved(shop: Shop, act: Act, needed: ApprovalNeeded) -> Act:
    wanted = (ApprovedAct(needed.act), act.entry_id, act.cashier, needed.content)
    return replace(act, approval=approve(shop.counter, MANAGER, PIN, *wanted))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


def test_what_was_approved_is_done_and_nothing_that_differs_in_any_one_thing(shop: Shop) -> None:
    each = deeds(shop)
    pairs = 0
    for shown, done in product(each, each):
        question = asked(shop, each[shown])
        if question is None or shown == done:
            continue
        act, needed = question
        before = rows(shop)["posting"]
        with pytest.raises((ApprovalForOtherContent, ApprovalForOtherAct)):
            each[done](approved(shop, act, needed))
        assert rows(shop)["posting"] == before, f"approved {shown}, asked {done}: no money moved"
        pairs += 1
    assert pairs >= 20


def test_what_was_approved_is_done(shop: Shop) -> None:
    each = deeds(shop)
    done = 0
    for deed in each.values():
        question = asked(shop, deed)
        if question is not None:
            deed(approved(shop, *question))
            done += 1
    assert done >= 5
    assert {entry.approver for kind in (EntryKind.PAID_OUT, EntryKind.VOID) for entry in entries(shop, kind)} == {
        MANAGER
    }


def test_the_refusal_says_what_was_approved_and_the_attempt_is_journalled(shop: Shop) -> None:
    each = deeds(shop)
    question = asked(shop, each["20.00 for eggs"])
    assert question is not None
    with pytest.raises(ApprovalForOtherContent) as other:
        each["30.00 for eggs"](approved(shop, *question))
    assert other.value.act == "paid_out"
    assert refusals(shop)[-1] == ("paid_out", "ApprovalForOtherContent")


def test_an_approval_for_one_cashier_is_not_anothers(shop: Shop) -> None:
    question = asked(shop, deeds(shop)["20.00 for eggs"])
    assert question is not None
    act = replace(approved(shop, *question), cashier="1002")
    with pytest.raises(ApprovalForOtherContent):
        cash.move_cash(shop.counter, act, EntryKind.PAID_OUT, 2_000, "买鸡蛋")


def test_an_approval_that_comes_without_a_question_does_not_count(shop: Shop) -> None:
    act = shop.act()
    forged = replace(act, approval=Approval(MANAGER, ApprovedAct.PAID_OUT, act.entry_id, ""))
    with pytest.raises(ApprovalForOtherContent):
        cash.move_cash(shop.counter, forged, EntryKind.PAID_OUT, 2_000, "买鸡蛋")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(("_refuse_other_content", lambda *_: None), id="the content is not compared"),
        pytest.param(("plain", lambda _: "anything"), id="the hash leaves the command out"),
    ],
)
def test_without_its_check_another_amount_would_pass(
    shop: Shop, broken: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, *broken)
    with pytest.raises(pytest.fail.Exception):
        test_the_refusal_says_what_was_approved_and_the_attempt_is_journalled(shop)
