"""Offers at the screens: goods on the bill, coupons and points by keys, why and why not; and a picture of each state."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from kiosk.screens.benefits import BenefitsScreen, SalesScreen
from kiosk.screens.member import MemberScreen
from kiosk.screens.points import PointsScreen
from kiosk.screens.result import ResultScreen
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


async def test_points_pay_with_one_key_and_no_longer_with_the_same(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await come(counter)
        await counter.type_in("200")
        await counter.press("enter", "enter")
        code = counter.shop.counter.store.execute("SELECT code FROM member").fetchone()[0]
        await counter.scan(code)
        await counter.type_in("30")
        await counter.press("f6")
        assert bill(counter) == (3_000, 2_800)
        await counter.press("f6")
        assert bill(counter) == (3_000, 3_000)


async def test_a_member_claims_what_is_open_and_is_told_what_is_not(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        member = await come(counter, topped_up=0)
        await counter.press("f7")
        assert counter.screen(BenefitsScreen).menu.items[1].name == "到店签到 5 分"
        await counter.press("2", "enter")
        assert counter.screen(ResultScreen).outcome.done is not None
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
        assert "满 50 减 10: 满 50.00（现在 12.00），差 38.00" in shown.replace("\n", "")
        assert "没用上的，和原因" in shown


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_offers_look_as_they_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    kind = f"{language}.{size[0]}"
    async with stand(tmp_path, shop=shop_with_offers(tmp_path, language), size=size) as counter:
        album = Album(counter, kind, OFFERS)
        member = await come(counter, CROISSANT, CAKE)
        album.take("member-goods")
        await counter.press("f7")
        album.take("benefits-on-bill")
        await counter.press("escape", "question_mark")
        album.take("why-not")
        await counter.press("escape", "enter")
        album.take("pay-confirm")
        await counter.press("enter")
        album.take("pay-result")
        await counter.scan(member.code)
        album.take("member")
        await counter.press("f6")
        counter.screen(PointsScreen)
        album.take("points")
        await counter.press("escape", "f7")
        album.take("benefits")
        await counter.press("s")
        album.take("sales")
        await counter.press("1")
        album.take("sale-confirm")
        await counter.press("escape", "escape", "escape")
        await counter.type_in("60")
        await counter.press("f3")
        album.take("top-up")
    assert album.changed == []
    assert {path.name for path in OFFERS.glob(f"*.{kind}.txt")} == album.taken, (
        "a picture is left of a state that is no more"
    )
