"""A box's own past: an image older than it sells no stored value, and a marker that is gone does not pass silently."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.model import backup, journal, replay, uplink
from kiosk.model.backup_errors import BackupFolderUnwritable
from kiosk.model.backup_marker import FORKED, OLDER, UNKNOWN, read_mark
from kiosk.model.backup_rotation import Keep
from kiosk.model.errors import DayClosedAlready
from kiosk.model.members import Member
from kiosk.model.store import BoxIdentity, Store
from kiosk.services import pay, shifts
from kiosk.services.backup import Places, back_up
from kiosk.services.backup_past import EVERY, Past
from kiosk.services.close_day import close_day
from kiosk.services.daemon import NoDaemon
from kiosk.services.errors import StoredValueStopped
from kiosk.services.find_member import Via
from kiosk.services.sync_state import Standing, sync_state, unsent
from ledger.accounts import Tender
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with its till open."""
    opened = open_shop(tmp_path)
    opened.open_shift()
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


def copied(shop: Shop) -> Path:
    """An image of the shop's books as they are now, where no marker looks."""
    images = shop.path.parent / "images"
    images.mkdir()
    return backup.take(shop.counter.store, images, shop.counter.now()).file


def put_back(shop: Shop, image: Path) -> Shop:
    """The shop after somebody copied an image over its books, and opened it."""
    shop.counter.store.close()
    for beside in ("-wal", "-shm"):
        shop.path.with_name(shop.path.name + beside).unlink(missing_ok=True)
    shutil.copy(image, shop.path)
    return replace(shop, counter=replace(shop.counter, store=Store.open(shop.path)))


def begun(shop: Shop, places: Places) -> Past:
    """A till that started now."""
    past = Past(shop.counter, places)
    past.begin()
    return past


def reason(shop: Shop) -> str | None:
    return uplink.state(shop.counter.store).stop_reason


@pytest.fixture
def member(shop: Shop, places: Places) -> Member:
    """A member with 300.00, topped up before the image was taken."""
    begun(shop, places)
    enrolled = shop.enrol()
    shop.top_up(enrolled)
    return enrolled


def test_the_books_of_yesterday_do_not_sell_what_was_spent_today(shop: Shop, places: Places, member: Member) -> None:
    image = copied(shop)
    shop.pay(member, 20_000)
    begun(shop, places)
    old = put_back(shop, image)
    assert begun(old, places).found is not None
    assert reason(old) == OLDER
    with pytest.raises(StoredValueStopped) as refused:
        old.top_up(member)
    assert refused.value.reason == OLDER
    quote = pay.quote(old.counter, member.member_id, 20_000)
    assert quote.terms.stored_minor == 0, "the bill is paid some other way"
    asked = pay.Payment(member.member_id, 20_000, 20_000, Tender.CASH, None, 0, Via.MEMBER_CODE)
    with pytest.raises(StoredValueStopped):
        pay.pay(old.counter, old.act(), asked)
    state = sync_state(old.counter, NoDaemon())
    assert (state.standing, state.is_stopped_by_past, state.pending) == (Standing.STOPPED, True, 0)
    assert unsent(old.counter) is None, "nothing waits for a head office that is not there"


def test_an_old_image_that_sold_on_is_told_by_another_entry_under_the_number(
    shop: Shop, places: Places, member: Member
) -> None:
    image = copied(shop)
    shop.pay(member, 100)
    begun(shop, places)
    old = put_back(shop, image)
    for _ in range(3):
        old.pay(member, 100)
    begun(old, places)
    assert reason(old) == FORKED


def test_old_books_never_write_over_the_marker_that_tells_of_them(shop: Shop, places: Places, member: Member) -> None:
    image = copied(shop)
    shop.pay(member, 100)
    begun(shop, places)
    noted = read_mark(places.marker, "box-1")
    old = put_back(shop, image)
    past = begun(old, places)
    for _ in range(5):
        old.clock.forward(minutes=5)
        past.note_if_due()
        past.note()
    assert read_mark(places.marker, "box-1") == noted


def test_a_marker_that_was_deleted_is_missed(shop: Shop, places: Places, member: Member) -> None:
    image = copied(shop)
    shop.pay(member, 100)
    begun(shop, places)
    old = put_back(shop, image)
    shutil.rmtree(places.state)
    begun(old, places)
    assert reason(old) == UNKNOWN
    with pytest.raises(StoredValueStopped):
        old.top_up(member)


def test_a_backup_tells_of_the_past_where_the_marker_was_deleted(shop: Shop, places: Places, member: Member) -> None:
    image = copied(shop)
    shop.pay(member, 100)
    back_up(shop.counter.store, places, shop.counter.now())
    old = put_back(shop, image)
    shutil.rmtree(places.state)
    begun(old, places)
    assert reason(old) == OLDER


