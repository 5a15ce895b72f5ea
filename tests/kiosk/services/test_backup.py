"""Backing up a box: the first copy stands whatever becomes of the second, and what went wrong is remembered."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import get_type_hints

import pytest

from kiosk.model import backup
from kiosk.model.backup_errors import (
    BackupDamaged,
    BackupDied,
    BackupError,
    BackupFolderFull,
    BackupFolderMissing,
    BackupFolderUnwritable,
    BackupRunning,
    BackupSameMedium,
)
from kiosk.model.backup_files import only_one
from kiosk.model.backup_manifest import backups_in
from kiosk.model.backup_marker import read_mark
from kiosk.model.backup_rotation import Keep
from kiosk.model.errors import VerifyFailed
from kiosk.services.backup import Outcome, Places, back_up, backup_at, check_backup, last_outcome, overdue
from kiosk.services.backup_desk import BoxBackups
from tests.builders import Shop, open_shop
from tests.kiosk.backup_steps import killed_at, small_disk


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with its till open and a member topped up."""
    opened = open_shop(tmp_path)
    opened.open_shift()
    opened.top_up(opened.enrol())
    yield opened
    opened.counter.store.close()


@pytest.fixture
def places(tmp_path: Path, shop: Shop) -> Places:
    """Places without a second medium."""
    return Places(tmp_path / "state", tmp_path / "backups", None, Keep(), shop.counter.zone)


