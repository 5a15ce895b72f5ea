"""Passes and vouchers: money now, visits later; all visits together earn exactly the price."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.model import purses
from kiosk.model.errors import EntryConflict
from kiosk.services import enrol, recording, redeem, sell, shifts, void
from kiosk.services.acts import Act
from kiosk.services.errors import (
    ApprovalNeeded,
    CashTooLittle,
    MemberUnknown,
    NoOpenShift,
    QuoteChanged,
    StoredValueStopped,
)
from kiosk.services.find_member import Via
from kiosk.services.offer_errors import NotForUse, NotInProgramme, NotOnItsList
from kiosk.services.presence import Presence
from kiosk.services.reports import day_report
from kiosk.services.tendering import Tendering
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.errors import LimitExceeded, UnitsTooFew, ValueAlreadySpent
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop
from tests.kiosk.office import Office
from tests.kiosk.services.books import last_refusal, refusals, rows, sound
from tests.kiosk.services.promising import balance, held, promise, sells, uses


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter)
    shop.open_shift()
    return shop


def test_a_pass_is_money_taken_for_later_and_its_extras_come_with_it(shop: Shop) -> None:
    member = shop.enrol()
    before = held(shop, member)
    done = sells(shop, member)
    entry = done.recorded.entry
    assert (entry.kind, entry.facts["amount_minor"]) == (EntryKind.SOLD, 99_999)
    assert held(shop, member)["VISIT:wash"] == 10
    assert held(shop, member)["COUPON:cake"] == before.get("COUPON:cake", 0) + 1
    assert [(lot.lot_id, lot.asset, lot.paid_minor) for lot in entry.lots] == [
        (f"{entry.entry_id}.1", "VISIT:wash", 99_999),
        (f"{entry.entry_id}.2", "COUPON:cake", 0),
    ]
    assert (balance(shop, "presold:xuhui"), balance(shop, "sales:xuhui")) == (99_999, 0)
    assert sound(shop) == 0


def test_every_visit_earns_its_share_and_all_of_them_the_price(shop: Shop) -> None:
    member = shop.enrol()
    sells(shop, member)
    earned = [uses(shop, member).recorded.entry.facts["amount_minor"] for _ in range(10)]
    assert earned == [10_000] * 9 + [9_999]
    assert (balance(shop, "presold:xuhui"), balance(shop, "sales:xuhui")) == (0, 99_999)
    with pytest.raises(UnitsTooFew):
        uses(shop, member)
    assert sound(shop) == 0


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parts=st.lists(st.integers(1, 4), min_size=1, max_size=5), back=st.lists(st.booleans(), min_size=5, max_size=5))
def test_however_a_pass_is_used_and_uses_are_voided_its_price_is_earned_once(
    parts: list[int], back: list[bool]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder))
        promise(shop.counter)
        shop.open_shift()
        member = shop.enrol()
        sells(shop, member)
        left = 10
        for units, voided in zip(parts, back, strict=False):
            if units > left:
                continue
            act = shop.act()
            asked = redeem.Use(member.member_id, "VISIT:wash", units)
            done = redeem.redeem(shop.counter, act, asked)
            assert redeem.redeem(shop.counter, act, asked).repeated
            if voided:
                void.void(shop.counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
            else:
                left -= units
            assert balance(shop, "presold:xuhui") == 99_999 * left // 10
            assert held(shop, member).get("VISIT:wash", 0) == left
        if left:
            uses(shop, member, units=left)
        assert balance(shop, "sales:xuhui") == 99_999
        sound(shop)
        shop.counter.store.close()


def test_a_void_of_a_sale_takes_all_of_it_back_until_a_visit_is_used(shop: Shop) -> None:
    member = shop.enrol()
    before = held(shop, member)
    done = sells(shop, member, tender=Tender.CASH)
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
    assert held(shop, member) == before
    assert balance(shop, "presold:xuhui") == 0
    again = sells(shop, member)
    uses(shop, member)
    with pytest.raises(ValueAlreadySpent):
        void.void(shop.counter, shop.approved(ApprovedAct.VOID), again.recorded.entry.entry_id)
    assert sound(shop) == 0


def test_a_sale_in_cash_is_in_the_drawer_and_in_the_report(shop: Shop) -> None:
    member = shop.enrol()
    sells(shop, member, "moon", 16_800, Tender.CASH)
    shift = shifts.current(shop.counter)
    assert shift is not None
    assert shifts.drawer_cash(shop.counter, shift) == 50_000 + 16_800
    figures = day_report(shop.counter, shift.business_date).figures
    assert (figures.net.sold.count, figures.net.sold.minor, figures.expected_cash_minor) == (1, 16_800, 66_800)
    closed = shifts.close_shift(shop.counter, shop.act(), 66_800)
    assert closed.over_short_minor == 0


def test_an_exchange_card_is_for_the_goods_on_its_list(shop: Shop) -> None:
    member = shop.enrol()
    sells(shop, member, "drinks3", 5_000)
    with pytest.raises(NotOnItsList):
        uses(shop, member, "EXCHANGE:drink", goods="bread")
    with pytest.raises(NotOnItsList):
        uses(shop, member, "EXCHANGE:drink")
    done = uses(shop, member, "EXCHANGE:drink", goods="latte")
    assert (done.recorded.entry.facts["goods"], held(shop, member)["EXCHANGE:drink"]) == ("latte", 2)


def test_a_voucher_is_used_up_to_its_last_day(shop: Shop) -> None:
    member = shop.enrol()
    sells(shop, member, "moon", 16_800)
    (lot,) = (h.lot for h in purses.holdings(shop.counter.store, member.member_id) if h.lot.asset == "GOODS:moon")
    assert lot.conditions.expires_on == shop.counter.business_date(shop.clock.now()) + timedelta(days=59)
    shifts.close_shift(shop.counter, shop.act(), 50_000)
    shop.clock.forward(days=60)
    shop.open_shift()
    with pytest.raises(UnitsTooFew):
        uses(shop, member, "GOODS:moon")
    assert balance(shop, "presold:xuhui") == 16_800


@pytest.mark.parametrize(
    ("product_id", "price", "given", "error"),
    [
        ("nothing", 1, 0, NotInProgramme),
        ("wash10", 1, 0, QuoteChanged),
        ("moon", 16_800, 16_799, CashTooLittle),
        ("dear", 600_000, 0, LimitExceeded),
    ],
)
def test_a_sale_that_does_not_fit_is_refused(
    shop: Shop, product_id: str, price: int, given: int, error: type[Exception]
) -> None:
    member = shop.enrol()
    asked = sell.Sale(member.member_id, product_id, price, Tendering(Tender.CASH, None, given))
    with pytest.raises(error):
        sell.sell(shop.counter, shop.act(), asked)
    assert last_refusal(shop)["error"] == error.__name__
    assert balance(shop, "presold:xuhui") == 0


def test_whoever_has_no_name_holds_a_thousand_and_no_more(shop: Shop) -> None:
    nobody = enrol.enrol_anonymous(shop.counter, shop.act()).member
    sells(shop, nobody)
    with pytest.raises(LimitExceeded) as refused:
        sells(shop, nobody, "moon", 16_800)
    assert (refused.value.limit, refused.value.room_minor) == ("anonymous_balance", 1)
    quoted = {each.product.product_id: each.refusal for each in sell.products(shop.counter, nobody.member_id)}
    assert {name: refusal is None for name, refusal in quoted.items()} == dict.fromkeys(quoted, False)


def test_a_stopped_box_sells_and_uses_nothing(shop: Shop) -> None:
    member = shop.enrol()
    sells(shop, member)
    Office(shop).join().stop("fork")
    with pytest.raises(StoredValueStopped):
        sells(shop, member)
    with pytest.raises(StoredValueStopped):
        uses(shop, member)


@pytest.mark.parametrize(
    ("asset", "error"),
    [("VISIT:none", NotInProgramme), ("COUPON:cake", NotForUse), ("PTS", NotForUse), ("RIGHT:vip", NotForUse)],
)
def test_only_visits_goods_and_exchanges_are_used_without_a_bill(
    shop: Shop, asset: str, error: type[Exception]
) -> None:
    member = shop.enrol()
    with pytest.raises(error):
        uses(shop, member, asset)
    assert refusals(shop)[-1] == ("redeemed", error.__name__)


def test_who_shows_no_code_needs_a_second_person(shop: Shop) -> None:
    member = shop.enrol()
    sells(shop, member)
    asked = redeem.Use(member.member_id, "VISIT:wash", presence=Presence(Via.SEARCH))
    with pytest.raises(ApprovalNeeded):
        redeem.redeem(shop.counter, shop.act(), asked)
    done = redeem.redeem(shop.counter, shop.approved(ApprovedAct.SPEND_WITHOUT_CODE), asked)
    assert done.recorded.entry.approver is not None


def test_somebody_unknown_and_a_closed_till_are_refused(shop: Shop) -> None:
    with pytest.raises(MemberUnknown):
        sell.sell(shop.counter, shop.act(), sell.Sale("nobody", "moon", 16_800, Tendering(Tender.CASH)))
    other = shop.till("5")
    with pytest.raises(NoOpenShift):
        redeem.redeem(other.counter, Act(other.counter.mint(), "1001"), redeem.Use("nobody", "VISIT:wash"))


def test_the_same_sale_twice_is_one_and_other_content_is_a_conflict(shop: Shop) -> None:
    member, act = shop.enrol(), shop.act()
    asked = sell.Sale(member.member_id, "wash10", 99_999, Tendering(Tender.WECHAT, "42001"))
    assert [sell.sell(shop.counter, act, asked).repeated for _ in range(2)] == [False, True]
    with pytest.raises(EntryConflict):
        sell.sell(shop.counter, act, sell.Sale(member.member_id, "moon", 16_800, Tendering(Tender.WECHAT)))
    assert (held(shop, member)["VISIT:wash"], balance(shop, "presold:xuhui")) == (10, 99_999)
    assert sound(shop) == 0


def test_a_power_cut_in_the_middle_of_a_sale_leaves_nothing_behind(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    member, act = shop.enrol(), shop.act()
    asked, before = sell.Sale(member.member_id, "wash10", 99_999, Tendering(Tender.WECHAT)), rows(shop)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr(recording, "queue_slip", cut)
        with pytest.raises(KeyboardInterrupt):
            sell.sell(shop.counter, act, asked)
    assert {table: count for table, count in rows(shop).items() if table != "terms"} == {
        table: count for table, count in before.items() if table != "terms"
    }
    assert not sell.sell(shop.counter, act, asked).repeated
    assert sound(shop) == 0
