"""Offers at the screens: goods on the bill, coupons and points by keys, why and why not; and a picture of each state."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from kiosk.screens.benefits import BenefitsScreen
from kiosk.screens.goods import GoodsScreen
from kiosk.screens.home import HomeScreen
from kiosk.screens.member import MemberScreen
from kiosk.screens.points import PointsPanel, PointsScreen
from kiosk.screens.result import ResultScreen
from kiosk.screens.sales import ChoiceScreen, SalesScreen
from kiosk.screens.top_up import TopUpScreen
from kiosk.services.values import Member
from ledger.entries import Entry
from ledger.ids import IdMint
from tests.builders import PROGRAMMES, Shop, open_shop
from tests.kiosk.screens.standing import Stand, stand
from tests.kiosk.screens.test_pictures import GOLDEN, WALKS, Album

CROISSANT, CAKE, LATTE = "6901000000015", "6901000000046", "6901000000060"
OFFERS = GOLDEN / "offers"


def shop_with_offers(folder: Path, language: str = "zh") -> Shop:
    """A shop under the bakery's whole programme, whose codes and ids are the same every day."""
    shop = open_shop(folder, (PROGRAMMES / "bakery.toml").read_bytes(), language=language)
    random = Random(20261123)
    ids = IdMint(shop.clock, random.randbytes)
    return replace(shop, counter=replace(shop.counter, entropy=random.randbytes, ids=ids))


async def come(counter: Stand, *codes: str, topped_up: int = 50_000) -> Member:
    """Enrol a member with value, open them and scan goods."""
    member = counter.shop.enrol()
    if topped_up:
        counter.shop.top_up(member, topped_up)
    await counter.scan(member.code)
    for code in codes:
        await counter.scan(code)
    return member


def bill(counter: Stand) -> tuple[int, int]:
    """The list price and the price to pay of the bill on the screen."""
    shown = counter.screen(MemberScreen).bill
    assert shown is not None
    return shown.quote.bill.list_price_minor, shown.quote.bill.paid_price_minor


def last(counter: Stand) -> Entry:
    """The entry whose result is shown."""
    done = counter.screen(ResultScreen).outcome.done
    assert done is not None
    return done.recorded.entry


async def test_goods_are_scanned_onto_the_bill_and_the_coupon_comes_off(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, CROISSANT, CAKE)
        assert bill(counter) == (18_000, 17_000)
        await counter.press("enter", "enter")
        facts = last(counter).facts
        assert [line["goods"] for line in facts["lines"]] == ["croissant", "cake-6"]
        assert (facts["list_price_minor"], facts["paid_price_minor"]) == (18_000, 17_000)


async def test_the_number_before_a_star_is_the_pieces_and_minus_takes_the_last_goods_off(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, LATTE, CROISSANT)
        await counter.type_in("3")
        await counter.press("asterisk")
        assert bill(counter)[0] == 2_200 + 3 * 1_200
        await counter.scan(CROISSANT)
        assert bill(counter)[0] == 2_200 + 4 * 1_200
        await counter.press("minus")
        assert bill(counter)[0] == 2_200
        await counter.type_in("5.50")
        assert bill(counter)[0] == 2_750
        await counter.press("escape", "escape")
        assert counter.screen(MemberScreen).bill is None


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


async def with_points(counter: Stand) -> Member:
    """A member who earned points by a payment of 200.00, on the screen again."""
    member = await come(counter)
    await counter.type_in("200")
    await counter.press("enter", "enter")
    await counter.scan(member.code)
    return member


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


