"""A payment takes what is here, the rest by a second tender, and hands back exact change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.model.errors import EntryConflict
from kiosk.services import open_member, pay, shifts
from kiosk.services.errors import ApprovalNeeded, CashTooLittle, MemberUnknown, RestTenderMissing
from kiosk.services.find_member import Via
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.errors import BalanceTooSmall, LedgerError, NothingToPay
from ledger.rules.programme import ApprovedAct
from tests.builders import BAKERY, MANAGER, OTHER_CASHIER, Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows, sound


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


@pytest.fixture
def member(shop: Shop) -> Member:
    member = shop.enrol()
    shop.top_up(member, 30_000, Tender.WECHAT)
    return member


def asked(member: Member, **told: Any) -> pay.Payment:
    return replace(pay.Payment(member.member_id, 12_000, 12_000), **told)


def here(shop: Shop, member: Member) -> int:
    return open_member.open_member(shop.counter, member.member_id).here_minor


def drawer(shop: Shop) -> int:
    shift = shifts.current(shop.counter)
    assert shift is not None
    return shifts.drawer_cash(shop.counter, shift)


@pytest.mark.parametrize(
    ("price", "stored", "tender", "given", "change", "left", "cash"),
    [
        (12_000, 12_000, None, 0, 0, 23_000, 50_000),
        (35_000, 35_000, None, 0, 0, 0, 50_000),
        (40_000, 35_000, Tender.CASH, 5_000, 0, 0, 55_000),
        (40_000, 35_000, Tender.CASH, 10_000, 5_000, 0, 55_000),
        (40_000, 35_000, Tender.ALIPAY, 0, 0, 0, 50_000),
        (12_000, 0, Tender.CASH, 20_000, 8_000, 35_000, 62_000),
        (12_000, 1, Tender.BANK_CARD, 0, 0, 34_999, 50_000),
        (1, 1, None, 0, 0, 34_999, 50_000),
        (12_000, 99_999, None, 0, 0, 23_000, 50_000),
        (12_000, 12_000, Tender.CASH, 50_000, 0, 23_000, 50_000),
    ],
    ids=[
        "all stored", "to the last fen", "rest exact", "rest with change", "rest by phone", "all cash", "one fen stored",
        "one fen", "more offered than due", "cash laid down for nothing",
    ],
)  # fmt: skip
def test_a_payment_is_taken(
    shop: Shop,
    member: Member,
    price: int,
    stored: int,
    tender: Tender | None,
    given: int,
    change: int,
    left: int,
    cash: int,
) -> None:
    told = {"list_price_minor": price, "stored_minor": stored, "rest_tender": tender, "tendered_minor": given}
    paid = pay.pay(shop.counter, shop.act(), asked(member, **told))
    facts = paid.done.recorded.entry.facts
    assert (paid.change_minor, here(shop, member), drawer(shop)) == (change, left, cash)
    assert facts["stored_minor"] + facts["rest_minor"] == facts["paid_price_minor"] == price
    assert facts["principal_minor"] + facts["bonus_minor"] == facts["stored_minor"]
    assert facts["tendered_minor"] - facts["change_minor"] == facts["rest_minor"]
    assert facts["balance_after_minor"] == left == sound(shop)
    assert paid.done.job_id is not None


@pytest.mark.parametrize(
    ("told", "error", "fields"),
    [
        ({"list_price_minor": 0}, NothingToPay, {"amount_minor": 0}),
        ({"list_price_minor": -12_000}, NothingToPay, {"amount_minor": -12_000}),
        ({"stored_minor": -1}, NothingToPay, {"amount_minor": -1}),
        (
            {"list_price_minor": 40_000, "stored_minor": 40_000},
            BalanceTooSmall,
            {"asked_minor": 40_000, "available_minor": 35_000, "missing_minor": 5_000},
        ),
        ({"stored_minor": 10_000}, RestTenderMissing, {"rest_minor": 2_000}),
        (
            {"stored_minor": 10_000, "rest_tender": Tender.CASH, "tendered_minor": 1_999},
            CashTooLittle,
            {"due_minor": 2_000, "tendered_minor": 1_999},
        ),
        (
            {"stored_minor": 10_000, "rest_tender": Tender.CASH, "tendered_minor": -2_000},
            CashTooLittle,
            {"due_minor": 2_000, "tendered_minor": -2_000},
        ),
        ({"member_id": "nobody"}, MemberUnknown, {"member_id": "nobody"}),
    ],
)
def test_a_payment_is_refused(
    shop: Shop, member: Member, told: dict[str, Any], error: type[Exception], fields: dict[str, Any]
) -> None:
    before = rows(shop)
    with pytest.raises(error) as refused:
        pay.pay(shop.counter, shop.act(), asked(member, **told))
    assert vars(refused.value) == fields
    assert refusals(shop) == [("spend", error.__name__)]
    assert rows(shop) == before | {"journal": before["journal"] + 1}
    assert (here(shop, member), drawer(shop)) == (35_000, 50_000)


def test_a_quote_does_nothing(shop: Shop, member: Member) -> None:
    before = rows(shop)
    quote = pay.quote(shop.counter, member.member_id, 40_000)
    assert (quote.terms.stored_minor, quote.terms.rest_minor) == (35_000, 5_000)
    assert rows(shop) == before


def test_the_balance_that_was_shown_and_is_gone_is_not_paid_with(shop: Shop, member: Member) -> None:
    shown = pay.quote(shop.counter, member.member_id, 35_000).terms.stored_minor
    other = shop.till("2")
    other.open_shift(cashier=OTHER_CASHIER)
    pay.pay(other.counter, other.act(OTHER_CASHIER), asked(member))
    with pytest.raises(BalanceTooSmall) as small:
        pay.pay(shop.counter, shop.act(), asked(member, list_price_minor=35_000, stored_minor=shown))
    assert (small.value.asked_minor, small.value.available_minor) == (35_000, 23_000)


def test_a_name_alone_does_not_spend_stored_value(shop: Shop, member: Member) -> None:
    searched = asked(member, via=Via.SEARCH)
    act = shop.act()
    with pytest.raises(ApprovalNeeded) as needed:
        pay.pay(shop.counter, act, searched)
    assert (needed.value.act, needed.value.amount_minor) == ("spend_without_code", 12_000)
    approved = shop.approved(ApprovedAct.SPEND_WITHOUT_CODE)
    done = pay.pay(shop.counter, approved, searched).done
    assert (done.recorded.entry.approver, done.recorded.entry.facts["via"]) == (MANAGER, "search")


def test_a_member_who_pays_all_in_cash_needs_no_code(shop: Shop, member: Member) -> None:
    cash = asked(member, via=Via.SEARCH, stored_minor=0, rest_tender=Tender.CASH, tendered_minor=12_000)
    assert pay.pay(shop.counter, shop.act(), cash).change_minor == 0


def test_enter_twice_pays_once(shop: Shop, member: Member) -> None:
    act = shop.act()
    told = asked(member, stored_minor=10_000, rest_tender=Tender.CASH, tendered_minor=5_000)
    first, again = (pay.pay(shop.counter, act, told) for _ in range(2))
    assert (first.done.repeated, again.done.repeated) == (False, True)
    assert (first.change_minor, again.change_minor, first.done.job_id) == (3_000, 3_000, again.done.job_id)
    assert (here(shop, member), drawer(shop)) == (25_000, 52_000)


@pytest.mark.parametrize(
    "other",
    [{"list_price_minor": 12_001}, {"stored_minor": 11_999}, {"via": Via.CARD}, {"rest_tender": Tender.CASH}],
)
def test_an_id_that_paid_one_bill_pays_no_other(shop: Shop, member: Member, other: dict[str, Any]) -> None:
    act = shop.act()
    pay.pay(shop.counter, act, asked(member))
    with pytest.raises(EntryConflict):
        pay.pay(shop.counter, act, asked(member, **other))
    assert here(shop, member) == 23_000


def test_an_id_that_was_refused_may_be_used_when_it_fits(shop: Shop, member: Member) -> None:
    act = shop.act()
    with pytest.raises(LedgerError):
        pay.pay(shop.counter, act, asked(member, list_price_minor=40_000, stored_minor=40_000))
    assert not pay.pay(shop.counter, act, asked(member)).done.repeated
    refused = entries(shop, EntryKind.REFUSED)[0]
    assert (refused.facts["attempted_id"], refused.entry_id == act.entry_id) == (act.entry_id, False)


def test_value_is_taken_from_the_oldest_lot_first_in_its_own_ratio(shop: Shop, member: Member) -> None:
    shop.top_up(member, 10_000)
    shop.pay(member, 40_000)
    (left,) = open_member.open_member(shop.counter, member.member_id).holdings
    assert (left.lot.paid_minor, left.principal_minor, left.bonus_minor) == (10_000, 5_238, 262)


def test_five_hundred_lots_pay_one_bill(tmp_path: Path) -> None:
    unlimited = BAKERY.read_text(encoding="utf-8")
    start, end = unlimited.index("[limits]"), unlimited.index("# ── 店长授权")
    shop = open_shop(tmp_path, (unlimited[:start] + unlimited[end:]).encode())
    shop.open_shift()
    member = shop.enrol()
    for _ in range(500):
        shop.top_up(member, 10_000, Tender.WECHAT)
    paid = shop.pay(member, 500 * 10_500 - 1)
    assert len(paid.done.recorded.entry.postings) == 1_000
    assert here(shop, member) == sound(shop) == 1


def test_a_thousand_payments_of_a_fen_leave_no_fen_over(shop: Shop, member: Member) -> None:
    for _ in range(100):
        shop.pay(member, 1)
    shop.pay(member, 34_900)
    totals = {"principal": 0, "bonus": 0}
    for entry in entries(shop, EntryKind.SPEND):
        totals["principal"] += entry.facts["principal_minor"]
        totals["bonus"] += entry.facts["bonus_minor"]
    assert totals == {"principal": 30_000, "bonus": 5_000}
    assert sound(shop) == 0
