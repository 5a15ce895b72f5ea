"""One picture of each state of bringing units of other stores here; `GUITAI_WRITE_GOLDEN=1` writes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.screens.confirm import ConfirmPanel
from kiosk.screens.menu import MenuScreen
from ledger.money import PTS
from tests.kiosk.office import Office
from tests.kiosk.screens.offering import CAKE, shop_with_offers
from tests.kiosk.screens.standing import Stand, stand
from tests.kiosk.screens.test_bringing import CAKE_OFF, LATTES
from tests.kiosk.screens.test_pictures import GOLDEN, WALKS, Album

BRINGING = GOLDEN / "bringing"


async def until(counter: Stand, holds: Callable[[], bool]) -> None:
    """Wait until something stands, and everything on the screen with it."""
    async with asyncio.timeout(10):
        while not holds():
            await counter.pilot.pause()
    await counter.settle()


def row_of(counter: Stand, name: str) -> str:
    """The digit of a row."""
    return next(str(n) for n, item in enumerate(counter.screen(MenuScreen).menu.items, 1) if item.name == name)


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_bringing_looks_as_it_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    kind, shop = f"{language}.{size[0]}", shop_with_offers(tmp_path, language)
    office = Office(shop)
    async with stand(tmp_path, shop=shop, size=size, daemon=office) as counter:
        album, member = Album(counter, kind, BRINGING), shop.enrol()
        office.join()
        key = member.member_id
        office.units = {(key, PTS.code): 5_000, (key, LATTES): 8}
        office.units_elsewhere = {(key, CAKE_OFF): 1}
        office.tell_total(key)
        await counter.look_at_line()
        await counter.scan(member.code)
        await counter.scan(CAKE)
        await counter.press("f7")
        album.take("benefits-elsewhere")
        await counter.press(row_of(counter, "蛋糕 8 折券"))
        await until(counter, lambda: any(said in counter.refusal for said in ("已请退回", "was told")))
        album.take("benefits-recalled")
        await counter.press("escape", "f6")
        album.take("bill-points-came")
        await counter.press("enter", "enter")
        await counter.scan(member.code)
        office.line.clear()
        await counter.press("f7")
        await counter.pilot.press(row_of(counter, "拿铁十次卡"))
        while not office.asked[2:]:
            await counter.pilot.pause()
        await counter.pilot.pause()
        album.take("benefits-asking")
        office.line.set()
        await until(counter, lambda: isinstance(counter.app.screen, ConfirmPanel))
        album.take("benefits-came")
        await counter.press("escape", "escape", "f6")
        album.take("points-elsewhere")
        office.answers = False
        await counter.press("b")
        await until(counter, lambda: any(said in counter.refusal for said in ("还没答复", "No answer")))
        album.take("points-checking")
        office.answers = True
        office.set_online(online=False)
        await counter.look_at_line()
        await counter.press("b")
        await until(counter, lambda: any(said in counter.refusal for said in ("离线", "Offline")))
        album.take("points-offline")
    assert album.changed == []
    assert {path.name for path in BRINGING.glob(f"*.{kind}.txt")} == album.taken
