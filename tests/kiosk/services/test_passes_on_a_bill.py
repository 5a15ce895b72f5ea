"""A pass that pays goods on a bill earns its share as one used by itself does, and a void gives the share back."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model import journal
from kiosk.services import pay, void
from kiosk.services.recheck import recheck
from kiosk.services.values import Member
from ledger.protocol.judge import Standing, judge
from ledger.rules.occasion import BasketLine
from ledger.rules.programme import ApprovedAct
from ledger.wire import read_entry
from tests.builders import PROGRAMMES, Shop, open_shop
from tests.kiosk.services.books import sound
from tests.kiosk.services.promising import balance, held, sells

LATTE = BasketLine("latte", "拿铁", "drink", 1, 2_200)
PRESOLD, SALES = "presold:xuhui", "sales:xuhui"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path, (PROGRAMMES / "bakery.toml").read_bytes())
    shop.open_shift()
    return shop


@pytest.fixture
def member(shop: Shop) -> Member:
    """Somebody with ten lattes that were sold for 180.00."""
    member = shop.enrol()
    sells(shop, member, "latte-10", 18_000)
    return member


def drinks(shop: Shop, member: Member) -> pay.Paid:
    """Have a latte; the pass pays for it."""
    quoted = pay.quote(shop.counter, member.member_id, LATTE.price_minor, lines=(LATTE,))
    due = quoted.bill.paid_price_minor
    assert due == 0
    asked = pay.Payment(member.member_id, LATTE.price_minor, 0, lines=(LATTE,), expected_paid_minor=due)
    return pay.pay(shop.counter, shop.act(), asked)


def test_each_pass_on_a_bill_earns_its_share_and_all_of_them_the_price(shop: Shop, member: Member) -> None:
    drinks(shop, member)
    assert (balance(shop, PRESOLD), balance(shop, SALES)) == (16_200, 1_800)
    for _ in range(9):
        drinks(shop, member)
    assert (balance(shop, PRESOLD), balance(shop, SALES)) == (0, 18_000)
    assert (sound(shop), recheck(shop.counter).entries) == (0, 10)


def test_a_void_gives_unit_and_share_back(shop: Shop, member: Member) -> None:
    paid = drinks(shop, member)
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), paid.done.recorded.entry.entry_id)
    assert (balance(shop, PRESOLD), balance(shop, SALES)) == (18_000, 0)
    assert held(shop, member)["VISIT:latte-10"] == 10
    assert sound(shop) == 0


def test_head_office_takes_a_bill_that_a_pass_paid(shop: Shop, member: Member) -> None:
    drinks(shop, member)
    rows = [(row.sequence, read_entry(row.body)) for row in journal.page(shop.counter.store, 0, 1_000)]
    standing = Standing("box-1", "xuhui", {})
    judge(standing, rows)
    assert [left for key, left in standing.mirror.items() if key.member_id == member.member_id and left == 9] == [9]


def test_a_pass_that_earns_nothing_would_be_noticed(
    shop: Shop, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pay, "earned_by", lambda *_: 0)
    with pytest.raises(AssertionError):
        test_each_pass_on_a_bill_earns_its_share_and_all_of_them_the_price(shop, member)
