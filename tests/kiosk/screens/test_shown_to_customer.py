"""What the customer sees while the cashier works: each step once it stands, and never more than is theirs to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest

from kiosk.devices.display_server import DisplayServer
from kiosk.devices.ports import DeviceState, DisplayView, NoDisplay
from kiosk.display_wire import (
    AskTender,
    BillShown,
    DoneShown,
    Idle,
    LadderShown,
    MemberShown,
    Shown,
    Stopped,
    to_line,
)
from kiosk.i18n import Language
from kiosk.screens.shown_to_customer import short_amount
from kiosk.services.sync_state import Standing, SyncState
from tests.builders import PIN
from tests.kiosk.screens.standing import Stand, stand

S = TypeVar("S", bound=Shown)
PHONE = "13812341234"


class Glass(NoDisplay):
    """A display that keeps everything it was ever shown."""

    def __init__(self) -> None:
        self.seen: list[Shown] = []
        self.line: DeviceState | None = None

    def show(self, shown: Shown) -> None:
        self.seen.append(shown)

    def view(self) -> DisplayView:
        return DisplayView(1, self.line)

    def now(self, kind: type[S]) -> S:
        """Return what stands, which is of this kind."""
        assert isinstance(self.seen[-1], kind), self.seen[-1]
        return self.seen[-1]


def hang_up(counter: Stand) -> Glass:
    """Put a display on the counter, and come back to where it stood."""
    glass = Glass()
    counter.app.desk.display = glass
    return glass


async def test_the_display_follows_every_step_of_a_top_up(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        glass = hang_up(counter)
        member = counter.shop.enrol("李雪", PHONE, date(1990, 11, 23))
        await counter.scan(member.code)
        assert glass.now(MemberShown) == MemberShown("李*", "", 0, None, glass.now(MemberShown).coupons)
        await counter.press("f3")
        ladder = glass.now(LadderShown)
        assert ladder.name == "李*"
        assert ladder.rungs
        await counter.press("2")
        marked = glass.now(LadderShown)
        assert marked.marked is not None
        rung = marked.rungs[marked.marked]
        assert (rung.pay_minor, rung.gives, rung.balance_after_minor) == (30_000, "送 50", 35_000)
        await counter.press("enter")
        assert glass.now(AskTender) == AskTender("充值", 30_000, "现金")
        await counter.press("w")
        assert glass.now(AskTender).tender == "微信"
        await counter.press("c")
        await counter.type_in("350")
        assert glass.now(AskTender) == AskTender("充值", 30_000, "现金", 35_000, 5_000)
        await counter.press("enter")
        assert glass.now(DoneShown) == DoneShown("充值成功", 30_000, 35_000, 0, 5_000, 5_000)
        await counter.press("escape")
        assert glass.now(Idle).posters[1] == "充 300 送 50"


async def test_the_display_follows_a_payment_and_says_which_rung_would_fit(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        glass = hang_up(counter)
        member = counter.shop.enrol("李雪", PHONE)
        counter.shop.top_up(member, 10_000)
        await counter.scan(member.code)
        balance = glass.now(MemberShown).balance_minor
        await counter.type_in("120")
        bill = glass.now(BillShown)
        assert (bill.list_price_minor, bill.due_minor) == (12_000, 12_000)
        assert bill.stored_minor + bill.rest_minor == 12_000
        assert bill.stored_minor == balance
        assert bill.offer.startswith("充 300 送 50，付完本单余 ")
        await counter.press("enter")
        assert glass.now(AskTender).amount_minor == bill.rest_minor
        await counter.press("escape")
        assert glass.now(BillShown) == bill
        await counter.press("enter", "enter")
        counter_done = glass.now(DoneShown)
        assert (counter_done.what, counter_done.amount_minor) == ("支付成功", 12_000)
        assert counter_done.balance_after_minor == bill.balance_after_minor


async def test_another_amount_that_is_typed_stands_alone(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        glass = hang_up(counter)
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f3", "0")
        await counter.type_in("88")
        shown = glass.now(LadderShown)
        assert [rung.pay_minor for rung in shown.rungs] == [8_800]
        assert shown.marked == 0


async def test_no_phone_no_name_no_code_and_no_script_ever_leaves(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        glass = hang_up(counter)
        member = counter.shop.enrol("欧阳小明", PHONE)
        counter.shop.top_up(member)
        rungs = counter.shop.counter.programme().ladder.rungs
        await counter.scan(member.code)
        await counter.type_in("48")
        await counter.press("question_mark", "escape", "f2", "escape", "f3", "2", "down", "up", "enter", "enter")
        await counter.press("enter", "escape", "f8", "escape", "f9", "escape")
        sent = "".join(to_line(shown, Language.ZH).decode() for shown in glass.seen)
        assert {type(shown) for shown in glass.seen} >= {
            MemberShown,
            BillShown,
            LadderShown,
            AskTender,
            DoneShown,
            Idle,
        }
        assert "欧***" in sent
        hidden = ("欧阳", "小明", PHONE, "1234", member.code, member.member_id, counter.shop.counter.till + "-0")
        assert [word for word in (*hidden, *(rung.script for rung in rungs if rung.script)) if word in sent] == []


async def test_behind_a_members_screen_the_display_stays_and_elsewhere_it_is_idle(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        glass = hang_up(counter)
        member = counter.shop.enrol("李雪", PHONE)
        counter.shop.top_up(member)
        await counter.scan(member.code)
        shown = glass.now(MemberShown)
        await counter.press("f2")
        assert glass.now(MemberShown) == shown
        await counter.press("f1", "escape")
        assert glass.now(MemberShown) == shown
        await counter.press("escape", "f8")
        glass.now(Idle)
        await counter.press("1", "enter")
        await counter.type_in(PIN)
        await counter.press("enter")
        assert glass.now(DoneShown) == DoneShown("已撤销", 30_000)


async def test_a_locked_counter_and_one_without_a_cashier_say_so(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        glass = hang_up(counter)
        await counter.press("f12")
        assert glass.now(Stopped) == Stopped("麦香里", "请稍候")
        counter.app.sign_out()
        await counter.settle()
        assert glass.now(Stopped).words.startswith("此台暂停服务")


async def test_what_the_shop_does_for_itself_is_not_shown(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        glass = hang_up(counter)
        await counter.press("f9", "2")
        await counter.type_in("50")
        await counter.press("tab")
        await counter.type_in("x")
        await counter.press("enter", "enter")
        assert {type(shown) for shown in glass.seen} == {Idle}


async def test_where_stored_value_cannot_be_sold_nobody_is_offered_any(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        glass = hang_up(counter)
        counter.app.desk.sync = replace(SyncState(Standing.STOPPED), reason="behind")
        counter.app.go_home()
        assert counter.app.home is not None
        counter.app.home.reload()
        await counter.settle()
        assert glass.now(Idle).posters == ()
        assert glass.now(Idle).shop == "麦香里"


@pytest.mark.parametrize(
    ("line", "words"), [(None, "客户屏 1 块"), (DeviceState.READY, "客显 就绪"), (DeviceState.MISSING, "客显 没有接上")]
)
async def test_the_cashier_reads_how_the_display_is(tmp_path: Path, line: DeviceState | None, words: str) -> None:
    async with stand(tmp_path) as counter:
        hang_up(counter).line = line
        await counter.press("f10")
        assert words in counter.text


async def test_a_display_that_hangs_leaves_the_counter_alone(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        blocked = tmp_path / "a file"
        blocked.write_text("no folder")
        counter.app.desk.display = DisplayServer(blocked / "display-1.sock", Language.ZH, retry_seconds=0.01)
        counter.app.desk.display.start()
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f3", "2", "enter", "enter")
        assert "已入账" in counter.text
        counter.app.desk.display.stop()


@pytest.mark.parametrize(("minor", "said"), [(30_000, "300"), (100_000, "1,000"), (9_990, "99.90"), (0, "0")])
def test_an_amount_is_said_short_where_that_is_all_of_it(minor: int, said: str) -> None:
    assert short_amount(minor) == said
