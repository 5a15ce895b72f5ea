"""Goods at the counter: scanned onto a bill or before the member comes, counted, taken off, found by name."""

from __future__ import annotations

from pathlib import Path

from kiosk.screens.benefits import BenefitsScreen
from kiosk.screens.goods import GoodsScreen
from kiosk.screens.home import HomeScreen
from kiosk.screens.member import MemberScreen
from kiosk.screens.sales import ChoiceScreen, SalesScreen
from kiosk.screens.top_up import TopUpScreen
from tests.kiosk.screens.offering import CAKE, CROISSANT, LATTE, bill, booked, come, shop_with_offers
from tests.kiosk.screens.standing import stand


async def test_goods_are_scanned_onto_the_bill_and_the_coupon_comes_off(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter, CROISSANT, CAKE)
        assert bill(counter) == (18_000, 17_000)
        await counter.press("enter", "enter")
        facts = booked(counter).facts
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
        assert "VISIT:latte-10" in {posting.asset for posting in booked(counter).postings}


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
        entry = booked(counter)
        assert entry.facts["goods"] == "baguette"
