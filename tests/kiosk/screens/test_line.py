"""The line to head office at the counter: asked without holding a key, an act or a read; shown as it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kiosk.model import journal
from kiosk.model.members import Member
from kiosk.screens.confirm import ConfirmPanel
from kiosk.screens.home import HomeScreen
from kiosk.screens.member import MemberScreen
from kiosk.screens.result import ResultScreen
from kiosk.screens.widgets.amount_entry import AmountEntry
from kiosk.screens.widgets.figures import MoneyFigure
from kiosk.services import cash
from kiosk.services.sync_state import Standing
from ledger.codes import CodeKind, make_code
from ledger.entries import Entry, EntryKind
from tests.builders import PIN, open_shop
from tests.kiosk.office import Office, record_of
from tests.kiosk.screens.standing import Stand, stand
from tests.kiosk.screens.test_key_budget import PAYMENT_KEYS, beside_digits


@asynccontextmanager
async def joined(folder: Path, free: int = 20_000) -> AsyncIterator[tuple[Stand, Office, Member]]:
    """A counter of a box with a head office, and a member with 105.00 here and more there."""
    shop = open_shop(folder)
    office = Office(shop)
    async with stand(folder, shop=shop, daemon=office) as counter:
        member = shop.enrol()
        shop.top_up(member, 10_000)
        office.join()
        office.free[member.member_id] = free
        await counter.look_at_line()
        yield counter, office, member
        office.line.set()
        await counter.settle()


async def ask_and_wait(counter: Stand) -> None:
    """Press Enter until head office is being asked."""
    await counter.pilot.press("enter")
    while not counter.screen(MemberScreen).is_asking:
        await counter.pilot.pause()


def entries(counter: Stand, kind: EntryKind) -> int:
    return len(journal.recent(counter.shop.counter.store, 1000, kinds={kind}))


async def test_paying_more_than_is_here_takes_two_keys_beside_the_digits(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        await counter.scan(member.code)
        await counter.type_in("139")
        await counter.press("enter", "enter")
        facts = entry_of(counter).facts
        assert (facts["stored_minor"], facts["rest_minor"]) == (13_900, 0)
        assert beside_digits(counter, "139") <= PAYMENT_KEYS
        assert len(office.asked) == 1


def entry_of(counter: Stand) -> Entry:
    done = counter.screen(ResultScreen).outcome.done
    assert done is not None
    return done.recorded.entry


async def test_while_head_office_is_asked_every_key_works_and_the_old_answer_opens_nothing(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        await counter.scan(member.code)
        await counter.type_in("139")
        office.line.clear()
        await ask_and_wait(counter)
        assert "向总部调拨 34.00 ..." in counter.text
        await counter.pilot.press("backspace", "backspace", "backspace", "5", "0")
        office.line.set()
        await counter.settle()
        screen = counter.screen(MemberScreen)
        assert screen.query_one(AmountEntry).minor == 5_000
        assert screen.query_one("#here", MoneyFigure).shown == "139.00"
        assert "向总部调拨" not in counter.text


async def test_a_slow_daemon_holds_no_act_and_no_read(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        await counter.scan(member.code)
        await counter.type_in("139")
        office.line.clear()
        await ask_and_wait(counter)
        shop, desk = counter.shop, counter.app.desk
        moved = await desk.write(cash.move_cash, shop.counter, shop.act(), EntryKind.PAID_IN, 2_000, "零钱")
        assert moved.recorded.entry.kind is EntryKind.PAID_IN
        assert await desk.read(journal.head, shop.counter.store) is not None
        assert counter.screen(MemberScreen).is_asking


async def test_leaving_the_member_lets_the_answer_come_to_nobody(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        await counter.scan(member.code)
        await counter.type_in("139")
        office.line.clear()
        await ask_and_wait(counter)
        await counter.pilot.press("escape", "escape")
        office.line.set()
        await counter.settle()
        assert isinstance(counter.app.screen, HomeScreen)
        assert entries(counter, EntryKind.GRANTED) == 1
        assert entries(counter, EntryKind.SPEND) == 0


async def test_enter_again_while_it_is_asked_asks_once(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        await counter.scan(member.code)
        await counter.type_in("139")
        office.line.clear()
        await ask_and_wait(counter)
        await counter.pilot.press("enter", "enter")
        office.line.set()
        await counter.settle()
        counter.screen(ConfirmPanel)
        assert len(office.asked) == 1


async def test_without_an_answer_the_rest_is_offered_by_another_tender(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        office.answers = False
        await counter.scan(member.code)
        await counter.type_in("139")
        await counter.press("enter")
        assert counter.screen(ConfirmPanel).deed.due_minor == 3_400
        assert "正在查" in counter.text
        await counter.press("enter")
        assert entry_of(counter).facts["rest_minor"] == 3_400


async def test_offline_says_what_is_here_and_what_is_elsewhere(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        office.tell_total(member.member_id)
        office.set_online(online=False)
        await counter.look_at_line()
        await counter.scan(member.code)
        assert "离线（可用至 105.00）" in counter.text
        assert "合计 305.00，截至 09:00" in counter.text
        await counter.type_in("139")
        await counter.press("enter")
        assert "此处离线可用 105.00；另有 200.00 在总部" in counter.text
        assert office.asked == []


async def test_the_total_comes_behind_the_opened_member_and_again_when_the_line_is_back(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        await counter.scan(member.code)
        assert "合计 305.00" in counter.text
        assert [asked["member_id"] for asked in office.looked_up] == [member.member_id]
        await counter.press("escape")
        office.set_online(online=False)
        await counter.look_at_line()
        await counter.scan(member.code)
        assert len(office.looked_up) == 1
        office.free[member.member_id] = 30_000
        office.set_online(online=True)
        await counter.look_at_line()
        assert "合计 405.00" in counter.text


async def test_a_member_of_another_store_is_opened_by_their_code(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        code = make_code(CodeKind.MEMBER, counter.shop.counter.entropy).text
        office.people["far"] = record_of(member, member_id="far", code=code, name="周迅", phone="13755556666")
        office.free["far"] = 8_800
        await counter.scan(code)
        view = counter.screen(MemberScreen).view
        assert view is not None
        assert (view.member.name, view.here_minor, view.total_minor) == ("周迅", 0, 8_800)


async def test_whom_nobody_knows_is_said_after_asking(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, _):
        counter.app.search("13755554444")
        await counter.settle()
        assert "13755554444 还不是会员" in counter.refusal
        assert len(office.looked_up) == 1
        code = make_code(CodeKind.CARD, counter.shop.counter.entropy).text
        await counter.scan(code)
        assert "没有卡" in counter.refusal


async def test_a_box_that_is_stopped_says_so_at_once_and_takes_other_money(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        office.stop("forked")
        await counter.look_at_line()
        assert counter.app.desk.sync.standing is Standing.STOPPED
        assert "分了岔" in counter.refusal
        await counter.scan(member.code)
        await counter.press("f3")
        assert "此机停用储值" in counter.refusal
        await counter.type_in("5")
        await counter.press("enter", "enter")
        facts = entry_of(counter).facts
        assert (facts["stored_minor"], facts["rest_minor"]) == (0, 500)


async def test_a_day_with_entries_unsent_is_closed_by_the_manager_alone(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, _, __):
        await counter.press("f9", "6", "f9", "enter")
        await counter.press("f9", "f9")
        assert "未上传" in counter.text
        await counter.press("enter")
        await counter.type_in(PIN)
        await counter.press("enter")
        facts = entry_of(counter).facts
        assert facts["unsent_entries"] > 0
        assert entry_of(counter).approver == "9001"


async def test_a_screen_of_a_merged_member_goes_on_with_the_one_that_stands(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        stands = counter.shop.enrol("李小雪", "13912341234")
        await counter.scan(member.code)
        office.merge(member.member_id, stands.member_id)
        await counter.type_in("50")
        await counter.press("enter", "enter")
        assert entry_of(counter).member_id == stands.member_id
        assert entry_of(counter).facts["stored_minor"] == 5_000


async def test_a_counter_without_a_head_office_shows_nothing_of_it(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.look_at_line()
        await counter.scan(member.code)
        shown = counter.text
        assert not any(word in shown for word in ("在线", "离线", "合计", "总部"))


async def test_why_says_what_is_here_and_what_is_elsewhere(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, _, member):
        await counter.scan(member.code)
        await counter.type_in("139")
        await counter.press("question_mark")
        assert "这里有 105.00" in counter.text
        assert "别处有 200.00" in counter.text


async def test_whoever_is_a_member_of_another_store_is_not_enrolled_again(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        code = make_code(CodeKind.MEMBER, counter.shop.counter.entropy).text
        office.people["far"] = record_of(member, member_id="far", code=code, name="周迅", phone="13755556666")
        await counter.press("f2")
        await counter.type_in("13755556666")
        await counter.press("enter")
        assert "手机 13755556666 已经是会员" in counter.refusal
        assert office.looked_up[-1]["phone"] == "13755556666"


async def test_the_counter_is_left_while_head_office_is_asked(tmp_path: Path) -> None:
    async with joined(tmp_path) as (counter, office, member):
        await counter.scan(member.code)
        await counter.type_in("139")
        office.line.clear()
        await ask_and_wait(counter)
        counter.app.leave()
        office.line.set()
    assert counter.app.return_code == 0
