"""The journal: append-only, gapless, chained; each entry once, with the purses it moves."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import IntegrityError

from kiosk.model import journal, outbox, purses
from kiosk.model.errors import EntryConflict, StoreBroken
from ledger.accounts import Instrument, PurseKey
from ledger.entries import EntryKind
from ledger.errors import AlreadyReversed, PurseOverdrawn
from ledger.purses import Holding
from ledger.wire import check_chain, genesis_hash
from tests.kiosk.model.books import COMMAND, DAY, Books, fresh_id

PRINCIPAL, BONUS = Instrument.PRINCIPAL, Instrument.BONUS


def test_empty_books_stand_on_the_genesis_hash_of_their_box(books: Books) -> None:
    assert journal.head(books.store) == (1, 0, genesis_hash("box-1", 1))


def test_each_entry_follows_from_the_one_before(books: Books) -> None:
    written = [books.note(), books.top_up("m1", "lot1"), books.note()]
    rows = journal.page(books.store, 0, 100)
    assert rows == [recorded.row for recorded in written]
    assert check_chain(rows, "box-1", 1) == 3
    assert journal.head(books.store) == (1, 3, written[-1].row.hash)


def test_an_entry_is_found_by_its_id_as_it_was_written(books: Books) -> None:
    written = books.top_up("m1", "lot1")
    found = journal.find(books.store, written.entry.entry_id)
    assert found is not None
    assert (found.entry, found.row, found.command_hash) == (written.entry, written.row, COMMAND)
    assert found.entry_no == "1-000001"
    assert found.short_hash == written.row.hash.hex()[:8]
    assert journal.find(books.store, fresh_id()) is None


def test_an_id_is_given_to_one_entry_only(books: Books) -> None:
    written = books.top_up("m1", "lot1")
    with pytest.raises(EntryConflict) as refused:
        books.write(written.entry)
    assert refused.value.entry_id == written.entry.entry_id
    assert journal.head(books.store)[1] == 1
    assert purses.total(books.store) == 12_000


def test_a_refused_entry_leaves_nothing_behind(books: Books) -> None:
    books.top_up("m1", "lot1", 10_000, 2_000)
    before = books.purse()
    with pytest.raises(PurseOverdrawn) as refused:
        books.spend("m1", "lot1", principal=9_000, bonus=2_001)
    overdrawn = refused.value
    assert (overdrawn.lot_id, overdrawn.instrument, overdrawn.held_minor, overdrawn.asked_minor) == (
        "lot1",
        "bonus",
        2_000,
        2_001,
    )
    assert books.purse() == before
    assert journal.head(books.store)[1] == 1
    assert books.store.rows("SELECT max(sequence) FROM posting") == [(1,)]


def test_value_that_never_was_cannot_be_spent(books: Books) -> None:
    books.top_up("m1", "lot1", bonus=0)
    with pytest.raises(PurseOverdrawn) as refused:
        books.spend("m1", "lot1", principal=1, bonus=1)
    assert refused.value.held_minor == 0
    assert purses.total(books.store) == 10_000


def test_an_entry_is_reversed_at_most_once(books: Books) -> None:
    spent = books.top_up("m1", "lot1"), books.spend("m1", "lot1", 500)
    first = books.void(spent[1])
    with pytest.raises(AlreadyReversed) as refused:
        books.void(spent[1])
    assert refused.value.reversal_id == first.entry.entry_id
    assert journal.reversal_of(books.store, spent[1].entry.entry_id) == first.entry.entry_id
    assert journal.reversal_of(books.store, spent[0].entry.entry_id) is None
    assert purses.total(books.store) == 12_000


def test_only_what_is_in_the_journal_can_be_reversed(books: Books) -> None:
    with pytest.raises(StoreBroken, match="FOREIGN KEY"):
        books.note(reverses=fresh_id())
    assert journal.head(books.store)[1] == 0


def test_a_constraint_that_refused_one_act_lets_the_next_one_through(books: Books) -> None:
    with pytest.raises(StoreBroken):
        books.note(reverses=fresh_id())
    assert books.note().row.sequence == 1


def test_an_entry_of_another_box_is_a_mistake_of_the_programmer(books: Books) -> None:
    with pytest.raises(AssertionError, match="its own box"):
        books.note(box="box-2")
    assert journal.head(books.store)[1] == 0


def test_nothing_is_appended_outside_an_act_that_is_being_written(books: Books) -> None:
    entry = books.entry(EntryKind.NO_SALE)
    with pytest.raises(AssertionError, match="write transaction"):
        journal.append(books.store, entry, COMMAND)
    with books.store.snapshot(), pytest.raises(AssertionError, match="write transaction"):
        journal.append(books.store, entry, COMMAND)
    assert journal.find(books.store, entry.entry_id) is None


@pytest.mark.parametrize(
    ("column", "value", "trigger"),
    [
        ("sequence", "sequence + 2", "sequence|chain"),
        ("sequence", "sequence", "sequence|chain"),
        ("previous_hash", "previous_hash", "chain"),
        ("epoch", "epoch + 1", "epoch"),
    ],
)
def test_the_table_itself_refuses_a_row_off_the_chain(books: Books, column: str, value: str, trigger: str) -> None:
    books.note()
    books.note()
    copied = ("kind", "till", "business_date", "command_hash", "hash", "body")
    columns = ("sequence", "epoch", "entry_id", "previous_hash", *copied)
    follows = {"sequence": "sequence + 1", "entry_id": "'fresh'", "previous_hash": "hash", column: value}
    values = ", ".join(follows.get(name, name) for name in columns)
    sound = f"INSERT INTO journal ({', '.join(columns)}) SELECT {values} FROM journal WHERE sequence = 2"
    with pytest.raises(IntegrityError, match=trigger):
        books.store.execute(sound)
    assert journal.head(books.store)[1] == 2


def test_the_journal_is_read_by_shift_day_member_till_and_kind(books: Books) -> None:
    opened = books.note(shift_id="s1", till="2")
    sold = books.top_up("m1", "lot1")
    paid = books.spend("m1", "lot1", 100, shift_id="s1", till="2")
    later = books.spend("m1", "lot1", 100, shift_id="s2", business_date=DAY.replace(day=21))
    store, both = books.store, frozenset({EntryKind.SPEND, EntryKind.TOP_UP})

    def rows(found: object) -> list[int]:
        return [recorded.row.sequence for recorded in found]  # type: ignore[attr-defined]  # lists and iterators

    assert rows(journal.of_shift(store, "s1")) == rows([opened, paid])
    assert rows(journal.of_business_date(store, DAY)) == rows([opened, sold, paid])
    assert rows(journal.of_member(store, "m1")) == rows([later, paid, sold])
    assert rows(journal.of_member(store, "m1", limit=1, before_sequence=later.row.sequence)) == rows([paid])
    assert rows(journal.recent(store, 2)) == rows([later, paid])
    assert rows(journal.recent(store, till="2")) == rows([paid, opened])
    assert rows(journal.recent(store, kinds=both, shift_id="s1")) == rows([paid])
    assert rows(journal.recent(store, kinds=frozenset())) == []


def test_lots_are_held_oldest_first_and_only_while_they_hold_something(books: Books) -> None:
    for lot in ("lotB", "lotA", "lotC"):
        books.top_up("m1", lot, 1_000, 100)
    books.top_up("m2", "other", 5_000, 0)
    books.spend("m1", "lotA", 1_000, 100)
    books.spend("m1", "lotB", 1_000)
    held = [(holding.lot.lot_id, holding.principal_minor, holding.bonus_minor) for holding in lots_of(books, "m1")]
    assert held == [("lotB", 0, 100), ("lotC", 1_000, 100)]
    assert purses.lines(books.store, "m1")[PurseKey("m1", "lotA", PRINCIPAL)] == 0
    assert purses.holdings(books.store, "nobody") == ()


def lots_of(books: Books, member_id: str) -> tuple[Holding, ...]:
    return purses.holdings(books.store, member_id)


def test_a_lot_keeps_the_terms_it_was_sold_under(books: Books) -> None:
    sold = books.top_up("m1", "lot1", 30_000, 5_000)
    assert [holding.lot for holding in lots_of(books, "m1")] == list(sold.entry.lots)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(["top_up", "spend", "void", "lost"]), st.integers(1, 900)), max_size=12))
def test_what_is_owed_in_all_is_always_the_sum_of_the_purses(books: Books, acts: list[tuple[str, int]]) -> None:
    standing = books.top_up("m1", fresh_id())
    lot = standing.entry.lots[0].lot_id
    for act, minor in acts:
        if act == "top_up":
            lot = books.top_up("m1", fresh_id(), minor, minor // 2).entry.lots[0].lot_id
        elif act == "spend":
            standing = books.spend("m1", lot, 1) if purses.lines(books.store, "m1")[principal(lot)] else standing
        elif act == "void" and standing.entry.kind is EntryKind.SPEND:
            standing = books.void(standing)
        elif act == "lost":
            lose_a_top_up(books)
        summed = books.store.rows("SELECT sum(amount_minor) FROM purse")[0][0]
        assert purses.total(books.store) == summed


def principal(lot_id: str) -> PurseKey:
    return PurseKey("m1", lot_id, PRINCIPAL)


def lose_a_top_up(books: Books) -> None:
    """Ask for the sum inside a write transaction that comes to nothing."""
    before = purses.total(books.store)
    with contextlib.suppress(InterruptedError), books.store.write():
        journal.append(books.store, books.sold("m1", fresh_id(), 700, 0), COMMAND)
        assert purses.total(books.store) == before + 700
        raise InterruptedError


def test_the_outbox_is_the_journal_past_its_cursor(books: Books) -> None:
    rows = [books.note().row for _ in range(5)]
    store = books.store
    assert (outbox.cursor(store), outbox.pending(store), outbox.page(store, 2)) == (0, 5, rows[:2])
    with store.write():
        outbox.move_cursor(store, 3)
    assert (outbox.cursor(store), outbox.pending(store), outbox.page(store, 10)) == (3, 2, rows[3:])
    with store.write():
        outbox.move_cursor(store, 2)
    assert outbox.cursor(store) == 3


def test_nothing_is_acknowledged_that_was_not_written(books: Books) -> None:
    books.note()
    with pytest.raises(AssertionError), books.store.write():
        outbox.move_cursor(books.store, 2)
    with pytest.raises(IntegrityError, match="follows the journal"):
        books.store.execute("UPDATE uplink SET cursor = 2")
    assert outbox.cursor(books.store) == 0
