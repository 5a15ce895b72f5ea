"""The lists a counter works through: birthdays, low balances, what ends, who sleeps, each a step from the member."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.screens.care import CareScreen
from kiosk.screens.member import MemberScreen
from kiosk.services.care import CareList, care
from tests.builders import Shop
from tests.kiosk.screens.offering import shop_with_offers
from tests.kiosk.screens.standing import stand
from tests.kiosk.screens.test_pictures import GOLDEN, WALKS, Album

CARE = GOLDEN / "care"


def people(shop: Shop) -> None:
    """Two members: one with a birthday tomorrow and little left, one whose coupon ends in two days."""
    shop.enrol("李雪", "13812341234", birthday=date(1990, 11, 21))
    rich = shop.enrol("周敏", "13900001111")
    shop.top_up(rich, 10_000)
    shop.pay(rich, 9_500)


async def test_a_letter_shows_another_list_and_a_number_opens_the_member(tmp_path: Path) -> None:
    shop = shop_with_offers(tmp_path)
    async with stand(tmp_path, shop=shop) as counter:
        people(shop)
        await counter.press("f10", "7")
        screen = counter.screen(CareScreen)
        assert [item.name for item in screen.menu.items] == ["李雪 138****1234"]
        await counter.press("l")
        assert "周敏 139****1111" in [item.name for item in screen.menu.items]
        await counter.press("1")
        assert counter.screen(MemberScreen).view is not None


@pytest.mark.parametrize("which", CareList)
def test_every_list_is_read_and_says_how_many_it_holds(which: CareList, tmp_path: Path) -> None:
    shop = shop_with_offers(tmp_path)
    shop.open_shift()
    people(shop)
    view = care(shop.counter, which)
    assert (view.which, len(view.lines)) == (which, view.count)


def test_a_line_says_what_the_member_would_get(tmp_path: Path) -> None:
    shop = shop_with_offers(tmp_path)
    shop.open_shift()
    people(shop)
    assert [line.offer for line in care(shop.counter, CareList.BIRTHDAYS).lines] == ["生日蛋糕券"]


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_the_lists_look_as_they_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    kind, shop = f"{language}.{size[0]}", shop_with_offers(tmp_path, language)
    async with stand(tmp_path, shop=shop, size=size) as counter:
        album = Album(counter, kind, CARE)
        people(shop)
        await counter.press("f10")
        album.take("more")
        await counter.press("7")
        album.take("birthdays")
        await counter.press("l")
        album.take("low-balances")
        await counter.press("w")
        album.take("to-wake-up")
    assert album.changed == []
    assert {path.name for path in CARE.glob(f"*.{kind}.txt")} == album.taken
