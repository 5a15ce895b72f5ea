"""After a power cut the till opens on what happened: the last act in the books, and whether its slip is on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.devices.errors import CoverOpen, PaperOut
from kiosk.model.errors import StoreBroken
from kiosk.running import RunningMark
from kiosk.screens.home import HomeScreen
from kiosk.screens.messages import PrinterChanged
from kiosk.services import printing, reprint, shifts
from kiosk.services.latest import last_act_id
from ledger.rules.programme import ApprovedAct
from tests.builders import open_shop
from tests.kiosk.screens.standing import stand


def test_a_run_that_was_not_left_leaves_its_mark(tmp_path: Path) -> None:
    mark = RunningMark(tmp_path / "state", "1")
    assert not mark.begin()
    assert mark.begin(), "the first run never ended"
    mark.end()
    assert not mark.begin()
    assert not RunningMark(tmp_path / "state", "2").begin(), "another till's mark says nothing of this one"


async def test_the_till_opens_on_the_last_act_and_its_slip(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        counter.shop.top_up(counter.shop.enrol())
        counter.app.desk.cut_off_after = last_act_id(counter.shop.counter)
        counter.screen(HomeScreen).on_screen_resume()
        await counter.settle()
        assert "已入账，小票未确认" in counter.refusal
        assert "充值 300.00" in counter.refusal
        assert "F5 补打" in counter.refusal
        counter.screen(HomeScreen).clear()
        counter.screen(HomeScreen).on_screen_resume()
        await counter.settle()
        assert not counter.refusal, "it is said once"


async def test_a_printer_in_trouble_does_not_cover_what_happened_last(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        counter.shop.top_up(counter.shop.enrol())
        counter.app.desk.cut_off_after = last_act_id(counter.shop.counter)
        counter.screen(HomeScreen).on_screen_resume()
        await counter.settle()
        counter.app.post_message(PrinterChanged("paper_out", 1, 1, PaperOut("serial:/dev/kiosk/printer")))
        await counter.settle()
        assert "已入账，小票未确认" in counter.refusal
        counter.screen(HomeScreen).clear()
        counter.app.post_message(PrinterChanged("ready", 1, 1))
        counter.app.post_message(PrinterChanged("paper_out", 1, 1, PaperOut("serial:/dev/kiosk/printer")))
        await counter.settle()
        assert "没纸" in counter.refusal
        counter.app.post_message(PrinterChanged("cover_open", 1, 1, CoverOpen("serial:/dev/kiosk/printer")))
        await counter.settle()
        assert "没纸" not in counter.refusal, "a newer trouble takes the older one's place"
        assert "盖" in counter.refusal


async def test_where_the_slip_is_on_paper_only_the_act_is_named(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        counter.shop.top_up(counter.shop.enrol())
        printing.drop_waiting(counter.shop.counter)
        counter.app.desk.cut_off_after = last_act_id(counter.shop.counter)
        counter.screen(HomeScreen).on_screen_resume()
        await counter.settle()
        assert "账本完好" in counter.refusal
        assert "可以重做" in counter.refusal


async def test_a_shift_that_was_closed_is_the_last_act_also_once_the_next_one_is_open(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        shop = counter.shop
        shop.top_up(shop.enrol())
        printing.drop_waiting(shop.counter)
        shifts.close_shift(shop.counter, shop.act(), 80_000)
        counter.app.desk.cut_off_after = last_act_id(shop.counter)
        shop.open_shift()
        counter.screen(HomeScreen).on_screen_resume()
        await counter.settle()
        assert "已入账，小票未确认" in counter.refusal
        assert "最后一笔：交班" in counter.refusal


async def test_a_reprint_is_the_last_act_and_its_own_slip_counts(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        shop = counter.shop
        done = shop.top_up(shop.enrol())
        printing.drop_waiting(shop.counter)
        reprint.reprint(shop.counter, shop.approved(ApprovedAct.REPRINT), done.recorded.entry.entry_id)
        counter.app.desk.cut_off_after = last_act_id(shop.counter)
        counter.screen(HomeScreen).on_screen_resume()
        await counter.settle()
        assert "已入账，小票未确认" in counter.refusal
        assert "最后一笔：补打" in counter.refusal


def test_a_mark_on_a_disk_that_takes_no_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    with pytest.raises(StoreBroken, match="FileExistsError"):
        RunningMark(tmp_path / "state", "1").begin()


async def test_a_till_that_did_nothing_yet_says_nothing(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        (tmp_path / "other").mkdir()
        assert last_act_id(open_shop(tmp_path / "other").counter) is None
        assert not counter.refusal
