"""A restore puts proved books in place by a manager's word, in a later epoch, and says in the journal what is missing."""

from __future__ import annotations

import multiprocessing
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from kiosk.model import journal, uplink
from kiosk.model.backup_errors import (
    BackupDamaged,
    BackupFolderFull,
    BackupUnknown,
    RestoreInUse,
    RestoreNotConfirmed,
    RestoreOfAnotherBox,
)
from kiosk.model.backup_marker import OLDER, read_mark
from kiosk.model.backup_rotation import Keep
from kiosk.model.members import Member
from kiosk.model.staff import Staff
from kiosk.model.store import BoxIdentity, Store
from kiosk.model.verify import verify
from kiosk.services.backup import Places, back_up
from kiosk.services.backup_past import Past
from kiosk.services.backup_restore import Plan, carry_out, plan_as_it_is, plan_restore, require_manager, require_name
from kiosk.services.counter import Counter
from kiosk.services.errors import ApproverNotManager, StoredValueStopped, WrongPin
from kiosk.services.set_up import create_box
from ledger.entries import EntryKind
from ledger.ids import IdMint
from tests.builders import BAKERY, CASHIER, MANAGER, PEOPLE, PIN, Shop, open_shop
from tests.kiosk.backup_steps import killed_at, small_disk

PAID, SPENT = 30_000, 12_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with its till open."""
    opened = open_shop(tmp_path / "box")
    opened.open_shift()
    yield opened
    opened.counter.store.close()


@pytest.fixture
def places(tmp_path: Path, shop: Shop) -> Places:
    """Places without a second medium."""
    return Places(tmp_path / "box" / "state", tmp_path / "box" / "backups", None, Keep(), shop.counter.zone)


@pytest.fixture
def member(shop: Shop) -> Member:
    """A member who was topped up before the backup and spent after it."""
    return shop.enrol()


@pytest.fixture
def yesterday(shop: Shop, places: Places, member: Member) -> Path:
    """A backup of yesterday; the shop went on, its till is closed and its past is noted."""
    shop.top_up(member, PAID)
    file = Path(back_up(shop.counter.store, places, shop.counter.now()).file)
    shop.clock.forward(hours=2)
    shop.pay(member, SPENT)
    Past(shop.counter, places).begin()
    shop.counter.store.close()
    return file


def opener(shop: Shop) -> Callable[[Path], Counter]:
    """Opens a counter of this shop over other books."""

    def opened(path: Path) -> Counter:
        return replace(shop.counter, store=Store.open(path), ids=IdMint(shop.clock, secrets.token_bytes))

    return opened


def manager_of(shop: Shop) -> Staff:
    counter = opener(shop)(shop.path)
    with closing(counter.store):
        return require_manager(counter, MANAGER, PIN)


def planned(shop: Shop, places: Places, file: Path, *, joined: bool = False) -> Plan:
    return plan_restore(shop.path, places, file, joined=joined)


def restored(shop: Shop, places: Places, file: Path) -> Path | None:
    return carry_out(planned(shop, places, file), places, opener(shop), manager_of(shop))


def again(shop: Shop) -> Shop:
    """The shop with its books opened anew."""
    return replace(shop, counter=opener(shop)(shop.path))


def test_a_plan_says_what_would_be_lost_and_changes_nothing(shop: Shop, places: Places, yesterday: Path) -> None:
    before = shop.path.read_bytes()
    plan = planned(shop, places, yesterday)
    assert plan.present is not None
    assert plan.present.sequence == plan.image.sequence + 1
    assert plan.missing == (plan.image.sequence + 1, plan.image.sequence + 1)
    assert (plan.lost_minor, plan.epoch, plan.joined) == (SPENT, 2, False)
    assert plan.image.total_minor - plan.present.total_minor == SPENT
    assert shop.path.read_bytes() == before


def test_restored_books_live_in_the_next_epoch_and_the_journal_says_what_is_missing(
    shop: Shop, places: Places, member: Member, yesterday: Path
) -> None:
    plan = planned(shop, places, yesterday)
    aside = carry_out(plan, places, opener(shop), manager_of(shop))
    new = again(shop)
    with closing(new.counter.store) as store:
        last = journal.recent(store, 1)[0]
        assert (last.entry.kind, last.row.epoch, last.entry.cashier) == (EntryKind.RESTORED, 2, MANAGER)
        told = last.entry.facts
        assert (told["image_epoch"], told["image_sequence"]) == plan.image.head
        assert (told["missing_first"], told["missing_last"]) == plan.missing
        assert (told["missing_minor"], told["file"]) == (SPENT, yesterday.name)
        assert verify(store).rows == plan.image.sequence + 1
        assert Past(new.counter, places).begin() is None, "the new life is the box's past from now on"
        assert new.pay(member, 100).done.recorded.row.epoch == 2
    assert aside is not None
    with closing(Store.open(aside)) as old:
        assert journal.head(old)[:2] == plan.end, "the old books are whole"


def test_the_old_books_put_back_after_a_restore_sell_nothing(shop: Shop, places: Places, yesterday: Path) -> None:
    aside = restored(shop, places, yesterday)
    assert aside is not None
    shutil.copy(aside, shop.path)
    old = again(shop)
    with closing(old.counter.store):
        assert Past(old.counter, places).begin() is not None
        assert uplink.state(old.counter.store).stop_reason == OLDER


def test_a_stopped_old_image_goes_on_by_the_managers_word_in_a_later_epoch(
    shop: Shop, places: Places, member: Member, yesterday: Path
) -> None:
    shutil.copy(yesterday, shop.path)
    old = again(shop)
    Past(old.counter, places).begin()
    with pytest.raises(StoredValueStopped):
        old.top_up(member)
    old.counter.store.close()
    plan = plan_as_it_is(shop.path, places, joined=False)
    assert plan.image.sequence == plan.end[1], "the refusal above stands where the payment stood"
    assert plan.missing == (plan.agreed + 1, plan.end[1])
    assert carry_out(plan, places, opener(shop), manager_of(shop)) is not None
    new = again(shop)
    with closing(new.counter.store) as store:
        assert Past(new.counter, places).begin() is None
        assert uplink.state(store).mode is uplink.Mode.ALONE
        assert journal.recent(store, 1)[0].entry.facts["missing_minor"] is None
        assert new.top_up(member).recorded.row.epoch == 2
        verify(store)


def test_each_restore_opens_an_epoch_after_every_one_that_is_known(shop: Shop, places: Places, yesterday: Path) -> None:
    for epoch in (2, 3, 4):
        plan = planned(shop, places, yesterday)
        assert plan.epoch == epoch
        carry_out(plan, places, opener(shop), manager_of(shop))
    with closing(Store.open(shop.path)) as store:
        assert journal.head(store)[0] == 4
        verify(store)


def test_a_box_with_a_head_office_stays_stopped_until_it_is_recovered_from_there(
    shop: Shop, places: Places, member: Member, yesterday: Path
) -> None:
    plan = planned(shop, places, yesterday, joined=True)
    carry_out(plan, places, opener(shop), manager_of(shop))
    new = again(shop)
    with closing(new.counter.store) as store:
        assert journal.head(store) == (1, plan.image.sequence, bytes.fromhex(plan.image.hash))
        assert (uplink.state(store).mode, uplink.state(store).stop_reason) == (uplink.Mode.STOPPED, OLDER)
        Past(new.counter, places).begin()
        with pytest.raises(StoredValueStopped):
            new.top_up(member)


def test_a_box_that_joined_after_the_backup_is_still_a_box_with_a_head_office(
    shop: Shop, places: Places, yesterday: Path
) -> None:
    with closing(Store.open(shop.path)) as store, store.write():
        uplink.join(store, b"k" * 32)
    assert planned(shop, places, yesterday).joined


def test_on_a_new_disk_a_backup_makes_the_box_whole(
    shop: Shop, places: Places, member: Member, yesterday: Path
) -> None:
    kept = yesterday.rename(yesterday.parent.parent.parent / yesterday.name)
    yesterday.with_suffix(".json").rename(kept.with_suffix(".json"))
    shutil.rmtree(shop.path.parent)
    plan = planned(shop, places, kept)
    assert (plan.present, plan.missing, plan.lost_minor) == (None, None, None)
    counter = opener(shop)(plan.draft)
    with closing(counter.store):
        manager = require_manager(counter, MANAGER, PIN)
    assert carry_out(plan, places, opener(shop), manager) is None
    new = again(shop)
    with closing(new.counter.store):
        assert Past(new.counter, places).begin() is None
        assert new.top_up(member).recorded.row.epoch == 2


def test_books_that_cannot_be_read_any_more_are_moved_aside_as_they_are(
    shop: Shop, places: Places, yesterday: Path
) -> None:
    manager = manager_of(shop)
    shop.path.write_bytes(b"\xff" * 50_000)
    plan = planned(shop, places, yesterday)
    assert plan.present is None
    aside = carry_out(plan, places, opener(shop), manager)
    assert aside is not None
    assert aside.read_bytes() == b"\xff" * 50_000
    with closing(Store.open(shop.path)) as store:
        verify(store)


def hold_open(path: Path, opened: Event, leave: Event) -> None:
    """Have the books open as an idle till has, until told to leave."""
    with closing(Store.open(path)) as store:
        journal.head(store)
        opened.set()
        leave.wait(30)


def test_nothing_is_restored_while_a_till_has_the_books_open(shop: Shop, places: Places, yesterday: Path) -> None:
    plan, manager = planned(shop, places, yesterday), manager_of(shop)
    before = shop.path.read_bytes()
    spawned = multiprocessing.get_context("spawn")
    opened, leave = spawned.Event(), spawned.Event()
    till = spawned.Process(target=hold_open, args=(shop.path, opened, leave))
    till.start()
    try:
        assert opened.wait(30)
        with pytest.raises(RestoreInUse):
            carry_out(plan, places, opener(shop), manager)
        with pytest.raises(RestoreInUse):
            planned(shop, places, yesterday)
        with pytest.raises(RestoreInUse):
            plan_as_it_is(shop.path, places, joined=False)
    finally:
        leave.set()
        till.join(30)
    assert shop.path.read_bytes() == before
    assert restored(shop, places, yesterday) is not None, "once the till is left"


def test_a_restore_killed_at_any_step_leaves_the_old_books_or_the_new(
    shop: Shop, places: Places, yesterday: Path, tmp_path: Path
) -> None:
    template, step, seen = tmp_path / "template", 0, set()
    shutil.copytree(shop.path.parent, template)
    manager, old_head = manager_of(shop), 0
    with closing(Store.open(shop.path)) as store:
        old_head = journal.head(store)[1]
    while True:
        step += 1
        shutil.rmtree(shop.path.parent)
        shutil.copytree(template, shop.path.parent)
        act = _restoring(shop, places, yesterday, manager)
        killed = killed_at(step, shop.path.parent, act)
        with closing(Store.open(shop.path)) as store:
            epoch, sequence, _ = journal.head(store)
            assert (epoch, sequence) in {(1, old_head), (2, old_head)}, "the old ones, or yesterday's and the restore"
            verify(store)
            seen.add(epoch)
            found = Past(replace(shop.counter, store=store), places).begin()
            assert found is None, "neither the old nor the new books are taken for older than they are"
        if not killed:
            break
        shop.counter.store.close()
        _restoring(shop, places, yesterday, manager)()
        with closing(Store.open(shop.path)) as store:
            assert store.identity.epoch in {2, 3}
            verify(store)
    assert seen == {1, 2}
    assert step > 15


def _restoring(shop: Shop, places: Places, file: Path, manager: Staff) -> Callable[[], object]:
    return lambda: carry_out(planned(shop, places, file), places, opener(shop), manager)


def test_a_full_disk_leaves_the_old_books(shop: Shop, places: Places, yesterday: Path, tmp_path: Path) -> None:
    size = shop.path.stat().st_size // 1024
    with small_disk(tmp_path / "small", size + 100) as small:
        there = shutil.copy(shop.path, small / "shop.db")
        before = Path(there).read_bytes()
        with pytest.raises(BackupFolderFull):
            plan_restore(Path(there), places, yesterday, joined=False)
        assert {path.name for path in small.iterdir()} == {"shop.db"}
        assert Path(there).read_bytes() == before


def test_a_damaged_backup_is_not_restored(shop: Shop, places: Places, yesterday: Path) -> None:
    content = bytearray(yesterday.read_bytes())
    content[9_000] ^= 1
    yesterday.write_bytes(content)
    with pytest.raises(BackupDamaged):
        planned(shop, places, yesterday)
    yesterday.with_suffix(".json").unlink()
    with pytest.raises(BackupUnknown):
        planned(shop, places, yesterday)
    assert not list(shop.path.parent.glob(".*"))


@pytest.mark.usefixtures("yesterday")
def test_the_backup_of_another_box_is_not_restored(shop: Shop, places: Places, tmp_path: Path) -> None:
    create_box(tmp_path / "other.db", "box-2", BAKERY.read_bytes(), PEOPLE, shop.clock.now()).close()
    with closing(Store.open(tmp_path / "other.db")) as store:
        elsewhere = replace(places, folder=tmp_path / "elsewhere", state=tmp_path / "its-state")
        file = back_up(store, elsewhere, shop.clock.now()).file
    with pytest.raises(RestoreOfAnotherBox) as refused:
        planned(shop, places, Path(file))
    assert (refused.value.expected, refused.value.found) == ("box-1", "box-2")


@pytest.mark.usefixtures("yesterday")
def test_only_a_manager_restores_and_a_wrong_pin_is_counted(shop: Shop) -> None:
    counter = opener(shop)(shop.path)
    with closing(counter.store):
        with pytest.raises(ApproverNotManager):
            require_manager(counter, CASHIER, PIN)
        with pytest.raises(WrongPin):
            require_manager(counter, MANAGER, "1357")
        refused = journal.recent(counter.store, 1)[0].entry
        assert (refused.kind, refused.facts["error"]) == (EntryKind.REFUSED, "WrongPin")


def test_the_name_of_the_box_is_typed_as_it_is(shop: Shop, places: Places, yesterday: Path) -> None:
    plan = planned(shop, places, yesterday)
    require_name(plan, "box-1\n")
    for typed in ("", "y", "box-2", "BOX-1"):
        with pytest.raises(RestoreNotConfirmed):
            require_name(plan, typed)


def test_a_slip_that_waited_in_the_image_is_not_printed_again(shop: Shop, places: Places, yesterday: Path) -> None:
    restored(shop, places, yesterday)
    with closing(Store.open(shop.path)) as store:
        waiting = store.rows("SELECT count(*) FROM print_job WHERE state = 'waiting'")
        assert waiting == [(0,)]
        assert store.rows("SELECT count(*) FROM print_job")[0][0] > 0


@pytest.mark.usefixtures("yesterday")
def test_a_new_box_under_the_old_name_is_stopped_by_the_past_of_the_old_one(shop: Shop, places: Places) -> None:
    shop.path.unlink()
    store = create_box(shop.path, "box-1", BAKERY.read_bytes(), PEOPLE, shop.clock.now())
    with closing(store):
        assert store.identity == BoxIdentity("box-1", "xuhui")
        found = Past(replace(shop.counter, store=store), places).begin()
        assert found is not None
        assert found.mark == read_mark(places.marker, "box-1")


def test_what_was_sold_while_the_manager_was_asked_is_not_lost(
    shop: Shop, places: Places, member: Member, yesterday: Path
) -> None:
    plan, manager = planned(shop, places, yesterday), manager_of(shop)
    meanwhile = again(shop)
    with closing(meanwhile.counter.store):
        meanwhile.pay(member, 100)
    with pytest.raises(RestoreInUse):
        carry_out(plan, places, opener(shop), manager)
