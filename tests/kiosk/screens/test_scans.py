"""A scan is understood on every screen, never typed into a field, and told "not now" while money waits."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from kiosk.devices.wedge import Decision, WedgeDetector
from kiosk.screens.cards import AnonymousCardScreen, CardsScreen
from kiosk.screens.confirm import ConfirmPanel
from kiosk.screens.home import HomeScreen
from kiosk.screens.lists import VoidScreen
from kiosk.screens.member import MemberScreen
from kiosk.screens.sign_in import SignInScreen
from kiosk.services.find_member import Via
from ledger.codes import CodeKind, make_code
from tests.builders import open_shop
from tests.kiosk.screens.standing import Stand, stand


async def test_a_scan_opens_the_member_from_any_screen(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        other = counter.shop.enrol("张三", "13912341235")
        for key in ("f2", "f5", "f8", "f9", "f10", "escape"):
            await counter.press(key)
            await counter.scan(member.code)
            assert counter.screen(MemberScreen).member_id == member.member_id
        await counter.press("f3")
        await counter.scan(other.code)
        assert counter.screen(MemberScreen).member_id == other.member_id
        assert counter.screen(MemberScreen).via is Via.MEMBER_CODE


async def test_a_scan_while_money_waits_is_told_not_now(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.scan(member.code)
        await counter.type_in("120")
        await counter.press("enter")
        await counter.scan(member.code)
        assert counter.screen(ConfirmPanel).typed == ""
        assert counter.refusal.startswith(f"现在不能扫码：{member.code}")


async def test_nobody_signed_in_means_no_scan(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.press("f12")
        await counter.scan(member.code)
        assert counter.screen(SignInScreen).locked_by is not None
        assert counter.refusal.startswith("请先登录再扫码")


async def test_a_mistyped_code_is_named_at_home(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        wrong = member.code[:-1] + ("2" if member.code[-1] != "2" else "3")
        await counter.press("f8")
        counter.screen(VoidScreen)
        await counter.scan(wrong)
        counter.screen(HomeScreen)
        assert counter.refusal == f"「{wrong}」校验不对\n有一位看错或扫错了\n再扫一次，或输入手机查找"


async def test_a_fresh_card_is_taken_where_a_card_is_waited_for(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        card = make_code(CodeKind.CARD, counter.shop.counter.entropy)
        await counter.press("f7")
        counter.screen(AnonymousCardScreen)
        await counter.scan(card.text)
        assert card.shown in counter.text
        await counter.press("enter")
        await counter.scan(card.text)
        assert counter.screen(MemberScreen).via is Via.CARD


async def test_a_new_card_for_a_member_is_scanned_after_n(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        card = make_code(CodeKind.CARD, counter.shop.counter.entropy)
        await counter.scan(member.code)
        await counter.press("f7", "n")
        counter.screen(CardsScreen)
        await counter.scan(card.text)
        await counter.press("enter", "enter")
        view = counter.screen(MemberScreen).view
        assert view is not None
        assert [held.code for held in view.cards] == [card.text]


async def wedge(counter: Stand, text: str) -> None:
    """Type as a keyboard scanner does: all at once, with Enter behind."""
    await counter.pilot.press(*text, "enter")
    await counter.settle()


async def test_a_scanner_that_types_never_types_into_a_field(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    async with stand(tmp_path, shop=shop) as counter:
        member = shop.enrol()
        counter.app._wedge = Patient()
        counter.screen(HomeScreen).query_one(Input).value = ""
        await wedge(counter, member.code)
        assert counter.screen(MemberScreen).member_id == member.member_id
        assert counter.app.home is not None
        assert counter.app.home.query_one(Input).value == ""


async def test_a_person_who_types_reaches_the_field(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        counter.app._wedge = WedgeDetector()
        await counter.pilot.press("z", "s")
        await counter.pilot.press("left")
        await counter.settle()
        assert counter.screen(HomeScreen).query_one(Input).value == "zs"


class Patient(WedgeDetector):
    """A detector for a machine under load: every key counts as if it came right behind the last one."""

    at = 0.0

    def feed(self, character: str, _: float) -> Decision:
        self.at += 0.001
        return super().feed(character, self.at)

    def expire(self, _: float) -> Decision:
        return super().expire(self.at)
