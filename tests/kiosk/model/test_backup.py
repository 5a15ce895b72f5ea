"""A backup holds a whole earlier state of the books that verifies, whatever happens while it is taken."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.model import backup, journal
from kiosk.model.backup_errors import (
    BackupDamaged,
    BackupFolderFull,
    BackupFolderMissing,
    BackupFolderUnwritable,
    BackupUnknown,
    BackupWrittenWrong,
)
from kiosk.model.backup_files import copy_proved
from kiosk.model.backup_manifest import Backup, backup_name, backups_in, manifest_of, read_backup
from kiosk.model.backup_rotation import Keep
from kiosk.model.errors import VerifyFailed
from kiosk.model.store import Store
from kiosk.model.verify import verify
from tests.kiosk.backup_steps import killed_at, small_disk
from tests.kiosk.model.books import Books, copy_books

NIGHT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for backups."""
    made = tmp_path / "backups"
    made.mkdir()
    return made


def hashes(path: Path) -> list[bytes]:
    """The hashes of a journal, in order."""
    with closing(Store.open(path)) as store:
        return [row.hash for row in journal.page(store, 0, 10_000)]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_holds_the_books_and_says_up_to_where(books: Books, folder: Path) -> None:
    books.top_up("m1", "lot1", 10_000, 2_000)
    sold = books.spend("m1", "lot1", 2_500)
    taken = backup.take(books.store, folder, NIGHT)
    told = taken.manifest
    assert taken.file.name == "guitai-box-1-20261120T143000Z.db"
    assert (told.box, told.head, told.hash) == ("box-1", (1, 2), sold.row.hash.hex())
    assert (told.members, told.total_minor, told.joined) == (1, 9_500, False)
    assert told.last_entry_at == "2026-11-20T06:02:11.123Z"
    assert hashes(taken.file) == hashes(books.path)
    assert read_backup(taken.file) == taken


def test_a_backup_is_its_owners_alone_and_leaves_nothing_beside_it(books: Books, folder: Path) -> None:
    before = os.umask(0)
    try:
        taken = backup.take(books.store, folder, NIGHT)
    finally:
        os.umask(before)
    assert names(folder) == {taken.file.name, taken.file.with_suffix(".json").name}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