def test_the_second_medium_tells_where_the_whole_box_was_put_back(
    shop: Shop, places: Places, member: Member, usb: Path, tmp_path: Path
) -> None:
    both = replace(places, second=usb)
    image, state = copied(shop), tmp_path / "state-image"
    shutil.copytree(places.state, state)
    shop.pay(member, 100)
    begun(shop, both).look_at_second()
    old = put_back(shop, image)
    shutil.rmtree(both.state)
    shutil.copytree(state, both.state)
    past = begun(old, both)
    assert reason(old) is None, "the box itself knows nothing of it"
    past.look_at_second()
    assert reason(old) == OLDER


def test_a_box_that_just_got_this_program_begins_its_past(shop: Shop, places: Places) -> None:
    past = begun(shop, places)
    assert (past.found, reason(shop)) == (None, None)
    noted = read_mark(places.marker, "box-1")
    assert noted is not None
    assert noted.sequence == 1


def test_books_moved_to_another_place_begin_a_past_there(shop: Shop, places: Places, tmp_path: Path) -> None:
    begun(shop, places)
    begun(shop, replace(places, state=tmp_path / "another" / "state"))
    assert reason(shop) is None


def test_a_payment_waits_for_no_note_and_a_minute_later_it_is_noted(shop: Shop, places: Places, member: Member) -> None:
    past = begun(shop, places)
    before = read_mark(places.marker, "box-1")
    shop.pay(member, 100)
    past.note_if_due()
    assert read_mark(places.marker, "box-1") == before
    shop.clock.forward(seconds=int(EVERY.total_seconds()))
    past.note_if_due()
    noted = read_mark(places.marker, "box-1")
    assert before is not None
    assert noted is not None
    assert noted.sequence == before.sequence + 1


def test_nothing_new_is_not_noted_again(shop: Shop, places: Places) -> None:
    past = begun(shop, places)
    content = places.marker.stat().st_mtime_ns
    shop.clock.forward(hours=3)
    past.note_if_due()
    assert places.marker.stat().st_mtime_ns == content


def test_a_clock_that_was_set_back_does_not_keep_the_past_from_being_noted(
    shop: Shop, places: Places, member: Member
) -> None:
    past = begun(shop, places)
    shop.pay(member, 100)
    shop.clock.moment -= timedelta(days=400)
    past.note_if_due()
    noted = read_mark(places.marker, "box-1")
    assert noted is not None
    assert noted.sequence == past.noted[1]


def test_an_image_from_within_the_last_minute_is_what_the_marker_misses(
    shop: Shop, places: Places, member: Member
) -> None:
    begun(shop, places)
    image = copied(shop)
    shop.pay(member, 100)
    old = put_back(shop, image)
    begun(old, places)
    assert reason(old) is None, "the bound that docs/decisions/0025 admits"


def test_a_state_folder_that_cannot_be_written_is_said(shop: Shop, places: Places) -> None:
    places.state.mkdir()
    places.marker.mkdir()
    with pytest.raises(BackupFolderUnwritable):
        Past(shop.counter, places).begin()


def test_a_stopped_box_still_closes_its_shift_and_its_day(shop: Shop, places: Places, member: Member) -> None:
    image = copied(shop)
    shop.pay(member, 100)
    begun(shop, places)
    old = put_back(shop, image)
    begun(old, places)
    shifts.close_shift(old.counter, old.act(), 80_000)
    closed = close_day(old.counter, old.approved(ApprovedAct.DAY_CLOSE))
    assert closed.report.unsent is None
    with pytest.raises(DayClosedAlready):
        close_day(old.counter, old.approved(ApprovedAct.DAY_CLOSE), closed.report.business_date)
    with closing(Store.open(old.path)) as store:
        assert uplink.state(store).mode is uplink.Mode.STOPPED


def test_books_that_head_office_gave_back_under_a_new_epoch_sell_again(
    shop: Shop, places: Places, member: Member, tmp_path: Path
) -> None:
    rows = journal.page(shop.counter.store, 0, 1000)
    shop.pay(member, 100)
    begun(shop, places)
    recovered = replay.rebuild(tmp_path / "recovered.db", BoxIdentity("box-1", "xuhui", 2), 1, rows)
    with closing(recovered):
        past = Past(replace(shop.counter, store=recovered), places)
        assert past.begin() is None
        noted = read_mark(places.marker, "box-1")
        assert noted is not None
        assert noted.head == (2, len(rows)), "fewer entries, but a later life"
