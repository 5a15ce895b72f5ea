"""Last days: gifts and rights leave the books after their day has closed, once; what was paid for stays owed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import lapse, shifts
from kiosk.services.close_day import close_day
from kiosk.services.values import Member
from ledger.entries import EntryKind
from ledger.rules.occasion import Event
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import BonusGift, Promises, Rule, Span, UnitsGift
from tests.builders import CASHIER, Shop, open_shop
from tests.kiosk.office import Office
from tests.kiosk.services.books import entries, sound
from tests.kiosk.services.promising import PROMISES, balance, claims, promise, sells

SHORT = Rule("short", "短", Event.CLAIM, (UnitsGift("COUPON:cake", 3, span=Span(valid_days=2)), UnitsGift("PTS", 9)))
SOON = Rule("soon", "限时赠金", Event.CLAIM, (BonusGift(fixed_minor=700, span=Span(valid_days=1)),))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter, Promises(rules=(SHORT, SOON), assets=PROMISES.assets, products=PROMISES.products))
    shop.open_shift()
    return shop


def end_the_day(shop: Shop) -> None:
    """Close the shift with what it should hold, and the day; open the next."""
    shift = shifts.current(shop.counter)
    assert shift is not None
    shifts.close_shift(shop.counter, shop.act(), shifts.drawer_cash(shop.counter, shift))
    close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE))
    shop.clock.forward(days=1)
    shop.open_shift()


def test_a_gift_lapses_after_its_last_day_has_closed_and_not_before(shop: Shop) -> None:
    member = shop.enrol()
    claims(shop, member, "short", "soon")
    assert sound(shop) == 700
    end_the_day(shop)
    assert (balance(shop, "lapsed:xuhui"), balance(shop, "lapsed:xuhui", "COUPON:cake")) == (700, 0)
    assert sound(shop) == 0
    end_the_day(shop)
    assert balance(shop, "lapsed:xuhui", "COUPON:cake") == 3
    end_the_day(shop)
    assert [entry.facts["lots"] for entry in entries(shop, EntryKind.LAPSED)] == [1, 1]
    assert balance(shop, "lapsed:xuhui", "PTS") == 0
    sound(shop)


def test_a_right_was_served_and_a_voucher_that_was_paid_for_stays_owed(shop: Shop) -> None:
    member = shop.enrol()
    sells(shop, member, "vip", 3_000)
    sells(shop, member, "moon", 16_800)
    shop.clock.forward(days=70)
    today = shop.counter.business_date(shop.clock.now())
    assert len(lapse.lapse(shop.counter, CASHIER, today)) == 1
    assert (balance(shop, "presold:xuhui"), balance(shop, "sales:xuhui")) == (16_800, 3_000)
    assert balance(shop, "lapsed:xuhui", "GOODS:moon") == 0
    assert lapse.lapse(shop.counter, CASHIER, today) == ()
    sound(shop)


def test_a_crash_in_the_middle_is_finished_by_the_next_run(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    people: list[Member] = [shop.enrol(f"客{n}", f"1390000000{n}") for n in range(5)]
    for member in people:
        claims(shop, member, "short")
    shop.clock.forward(days=3)
    today = shop.counter.business_date(shop.clock.now())
    with monkeypatch.context() as cut:
        cut.setattr(lapse, "MOST_MEMBERS", 2)
        assert len(lapse.lapse(shop.counter, CASHIER, today)) == 2
    assert len(lapse.lapse(shop.counter, CASHIER, today)) == 3
    assert balance(shop, "lapsed:xuhui", "COUPON:cake") == 15
    sound(shop)


def test_a_stopped_box_lets_nothing_lapse(shop: Shop) -> None:
    member = shop.enrol()
    claims(shop, member, "short")
    Office(shop).join().stop("fork")
    shop.clock.forward(days=3)
    assert lapse.lapse(shop.counter, CASHIER, shop.counter.business_date(shop.clock.now())) == ()
