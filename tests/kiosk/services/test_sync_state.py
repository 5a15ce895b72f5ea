"""Where the box stands with head office, and what it may not sell while it is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import cash, pay, shifts, void
from kiosk.services.close_day import close_day
from kiosk.services.daemon import NoDaemon
from kiosk.services.errors import ApprovalForOtherAct, ApprovalNeeded, EntriesUnsent, StoredValueStopped
from kiosk.services.sync_state import LATE_ENTRIES, Standing, SyncState, is_online, sync_state
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.rules.programme import ApprovedAct
from tests.builders import BAKERY, OPENING, Shop, open_shop
from tests.kiosk.office import Office


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    return opened


def test_a_shop_without_a_head_office_stands_alone(shop: Shop) -> None:
    assert sync_state(shop.counter, NoDaemon()) == SyncState(Standing.ALONE)
    assert not is_online(shop.counter)


def test_a_box_whose_daemon_has_the_line_is_online_and_says_what_waits(shop: Shop) -> None:
    office = Office(shop).join()
    shop.top_up(shop.enrol())
    found = sync_state(shop.counter, office)
    assert (found.standing, found.online, found.pending, found.pending_minor) == (Standing.ONLINE, True, 2, 35_000)
    assert (found.since, found.last_contact_at) == (OPENING, OPENING)
    office.hear_everything()
    assert sync_state(shop.counter, office).pending == 0


def test_a_box_is_offline_when_the_line_is_down_and_when_the_daemon_is_silent(shop: Shop) -> None:
    office = Office(shop).join(online=False)
    assert sync_state(shop.counter, office).standing is Standing.OFFLINE
    office.set_online(online=True)
    office.alive = False
    assert sync_state(shop.counter, office) == SyncState(Standing.OFFLINE, last_contact_at=OPENING)


def test_entries_that_wait_a_quarter_of_an_hour_are_late_even_with_the_line_up(shop: Shop) -> None:
    office = Office(shop).join()
    shop.enrol()
    shop.clock.forward(minutes=14, seconds=59)
    assert sync_state(shop.counter, office).standing is Standing.ONLINE
    shop.clock.forward(seconds=1)
    late = sync_state(shop.counter, office)
    assert (late.standing, late.online, late.since) == (Standing.LATE, True, OPENING)


def test_many_entries_that_wait_are_late_at_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(shop).join()
    shop.enrol()
    monkeypatch.setattr("kiosk.services.sync_state.LATE_ENTRIES", 1)
    assert LATE_ENTRIES > 100
    assert sync_state(shop.counter, office).standing is Standing.LATE


def test_a_stopped_box_says_why_whatever_else_is_true(shop: Shop) -> None:
    office = Office(shop).join(online=False)
    office.stop("behind")
    shop.enrol()
    shop.clock.forward(hours=1)
    found = sync_state(shop.counter, office)
    assert (found.standing, found.reason) == (Standing.STOPPED, "behind")


def test_a_stopped_box_sells_no_stored_value_and_takes_other_money(shop: Shop) -> None:
    member = shop.enrol()
    topped_up = shop.top_up(member)
    office = Office(shop).join()
    office.stop("forked")
    with pytest.raises(StoredValueStopped) as refused:
        shop.top_up(member)
    assert refused.value.reason == "forked"
    asked = pay.Payment(member.member_id, 5_000, 5_000)
    with pytest.raises(StoredValueStopped):
        pay.pay(shop.counter, shop.act(), asked)
    with pytest.raises(StoredValueStopped):
        void.void(shop.counter, shop.approved(ApprovedAct.VOID), topped_up.recorded.entry.entry_id)
    paid = shop.pay(member, 5_000)
    assert paid.done.recorded.entry.facts["stored_minor"] == 0
    assert paid.done.recorded.entry.facts["rest_minor"] == 5_000


def test_a_stopped_box_goes_on_with_its_drawer_its_shift_and_its_day(shop: Shop) -> None:
    office = Office(shop).join()
    office.stop("behind")
    assert cash.move_cash(shop.counter, shop.act(), EntryKind.PAID_IN, 2_000, "零钱").recorded.entry.postings
    shifts.close_shift(shop.counter, shop.act(), 52_000)
    act = shop.approved(ApprovedAct.DAY_CLOSE_UNSENT)
    assert close_day(shop.counter, act, unsent_accepted=True).done.recorded.entry.kind is EntryKind.DAY_CLOSED


def test_what_head_office_forbade_is_sold_again_when_it_says_go(shop: Shop) -> None:
    member, office = shop.enrol(), Office(shop).join()
    office.stop("wait")
    with pytest.raises(StoredValueStopped):
        shop.top_up(member)
    office.join()
    assert shop.top_up(member, tender=Tender.WECHAT).recorded.entry.kind is EntryKind.TOP_UP


def closing(shop: Shop) -> Office:
    """A shop at the end of its day, everything sent but the closing of the shift."""
    office = Office(shop)
    office.join()
    shop.top_up(shop.enrol())
    shifts.close_shift(shop.counter, shop.act(), 80_000)
    return office


def test_a_day_is_not_closed_over_entries_that_head_office_lacks(shop: Shop) -> None:
    closing(shop)
    with pytest.raises(EntriesUnsent) as refused:
        close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE))
    assert (refused.value.entries, refused.value.unsent_minor, refused.value.since) == (3, 35_000, OPENING)


def test_a_manager_may_close_it_and_the_entry_and_the_report_say_so(shop: Shop) -> None:
    closing(shop)
    with pytest.raises(ApprovalNeeded) as needed:
        close_day(shop.counter, shop.act(), unsent_accepted=True)
    assert (needed.value.act, needed.value.amount_minor) == ("day_close_unsent", 35_000)
    with pytest.raises(ApprovalForOtherAct):
        close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE), unsent_accepted=True)
    closed = close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE_UNSENT), unsent_accepted=True)
    facts = closed.done.recorded.entry.facts
    assert facts["unsent_entries"] >= 3
    assert facts["unsent_minor"] == 35_000
    slip = shop.counter.store.execute("SELECT document FROM print_job ORDER BY number DESC LIMIT 1").fetchone()[0]
    assert "未上传总部" in bytes(slip).decode()


def test_a_day_whose_entries_are_all_sent_closes_as_ever(shop: Shop) -> None:
    office = closing(shop)
    office.hear_everything()
    closed = close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE))
    assert "unsent_entries" not in closed.done.recorded.entry.facts


def test_a_programme_may_let_small_amounts_go_without_the_manager(tmp_path: Path) -> None:
    programme = BAKERY.read_text(encoding="utf-8")
    programme = programme.replace('day_close_unsent = "0.00"', 'day_close_unsent = "1000.00"')
    shop = open_shop(tmp_path, programme.encode())
    shop.open_shift()
    closing(shop)
    with pytest.raises(ApprovalNeeded) as needed:
        close_day(shop.counter, shop.act(), unsent_accepted=True)
    assert needed.value.act == "day_close"
    assert close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE), unsent_accepted=True).report.shifts
