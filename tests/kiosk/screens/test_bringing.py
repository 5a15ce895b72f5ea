"""Points, coupons and visits of other stores at the screens: one key brings them, no key waits, offline says what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kiosk.model import journal
from kiosk.screens.benefits import BenefitsScreen
from kiosk.screens.confirm import ConfirmPanel
from kiosk.screens.member import MemberScreen
from kiosk.screens.menu import MenuScreen
from kiosk.screens.points import PointsScreen
from kiosk.services.values import Member
from ledger.entries import EntryKind
from ledger.money import PTS
from tests.kiosk.office import Office
from tests.kiosk.screens.offering import CAKE, bill, booked, shop_with_offers
from tests.kiosk.screens.standing import Stand, stand

LATTES, CAKE_OFF = "VISIT:latte-10", "COUPON:cake-20"


@asynccontextmanager
async def joined(folder: Path, language: str = "zh") -> AsyncIterator[tuple[Stand, Office, Member]]:
    """A counter of a box with a head office, and a member with 50 points here and 5,000 elsewhere, with visits and a coupon."""
    shop = shop_with_offers(folder, language)
    office = Office(shop)
    async with stand(folder, shop=shop, daemon=office) as counter:
        member = shop.enrol()
        office.join()
        key = member.member_id
        office.units = {(key, PTS.code): 5_000, (key, LATTES): 8, (key, CAKE_OFF): 1}
        office.tell_total(key)
        await counter.look_at_line()
        await counter.scan(member.code)
        yield counter, office, member
        office.line.set()
        await counter.settle()


async def pick(counter: Stand, name: str, value: str = "其他门店") -> None:
    """Press the digit of a row that is called so and lies elsewhere."""
    items = counter.screen(MenuScreen).menu.items
    place = next(i for i, item in enumerate(items, 1) if item.name == name and value in item.value)
    await counter.press(str(place))


def entries(counter: Stand, kind: EntryKind) -> int:
    return len(journal.recent(counter.shop.counter.store, 1_000, kinds={kind}))


async def test_a_visit_of_another_store_comes_with_one_key_and_is_used_with_the_next(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        await counter.press("f7")
        assert "此处 0，其他门店 8" in counter.text
        await pick(counter, "拿铁十次卡")
        counter.screen(ConfirmPanel)
        await counter.press("enter")
        assert booked(counter).facts["asset"] == LATTES
        assert [(asked[2], asset) for asked, asset in zip(office.asked, office.assets_asked, strict=True)] == [
            (1, LATTES)
        ]


async def test_everything_of_a_row_comes_with_b_and_is_said(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        await counter.press("f7")
        rows = counter.screen(BenefitsScreen).menu.items
        place = next(i for i, item in enumerate(rows) if item.name == "拿铁十次卡")
        await counter.press(*["down"] * place, "b")
        assert counter.refusal == "拿铁十次卡 x 8 到本店了\n此处 8，其他门店 0\n现在就可以用"
        assert office.asked[0][2] == 8


async def test_a_coupon_of_another_store_comes_off_the_bill_that_waits(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, _, __):
        await counter.scan(CAKE)
        assert bill(counter) == (16_800, 15_800)
        await counter.press("f7")
        await pick(counter, "蛋糕 8 折券")
        assert isinstance(counter.app.screen, MemberScreen)
        assert bill(counter) == (16_800, 13_440)


async def test_an_item_of_the_mall_takes_the_points_that_are_missing_from_other_stores(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        await counter.press("f6")
        assert "其他门店 5,000" in counter.text
        await pick(counter, "现磨豆浆一杯", "分")
        counter.screen(ConfirmPanel)
        assert office.asked[0][2] < 5_000
        await counter.press("enter")
        assert booked(counter).kind is EntryKind.REDEEMED


async def test_all_points_come_with_b(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, _, __):
        await counter.press("f6", "b")
        assert counter.refusal.startswith("5,000 积分 到本店了")
        assert "其他门店" not in counter.screen(PointsScreen).menu.heading
        assert not counter.screen(PointsScreen).knows("b")


async def test_offline_says_what_is_here_and_what_waits_for_the_line(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        office.set_online(online=False)
        await counter.look_at_line()
        await counter.press("f7")
        await pick(counter, "拿铁十次卡")
        assert counter.refusal == "离线，拿铁十次卡 x 1 调不来\n此处 0，其他门店 8\n此处的照常用，其余等连上总部"
        assert office.asked == []


async def test_what_another_store_holds_is_recalled_and_said(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        office.units_elsewhere = {(member.member_id, LATTES): office.units.pop((member.member_id, LATTES))}
        await counter.press("f7")
        await pick(counter, "拿铁十次卡")
        assert "已请退回 拿铁十次卡 x 1" in counter.refusal
        assert isinstance(counter.app.screen, BenefitsScreen)


async def test_an_answer_that_does_not_come_is_looked_at_with_the_same_key(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        office.answers = False
        await counter.press("f7")
        await pick(counter, "拿铁十次卡")
        assert counter.refusal.startswith("总部还没答复")
        office.answers = True
        await pick(counter, "拿铁十次卡")
        counter.screen(ConfirmPanel)
        assert office.asked[0] == office.asked[1]
        assert entries(counter, EntryKind.GRANTED) == 1


async def test_a_stopped_box_says_that_nothing_moves(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        office.stop("behind")
        await counter.look_at_line()
        await counter.press("f6", "b")
        assert "此机停用储值" in counter.refusal
        assert office.asked == []


async def test_while_head_office_is_asked_keys_work_and_who_moved_on_is_not_called_back(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        await counter.press("f7")
        office.line.clear()
        place = next(i for i, item in enumerate(counter.screen(MenuScreen).menu.items, 1) if item.name == "拿铁十次卡")
        await counter.pilot.press(str(place))
        while not office.asked:
            await counter.pilot.pause()
        assert counter.refusal.startswith("向总部调拨 拿铁十次卡 x 1 ...")
        await counter.pilot.press(str(place), "home")
        await counter.pilot.press("down" if place == 1 else "up")
        office.line.set()
        await counter.settle()
        assert isinstance(counter.app.screen, BenefitsScreen)
        assert len(office.asked) == 1
        assert entries(counter, EntryKind.GRANTED) == 1


async def test_leaving_the_list_lets_the_answer_come_to_nobody(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        await counter.press("f6")
        office.line.clear()
        await counter.pilot.press("b")
        while not office.asked:
            await counter.pilot.pause()
        await counter.pilot.press("escape")
        office.line.set()
        await counter.settle()
        assert isinstance(counter.app.screen, MemberScreen)
        assert entries(counter, EntryKind.GRANTED) == 1


async def test_a_shop_alone_shows_nothing_of_other_stores(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f7")
        assert "其他门店" not in counter.text
        assert not counter.screen(BenefitsScreen).knows("b")


async def test_points_of_other_stores_pay_part_of_a_bill_with_one_key(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        await counter.type_in("30")
        await counter.press("f6")
        assert bill(counter) == (3_000, 2_100)
        assert office.asked[0][2] == 850
        assert counter.refusal == ""


async def test_no_more_points_are_asked_for_than_the_bill_takes_beside_those_here(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        office.bring(member.member_id, 250, asset=PTS.code)
        office.tell_total(member.member_id)
        await counter.type_in("30")
        await counter.press("f6")
        assert bill(counter) == (3_000, 2_100)
        assert office.asked[0][2] == 600


async def test_points_that_do_not_come_leave_the_bill_to_those_here(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        office.bring(member.member_id, 250, asset=PTS.code)
        office.tell_total(member.member_id)
        office.set_online(online=False)
        await counter.look_at_line()
        await counter.type_in("30")
        await counter.press("f6")
        assert bill(counter) == (3_000, 2_700)
        assert counter.refusal.startswith("离线，600 积分 调不来\n此处 300，其他门店 5,000")


async def test_a_bill_that_changed_meanwhile_is_not_paid_with_the_points_that_come(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        await counter.type_in("30")
        office.line.clear()
        await counter.pilot.press("f6")
        while not office.asked:
            await counter.pilot.pause()
        assert counter.refusal.startswith("向总部调拨 850 积分 ...")
        await counter.pilot.press("0", "f6")
        office.line.set()
        await counter.settle()
        assert bill(counter) == (30_000, 29_000), "the coupon alone"
        assert len(office.asked) == 1
        assert entries(counter, EntryKind.GRANTED) == 1
