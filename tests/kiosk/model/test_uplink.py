"""The uplink: alone, going or stopped; the cursor goes forward in one head-office epoch; what waits is counted once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.model import outbox, uplink
from kiosk.model.errors import StoreBroken
from kiosk.model.uplink import Mode, Pending, Uplink
from ledger.entries import Lot
from tests.kiosk.model.books import MOMENT, Books

KEY = b"k" * 32
FAR = Lot("00000000000000000000000000", "m1", 5_000, 1_000, "2026-11", "t" * 64)


def test_a_new_box_stands_alone_and_knows_no_head_office(books: Books) -> None:
    assert uplink.state(books.store) == Uplink(Mode.ALONE, None, 0, 0, False, None, 0, None)
    assert uplink.pending(books.store) == Pending(0, 0, None)


def test_a_box_joins_stops_for_a_reason_and_goes_on(books: Books) -> None:
    store = books.store
    with store.write():
        uplink.join(store, KEY)
    assert (uplink.state(store).mode, uplink.state(store).office_key) == (Mode.GOING, KEY)
    with store.write():
        uplink.stop(store, "behind")
    assert (uplink.state(store).mode, uplink.state(store).stop_reason) == (Mode.STOPPED, "behind")
    with store.write():
        uplink.go_on(store)
    assert (uplink.state(store).mode, uplink.state(store).stop_reason) == (Mode.GOING, None)


def test_a_box_alone_is_not_made_to_go_on(books: Books) -> None:
    with books.store.write():
        uplink.go_on(books.store)
    assert uplink.state(books.store).mode is Mode.ALONE


def test_the_last_contact_stays_known_when_the_line_goes_down(books: Books) -> None:
    store = books.store
    with store.write():
        uplink.note_contact(store, MOMENT, online=True)
    with store.write():
        uplink.note_contact(store, MOMENT + timedelta(hours=1), online=False)
    assert (uplink.state(store).online, uplink.state(store).last_contact_at) == (False, MOMENT)


def test_what_waits_is_counted_from_the_cursor_with_the_stored_value_it_moved(books: Books) -> None:
    books.top_up("m1", "lot1")
    books.spend("m1", "lot1", 1_000, 200)
    books.note()
    assert uplink.pending(books.store) == Pending(3, 13_200, MOMENT)
    with books.store.write():
        outbox.move_cursor(books.store, 2)
    assert uplink.pending(books.store) == Pending(1, 0, MOMENT)


def test_value_that_only_changed_its_place_is_no_money_at_risk(books: Books) -> None:
    books.granted("m1", FAR, 3_000)
    books.returned("m1", FAR.lot_id, 1_000)
    books.merged("m1", "m2")
    assert uplink.pending(books.store) == Pending(3, 0, MOMENT)


def test_the_cursor_never_goes_back_and_never_past_the_journal(books: Books) -> None:
    books.note()
    books.note()
    with books.store.write():
        outbox.move_cursor(books.store, 2)
        outbox.move_cursor(books.store, 1)
    assert outbox.cursor(books.store) == 2
    for cursor in (1, 3):
        with pytest.raises(StoreBroken, match="cursor"), books.store.write():
            books.store.change("UPDATE uplink SET cursor = ?", (cursor,))
    assert outbox.cursor(books.store) == 2


def test_a_new_epoch_of_head_office_may_ask_for_what_it_lost(books: Books) -> None:
    store = books.store
    for _ in range(3):
        books.note()
    with store.write():
        outbox.move_cursor(store, 3)
        uplink.members_told(store, 7)
        uplink.members_told(store, 5)
    assert uplink.state(store).members_through == 7
    with store.write():
        uplink.adopt(store, 2, 1)
    found = uplink.state(store)
    assert (found.ho_epoch, found.cursor, found.members_through) == (2, 1, 0)
    with pytest.raises(StoreBroken, match="cursor"), store.write():
        uplink.adopt(store, 1, 1)
    assert uplink.state(store).ho_epoch == 2


def test_an_epoch_that_knows_more_than_was_told_moves_nothing_forward(books: Books) -> None:
    books.note()
    with books.store.write():
        uplink.adopt(books.store, 1, 99)
    assert uplink.state(books.store).cursor == 0
