"""What stands beside the journal at a till: shifts, days, slips, programmes, and the day's figures."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest
from peewee import IntegrityError

from kiosk.model import days, figures, print_queue, programmes, shifts
from kiosk.model.errors import DayClosedAlready, ProgrammeClash, StoreBroken
from kiosk.model.print_queue import JobState, PrintJob
from kiosk.model.shifts import Shift
from kiosk.model.store import Store
from ledger.accounts import Tender
from ledger.entries import EntryKind, Posting
from tests.kiosk.model.books import DAY, MOMENT, PROGRAMME, TERMS, TERMS_HASH, Books

SHIFT = Shift("s1", "1", "1001", 1, DAY, MOMENT, None, 50_000, None)


def open_shift(books: Books, shift: Shift = SHIFT) -> None:
    with books.store.write():
        shifts.add(books.store, shift)


def test_a_till_has_one_open_shift_at_a_time(books: Books) -> None:
    open_shift(books)
    open_shift(books, replace(SHIFT, shift_id="s2", till="2"))
    assert shifts.open_on(books.store, "1") == SHIFT
    assert [shift.till for shift in shifts.open_shifts(books.store)] == ["1", "2"]
    with pytest.raises(StoreBroken, match=r"shift\.till"):
        open_shift(books, replace(SHIFT, shift_id="s3"))
    assert shifts.get(books.store, "s3") is None


def test_a_closed_shift_keeps_its_count_for_good(books: Books) -> None:
    open_shift(books)
    closed_at = MOMENT + timedelta(hours=8)
    with books.store.write():
        shifts.close(books.store, "s1", closed_at, 51_000)
        shifts.close(books.store, "s1", closed_at, 99_000)
    assert shifts.get(books.store, "s1") == replace(SHIFT, closed_at=closed_at, counted_minor=51_000)
    assert shifts.open_on(books.store, "1") is None
    with pytest.raises(IntegrityError, match="closed once"):
        books.store.execute("UPDATE shift SET counted_minor = 99000")
    open_shift(books, replace(SHIFT, shift_id="s2", number=2))
    assert [shift.number for shift in shifts.of_business_date(books.store, DAY)] == [1, 2]


def test_how_a_shift_was_opened_is_never_changed(books: Books) -> None:
    open_shift(books)
    with pytest.raises(IntegrityError, match="opened once"):
        books.store.execute("UPDATE shift SET float_minor = 0")
    assert shifts.get(books.store, "s1") == SHIFT


def test_a_day_is_closed_once_whichever_till_asks(books: Books) -> None:
    assert days.last_closed(books.store) is None
    with books.store.write():
        days.add(books.store, DAY, "first")
    with pytest.raises(DayClosedAlready) as refused, books.store.write():
        days.add(books.store, DAY, "second")
    assert refused.value.business_date == DAY
    assert days.is_closed(books.store, DAY)
    assert not days.is_closed(books.store, date(2026, 11, 21))
    assert days.last_closed(books.store) == DAY


def slip(number: int, *, entry_id: str | None = None, copy: int = 0, till: str = "1") -> PrintJob:
    return PrintJob(f"job{number}", entry_id, copy, b"{}", MOMENT, till, drawer=copy == 0)


def queue(books: Books, *jobs: PrintJob) -> None:
    with books.store.write():
        for job in jobs:
            print_queue.add(books.store, job)


def test_a_till_prints_its_own_slips_in_the_order_they_came(books: Books) -> None:
    queue(books, slip(2), slip(1), slip(3, till="2"))
    assert [job.job_id for job in print_queue.waiting(books.store, "1")] == ["job2", "job1"]
    assert print_queue.get(books.store, "job3") == slip(3, till="2")
    assert print_queue.get(books.store, "job9") is None


def test_an_entry_has_its_original_slip_and_its_copies(books: Books) -> None:
    queue(books, slip(1, entry_id="e", copy=0), slip(2, entry_id="e", copy=2), slip(3, entry_id="e", copy=1))
    assert [job.copy for job in print_queue.of_entry(books.store, "e")] == [0, 1, 2]


def test_a_slip_goes_from_waiting_over_sending_to_printed(books: Books) -> None:
    queue(books, slip(1))
    store, at = books.store, MOMENT + timedelta(seconds=3)
    with store.write():
        print_queue.mark_sending(store, "job1")
        print_queue.mark_failed(store, "job1", "PrinterOffline")
    job = print_queue.get(store, "job1")
    assert job == replace(slip(1), attempts=1, sending=True, last_error="PrinterOffline")
    with store.write():
        print_queue.mark_failed(store, "job1", "PaperOut", nothing_sent=True)
    assert print_queue.waiting(store, "1") == [replace(slip(1), attempts=1, last_error="PaperOut")]
    with store.write():
        print_queue.mark_printed(store, "job1", at, "answer")
    assert print_queue.get(store, "job1") == replace(slip(1), attempts=1, state=JobState.PRINTED, printed_at=at)
    assert print_queue.waiting(store, "1") == []


def test_a_dropped_slip_waits_no_more_and_a_printed_one_is_not_dropped(books: Books) -> None:
    queue(books, slip(1), slip(2))
    with books.store.write():
        print_queue.mark_printed(books.store, "job2", MOMENT, "answer")
        for name in ("job1", "job2"):
            print_queue.drop(books.store, name)
    states = [print_queue.get(books.store, name) for name in ("job1", "job2")]
    assert [job.state for job in states if job] == [JobState.DROPPED, JobState.PRINTED]


def test_the_programme_put_in_force_last_is_in_force(books: Books) -> None:
    store, old = books.store, programmes.current(books.store)
    assert old is not None
    assert (old.version, old.content, old.activated_at) == ("2026-11", PROGRAMME, MOMENT)
    with store.write():
        assert programmes.current_hash(store) == old.hash
        programmes.add(store, "2026-10", "f" * 64, b"older by name", MOMENT)
        programmes.add(store, "2026-10", "f" * 64, b"older by name", MOMENT)
        assert programmes.current_hash(store) == "f" * 64, "also in the write transaction that puts it in force"
    current = programmes.current(store)
    assert current is not None
    assert (current.version, programmes.current_hash(store)) == ("2026-10", "f" * 64)
    assert programmes.get(store, "2026-11") == old
    assert programmes.get(store, "1999") is None


def test_what_another_till_puts_in_force_between_two_acts_holds_for_the_second(books: Books) -> None:
    with books.store.write():
        assert programmes.current_hash(books.store) != "f" * 64
    with closing(Store.open(books.path)) as other, other.write():
        programmes.add(other, "2026-12", "f" * 64, b"newer", MOMENT)
    with books.store.write():
        assert programmes.current_hash(books.store) == "f" * 64


def test_a_version_never_changes_its_content(books: Books) -> None:
    with pytest.raises(ProgrammeClash) as refused, books.store.write():
        programmes.add(books.store, "2026-11", "f" * 64, b"other", MOMENT)
    assert refused.value.version == "2026-11"


def test_the_terms_sold_under_are_kept_by_their_hash(books: Books) -> None:
    with books.store.write():
        programmes.add_terms(books.store, TERMS_HASH, TERMS)
    assert programmes.terms(books.store, TERMS_HASH) == TERMS
    assert programmes.terms(books.store, "f" * 64) is None


def test_the_figures_of_a_day_leave_out_what_was_voided(books: Books) -> None:
    books.top_up("m1", "lot1", 10_000, 2_000)
    undone = books.top_up("m1", "lot2", 5_000, 500)
    books.void(undone)
    books.spend("m1", "lot1", 1_000, 200)
    books.spend("m1", "lot1", 600, 0, business_date=DAY + timedelta(days=1))
    books.write(books.entry(EntryKind.PAID_IN, Posting("till:1:cash", "paid_in:xuhui", 700)))
    assert figures.day_totals(books.store, DAY) == figures.DayTotals(
        top_up_count=1,
        top_up_minor=10_000,
        top_up_bonus_minor=2_000,
        spend_count=1,
        stored_spend_minor=1_200,
        by_tender={Tender.CASH: 10_000},
        enrolled_count=0,
    )


def test_a_day_without_entries_has_figures_of_nothing(books: Books) -> None:
    assert figures.day_totals(books.store, DAY) == figures.DayTotals(0, 0, 0, 0, 0, {}, 0)
    assert figures.shift_balance(books.store, "s1", "till:1:cash") == 0


def test_the_drawer_of_a_shift_is_the_balance_of_its_cash(books: Books) -> None:
    for debit, credit, minor in (("till:1:cash", "float:xuhui", 500), ("safe:xuhui", "till:1:cash", 120)):
        books.write(books.entry(EntryKind.DROP, Posting(debit, credit, minor), shift_id="s1"))
    books.write(books.entry(EntryKind.DROP, Posting("till:1:cash", "float:xuhui", 9), shift_id="s2"))
    assert figures.shift_balance(books.store, "s1", "till:1:cash") == 380
