"""One mutant for each safety check of backups: each is noticed by a day that ends in a restore, or the check is none."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import DatabaseError

from kiosk.model import backup, backup_files, backup_lock, backup_restore, backup_rotation, journal, uplink
from kiosk.model.backup_errors import BackupDamaged, BackupWrittenWrong, RestoreInUse
from kiosk.model.backup_manifest import backups_in
from kiosk.model.backup_rotation import Keep
from kiosk.model.errors import ModelError, VerifyFailed
from kiosk.model.members import Member
from kiosk.model.store import Store
from kiosk.model.uplink import Mode
from kiosk.model.verify import verify
from kiosk.services import backup_past
from kiosk.services import backup_restore as restores
from kiosk.services.backup import Outcome, Places, back_up, backup_at
from kiosk.services.backup_past import Past
from kiosk.services.backup_restore import carry_out, plan_restore, require_manager
from kiosk.services.counter import Counter
from ledger.errors import WireUnreadable
from ledger.ids import IdMint
from tests.builders import MANAGER, PIN, open_shop

Patch = Callable[[pytest.MonkeyPatch], None]


class Day:
    """A shop's day: backups, an image put back, a restore; each act asserts what it must have done."""

    def __init__(self, home: Path) -> None:
        self.shop = open_shop(home / "box")
        self.places = Places(home / "state", home / "backups", None, Keep(), self.shop.counter.zone)
        self.shop.open_shift()
        self.member: Member = self.shop.enrol()
        self.shop.top_up(self.member)
        Past(self.shop.counter, self.places).begin()

    def counter(self, path: Path) -> Counter:
        """A counter of this shop over other books."""
        return replace(self.shop.counter, store=Store.open(path), ids=IdMint(self.shop.clock, secrets.token_bytes))

    def back_up(self) -> Outcome:
        self.shop.clock.forward(hours=1)
        return back_up(self.shop.counter.store, self.places, self.shop.counter.now())

    def live(self) -> None:
        """Go through all of it."""
        self.names_follow_the_disk()
        self.taken_while_selling()
        self.rotated()
        self.copied_to_a_worn_medium()
        self.spoilt_and_refused()
        self.wrong_books_refused()
        self.old_image_stopped()
        self.restored()

    def names_follow_the_disk(self) -> None:
        """What gets a name is on the disk by then, and so is the name soon after."""
        synced: set[int] = set()
        bare: list[str] = []
        really_sync, really_name = os.fsync, os.replace

        def sync(descriptor: int) -> None:
            synced.add(os.fstat(descriptor).st_ino)
            really_sync(descriptor)

        def name(source: Path, target: Path) -> None:
            bare.extend([str(target)] if source.stat().st_ino not in synced else [])
            synced.discard(target.parent.stat().st_ino)
            really_name(source, target)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", sync)
            patch.setattr(os, "replace", name)
            outcome = self.back_up()
        assert bare == []
        assert Path(outcome.file).parent.stat().st_ino in synced

    def taken_while_selling(self) -> None:
        """A backup beside a till that sells is a whole earlier state."""
        before = journal.head(self.shop.counter.store)[1]
        file = Path(self._taken_while_selling())
        with closing(Store.open(file)) as copy:
            rows = [row.hash for row in journal.page(copy, 0, 1000)]
            verify(copy)
        now = [row.hash for row in journal.page(self.shop.counter.store, 0, 1000)]
        assert rows == now[: len(rows)]
        assert len(rows) >= before
        assert len(rows) == backup_at(file).manifest.sequence

    def _taken_while_selling(self) -> str:
        def sell(what: str, _done: int, _of: int) -> None:
            if what == "copy":
                self.shop.pay(self.member, 100)

        self.shop.clock.forward(hours=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(backup, "_PAGES_AT_ONCE", 16)
            return back_up(self.shop.counter.store, self.places, self.shop.counter.now(), sell).file

    def rotated(self) -> None:
        """The newest good backup stays, also where the clock went back."""
        few = replace(self.places, folder=self.places.folder.with_name("few"), keep=Keep(1, 1, 1))
        self.shop.pay(self.member, 100)
        furthest = back_up(self.shop.counter.store, few, self.shop.counter.now() - timedelta(days=40))
        self.shop.clock.forward(days=1)
        newest = back_up(self.shop.counter.store, few, self.shop.counter.now())
        left = {one.file for one in backups_in(few.folder, "box-1").backups}
        assert Path(newest.file) in left
        assert Path(newest.file).exists()
        assert furthest.failure is None

    def copied_to_a_worn_medium(self) -> None:
        """A medium that gives back other bytes keeps no copy."""
        taken, worn = backup_at(Path(self.back_up().file)), self.places.state.with_name("worn")
        worn.mkdir()
        really = backup_files.copy_onto_disk

        def wear(source: Path, draft: Path) -> str:
            told = really(source, draft)
            draft.write_bytes(draft.read_bytes()[:-1] + b"?")
            return told

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(backup_files, "copy_onto_disk", wear)
            with pytest.raises(BackupWrittenWrong):
                backup.copy_to(taken, worn)

    def spoilt_and_refused(self) -> None:
        """A backup in which a bit fell over is not used."""
        file = Path(self.back_up().file)
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
        with pytest.raises(BackupDamaged):
            backup.check(backup_at(file), file.with_name("draft"))
        backup.forget(file.with_name("draft"))
        file.unlink()

    def wrong_books_refused(self) -> None:
        """Books that do not hold are not backed up as if they did."""
        bare = self.shop.counter.store.connection()
        bare.execute("UPDATE purse SET amount_minor = amount_minor + 1")
        assert isinstance(self.back_up().failure, VerifyFailed)
        bare.execute("UPDATE purse SET amount_minor = amount_minor - 1")

    def old_image_stopped(self) -> None:
        """Yesterday's books sell nothing, and what was noted of today stays noted; with the marker gone just as little."""
        image = Path(self.back_up().file)
        self.shop.pay(self.member, 100)
        Past(self.shop.counter, self.places).note()
        self.shop.counter.store.close()
        today = self.shop.path.with_name("today.db")
        shutil.copy(self.shop.path, today)
        shutil.copy(image, self.shop.path)
        self._stops()
        shutil.copy(image, self.shop.path)
        kept = self.places.marker.read_bytes()
        self.places.marker.unlink()
        self._stops()
        self.places.marker.write_bytes(kept)
        shutil.copy(today, self.shop.path)

    def _stops(self) -> None:
        before = self.places.marker.read_bytes() if self.places.marker.exists() else None
        old = self.counter(self.shop.path)
        with closing(old.store):
            past = Past(old, replace(self.places, folder=self.places.folder / "away"))
            past.begin()
            past.note()
            assert uplink.state(old.store).mode is Mode.STOPPED
        assert (self.places.marker.read_bytes() if self.places.marker.exists() else None) == before

    def restored(self) -> None:
        """Restored books live in a later epoch, say so, verify, sell, and the old ones are kept."""
        judge = self.counter(self.shop.path)
        with closing(judge.store):
            manager = require_manager(judge, MANAGER, PIN)
        newest = backups_in(self.places.folder, "box-1").newest
        assert newest is not None
        plan = plan_restore(self.shop.path, self.places, newest.file, joined=False)
        till = self.counter(self.shop.path)
        pid = os.fork()
        if pid == 0:  # a process of its own: a lock never stands in its owner's way
            try:
                carry_out(plan, self.places, self.counter, manager)
            except RestoreInUse:
                os._exit(7)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        till.store.close()
        assert os.WEXITSTATUS(status) == 7, "a till has the books open"
        plan = plan_restore(self.shop.path, self.places, newest.file, joined=False)
        aside = carry_out(plan, self.places, self.counter, manager)
        assert aside is not None
        assert aside.exists()
        new = self.counter(self.shop.path)
        with closing(new.store):
            assert Past(new, self.places).begin() is None
            last = journal.recent(new.store, 1)[0]
            assert last.row.epoch == new.store.identity.epoch == 2
            assert last.entry.facts["missing_first"] == plan.image.sequence + 1
            replace(self.shop, counter=new).pay(self.member, 100)
            verify(new.store)


def copy_the_file_beside_its_log(patch: pytest.MonkeyPatch) -> None:
    def plainly(path: Path, draft: Path, progress: backup.Progress) -> None:
        shutil.copy(path, draft)
        progress("copy", 1, 1)

    patch.setattr(backup, "_copy", plainly)


def tell_of_more_than_there_is(patch: pytest.MonkeyPatch) -> None:
    really = backup._proved

    def told_more(draft: Path, at: Any, progress: Any) -> Any:
        manifest = really(draft, at, progress)
        return replace(manifest, sequence=manifest.sequence + 1)

    patch.setattr(backup, "_proved", told_more)


def believe_the_copy(patch: pytest.MonkeyPatch) -> None:
    class Proved:
        rows = members = lots = total_minor = 1

    patch.setattr(backup, "verify", lambda *_asked: Proved())


def sync_no_file(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(backup, "sync_file", lambda _path: None)


def sync_no_name(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(backup, "sync_folder", lambda _folder: None)


def rotate_the_newest_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(backup, "surplus", lambda there, _keep, _zone: there[-1:])


def rotate_by_a_clock_that_runs_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(backup_rotation, "_taken", lambda one: (-one.manifest.taken.timestamp(),))


def read_nothing_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(backup_files, "_same", lambda *_asked: None)


def trust_the_manifest(patch: pytest.MonkeyPatch) -> None:
    def trusting(source: Path, draft: Path) -> str:
        shutil.copy(source, draft)
        return backup_at(source).manifest.sha256

    patch.setattr(backup, "copy_onto_disk", trusting)


def ignore_the_marker(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(backup_past, "weigh", lambda *_asked: None)


def miss_no_marker(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("kiosk.model.backup_marker.is_promised", lambda *_asked: False)


def let_old_books_note(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Past, "note", lambda past: past._note(past.counter.now()))
    patch.setattr(
        backup_past, "write_mark", lambda place, mark: place.write_text(json.dumps(asdict(mark)), encoding="utf-8")
    )


def stay_in_the_epoch(patch: pytest.MonkeyPatch) -> None:
    def stay(store: Store, _epoch: int) -> None:
        store.change("DELETE FROM kept_past")

    patch.setattr(backup_restore, "begin_life", stay)


def say_nothing_in_the_journal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(restores, "record_beside", lambda *_asked: None)


def overwrite_what_is_there(patch: pytest.MonkeyPatch) -> None:
    def over(draft: Path, path: Path, _stamp: str) -> Path:
        draft.replace(path)
        return path.with_name("gone")

    patch.setattr(backup_restore, "put_in_place", over)


def see_no_till(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(backup_lock, "_lock", lambda *_asked: None)


CAUGHT: dict[Patch, str] = {
    copy_the_file_beside_its_log: "taken_while_selling",
    tell_of_more_than_there_is: "taken_while_selling",
    believe_the_copy: "wrong_books_refused",
    sync_no_file: "names_follow_the_disk",
    sync_no_name: "names_follow_the_disk",
    rotate_the_newest_out: "taken_while_selling",
    rotate_by_a_clock_that_runs_back: "taken_while_selling",
    read_nothing_back: "copied_to_a_worn_medium",
    trust_the_manifest: "spoilt_and_refused",
    ignore_the_marker: "old_image_stopped",
    miss_no_marker: "old_image_stopped",
    let_old_books_note: "old_image_stopped",
    stay_in_the_epoch: "restored",
    say_nothing_in_the_journal: "restored",
    overwrite_what_is_there: "restored",
    see_no_till: "restored",
}
"""Each mutant, and the act of the day that notices it."""


def test_a_day_with_backups_goes_by(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.live()
    assert day.shop.path.exists()


@pytest.mark.parametrize("mutant", CAUGHT, ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_noticed_where_it_does_harm(mutant: Patch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = Day(tmp_path)
    mutant(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception, ModelError, DatabaseError, WireUnreadable)) as noticed:
        day.live()
    assert CAUGHT[mutant] in {step.name for step in noticed.traceback}
