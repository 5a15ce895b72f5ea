"""Backups at the counter: taken behind a day close, told as they end, and what is wrong with them told at home."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.model.backup_errors import BackupFolderFull, BackupFolderMissing, BackupTooOld
from kiosk.model.backup_manifest import backups_in
from kiosk.model.backup_marker import OLDER, read_mark, stop
from kiosk.model.backup_rotation import Keep
from kiosk.screens.result import ResultScreen
from kiosk.services import shifts
from kiosk.services.backup import Outcome, Places, Trouble, last_outcome
from kiosk.services.backup_desk import BoxBackups, NoBackups, Tell
from kiosk.services.close_day import close_day
from ledger.rules.programme import ApprovedAct
from tests.builders import PIN
from tests.kiosk.screens.standing import Stand, stand
from tests.kiosk.screens.test_pictures import GOLDEN, WALKS, Album, steady_shop

AT = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
DONE = Outcome(AT, "/var/lib/kiosk/backups/guitai-box-1-20261120T140500Z.db")
FULL = Outcome(AT, failure=BackupFolderFull("/var/lib/kiosk/backups", 360_448))
HALF = Outcome(AT, DONE.file, second_failure=BackupFolderMissing("/media/usb"))


class Scripted(NoBackups):
    """Backups whose outcome the test gives, and whose notes it counts."""

    def __init__(self) -> None:
        self.tell: Tell | None = None
        self.notes = 0
        self.wrong: Trouble | None = None

    def start(self, tell: Tell) -> bool:
        self.tell = tell
        return True

    def trouble(self) -> Trouble | None:
        return self.wrong

    def note(self) -> None:
        self.notes += 1

    async def end(self, counter: Stand, outcome: Outcome) -> None:
        """Let the backup end."""
        assert self.tell is not None, "one was begun"
        self.wrong = outcome.trouble
        self.tell(outcome)
        await counter.settle()


def scripted(counter: Stand) -> Scripted:
    counter.app.desk.backups = backups = Scripted()
    return backups


async def closed_day(counter: Stand) -> None:
    """Stand where the cashier stands once the day is closed."""
    shop = counter.shop
    shifts.close_shift(shop.counter, shop.act(), 50_000)
    counter.app.shift_changed(None)
    counter.app._day_closed(close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE)))
    await counter.settle()


async def close_the_day(counter: Stand) -> None:
    """Close shift and day by keys."""
    await counter.press("f9", "6")
    await counter.type_in("5")
    await counter.press("f9", "enter", "enter")
    await counter.sign_in()
    await counter.press("f9", "enter")
    await counter.type_in(PIN)
    await counter.press("enter")
    assert counter.screen(ResultScreen).outcome.tells_backup


def line(counter: Stand) -> str:
    return next(line for line in counter.text.splitlines() if line.strip().startswith("备份"))


async def test_a_day_close_takes_a_backup_and_says_how_it_went(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        backups = scripted(counter)
        await closed_day(counter)
        assert "正在备份" in line(counter)
        await backups.end(counter, DONE)
        assert line(counter).endswith("备份完成 22:05")
        assert counter.refusal == ""


async def test_a_backup_that_failed_undoes_no_close_and_is_said(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        backups = scripted(counter)
        await closed_day(counter)
        await backups.end(counter, FULL)
        assert line(counter).endswith("未完成")
        assert counter.refusal.startswith("备份未完成：/var/lib/kiosk/backups 满了\n要 360448 字节")
        assert counter.screen(ResultScreen).outcome.headline == "已日结"
        await counter.press("enter")
        assert counter.refusal.startswith("备份未完成："), "and again at home, until one succeeds"
        backups.wrong = None
        counter.app.look_at_backups()
        await counter.settle()
        await counter.type_in("1")
        await counter.press("escape")
        assert counter.refusal == ""


async def test_a_second_copy_that_is_missing_says_that_the_first_stands(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        backups = scripted(counter)
        await closed_day(counter)
        await backups.end(counter, HALF)
        assert line(counter).endswith("第一份完成，第二份未完成")
        assert counter.refusal.startswith("第二份备份未完成：找不到 /media/usb")


async def test_a_backup_that_ends_after_the_cashier_went_on_speaks_only_of_trouble(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        backups = scripted(counter)
        await closed_day(counter)
        await counter.press("enter")
        await backups.end(counter, DONE)
        assert counter.refusal == ""
        await backups.end(counter, FULL)
        assert counter.refusal.startswith("备份未完成")


async def test_what_is_wrong_with_backups_is_said_at_home_and_gives_way_to_typing(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        backups = scripted(counter)
        backups.wrong = Trouble(BackupTooOld(3, "2026-11-17"))
        counter.app.look_at_backups()
        await counter.settle()
        assert counter.refusal == "已经 3 天没有好的备份\n上一份是 2026-11-17 的\n做日结，或运行 kiosk backup"
        await counter.type_in("8")
        assert counter.refusal == ""


async def test_each_shift_that_opens_or_closes_notes_the_past(tmp_path: Path) -> None:
    async with stand(tmp_path, shift=False) as counter:
        backups = scripted(counter)
        await counter.type_in("500")
        await counter.press("enter", "enter")
        assert backups.notes == 1
        await counter.press("f9", "6")
        await counter.type_in("5")
        await counter.press("f9", "enter")
        assert backups.notes == 2


def real_backups(counter: Stand, folder: Path) -> BoxBackups:
    desk = counter.app.desk
    places = Places(folder / "state", folder / "backups", None, Keep(), desk.counter.zone)
    desk.backups = backups = BoxBackups(desk.counter, places)
    backups.begin()
    return backups


async def until(counter: Stand, told: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not told():
            await counter.pilot.pause()


async def test_a_real_backup_behind_a_day_close_holds_the_close(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        backups = real_backups(counter, tmp_path)
        await close_the_day(counter)
        await until(counter, lambda: "备份完成" in counter.text)
        newest = backups_in(tmp_path / "backups", "box-1").newest
        assert newest is not None
        outcome = counter.screen(ResultScreen).outcome
        assert outcome.done is not None
        assert newest.manifest.sequence >= outcome.done.recorded.row.sequence
        noted = read_mark(backups.places.marker, "box-1")
        assert noted is not None
        assert noted.sequence >= newest.manifest.sequence
        backups.leave(5)


async def test_a_backup_process_that_dies_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.services.backup_desk.MODULE", "kiosk.services.no_such_process")
    async with stand(tmp_path) as counter:
        backups = real_backups(counter, tmp_path)
        await closed_day(counter)
        await until(counter, lambda: "中途停了" in counter.refusal or "备份程序" in counter.refusal)
        assert line(counter).endswith("未完成")
        told = last_outcome(backups.places)
        assert told is not None
        assert told.failure is not None, "and is said again after a restart"
        assert str(backups.trouble()) == str(told.trouble)


async def test_a_box_stopped_by_its_past_says_what_the_manager_does(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        stop(counter.shop.counter.store, OLDER)
        await counter.look_at_line()
        assert "停用（账本是旧的）" in counter.text
        assert counter.refusal.splitlines()[0] == "此机停用储值：账本是旧的"
        assert counter.refusal.splitlines()[2] == "店长运行 kiosk restore；有总部的用 syncd recover"


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_every_word_of_backups_looks_as_it_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with stand(tmp_path, shop=steady_shop(tmp_path, language), language=language, size=size) as counter:
        backups = scripted(counter)
        album = Album(counter, f"{language}.{size[0]}", GOLDEN / "backup")
        await closed_day(counter)
        album.take("day-close-running")
        for name, outcome in (("done", DONE), ("two", replace(DONE, second_file="x")), ("half", HALF), ("full", FULL)):
            await backups.end(counter, outcome)
            album.take(f"day-close-{name}")
        stop(counter.shop.counter.store, OLDER)
        await counter.press("enter")
        await counter.look_at_line()
        album.take("old-books")
    assert album.changed == []
