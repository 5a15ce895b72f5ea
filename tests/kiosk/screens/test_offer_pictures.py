"""One picture of each state of the screens of offers, in both languages and sizes; `GUITAI_WRITE_GOLDEN=1` writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.screens.benefits import BenefitsScreen
from kiosk.screens.points import PointsScreen
from kiosk.services.values import Member
from tests.kiosk.screens.offering import CAKE, CROISSANT, come, shop_with_offers
from tests.kiosk.screens.standing import Stand, stand
from tests.kiosk.screens.test_pictures import GOLDEN, WALKS, Album

OFFERS = GOLDEN / "offers"


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