Sale = tuple[bool, int]
"""Which of two tills sells, and for how much."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(st.tuples(st.booleans(), st.integers(1, 50)), max_size=4),
    meanwhile=st.lists(st.lists(st.tuples(st.booleans(), st.integers(1, 50)), max_size=3), max_size=12),
)
def test_a_backup_taken_while_two_tills_sell_is_a_prefix_of_the_journal_that_verifies(
    empty_box: Path, tmp_path_factory: pytest.TempPathFactory, before: list[Sale], meanwhile: list[list[Sale]]
) -> None:
    home = tmp_path_factory.mktemp("selling")
    path = copy_books(empty_box, home)
    one, two = Books(path, Store.open(path)), Books(path, Store.open(path))
    one.top_up("m1", "lot1", 1_000_000, 0)
    waiting = list(meanwhile)

    def sell(sales: list[Sale]) -> None:
        for first, minor in sales:
            (one if first else two).spend("m1", "lot1", minor)

    def sell_on(_what: str, _done: int, _of: int) -> None:
        sell(waiting.pop() if waiting else [])

    sell(before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backup, "_PAGES_AT_ONCE", 8)
        taken = backup.take(one.store, home, NIGHT, sell_on)
    kept, now = hashes(taken.file), hashes(path)
    assert kept == now[: len(kept)]
    assert len(kept) == 1 + len(before), "the state when the copy began, not one that came with the pages"
    with closing(Store.open(taken.file)) as copy:
        assert verify(copy).rows == len(kept)
    one.store.close()
    two.store.close()


def test_books_that_do_not_hold_leave_no_backup(books: Books, folder: Path) -> None:
    books.top_up("m1", "lot1")
    books.store.connection().execute("UPDATE purse SET amount_minor = 1 WHERE instrument = 'bonus'")
    with pytest.raises(VerifyFailed):
        backup.take(books.store, folder, NIGHT)
    assert names(folder) == set()


def test_a_folder_that_is_not_there_is_never_made_in_the_mediums_place(books: Books, tmp_path: Path) -> None:
    with pytest.raises(BackupFolderMissing):
        backup.take(books.store, tmp_path / "usb", NIGHT)
    assert not (tmp_path / "usb").exists()


def test_a_full_medium_keeps_nothing_half_and_the_backups_it_had(books: Books, tmp_path: Path) -> None:
    books.top_up("m1", "lot1")
    with small_disk(tmp_path / "usb", 450) as usb:
        first = backup.take(books.store, usb, NIGHT)
        had = names(usb)
        with pytest.raises(BackupFolderFull) as refused:
            backup.take(books.store, usb, NIGHT + timedelta(days=1))
        assert refused.value.needed_bytes > 0
        assert names(usb) == had
        assert backups_in(usb, "box-1").backups == (first,)


def test_a_copy_for_a_full_second_medium_leaves_nothing_usable_behind(
    books: Books, folder: Path, tmp_path: Path
) -> None:
    taken = backup.take(books.store, folder, NIGHT)
    with small_disk(tmp_path / "usb", 100) as usb:
        with pytest.raises(BackupFolderFull):
            backup.copy_to(taken, usb)
        assert backups_in(usb, "box-1").backups == ()
    assert read_backup(taken.file) == taken


def test_a_medium_that_cannot_be_written_is_named(books: Books, folder: Path) -> None:
    (folder / f".{backup_name('box-1', NIGHT)}.part").mkdir()
    with pytest.raises(BackupFolderUnwritable):
        backup.take(books.store, folder, NIGHT)


def test_a_medium_that_gives_back_other_bytes_keeps_no_copy(
    books: Books, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, usb = backup.take(books.store, folder, NIGHT), tmp_path / "usb"
    usb.mkdir()
    really = copy_proved

    def worn_out(source: Path, target: Path, sha256: str) -> None:
        spoilt = tmp_path / "spoilt"
        spoilt.write_bytes(source.read_bytes()[:-1] + b"?")
        really(spoilt, target, sha256)

    monkeypatch.setattr(backup, "copy_proved", worn_out)
    with pytest.raises(BackupWrittenWrong):
        backup.copy_to(taken, usb)
    assert backups_in(usb, "box-1").backups == ()


def spoilt(taken: Backup, at: int) -> Backup:
    content = bytearray(taken.file.read_bytes())
    content[at] ^= 1
    taken.file.write_bytes(content)
    return taken


@pytest.mark.parametrize("part", [0.0, 0.3, 0.999])
def test_a_bit_that_fell_over_in_a_backup_is_noticed(books: Books, folder: Path, tmp_path: Path, part: float) -> None:
    books.top_up("m1", "lot1")
    taken = backup.take(books.store, folder, NIGHT)
    with pytest.raises(BackupDamaged, match="sha256"):
        backup.check(spoilt(taken, int(part * taken.manifest.size_bytes)), tmp_path / "draft.db")


def test_a_manifest_that_tells_of_another_end_is_noticed(books: Books, folder: Path, tmp_path: Path) -> None:
    books.top_up("m1", "lot1")
    taken = backup.take(books.store, folder, NIGHT)
    told = json.loads(manifest_of(taken.file).read_bytes()) | {"sequence": 7}
    manifest_of(taken.file).write_text(json.dumps(told))
    with pytest.raises(BackupDamaged, match="ends at 1-1"):
        backup.check(read_backup(taken.file), tmp_path / "draft.db")


@pytest.mark.parametrize(
    "told",
    ["", "{}", "[]", '{"format": 2}', "not json", '{"format": 1, "box": 7}'],
)
def test_a_file_without_a_manifest_of_ours_is_no_backup(books: Books, folder: Path, told: str) -> None:
    taken = backup.take(books.store, folder, NIGHT)
    manifest_of(taken.file).write_text(told)
    with pytest.raises(BackupUnknown):
        read_backup(taken.file)
    assert [path for path, _ in backups_in(folder, "box-1").others] == [taken.file]


def states_of_killed_backups(books: Books, folder: Path) -> Iterator[set[str]]:
    """Kill a second backup at each of its steps and yield the names in the folder then."""
    step = 0
    while True:
        step += 1
        killed = killed_at(step, folder, lambda: backup.take(Store.open(books.path), folder, NIGHT + timedelta(days=1)))
        yield names(folder)
        if not killed:
            return


def test_a_backup_killed_at_any_step_is_there_whole_or_not_at_all(books: Books, folder: Path, tmp_path: Path) -> None:
    books.top_up("m1", "lot1")
    first = backup.take(books.store, folder, NIGHT)
    books.store.close()
    killed = 0
    for _ in states_of_killed_backups(books, folder):
        killed += 1
        found = backups_in(folder, "box-1")
        assert found.others == ()
        assert found.backups[0] == first
        for whole in found.backups:
            backup.check(whole, tmp_path / "draft.db")
    assert killed > 8, "there are many places to be killed at"
    with closing(Store.open(books.path)) as store:
        again = backup.take(store, folder, NIGHT + timedelta(days=2))
    whole_files = {path for one in backups_in(folder, "box-1").backups for path in (one.file, manifest_of(one.file))}
    assert names(folder) == {path.name for path in whole_files}, "what was cut off is cleared away by the next one"
    assert backups_in(folder, "box-1").newest == again


def test_rotation_leaves_alone_what_is_not_ours(books: Books, folder: Path) -> None:
    strange = ("photos.zip", "guitai-box-2-20200101T000000Z.db", "guitai-box-1-notes.db", ".guitai-box-2.part")
    for name in strange:
        (folder / name).write_bytes(b"keep")
    alone = folder / "guitai-box-1-20200101T000000Z.db"
    alone.write_bytes(b"somebody took its manifest away")
    for day in range(3):
        backup.take(books.store, folder, NIGHT + timedelta(days=day))
    gone = backup.rotate(folder, "box-1", Keep(1, 1, 1), ZONE)
    assert [path.name for path in gone] == [backup_name("box-1", NIGHT + timedelta(days=day)) for day in (0, 1)]
    assert names(folder) >= {*strange, alone.name}
    assert len(backups_in(folder, "box-1").backups) == 1
