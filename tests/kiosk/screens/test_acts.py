"""Acts: once whatever is pressed, refused in words, approved by a second person, never in a hurry past each other."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.widgets import Input

from kiosk.devices.errors import PaperOut
from kiosk.i18n import Phrase
from kiosk.model import journal
from kiosk.model.errors import StoreBroken, StoreBusy
from kiosk.screens.approve import ManagerPanel
from kiosk.screens.confirm import ConfirmPanel, Deed, Settling
from kiosk.screens.home import HomeScreen
from kiosk.screens.member import MemberScreen
from kiosk.screens.messages import PrinterChanged
from kiosk.screens.open_shift import OpenShiftScreen
from kiosk.screens.result import ResultScreen
from kiosk.screens.routes import RESTART_CODE
from kiosk.screens.sign_in import SignInScreen
from kiosk.screens.top_up import TopUpScreen
from kiosk.screens.widgets.amount_entry import AmountEntry
from kiosk.services import cards, pay
from kiosk.services.acts import Act
from ledger.entries import EntryKind
from tests.builders import MANAGER, OTHER_CASHIER, PIN
from tests.kiosk.screens.standing import Stand, stand


def entries(counter: Stand, kind: EntryKind) -> int:
    """How many entries of a kind the journal holds."""
    return len(journal.recent(counter.shop.counter.store, 1000, kinds={kind}))


async def test_enter_twice_gives_one_entry(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.scan(member.code)
        await counter.type_in("120")
        await counter.press("enter")
        await counter.pilot.press("enter", "enter", "enter")
        await counter.settle()
        assert entries(counter, EntryKind.SPEND) == 1


async def test_enter_after_a_failure_repeats_the_same_act(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.scan(member.code)
        await counter.type_in("120")
        await counter.press("enter")
        really, asked = pay.pay, list[Act]()

        def busy_once(_: object, act: Act, payment: pay.Payment) -> pay.Paid:
            asked.append(act)
            paid = really(counter.shop.counter, act, payment)
            if len(asked) == 1:
                raise StoreBusy(5000)
            return paid

        monkeypatch.setattr(pay, "pay", busy_once)
        await counter.press("enter")
        assert counter.refusal.startswith("账本正忙")
        await counter.press("enter")
        assert counter.screen(ResultScreen).outcome.headline == "已入账（这是第一次的结果）"
        assert asked[0].entry_id == asked[1].entry_id
        assert entries(counter, EntryKind.SPEND) == 1


async def test_while_an_act_runs_nothing_else_begins_and_nobody_leaves(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        began, may_end, done = threading.Event(), threading.Event(), list[str]()

        def slowly(act: Act, _: Settling) -> str:
            began.set()
            may_end.wait(30)
            done.append(act.entry_id)
            return "done"

        answers = list[object]()
        deed = Deed(Phrase("慢", "slow"), lambda _: "慢慢来", slowly)
        counter.app.confirm(deed, answers.append)
        await counter.settle()
        await counter.pilot.press("enter")
        while not began.is_set():
            await counter.pilot.pause()
        await counter.pilot.press("enter", "escape")
        await counter.pilot.pause()
        assert counter.screen(ConfirmPanel).working
        assert counter.refusal.startswith("上一笔正在入账")
        may_end.set()
        await counter.settle()
        assert len(done) == 1
        assert answers == ["done"]
        assert counter.devices.announced == 1


async def test_a_payment_found_by_phone_asks_for_the_manager(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.type_in("1234")
        await counter.press("enter")
        await counter.type_in("120")
        await counter.press("enter", "enter")
        counter.screen(ManagerPanel)
        await counter.type_in("0000")
        await counter.press("enter")
        assert counter.refusal.startswith("密码不对")
        await counter.type_in(PIN)
        await counter.press("enter")
        done = counter.screen(ResultScreen).outcome.done
        assert done is not None
        assert done.recorded.entry.approver == MANAGER


async def test_too_little_cash_is_refused_before_anything_is_recorded(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f3", "2", "enter")
        await counter.type_in("200")
        await counter.press("enter")
        assert counter.refusal == "客人给的 200.00 不够\n要收现金 300.00\n重新输入客人给的现金"
        await counter.press("delete")
        await counter.type_in("350")
        assert "找零" in counter.text
        await counter.press("enter")
        outcome = counter.screen(ResultScreen).outcome
        assert (outcome.big, outcome.second) == (("找零", 5_000), ("余额", 35_000))
        assert entries(counter, EntryKind.TOP_UP) == 1


async def test_after_a_top_up_the_bill_that_waited_is_paid(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.type_in("120")
        await counter.press("f3")
        assert "正合适  付完余 230.00" in counter.text
        await counter.press("enter", "enter", "enter")
        assert counter.screen(MemberScreen).query_one(AmountEntry).value == "120"
        await counter.press("enter", "enter")
        assert counter.screen(ResultScreen).outcome.big == ("余额", 23_000)


async def test_what_cannot_be_topped_up_says_how_much_can(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f3", "0")
        await counter.type_in("49")
        await counter.press("enter")
        counter.screen(TopUpScreen)
        assert counter.refusal.startswith("不能充 49.00")


async def test_a_dimmed_key_says_why(tmp_path: Path) -> None:
    async with stand(tmp_path, shift=False) as counter:
        counter.screen(OpenShiftScreen)
        await counter.press("escape", "f3")
        assert counter.refusal.startswith("「充值」要先找到会员")
        await counter.press("f8")
        assert counter.refusal == "「撤销」要先开班\n收银台 1 现在没有打开的班次\n按 F9 开班，点好备用金"
        await counter.press("f6")
        assert counter.refusal.startswith("「积分」现在用不上")


async def test_money_on_another_ones_shift_is_dimmed(tmp_path: Path) -> None:
    async with stand(tmp_path, signed_in=False) as counter:
        await counter.sign_in(OTHER_CASHIER)
        counter.screen(HomeScreen)
        await counter.press("f8")
        assert counter.refusal.startswith("「撤销」只能由开班的人做")


async def test_the_counter_is_left_by_a_manager_only(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        await counter.press("ctrl+q")
        assert counter.refusal.startswith("这里不能退出程序")
        await counter.press("ctrl+c")
        assert counter.app.is_running
        await counter.press("f10", "6")
        counter.screen(ManagerPanel)
        await counter.type_in(PIN)
        await counter.pilot.press("enter")
        while counter.app.return_code is None:
            await counter.pilot.pause()
    assert counter.app.return_code == 0


async def test_a_locked_counter_opens_for_its_cashier_where_it_stood(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f12")
        assert counter.screen(SignInScreen).locked_by is not None
        await counter.press("escape")
        counter.screen(SignInScreen)
        await counter.type_in(PIN)
        await counter.press("enter")
        assert counter.screen(MemberScreen).member_id == member.member_id


async def test_what_is_typed_on_a_result_begins_the_next_search(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f3", "2", "enter", "enter")
        counter.screen(ResultScreen)
        await counter.press("z")
        home = counter.screen(HomeScreen)
        assert home.query_one("#search", Input).value == "z"


async def test_a_blocked_card_leads_to_its_members_cards(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        issued = cards.issue_card(counter.shop.counter, counter.shop.act(), member.member_id)
        cards.block_card(counter.shop.counter, counter.shop.act(), issued.card.code)
        await counter.scan(issued.card.code)
        counter.screen(HomeScreen)
        shown = f"{issued.card.code[1:5]}-{issued.card.code[5:]}"
        assert counter.refusal.startswith(f"卡 {shown} 已经挂失")
        await counter.press("f7", "u", "enter")
        await counter.type_in(PIN)
        await counter.press("enter", "enter")
        assert counter.screen(MemberScreen).member_id == member.member_id


async def test_after_a_broken_disk_the_counter_only_starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.scan(member.code)
        await counter.type_in("120")
        await counter.press("enter")

        def broken(*_: object) -> pay.Paid:
            raise StoreBroken("disk I/O error")

        monkeypatch.setattr(pay, "pay", broken)
        await counter.press("enter", "escape")
        assert counter.refusal.startswith("磁盘出错，这一笔要核对")
        await counter.pilot.press("enter")
        while counter.app.return_code is None:
            await counter.pilot.pause()
    assert counter.app.return_code == RESTART_CODE


async def test_a_shift_is_counted_closed_and_the_day_with_it(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        await counter.press("f9", "6")
        await counter.type_in("5")
        await counter.press("f9", "enter")
        outcome = counter.screen(ResultScreen).outcome
        assert (outcome.big, outcome.second) == (("实点现金", 50_000), None)
        assert "现金相符" in counter.text
        await counter.press("enter")
        counter.screen(SignInScreen)
        await counter.sign_in()
        await counter.press("f9", "enter")
        await counter.type_in(PIN)
        await counter.press("enter")
        assert counter.screen(ResultScreen).outcome.headline == "已日结"


async def test_too_little_cash_in_the_drawer_wants_a_look(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        await counter.press("f9", "6")
        await counter.type_in("4")
        await counter.press("down")
        await counter.type_in("1")
        await counter.press("f9", "enter")
        outcome = counter.screen(ResultScreen).outcome
        assert outcome.second == ("短款", 5_000)
        assert outcome.wants_look


async def test_old_slips_are_asked_about_and_money_goes_on(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        counter.app.post_message(PrinterChanged("paper_out", 3, 0, PaperOut("serial:/dev/kiosk/printer")))
        await counter.settle()
        assert counter.refusal.startswith("打印机没纸了")
        assert "缺纸" in counter.text
        counter.app.post_message(PrinterChanged("ready", 3, 3))
        await counter.settle()
        assert counter.refusal.startswith("有 3 张小票等您决定")
        await counter.press("f10")
        assert "3 张等您决定，共 3 张" in counter.text


async def test_an_amount_too_long_for_large_digits_stays_readable(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.type_in("1234567.89")
        assert "1,234,567.89" in counter.text


async def test_a_reference_that_was_used_before_is_said_once_and_then_taken(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        for presses in (1, 2):
            await counter.scan(member.code)
            await counter.press("f3", "2", "w")
            await counter.type_in("4200002311202611206")
            await counter.press("enter")
            if presses == 2:
                assert "参考号 4200002311202611206 用过了" in counter.refusal
                assert "1-000003" in counter.refusal
                await counter.press("enter")
            counter.screen(ResultScreen)
            await counter.press("enter", "escape")
        assert entries(counter, EntryKind.TOP_UP) == 2


async def test_a_card_blocked_since_it_was_shown_pays_nothing(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        shop = counter.shop
        member = shop.enrol()
        card = cards.issue_card(shop.counter, shop.act(), member.member_id).card
        shop.top_up(member)
        await counter.scan(card.code)
        await counter.type_in("120")
        await counter.press("enter")
        cards.block_card(shop.counter, shop.act(), card.code)
        await counter.press("enter")
        assert "已经挂失" in counter.refusal
        assert entries(counter, EntryKind.SPEND) == 0
