"""One picture per state of the line to head office; `GUITAI_WRITE_GOLDEN=1` writes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.screens.member import MemberScreen
from kiosk.services.find_member import NothingFound
from tests.kiosk.office import Office
from tests.kiosk.screens.standing import Stand, stand
from tests.kiosk.screens.test_pictures import GOLDEN, WALKS, Album, steady_shop

LINE = GOLDEN / "line"


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_the_line_looks_as_it_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    kind, shop = f"{language}.{size[0]}", steady_shop(tmp_path, language)
    office = Office(shop)
    async with stand(tmp_path, shop=shop, size=size, daemon=office) as counter:
        album = Album(counter, kind, LINE)
        member = shop.enrol("李雪", "13812341234")
        shop.top_up(member, 10_000)
        office.join()
        office.free[member.member_id] = 20_000
        await counter.look_at_line()
        await online(counter, office, album, member.member_id)
        await away(counter, office, album, member.member_id)
        await stopped(counter, office, album, member.member_id)
    assert album.changed == []
    assert {path.name for path in LINE.glob(f"*.{kind}.txt")} == album.taken


async def come(counter: Stand, member_id: str, bill: str) -> None:
    """Open the member and type a bill."""
    code = counter.shop.counter.store.execute("SELECT code FROM member WHERE member_id = ?", (member_id,)).fetchone()[0]
    await counter.scan(code)
    await counter.type_in(bill)


async def online(counter: Stand, office: Office, album: Album, member_id: str) -> None:
    album.take("home-online")
    await come(counter, member_id, "139")
    album.take("member-total")
    office.line.clear()
    await counter.pilot.press("enter")
    await counter.pilot.pause()
    while not counter.screen(MemberScreen).is_asking:
        await counter.pilot.pause()
    await counter.pilot.pause()
    album.take("member-asking")
    office.line.set()
    await counter.settle()
    album.take("pay-granted")
    await counter.press("enter")
    album.take("pay-result")
    office.free[member_id], office.elsewhere[member_id] = 1_000, 15_600
    await come(counter, member_id, "50")
    await counter.press("enter")
    album.take("pay-partly")
    await counter.press("escape", "escape")
    office.answers = False
    await counter.type_in("60")
    await counter.press("enter")
    album.take("pay-checking")
    await counter.press("escape", "escape", "escape")
    office.answers = True
    office.line.clear()
    counter.app.search("13799998888")
    while not counter.refusal:
        await counter.pilot.pause()
    await counter.pilot.pause()
    album.take("looking-up")
    office.line.set()
    await counter.settle()
    assert counter.app.home is not None
    assert isinstance(counter.app.home.refused_text, str)
    assert NothingFound("13799998888", "phone").text in counter.refusal


async def away(counter: Stand, office: Office, album: Album, member_id: str) -> None:
    await counter.press("escape")
    office.set_online(online=False)
    await counter.look_at_line()
    album.take("home-offline")
    await come(counter, member_id, "60")
    album.take("member-offline")
    await counter.press("enter")
    album.take("pay-offline")
    await counter.press("escape", "escape", "escape")
    office.hear_everything()
    counter.shop.top_up(counter.shop.enrol("张思远", "13712341234"), 50_000)
    counter.shop.clock.forward(minutes=42)
    await counter.look_at_line()
    album.take("home-late")
    await come(counter, member_id, "60")
    album.take("member-late")
    await counter.press("escape", "escape")


async def stopped(counter: Stand, office: Office, album: Album, member_id: str) -> None:
    office.stop("behind")
    await counter.look_at_line()
    album.take("home-stopped")
    await come(counter, member_id, "5")
    await counter.press("enter")
    album.take("pay-stopped")
    await counter.press("escape", "escape", "f3")
    album.take("top-up-stopped")
    await counter.press("escape", "escape", "f9", "6", "f9", "enter")
    album.take("closed-late")
    await counter.press("f9", "f9")
    album.take("day-close-unsent")
    await counter.press("enter")
    album.take("day-close-approve")
