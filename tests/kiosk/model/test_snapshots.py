"""Snapshots: what head office last told of a member, with this box's own entries after it; never older than before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.model import snapshots
from kiosk.model.snapshots import ShownTotal
from ledger.entries import Lot
from tests.kiosk.model.books import MOMENT, Books

FAR = Lot("00000000000000000000000000", "m1", 50_000, 0, "2026-11", "t" * 64)


def told(books: Books, total: int, sequence: int, ho_epoch: int = 1, number: int = 1) -> None:
    """Head office tells a member's total."""
    at = MOMENT + timedelta(minutes=100 * ho_epoch + number)
    with books.store.write():
        snapshots.put(books.store, "m1", total, sequence, at, ho_epoch=ho_epoch, number=number)


def shown(books: Books, *merged: str) -> int:
    """What is shown of the member."""
    total = snapshots.shown_total(books.store, "m1", merged)
    assert total is not None
    return total.total_minor


def test_nothing_is_shown_of_whom_head_office_said_nothing(books: Books) -> None:
    books.top_up("m1", "lot1")
    assert snapshots.shown_total(books.store, "m1") is None


def test_a_boxs_own_entries_count_until_head_office_knows_them(books: Books) -> None:
    books.top_up("m1", "lot1")
    told(books, 32_000, 1)
    paid = books.spend("m1", "lot1", 1_000, 200)
    assert shown(books) == 30_800
    books.top_up("m1", "lot2", 5_000, 0)
    books.top_up("m2", "lot3")
    assert shown(books) == 35_800
    books.void(paid)
    assert shown(books) == 37_000
    told(books, 37_000, 5, number=2)
    assert snapshots.shown_total(books.store, "m1") == ShownTotal(37_000, MOMENT + timedelta(minutes=102))


def test_value_that_changed_its_place_changes_no_total(books: Books) -> None:
    told(books, 50_000, 0)
    books.granted("m1", FAR, 3_000)
    books.returned("m1", FAR.lot_id, 1_000)
    assert shown(books) == 50_000


@pytest.mark.parametrize(("ho_epoch", "number"), [(1, 5), (1, 4), (0, 99)])
def test_an_older_word_of_head_office_never_takes_the_place_of_a_newer(
    books: Books, ho_epoch: int, number: int
) -> None:
    told(books, 20_000, 0, 1, 5)
    told(books, 99_000, 0, ho_epoch, number)
    assert shown(books) == 20_000


@pytest.mark.parametrize(("ho_epoch", "number"), [(1, 6), (2, 1)])
def test_a_newer_word_takes_the_place_of_an_older(books: Books, ho_epoch: int, number: int) -> None:
    told(books, 20_000, 0, 1, 5)
    told(books, 99_000, 0, ho_epoch, number)
    assert shown(books) == 99_000


def test_what_a_merged_record_did_here_since_counts_for_the_one_that_stands(books: Books) -> None:
    books.top_up("m0", "lot0", 5_000, 0)
    told(books, 60_000, 1)
    books.spend("m0", "lot0", 1_000)
    books.merged("m0", "m1")
    assert shown(books) == 60_000
    assert shown(books, "m0") == 59_000
