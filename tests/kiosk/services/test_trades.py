"""The trades' programmes at a real counter: what each promises is what its members get."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.model import purses
from kiosk.services import pay
from kiosk.services.enrol import Enrolment, enrol
from kiosk.services.goods import line_of
from kiosk.services.values import Member
from ledger.accounts import Tender
from tests.builders import PROGRAMMES, Shop, open_shop
from tests.kiosk.services.promising import claims, exchanges, give_points, held, sells


def _shop(folder: Path, trade: str) -> Shop:
    shop = open_shop(folder, (PROGRAMMES / f"{trade}.toml").read_bytes())
    shop.open_shift()
    return shop


def _price(shop: Shop, member: Member, *goods_ids: str) -> int:
    """Return what goods would cost a member now, in fen."""
    goods = {goods.goods_id: goods for goods in shop.counter.programme().promises.goods}
    lines = tuple(line_of(goods[one]) for one in goods_ids)
    listed = sum(line.list_minor for line in lines)
    return pay.quote(shop.counter, member.member_id, listed, lines=lines).bill.paid_price_minor


def _bonus_lots(shop: Shop, member: Member) -> list[tuple[int, date | None, str]]:
    """Return the bonuses of their own conditions: fen, from when, for what."""
    lots = purses.holdings(shop.counter.store, member.member_id)
    return [
        (one.bonus_minor, one.lot.conditions.usable_from, one.lot.conditions.scope)
        for one in lots
        if one.bonus_minor and one.lot.special
    ]


def test_three_friends_brought_to_the_parlour_are_one_scalp_care(tmp_path: Path) -> None:
    shop = _shop(tmp_path, "beauty")
    member = shop.enrol()
    for number in range(3):
        asked = Enrolment(f"王朋{number}", f"1391234000{number}", None, consented=True, referrer_code=member.code)
        shop.top_up(enrol(shop.counter, shop.act(), asked).member, 50_000)
    assert held(shop, member)["RIGHT:invited"] == 3
    claims(shop, member, "invite-three")
    after = held(shop, member)
    assert (after.get("RIGHT:invited", 0), after["VISIT:scalp-try"]) == (0, 1)


def test_the_parlours_bonus_comes_by_the_month(tmp_path: Path) -> None:
    shop = _shop(tmp_path, "beauty")
    member = shop.enrol()
    shop.top_up(member, 200_000, Tender.WECHAT)
    later = [lot for lot in _bonus_lots(shop, member) if lot[1] is not None]
    assert [minor for minor, _, _ in later] == [4_000] * 5
    assert [day.day for _, day, _ in later if day] == [shop.clock.now().day] * 5


def test_a_member_of_the_gym_walks_in_for_nothing_and_another_pays(tmp_path: Path) -> None:
    shop = _shop(tmp_path, "fitness")
    member, other = shop.enrol(), shop.enrol("王芳", phone="13900001111")
    sells(shop, member, "year", 238_000)
    for each, coupon in ((member, 5), (other, 1)):
        assert held(shop, each)["COUPON:bring-friend"] == coupon
    assert _price(shop, member, "gym-day") == 0
    assert _price(shop, member, "towel") == 3_900


def test_the_gyms_class_bonus_waits_until_tomorrow_and_is_for_classes_alone(tmp_path: Path) -> None:
    shop = _shop(tmp_path, "fitness")
    member = shop.enrol()
    shop.top_up(member, 50_000)
    ((minor, usable_from, scope),) = _bonus_lots(shop, member)
    assert (minor, scope) == (2_000, "class")
    assert usable_from is not None
    assert usable_from > shop.counter.business_date(shop.clock.now())


def test_the_supermarkets_mall_takes_points_and_money_while_stock_lasts(tmp_path: Path) -> None:
    shop = _shop(tmp_path, "retail")
    member = shop.enrol()
    give_points(shop, member, 3_000)
    exchanges(shop, member, "pan", 3_000, 5_900)
    assert held(shop, member)["PTS"] == 88


def test_the_supermarket_splits_its_members_and_never_gives_one_both_offers(tmp_path: Path) -> None:
    shop = _shop(tmp_path, "retail")
    members = [shop.enrol(f"会员{number}", phone=f"138000011{number:02d}") for number in range(24)]
    prices = {_price(shop, member, "oil", "oil", "washing") for member in members}
    # 204.80: ten off for one part, three off for another, nothing for those held out; eight off for everybody's coupon
    assert prices <= {20_480 - 1_000 - 800, 20_480 - 300 - 800, 20_480 - 800}
    assert len(prices) >= 2


def test_the_restaurants_extra_bonus_is_mostly_there_at_once(tmp_path: Path) -> None:
    shop = _shop(tmp_path, "catering")
    member = shop.enrol()
    shop.top_up(member, 50_000)
    later = [minor for minor, usable_from, _ in _bonus_lots(shop, member) if usable_from]
    everything = sum(one.bonus_minor for one in purses.holdings(shop.counter.store, member.member_id))
    assert (everything, later) == (7_500 + 5_000, [750])


@pytest.mark.parametrize(("hours", "price"), [(0, 8_800), (5, 7_480)])
def test_the_restaurants_quiet_hours_are_cheaper(tmp_path: Path, hours: int, price: int) -> None:
    shop = _shop(tmp_path, "catering")
    member = shop.enrol()
    opened = shop.clock.now().astimezone(shop.counter.zone)
    shop.clock.forward(hours=hours + 9 - opened.hour)
    assert _price(shop, member, "fish") == price