async def test_goods_scanned_at_home_wait_for_the_member_and_go_on_their_bill(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        member = counter.shop.enrol()
        await counter.scan(CROISSANT)
        await counter.scan(LATTE)
        await counter.type_in("2")
        await counter.press("asterisk")
        home = counter.screen(HomeScreen)
        assert home.basket.list_minor == 1_200 + 2 * 2_200
        await counter.scan(CROISSANT)
        await counter.press("backspace")
        assert [line.goods for line in home.basket.lines] == ["latte"]
        await counter.scan(member.code)
        assert bill(counter)[0] == 4_400
        assert home.basket.lines == ()


async def test_goods_scanned_at_home_are_let_go_with_escape(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        member = counter.shop.enrol()
        await counter.scan(CROISSANT)
        await counter.press("escape")
        await counter.scan(member.code)
        assert counter.screen(MemberScreen).bill is None


async def test_goods_scanned_after_a_payment_wait_for_the_next_member(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, LATTE)
        await counter.press("enter", "enter")
        await counter.scan(CROISSANT)
        assert counter.screen(HomeScreen).basket.list_minor == 1_200


async def test_goods_scanned_behind_the_ladder_go_on_the_bill_that_is_open(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, LATTE)
        await counter.press("f3")
        counter.screen(TopUpScreen)
        await counter.scan("6909999999999")
        assert counter.refusal.startswith("目录里没有条码")
        await counter.scan(CROISSANT)
        assert bill(counter)[0] == 3_400


async def test_goods_are_known_by_their_id_and_by_their_whole_name_too(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await counter.scan("latte")
        await counter.scan("法式可颂")
        assert counter.screen(HomeScreen).basket.list_minor == 3_400


async def test_goods_without_a_bar_code_are_found_by_the_initials_of_their_name(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter)
        await counter.press("g")
        await counter.type_in("xmdj")
        assert [item.name for item in counter.screen(GoodsScreen).menu.items] == ["现磨豆浆"]
        await counter.press("enter")
        assert bill(counter)[0] == 800
        await counter.press("g", "x", "backspace", "3")
        assert bill(counter)[0] == 800 + 2_600


async def test_backspace_takes_the_last_digit_and_then_the_last_goods(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, CROISSANT, LATTE)
        await counter.type_in("5")
        await counter.press("backspace")
        assert bill(counter)[0] == 3_400
        await counter.press("backspace")
        assert bill(counter)[0] == 1_200


async def test_a_bill_keeps_its_goods_and_what_was_chosen_while_the_member_tops_up(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, CAKE)
        await counter.press("f7", "1")
        assert bill(counter) == (16_800, 16_800)
        await counter.press("f3", "1", "enter", "enter", "enter")
        assert bill(counter) == (16_800, 16_800)


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


async def test_a_pass_is_sold_and_pays_for_its_goods(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        member = await come(counter)
        await counter.press("f7", "s")
        counter.screen(SalesScreen)
        await counter.press("1", "w", "enter")
        await counter.scan(member.code)
        await counter.scan(LATTE)
        assert bill(counter) == (2_200, 0)
        await counter.press("enter", "enter")
        assert "VISIT:latte-10" in {posting.asset for posting in last(counter).postings}


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
        entry = counter.screen(ResultScreen).outcome.done.recorded.entry  # type: ignore[union-attr]
        assert (entry.facts["into"], entry.facts["asset"]) == (friend.member_id, "COUPON:ten-off")


async def test_an_exchange_card_asks_which_goods_it_is_used_for(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        member = await come(counter)
        await counter.press("f7", "s", "3", "w", "enter")
        await counter.scan(member.code)
        await counter.press("f7")
        cards = [item.name for item in counter.screen(BenefitsScreen).menu.items]
        await counter.press(str(cards.index("下午茶兑换卡") + 1))
        assert len(counter.screen(ChoiceScreen).menu.items) == 3
        await counter.press("2", "enter")
        entry = counter.screen(ResultScreen).outcome.done.recorded.entry  # type: ignore[union-attr]
        assert entry.facts["goods"] == "baguette"


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


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_offers_look_as_they_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    kind = f"{language}.{size[0]}"
    async with stand(tmp_path, shop=shop_with_offers(tmp_path, language), size=size) as counter:
        album = Album(counter, kind, OFFERS)
        member = await sell_goods(counter, album)
        await look_at_points(counter, album, member)
        await look_at_coupons(counter, album)
        await give_and_exchange(counter, album, member)
        await top_up_with_a_draw(counter, album, member)
    assert album.changed == []
    assert {path.name for path in OFFERS.glob(f"*.{kind}.txt")} == album.taken, (
        "a picture is left of a state that is no more"
    )


async def sell_goods(counter: Stand, album: Album) -> Member:
    await counter.scan(CROISSANT)
    album.take("home-goods")
    await counter.press("escape")
    member = await come(counter, CROISSANT, CAKE)
    album.take("member-goods")
    await counter.scan("6909999999999")
    album.take("goods-unknown")
    await counter.press("g")
    album.take("goods")
    await counter.type_in("kx")
    album.take("goods-none")
    await counter.press("escape", "escape", "f7")
    album.take("benefits-on-bill")
    await counter.press("question_mark")
    album.take("benefits-why")
    await counter.press("escape", "escape", "question_mark")
    album.take("why-not")
    await counter.press("pagedown")
    album.take("why-not-below")
    await counter.press("escape", "f6")
    album.take("member-points")
    await counter.press("f6")
    album.take("points-panel")
    await counter.type_in("9999")
    await counter.press("enter")
    album.take("points-too-many")
    await counter.press("escape", "enter")
    album.take("pay-confirm")
    await counter.press("enter")
    album.take("pay-result")
    return member


async def look_at_points(counter: Stand, album: Album, member: Member) -> None:
    await counter.scan(member.code)
    album.take("member")
    await counter.press("question_mark")
    album.take("tier-why")
    await counter.press("escape", "f6")
    counter.screen(PointsScreen)
    album.take("points")
    await counter.press("question_mark")
    album.take("points-why")
    await counter.press("escape", "escape")


async def look_at_coupons(counter: Stand, album: Album) -> None:
    await counter.press("f7")
    album.take("benefits")
    await counter.press("1")
    album.take("benefits-needs-bill")
    await counter.press("a")
    album.take("activity-code")
    await counter.press("escape", "s")
    album.take("sales")
    await counter.press("1")
    album.take("sale-confirm")
    await counter.press("escape", "3", "w", "enter")
    album.take("sale-result")


async def give_and_exchange(counter: Stand, album: Album, member: Member) -> None:
    friend = counter.shop.enrol("张思远", "13712341234")
    await counter.scan(member.code)
    await counter.press("f7", "g")
    album.take("give")
    await counter.scan(friend.code)
    album.take("give-confirm")
    await counter.press("enter")
    album.take("give-result")
    await counter.scan(member.code)
    await counter.press("f7")
    held = [item.name for item in counter.screen(BenefitsScreen).menu.items]
    await counter.press(str(held.index("下午茶兑换卡") + 1))
    album.take("exchange-choice")
    await counter.press("1")
    album.take("exchange-confirm")
    await counter.press("enter")
    album.take("exchange-result")


async def top_up_with_a_draw(counter: Stand, album: Album, member: Member) -> None:
    counter.shop.clock.forward(minutes=8 * 24 * 60)
    await counter.scan(member.code)
    await counter.type_in("60")
    await counter.press("f3")
    album.take("top-up")
    await counter.press("question_mark")
    album.take("top-up-why")
    await counter.press("escape", "enter")
    album.take("top-up-confirm")
    await counter.press("enter")
    album.take("top-up-result")
