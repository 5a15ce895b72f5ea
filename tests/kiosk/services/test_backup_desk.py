"""What the counter hears of its backups, and what it leaves noted when it is left."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.model.backup_errors import BackupFolderFull, BackupFolderUnwritable, BackupTooOld
from kiosk.model.backup_manifest import backups_in
from kiosk.model.backup_marker import read_mark
from kiosk.model.backup_rotation import Keep
from kiosk.services.backup import Outcome, Places, back_up
from kiosk.services.backup_desk import BoxBackups
from kiosk.services.backup_worker import read_places, told_places
from tests.builders import MANAGER, PIN, Shop, open_shop
from tests.kiosk.backup_steps import small_disk


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with its till open."""
    opened = open_shop(tmp_path)
    opened.open_shift()
    yield opened
    opened.counter.store.close()


@pytest.fixture
def backups(tmp_path: Path, shop: Shop) -> BoxBackups:
    """The backups of a till that started now."""
    places = Places(tmp_path / "state", tmp_path / "backups", None, Keep(), shop.counter.zone)
    begun = BoxBackups(shop.counter, places)
    begun.begin()
    return begun


def test_a_new_box_is_given_its_days_before_anybody_asks_for_a_backup(shop: Shop, backups: BoxBackups) -> None:
    assert backups.trouble() is None
    shop.clock.forward(days=2)
    trouble = backups.trouble()
    assert trouble is not None
    assert isinstance(trouble.error, BackupTooOld)
    assert trouble.error.taken_on == ""


def test_an_old_backup_is_told_and_a_fresh_one_ends_it(shop: Shop, backups: BoxBackups) -> None:
    back_up(shop.counter.store, backups.places, shop.counter.now())
    assert backups.trouble() is None
    shop.clock.forward(days=5)
    trouble = backups.trouble()
    assert trouble is not None
    assert isinstance(trouble.error, BackupTooOld)
    assert (trouble.error.days, trouble.second) == (5, False)
    back_up(shop.counter.store, backups.places, shop.counter.now())
    assert backups.trouble() is None


def test_a_marker_that_cannot_be_written_is_told_and_keeps_no_till_shut(shop: Shop, backups: BoxBackups) -> None:
    backups.places.marker.unlink()
    backups.places.marker.mkdir()
    shop.counter.store.connection().execute("DELETE FROM kept_past")
    backups.begin()
    trouble = backups.trouble()
    assert trouble is not None
    assert isinstance(trouble.error, BackupFolderUnwritable)


def test_what_happened_until_the_counter_is_left_is_noted(shop: Shop, backups: BoxBackups) -> None:
    shop.enrol()
    backups.leave(0)
    noted = read_mark(backups.places.marker, "box-1")
    assert noted is not None
    assert noted.sequence == 2


def test_leaving_waits_for_the_backup_that_is_under_way(backups: BoxBackups) -> None:
    heard: list[Outcome] = []
    told = threading.Event()

    def tell(outcome: Outcome) -> None:
        heard.append(outcome)
        told.set()

    assert backups.start(tell)
    backups.leave(60)
    newest = backups_in(backups.places.folder, "box-1").newest
    assert newest is not None
    assert told.wait(30)
    assert [outcome.file for outcome in heard] == [str(newest.file)]


def test_the_process_is_told_every_place_as_it_is(shop: Shop, backups: BoxBackups, tmp_path: Path) -> None:
    places = Places(tmp_path / "s", tmp_path / "f", tmp_path / "usb", Keep(1, 2, 3), shop.counter.zone, 9)
    for each in (places, backups.places):
        assert read_places(told_places(shop.path, each)) == (shop.path, each)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser makes files for others")
def test_what_the_superuser_backs_up_and_restores_belongs_to_the_shops_user(shop: Shop, tmp_path: Path) -> None:
    shop.top_up(shop.enrol())
    shop.counter.store.close()
    nobody = 65534
    for path in (tmp_path, *tmp_path.iterdir()):
        os.chown(path, nobody, nobody)
    config = tmp_path / "kiosk.toml"
    config.write_text("", encoding="utf-8")
    typed = f"box-1\n{MANAGER}\n{PIN}\n"
    for words in (["backup"], ["restore", "--present"]):
        command = [sys.executable, "-m", "kiosk", "--config", str(config), *words]
        subprocess.run(command, check=True, input=typed, text=True, capture_output=True)
    config.unlink()
    made = [path for path in tmp_path.rglob("*") if path.stat().st_uid != nobody]
    assert made == []
    assert len(list(tmp_path.rglob("*"))) > 8


def test_a_full_disk_is_told_though_nothing_can_be_noted_on_it(shop: Shop, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 100) as small:
        places = Places(small / "state", small / "backups", None, Keep(), shop.counter.zone)
        told = threading.Event()
        heard: list[Outcome] = []

        def tell(outcome: Outcome) -> None:
            heard.append(outcome)
            told.set()

        (small / "filled").write_bytes(b"x" * 90_000)
        assert BoxBackups(shop.counter, places).start(tell)
        assert told.wait(30)
    assert [type(outcome.failure) for outcome in heard] == [BackupFolderFull]
