"""Visits sold in one store are brought to another by the counter's own service, over the real daemon and head office."""

from __future__ import annotations

import asyncio
from pathlib import Path

from kiosk.model.verify import verify
from kiosk.screens.benefits import BenefitsScreen
from kiosk.screens.confirm import ConfirmPanel
from kiosk.services import bring_here
from kiosk.services.bring_here import Brought, Help, Spread
from kiosk.services.values import Member
from kiosk.uplink import SyncDaemon
from ledger.entries import EntryKind
from syncd.settings import StateFolder
from tests.builders import Shop, open_shop
from tests.kiosk.screens.offering import booked
from tests.kiosk.screens.standing import stand
from tests.kiosk.services.promising import held, promise, sells, uses
from tests.syncd.chain import chain, enrol, enrolled_daemon
from tests.syncd.test_with_head_office import another_shop

WASH = "VISIT:wash"


def bring(shop: Shop, member: Member, folder: StateFolder, units: int) -> Brought:
    """Ask for visits as the counter does."""
    return bring_here.bring_here(shop.counter, SyncDaemon(folder.socket, 5_000), member.member_id, WASH, units)


async def brought(shop: Shop, member: Member, folder: StateFolder, units: int) -> Brought:
    """Ask until the store that holds them gave them back: so long an ask is none or partly, and recalled."""
    async with asyncio.timeout(20):
        while True:
            came = await asyncio.to_thread(bring, shop, member, folder, units)
            if came.help is Help.GRANTED:
                return came
            assert came.help in {Help.NONE, Help.PARTLY, Help.CHECKING, Help.NOT_NEEDED}
            await asyncio.sleep(0.05)


async def test_visits_sold_in_one_store_are_used_in_another(tmp_path: Path) -> None:
    here, there = open_shop(tmp_path / "box"), another_shop(tmp_path / "other")
    for shop in (here, there):
        shop.open_shift()
        promise(shop.counter)
    (tmp_path / "box" / "state").mkdir()
    near, far = StateFolder(tmp_path / "box" / "state"), StateFolder(tmp_path / "other")
    member = here.enrol(phone="13812341234")
    sells(here, member)
    async with chain(tmp_path / "office") as office:
        await enrol(office, near, here)
        await enrol(office, far, there)
        async with enrolled_daemon(near, here.path) as holding, enrolled_daemon(far, there.path) as asking:
            await holding.until(pending=0, online=True)
            await asking.until(online=True)
            assert await asking.post("/refresh", {"phone": "13812341234"}) == (200, {"outcome": "found"})
            lies = await asyncio.to_thread(bring_here.spread_of, there.counter, member.member_id, WASH)
            assert lies == Spread(WASH, "洗护", 0, 10)
            came = await brought(there, member, far, 3)
            assert came.spread == Spread(WASH, "洗护", 3, 7)
            await asyncio.to_thread(uses, there, member, WASH, 3)
            await holding.until(pending=0)
            await asking.until(pending=0)
    assert held(here, member)[WASH] == 7
    assert (verify(here.counter.store).total_minor, verify(there.counter.store).total_minor) == (0, 0)


async def test_a_cashier_uses_a_visit_of_another_store_by_keys(tmp_path: Path) -> None:
    here, there = open_shop(tmp_path / "box"), another_shop(tmp_path / "other")
    for shop in (here, there):
        promise(shop.counter)
    here.open_shift()
    (tmp_path / "box" / "state").mkdir()
    near, far = StateFolder(tmp_path / "box" / "state"), StateFolder(tmp_path / "other")
    member = here.enrol(phone="13812341234")
    sells(here, member)
    async with chain(tmp_path / "office") as office:
        await enrol(office, near, here)
        await enrol(office, far, there)
        async with enrolled_daemon(near, here.path) as holding, enrolled_daemon(far, there.path) as asking:
            await holding.until(pending=0, online=True)
            await asking.until(online=True)
            async with stand(tmp_path / "other", shop=there, daemon=SyncDaemon(far.socket, 5_000)) as counter:
                await counter.look_at_line()
                await counter.scan(member.code)
                await counter.press("f7")
                async with asyncio.timeout(20):
                    while not isinstance(counter.app.screen, ConfirmPanel):
                        items = counter.screen(BenefitsScreen).menu.items
                        place = next(n for n, item in enumerate(items, 1) if item.name == "洗护")
                        await counter.press(str(place))
                await counter.press("enter")
                assert booked(counter).kind is EntryKind.REDEEMED
            await asking.until(pending=0)
    assert verify(there.counter.store).total_minor == 0
