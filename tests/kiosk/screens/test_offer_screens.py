"""Offers at the screens: coupons, points, passes and gifts by keys; why and why not."""

from __future__ import annotations

from pathlib import Path

from kiosk.screens.benefits import BenefitsScreen
from kiosk.screens.points import PointsPanel
from kiosk.screens.result import ResultScreen
from tests.kiosk.screens.offering import CAKE, CROISSANT, bill, booked, come, shop_with_offers, with_points
from tests.kiosk.screens.standing import stand


async def test_an_unknown_bar_code_changes_nothing_on_the_bill(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, CROISSANT, "6909999999999")
        assert counter.refusal.startswith("目录里没有条码")
        assert bill(counter)[0] == 1_200


async def test_a_coupon_is_set_aside_for_this_bill_and_taken_again(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, CAKE)
        await counter.press("f7", "1")
        assert bill(counter) == (16_800, 16_800)
        await counter.press("f7", "1")
        assert bill(counter) == (16_800, 15_800)


async def test_points_pay_as_far_as_the_bill_takes_them_with_one_key(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await with_points(counter)
        await counter.type_in("30")
        await counter.press("f6")
        assert bill(counter) == (3_000, 2_800)


async def test_the_same_key_again_asks_how_many_points_and_takes_none_for_zero(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await with_points(counter)
        await counter.type_in("30")
        await counter.press("f6", "f6")
        counter.screen(PointsPanel)
        await counter.type_in("100")
        await counter.press("enter")
        assert bill(counter) == (3_000, 2_900)
        await counter.press("f6", "9", "9", "9", "9", "enter")
        assert counter.refusal.startswith("这单用不了 9999 分")
        await counter.press("backspace", "backspace", "backspace", "backspace", "0", "enter")
        assert bill(counter) == (3_000, 3_000)


async def test_points_that_a_smaller_bill_no_longer_takes_are_left_out_and_the_bill_goes_on(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await with_points(counter)
        await counter.type_in("30")
        await counter.press("f6", "backspace")
        assert counter.refusal
        assert bill(counter) == (300, 300)


async def test_a_member_claims_what_is_open_and_is_told_what_is_not(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        member = await come(counter, topped_up=0)
        await counter.press("f7")
        assert counter.screen(BenefitsScreen).menu.items[1].name == "到店签到 5 分"
        await counter.press("2", "enter")
        assert ("获得积分", "+5") in counter.screen(ResultScreen).outcome.lines
        await counter.scan(member.code)
        await counter.press("f7")
        shut = [item for item in counter.screen(BenefitsScreen).menu.items if item.name == "到店签到 5 分"]
        assert shut[0].pick is None


async def test_why_names_every_offer_that_does_not_apply(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, CROISSANT)
        await counter.press("question_mark")
        shown = counter.text
        assert "满 50 减 10：再买 38.00 就可用。满 50.00（现在 12.00）" in shown
        assert "差一点就有" in shown


async def test_why_on_the_coupons_says_of_each_what_stands_in_its_way(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, CROISSANT)
        await counter.press("f7")
        assert counter.screen(BenefitsScreen).menu.items[0].note == "再买 38.00 就可用"
        await counter.press("question_mark")
        assert "满 50 减 10 x 1：再买 38.00 就可用" in counter.text
        assert "生日前 3 天内（没有登记生日）" in counter.text


async def test_a_coupon_without_a_bill_says_its_conditions_and_what_to_do(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, topped_up=0)
        await counter.press("f7")
        assert counter.screen(BenefitsScreen).menu.items[0].refusal is not None
        await counter.press("1")
        assert counter.refusal == "满 50 减 10\n满 50.00\nEsc 返回，输入金额或扫商品，自动抵上"


async def test_why_on_the_points_says_how_they_come_and_what_is_missing(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, topped_up=0)
        await counter.press("f6", "question_mark")
        assert "每实付 1.00 得 1 分" in counter.text
        assert "现磨豆浆一杯：再攒 250 分就能换" in counter.text


async def test_why_without_a_bill_says_how_the_tier_stands(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter)
        await counter.press("question_mark")
        assert "现在没有等级" in counter.text
        assert "银麦：365 天内消费 500.00，现在 0.00，再消费 500.00" in counter.text.replace("\n", "")


async def test_a_coupon_is_given_to_a_friend_whose_code_is_scanned(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        friend = counter.shop.enrol("张思远", "13712341234")
        await come(counter, topped_up=0)
        await counter.press("f7", "g")
        assert counter.refusal.startswith("转赠 满 50 减 10")
        await counter.scan(friend.code)
        await counter.press("enter")
        entry = booked(counter)
        assert (entry.facts["into"], entry.facts["asset"]) == (friend.member_id, "COUPON:ten-off")


async def test_a_draw_is_told_with_its_prize_where_the_top_up_is(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, topped_up=0)
        await counter.press("f3", "2", "enter", "enter")
        labels = [label for label, _ in counter.screen(ResultScreen).outcome.lines]
        assert "开炉抽奖 抽中" in labels


async def test_the_recommended_rung_says_why_and_what_to_say(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, CAKE)
        assert "这单 168.00，够付还有余" in counter.text
        assert "常来的客人多半充五百" in counter.text


async def test_a_gift_card_is_sold_with_its_value_without_a_member(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await counter.press("f7")
        await counter.type_in("200")
        await counter.press("enter", "w", "enter")
        entry = booked(counter)
        assert (entry.facts["paid_minor"], entry.facts["tender"]) == (20_000, "wechat")
        assert counter.screen(ResultScreen).outcome.sentence


async def test_a_gift_card_above_what_the_law_allows_is_refused_with_what_still_fits(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await counter.press("f7")
        await counter.type_in("2000")
        await counter.press("enter")
        assert "单用途商业预付卡" in counter.refusal


async def test_whoever_brought_a_new_member_is_scanned_at_enrolment_and_thanked_later(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        friend = counter.shop.enrol("周敏", "13900001111")
        await counter.press("f2")
        await counter.type_in("13812341234")
        await counter.press("enter")
        await counter.scan(friend.code)
        assert "介绍人" in counter.text
        await counter.type_in("Li Xue")
        await counter.press("enter", "enter", "space", "enter", "enter")
        counter.screen(ResultScreen)
        enrolled = counter.shop.counter.store.execute(
            "SELECT body FROM journal WHERE kind = 'member_enrolled' ORDER BY sequence DESC"
        ).fetchone()[0]
        assert friend.member_id.encode() in enrolled
