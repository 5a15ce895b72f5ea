"""What is asked with a customer waiting is answered by an index, however many members and entries there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.model import (
    activity,
    candidates,
    cards,
    days,
    downlink,
    figures,
    journal,
    members,
    print_queue,
    programmes,
    purses,
    shifts,
    snapshots,
    staff,
    uplink,
)
from kiosk.model.store import Store
from ledger.ids import EntryId
from tests.kiosk.model.books import DAY, Books

Question = Callable[[Store], object]
NEWEST_FIRST = "SCAN journal"
"""The journal from its end, as far as the limit: rows lie in this order."""

QUESTIONS: dict[str, Question] = {
    "whole phone": lambda store: members.search(store, "13800001111"),
    "last four": lambda store: members.search(store, "1111"),
    "beginning of a phone": lambda store: members.search(store, "138000"),
    "initials": lambda store: members.search(store, "zs"),
    "name": lambda store: members.search(store, "张"),
    "latin name": lambda store: members.search(store, "Anna Li"),
    "member code": lambda store: members.by_code(store, "M2345678X"),
    "phone taken": lambda store: members.by_phone(store, "13800001111"),
    "member": lambda store: members.get(store, "m1"),
    "card": lambda store: cards.by_code(store, "K2345678X"),
    "cards of a member": lambda store: cards.of_member(store, "m1"),
    "person": lambda store: staff.get(store, "1001"),
    "holdings": lambda store: purses.holdings(store, "m1"),
    "purse lines": lambda store: purses.lines(store, "m1"),
    "an entry": lambda store: journal.find(store, EntryId("x")),
    "its reversal": lambda store: journal.reversal_of(store, EntryId("x")),
    "entries of a member": lambda store: journal.of_member(store, "m1"),
    "entries of a shift": lambda store: list(journal.of_shift(store, "s1")),
    "latest of a shift": lambda store: journal.recent(store, shift_id="s1"),
    "entries of a day": lambda store: list(journal.of_business_date(store, DAY)),
    "figures of a day": lambda store: figures.day_totals(store, DAY),
    "cash of a shift": lambda store: figures.shift_balance(store, "s1", "till:1:cash"),
    "open shift": lambda store: shifts.open_on(store, "1"),
    "shifts of a day": lambda store: shifts.of_business_date(store, DAY),
    "a closed day": lambda store: days.is_closed(store, DAY),
    "waiting slips": lambda store: print_queue.waiting(store, "1"),
    "slips of an entry": lambda store: print_queue.of_entry(store, "x"),
    "terms": lambda store: programmes.terms(store, "x"),
    "who was merged": lambda store: members.merged_ids(store, "m1"),
    "total of all places": lambda store: snapshots.shown_total(store, "m1"),
    "days of a member": lambda store: activity.days(store, ["m1", "m2"], DAY),
    "sums of a member": lambda store: activity.totals(store, ["m1", "m2"]),
    "last seen": lambda store: activity.last_seen(store, ["m1", "m2"]),
    "tags of a member": lambda store: activity.tags(store, ["m1", "m2"]),
    "what rules gave a member": lambda store: activity.uses(store, ["m1", "m2"], DAY),
    "what rules gave": lambda store: activity.rule_totals(store, ["r1", "r2"], DAY),
    "first entry of a member": lambda store: journal.first_of_member(store, "m1"),
    "birthdays": lambda store: candidates.born_on(store, ["02-29", "03-01"], 50),
    "asleep": lambda store: candidates.last_seen_between(store, DAY, DAY, 50),
    "expiring": lambda store: candidates.expiring(store, DAY, DAY, 50),
    "rows to send": lambda store: journal.page(store, 5, 10),
}


def plans(store: Store, question: Question, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How SQLite goes about a question."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    really = store.execute

    def listen(sql: str, parameters: tuple[object, ...] = ()) -> object:
        asked.append((sql, parameters))
        return really(sql, parameters)

    monkeypatch.setattr(store, "execute", listen)
    question(store)
    monkeypatch.undo()
    assert asked
    return [row[3] for sql, parameters in asked for row in store.rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_what_is_asked_with_a_customer_waiting_reads_no_whole_table(
    books: Books, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = plans(books.store, question, monkeypatch)
    assert found
    assert [step for step in found if "SCAN" in step] == []


def test_low_balances_are_looked_for_among_those_who_were_here_lately(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = plans(books.store, lambda store: candidates.low_balances(store, DAY, DAY, 5_000, 50), monkeypatch)
    assert [step for step in found if "SCAN" in step] == ["SCAN seen"]
    assert any(step.startswith("SEARCH member_day USING COVERING INDEX member_day_on") for step in found)


@pytest.mark.parametrize("question", [journal.head, journal.recent, lambda store: journal.recent(store, till="1")])
def test_the_end_of_the_journal_is_read_from_its_end(
    books: Books, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = plans(books.store, question, monkeypatch)
    assert found == [NEWEST_FIRST]
    assert not [step for step in found if "TEMP B-TREE" in step]


def test_what_is_owed_is_summed_whole_only_once(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    first, then = (plans(books.store, purses.total, monkeypatch) for _ in range(2))
    assert "SCAN purse" in first
    assert [step for step in then if "SCAN purse" in step] == []
    assert "SEARCH posting USING PRIMARY KEY (sequence>?)" in then


def test_one_payment_takes_eight_statements(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    books.top_up("m1", "lot1")
    asked: list[str] = []
    really = books.store.execute

    def listen(sql: str, parameters: tuple[object, ...] = ()) -> object:
        asked.append(sql)
        return really(sql, parameters)

    monkeypatch.setattr(books.store, "execute", listen)
    books.spend("m1", "lot1", 100, 20)
    sealed = ["SELECT", "INSERT"]
    assert [sql.split()[0] for sql in asked] == ["SELECT", "INSERT", *sealed, "INSERT", "UPDATE", "UPDATE", "UPDATE"]


@pytest.mark.parametrize("question", [uplink.state, uplink.pending, downlink.open_asks])
def test_where_the_box_stands_is_read_from_one_row_what_waits_and_what_is_open(
    books: Books, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.note()
    found = plans(books.store, question, monkeypatch)
    scanned = {step for step in found if "SCAN" in step}
    assert scanned <= {"SCAN uplink", NEWEST_FIRST, "SCAN ask USING INDEX ask_open"}