@pytest.fixture
def usb() -> Iterator[Path]:
    """A folder on another file system, as a mounted medium is."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


def back_up_now(shop: Shop, places: Places) -> Outcome:
    return back_up(shop.counter.store, places, shop.counter.now())


def test_a_backup_makes_its_own_folder_and_notes_the_past(shop: Shop, places: Places) -> None:
    outcome = back_up_now(shop, places)
    taken = backup_at(Path(outcome.file))
    assert (outcome.trouble, taken.file.parent) == (None, places.folder)
    noted = read_mark(places.marker, "box-1")
    assert noted is not None
    assert (noted.head, noted.hash) == (taken.manifest.head, taken.manifest.hash)
    assert last_outcome(places) == outcome


def test_the_second_medium_gets_the_backup_and_the_marker(shop: Shop, places: Places, usb: Path) -> None:
    both = replace(places, second=usb)
    outcome = back_up_now(shop, both)
    assert outcome.trouble is None
    assert Path(outcome.second_file).read_bytes() == Path(outcome.file).read_bytes()
    place = both.second_marker("box-1")
    assert place is not None
    assert read_mark(place, "box-1") == read_mark(both.marker, "box-1")
    assert backups_in(usb, "box-1").newest == backup_at(Path(outcome.second_file))


def test_a_medium_that_is_not_mounted_is_said_and_the_first_copy_stands(
    shop: Shop, places: Places, tmp_path: Path
) -> None:
    outcome = back_up_now(shop, replace(places, second=tmp_path / "usb"))
    assert isinstance(outcome.second_failure, BackupFolderMissing)
    assert backup_at(Path(outcome.file)).manifest.box == "box-1"
    assert not (tmp_path / "usb").exists(), "nothing is written into the place of a medium that is away"


def test_a_second_folder_on_the_same_disk_is_no_second_medium(shop: Shop, places: Places, tmp_path: Path) -> None:
    (tmp_path / "same").mkdir()
    outcome = back_up_now(shop, replace(places, second=tmp_path / "same"))
    assert isinstance(outcome.second_failure, BackupSameMedium)
    assert backup_at(Path(outcome.file)).manifest.box == "box-1"
    assert list((tmp_path / "same").iterdir()) == []


def test_a_first_folder_on_the_second_medium_is_no_second_medium(shop: Shop, places: Places, usb: Path) -> None:
    (usb / "second").mkdir()
    outcome = back_up_now(shop, replace(places, folder=usb / "first", second=usb / "second"))
    assert isinstance(outcome.second_failure, BackupSameMedium)
    assert outcome.second_failure.other == str(usb / "first")


def test_a_full_second_medium_is_said_and_the_first_copy_stands(shop: Shop, places: Places, tmp_path: Path) -> None:
    with small_disk(tmp_path / "usb", 200) as usb:
        outcome = back_up_now(shop, replace(places, second=usb))
        assert isinstance(outcome.second_failure, BackupFolderFull)
        assert backup_at(Path(outcome.file)).manifest.box == "box-1"
        assert list(usb.iterdir()) == [], "not a manifest either"


def test_a_medium_filled_with_backups_nobody_keeps_makes_room_by_itself(
    shop: Shop, places: Places, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "usb", 1_100) as usb:
        for keep in (Keep(9, 9, 9), Keep(9, 9, 9), Keep(9, 9, 9), Keep(1, 1, 1)):
            shop.clock.forward(days=1)
            assert back_up_now(shop, replace(places, second=usb, keep=keep)).second_failure is None
        assert len(backups_in(usb, "box-1").backups) == 1


def test_a_file_where_the_folder_should_be_is_said(shop: Shop, places: Places) -> None:
    places.folder.write_bytes(b"")
    assert isinstance(back_up_now(shop, places).failure, BackupFolderUnwritable)


def test_books_that_do_not_hold_are_said_and_the_good_backup_stays(shop: Shop, places: Places) -> None:
    good = back_up_now(shop, places)
    shop.counter.store.connection().execute("UPDATE purse SET amount_minor = amount_minor + 1")
    shop.clock.forward(days=1)
    bad = back_up_now(shop, places)
    assert isinstance(bad.failure, VerifyFailed)
    assert bad.failure.table == "purse"
    told = last_outcome(places)
    assert told is not None
    assert isinstance(told.failure, VerifyFailed)
    assert vars(told.failure) == vars(bad.failure), "it is told again at the next start as it was"
    assert [backup.file for backup in backups_in(places.folder, "box-1").backups] == [Path(good.file)]


def test_two_backups_at_once_are_one(shop: Shop, places: Places) -> None:
    places.state.mkdir()
    with only_one(places.state / "backup.lock"), pytest.raises(BackupRunning):
        back_up_now(shop, places)
    assert last_outcome(places) is None, "the one that runs notes what comes of it"


def test_a_backup_that_was_cut_off_is_told_once_it_cannot_be_running_any_more(shop: Shop, places: Places) -> None:
    back_up_now(shop, places)
    assert killed_at(5, places.folder, lambda: back_up_now(shop, places))
    told, backups = last_outcome(places), BoxBackups(shop.counter, places)
    assert told is not None
    assert isinstance(told.failure, BackupDied)
    assert backups.trouble() is None, "it may still run"
    shop.clock.forward(hours=2)
    assert str(backups.trouble()) == str(told.trouble)
    back_up_now(shop, places)
    assert backups.trouble() is None


def test_another_folder_for_once_is_not_rotated(shop: Shop, places: Places, usb: Path) -> None:
    few = replace(places, keep=Keep(1, 1, 1))
    for _ in range(3):
        shop.clock.forward(days=1)
        outcome = back_up(shop.counter.store, few, shop.counter.now(), to=usb)
        assert outcome.deleted == ()
    assert len(backups_in(usb, "box-1").backups) == 3
    assert not few.folder.exists()
    assert last_outcome(few) is None, "it says nothing of the backups the shop counts on"


def test_the_day_after_day_rotation_names_what_it_took(shop: Shop, places: Places) -> None:
    few = replace(places, keep=Keep(2, 1, 1))
    taken = [back_up_now(shop, few)]
    for _ in range(2):
        shop.clock.forward(days=1)
        taken.append(back_up_now(shop, few))
    assert taken[-1].deleted == (Path(taken[0].file).name,)


def test_a_backup_is_proved_on_a_copy_that_goes_away(shop: Shop, places: Places) -> None:
    outcome = back_up_now(shop, places)
    manifest, proved = check_backup(Path(outcome.file), places)
    assert (proved.rows, proved.total_minor) == (manifest.sequence, manifest.total_minor)
    assert not list(places.state.glob(".check*"))
    spoilt = bytearray(Path(outcome.file).read_bytes())
    spoilt[5000] ^= 1
    Path(outcome.file).write_bytes(spoilt)
    with pytest.raises(BackupDamaged):
        check_backup(Path(outcome.file), places)
    assert not list(places.state.glob(".check*"))


@pytest.mark.parametrize(("days", "said"), [(0, False), (1, False), (2, True), (9, True)])
def test_an_old_backup_is_said_after_so_many_days(shop: Shop, places: Places, days: int, said: bool) -> None:
    back_up_now(shop, places)
    late = overdue(places, "box-1", shop.counter.now() + timedelta(days=days))
    assert (late is not None) == said
    if late is not None:
        assert (late.days, late.taken_on) == (days, "2026-11-20")


def test_a_backup_somebody_cut_short_is_none(shop: Shop, places: Places) -> None:
    file = Path(back_up_now(shop, places).file)
    file.write_bytes(file.read_bytes()[:-1])
    late = overdue(places, "box-1", shop.counter.now())
    assert late is not None
    assert late.taken_on == ""


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"at": 3}'])
def test_a_note_of_an_outcome_that_cannot_be_read_is_none(places: Places, content: str) -> None:
    places.state.mkdir()
    (places.state / "backup.json").write_text(content)
    assert last_outcome(places) is None


@pytest.mark.parametrize("kind", BackupError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_every_failure_is_remembered_as_what_it_was(
    shop: Shop, places: Places, monkeypatch: pytest.MonkeyPatch, kind: type[BackupError]
) -> None:
    hints = get_type_hints(kind)
    failure = kind(**{item.name: 7 if hints[item.name] is int else "usb" for item in fields(kind)})  # type: ignore[arg-type]  # each is a dataclass

    def fails(*_asked: object) -> None:
        raise failure

    monkeypatch.setattr(backup, "take", fails)
    back_up_now(shop, places)
    told = last_outcome(places)
    assert told is not None
    assert (type(told.failure), vars(told.failure or shop)) == (kind, vars(failure))
