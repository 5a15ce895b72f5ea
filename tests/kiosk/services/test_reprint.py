"""A slip comes again as it was, marked as a copy with its number."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model import print_queue
from kiosk.receipts import plain
from kiosk.receipts.document import Document
from kiosk.services import reports, shifts
from kiosk.services.acts import Done
from kiosk.services.errors import ApprovalNeeded, EntryUnknown, NoOpenShift, NothingToReprint
from kiosk.services.reprint import reprint, reprintable
from kiosk.services.set_up import load_programme
from ledger.entries import EntryKind
from tests.builders import BAKERY, Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


def slips_of(shop: Shop, done: Done) -> list[tuple[int, bool, str]]:
    jobs = print_queue.of_entry(shop.counter.store, done.recorded.entry.entry_id)
    return [(job.copy, job.drawer, plain.to_text(Document.from_json(job.document), 32)) for job in jobs]


def again(shop: Shop, done: Done) -> Done:
    return reprint(shop.counter, shop.act(), done.recorded.entry.entry_id)


def test_each_copy_says_which_it_is_and_opens_no_drawer(shop: Shop) -> None:
    done = shop.top_up(shop.enrol())
    copies = [again(shop, done), again(shop, done)]
    (first, drawer, original), *copied = slips_of(shop, done)
    assert (first, drawer) == (0, True)
    assert [(copy, opens) for copy, opens, _ in copied] == [(1, False), (2, False)]
    for number, (_, _, text) in enumerate(copied, start=1):
        assert text.count(f"补打 {number}") >= 2, "marked above and below"
        assert "300.00" in text
    assert "补打" not in original
    assert [copy.recorded.entry.facts["copy"] for copy in copies] == [1, 2]


def test_the_copy_shows_what_was_printed_then_whatever_holds_now(shop: Shop) -> None:
    member = shop.enrol()
    done = shop.top_up(member)
    shop.pay(member, 10_000)
    text = BAKERY.read_text(encoding="utf-8").replace('name = "麦香里" ', 'name = "米香里" ')
    load_programme(shop.counter.store, text.replace('"2026.2"', '"2026.3"').encode(), shop.clock.now())
    again(shop, done)
    (_, _, original), (_, _, copied) = slips_of(shop, done)
    assert set(original.splitlines()) <= set(copied.splitlines())
    assert "米香里" not in copied


def test_enter_twice_prints_one_copy(shop: Shop) -> None:
    done, act = shop.top_up(shop.enrol()), shop.act()
    answers = [reprint(shop.counter, act, done.recorded.entry.entry_id).repeated for _ in range(2)]
    assert answers == [False, True]
    assert len(slips_of(shop, done)) == 2


def test_a_copy_is_not_copied(shop: Shop) -> None:
    copy = again(shop, shop.top_up(shop.enrol()))
    with pytest.raises(NothingToReprint) as nothing:
        again(shop, copy)
    assert nothing.value.entry_id == copy.recorded.entry.entry_id
    assert refusals(shop) == [("reprinted", "NothingToReprint")]
    assert copy.recorded.entry.entry_id not in {one.entry.entry_id for one in reprintable(shop.counter)}


def test_what_printed_nothing_is_not_printed_again(shop: Shop) -> None:
    opened = entries(shop, EntryKind.SHIFT_OPENED)[0]
    with pytest.raises(NothingToReprint):
        reprint(shop.counter, shop.act(), opened.entry_id)
    with pytest.raises(EntryUnknown) as unknown:
        reprint(shop.counter, shop.act(), "no such entry")
    assert unknown.value.entry_id == "no such entry"


def test_a_copy_needs_a_shift(shop: Shop) -> None:
    done = shop.top_up(shop.enrol())
    shifts.close_shift(shop.counter, shop.act(), 80_000)
    with pytest.raises(NoOpenShift):
        again(shop, done)


def test_a_programme_may_ask_a_manager_for_copies(tmp_path: Path) -> None:
    asking = BAKERY.read_text(encoding="utf-8").replace("[approvals]", '[approvals]\nreprint = "0.00"')
    (tmp_path / "asking").mkdir()
    shop = open_shop(tmp_path / "asking", asking.encode())
    shop.open_shift()
    done = shop.top_up(shop.enrol())
    before = rows(shop)
    with pytest.raises(ApprovalNeeded) as needed:
        again(shop, done)
    assert needed.value.act == "reprint"
    assert rows(shop) == before


def test_what_can_be_printed_again_is_listed_newest_first(shop: Shop) -> None:
    member = shop.enrol()
    shop.top_up(member)
    shop.pay(member, 100)
    listed = [recorded.entry.kind for recorded in reprintable(shop.counter)]
    assert listed == [EntryKind.SPEND, EntryKind.TOP_UP, EntryKind.MEMBER_ENROLLED]
    assert len(reprintable(shop.counter, limit=1)) == 1


def test_a_z_report_of_before_is_printed_again_in_the_next_shift(shop: Shop) -> None:
    closed = shifts.close_shift(shop.counter, shop.act(), 50_000)
    shop.open_shift()
    again(shop, closed.done)
    assert [copy for copy, _, _ in slips_of(shop, closed.done)] == [0, 1]


def test_a_report_on_request_is_no_entry(shop: Shop) -> None:
    shift = shifts.current(shop.counter)
    assert shift is not None
    before = rows(shop)
    reports.print_report(shop.counter, reports.x_report(shop.counter, shift.shift_id))
    assert rows(shop) == before | {"print_job": before["print_job"] + 1}
