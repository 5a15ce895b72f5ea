"""A scan is understood on every screen, never typed into a field, and told "not now" while money waits."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.widgets import Input

from kiosk.app import Look
from kiosk.devices.errors import CoverOpen, PaperOut, ScannerFloods
from kiosk.devices.wedge import Decision, WedgeDetector
from kiosk.screens.cards import AnonymousCardScreen, CardsScreen
from kiosk.screens.confirm import ConfirmPanel
from kiosk.screens.home import HomeScreen
from kiosk.screens.lists import VoidScreen
from kiosk.screens.member import MemberScreen
from kiosk.screens.messages import CodeScanned, PrinterChanged, ScannerChanged
from kiosk.screens.sign_in import SignInScreen
from kiosk.services.find_member import Found, Via
from kiosk.services.open_member import MemberView
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


async def test_a_member_scanned_twice_keeps_what_is_typed_on_their_bill(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.scan(member.code)
        screen = counter.screen(MemberScreen)
        await counter.type_in("120")
        for _ in range(3):
            await counter.scan(member.code)
        assert counter.screen(MemberScreen) is screen
        assert screen.waiting().typed == "120"


async def test_a_member_found_by_phone_and_then_scanned_keeps_the_bill_and_is_known_by_the_code(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.type_in("13812341234")
        await counter.press("enter")
        assert counter.screen(MemberScreen).via is not Via.MEMBER_CODE
        await counter.type_in("120")
        await counter.scan(member.code)
        screen = counter.screen(MemberScreen)
        assert (screen.via, screen.waiting().typed) == (Via.MEMBER_CODE, "120")


async def test_a_piece_of_a_code_finds_nobody(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol(phone="13812341234")
        await counter.scan("1234")
        counter.screen(HomeScreen)
        assert counter.refusal.startswith("没有扫完整：1234")
        await counter.scan(member.code)
        counter.screen(MemberScreen)


async def test_a_member_who_is_found_after_the_payment_was_asked_does_not_take_its_place(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member, other = counter.shop.enrol(), counter.shop.enrol("张三", "13912341235")
        counter.shop.top_up(member)
        await counter.scan(member.code)
        await counter.type_in("120")
        found, go_on = asyncio.Event(), asyncio.Event()
        really = counter.app._find

        async def slowly(text: str, look: Look) -> tuple[Found, MemberView | None]:
            answer = await really(text, look)
            found.set()
            await go_on.wait()
            return answer

        counter.app._find = slowly  # type: ignore[method-assign] # a search that takes as long as head office does
        counter.app.post_message(CodeScanned(other.code))
        await found.wait()
        await counter.pilot.press("enter")
        while not isinstance(counter.app.screen, ConfirmPanel):
            await counter.pilot.pause()
        go_on.set()
        await counter.settle()
        counter.screen(ConfirmPanel)
        assert counter.refusal.startswith(f"现在不能扫码：{other.code}")
        await counter.press("enter")
        assert counter.shop.counter.store.rows("SELECT member_id FROM journal WHERE kind = 'spend'", ()) == [
            (member.member_id,)
        ]


async def test_a_page_in_a_code_is_quoted_in_a_line(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.scan(member.code)
        await counter.type_in("120")
        await counter.press("enter")
        await counter.scan("9" * 400)
        assert f"现在不能扫码：{'9' * 24}..." in counter.refusal


async def test_a_trouble_that_is_over_is_said_no_longer_and_said_again_with_the_next_slip(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        out = PaperOut("tcp:printer")
        for waiting in (0, 1):
            counter.app.post_message(PrinterChanged("paper_out", waiting, 0, out))
            await counter.settle()
            assert counter.refusal.startswith("打印机没纸了")
            counter.screen(HomeScreen).clear_message()
        counter.app.post_message(PrinterChanged("paper_out", 2, 0, out))
        await counter.settle()
        assert counter.refusal.startswith("打印机没纸了")
        counter.app.post_message(PrinterChanged("ready"))
        await counter.settle()
        assert counter.refusal == ""


async def test_the_state_bar_is_true_behind_a_question(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.scan(member.code)
        await counter.type_in("120")
        await counter.press("enter")
        counter.screen(ConfirmPanel)
        counter.app.post_message(PrinterChanged("cover_open", 0, 0, CoverOpen("tcp:printer")))
        counter.app.post_message(ScannerChanged("flooding", ScannerFloods("serial:scanner")))
        await counter.settle()
        assert "盖未合" in counter.text
        assert "扫码枪 乱扫" in counter.text
