"""Value that comes from head office and goes back: lots keep their terms, purses follow, verify proves it, lives go on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.model import cards, directory, journal, members, purses
from kiosk.model.cards import CardState
from kiosk.model.errors import EntryConflict, LotDiffers, StoreBroken, VerifyFailed
from kiosk.model.members import Member
from kiosk.model.store import Store
from kiosk.model.verify import verify
from ledger.entries import EntryKind, Lot
from ledger.errors import PurseOverdrawn
from ledger.protocol.messages import CardRecord
from tests.kiosk.model.books import MOMENT, Books

FAR = Lot("00000000000000000000000000", "m1", 50_000, 10_000, "2026-11", "t" * 64)
"""A lot sold in another store, long ago."""


def here(books: Books, member_id: str = "m1") -> int:
    return sum(held.total_minor for held in purses.holdings(books.store, member_id))


def test_a_granted_lot_is_spent_before_a_younger_one_and_under_its_own_terms(books: Books) -> None:
    books.top_up("m1", "lot1")
    books.granted("m1", FAR, 5_000, 1_000)
    first, second = purses.holdings(books.store, "m1")
    assert (first.lot, first.total_minor) == (FAR, 6_000)
    assert second.lot.lot_id == "lot1"
    assert verify(books.store).total_minor == 18_000


def test_a_grant_is_taken_once(books: Books) -> None:
    grant = books.grant("m1", FAR, 5_000)
    books.write(grant)
    with pytest.raises(EntryConflict):
        books.write(grant)
    assert here(books) == 5_000


def test_a_lot_that_comes_again_is_the_same_lot(books: Books) -> None:
    books.granted("m1", FAR, 5_000)
    books.returned("m1", FAR.lot_id, 2_000)
    books.granted("m1", FAR, 1_000)
    assert here(books) == 4_000
    assert books.store.rows("SELECT lot_id, opened_sequence FROM lot") == [(FAR.lot_id, 1)]
    assert verify(books.store).lots == 1


def test_a_lot_sold_here_may_come_back_from_head_office(books: Books) -> None:
    sold = books.top_up("m1", "lot1").entry.lots[0]
    books.returned("m1", "lot1", 10_000, 2_000)
    books.granted("m1", sold, 500, 100)
    assert here(books) == 600
    assert verify(books.store).total_minor == 600


@pytest.mark.parametrize(
    "other",
    [
        replace(FAR, paid_minor=50_001),
        replace(FAR, bonus_minor=0),
        replace(FAR, programme_version="2026-12"),
        replace(FAR, terms_hash="u" * 64),
    ],
)
def test_a_lot_under_other_terms_is_refused_whole(books: Books, other: Lot) -> None:
    books.granted("m1", FAR, 5_000)
    with pytest.raises(LotDiffers) as refused:
        books.granted("m1", other, 1_000)
    assert refused.value.lot_id == FAR.lot_id
    assert (here(books), journal.head(books.store)[1]) == (5_000, 1)


def test_a_lot_is_sold_once_even_after_a_grant_of_it(books: Books) -> None:
    books.granted("m1", FAR, 5_000)
    with pytest.raises(StoreBroken, match=r"lot\.lot_id"):
        books.top_up("m1", FAR.lot_id, 50_000, 10_000)
    assert here(books) == 5_000


def test_no_more_goes_back_than_is_here(books: Books) -> None:
    books.granted("m1", FAR, 5_000)
    with pytest.raises(PurseOverdrawn):
        books.returned("m1", FAR.lot_id, 5_001)
    assert here(books) == 5_000


def test_a_merge_moves_every_line_and_the_lot_is_the_other_members_from_then_on(books: Books) -> None:
    books.top_up("m1", "lot1")
    books.top_up("m2", "lot2")
    books.merged("m1", "m2")
    assert (here(books, "m1"), here(books, "m2")) == (0, 24_000)
    books.spend("m2", "lot1", 1_000, 200)
    assert verify(books.store).total_minor == 22_800


def test_verify_names_a_lot_that_a_grant_brought_under_other_terms(books: Books) -> None:
    books.granted("m1", FAR, 5_000)
    _unguarded(books, "UPDATE lot SET paid_minor = paid_minor + 1")
    with pytest.raises(VerifyFailed) as failed:
        verify(books.store)
    assert (failed.value.table, failed.value.row) == ("lot", FAR.lot_id)


def test_verify_names_a_merge_of_what_somebody_else_owns(books: Books) -> None:
    books.top_up("m1", "lot1")
    books.top_up("m3", "lot3")
    merge = books.merged("m1", "m2").entry
    stolen = replace(
        merge,
        entry_id=books.entry(EntryKind.NO_SALE).entry_id,
        postings=tuple(
            replace(p, debit=p.debit.replace("m1:lot1", "m3:lot3"), credit=p.credit.replace("lot1", "lot3"))
            for p in merge.postings
        ),
    )
    books.write(stolen)
    with pytest.raises(VerifyFailed, match="another member"):
        verify(books.store)


def test_a_card_of_another_store_may_be_blocked_and_replaced_here(books: Books) -> None:
    store = books.store
    zhang = Member("m1", "M1", True, "张三", "zs", None, None, MOMENT, None)
    with store.write():
        members.add(store, zhang)
        directory.take_card(store, CardRecord("K7", "m1", "active", "2026-11-19T01:00:00.000Z", None))
    books.write(books.entry(EntryKind.CARD_BLOCKED, member_id="m1", facts={"card_code": "K7"}))
    with store.write():
        cards.set_state(store, "K7", CardState.BLOCKED)
    assert verify(store).rows == 1
    books.write(books.entry(EntryKind.CARD_BLOCKED, member_id="m1", facts={"card_code": "K8"}))
    with pytest.raises(VerifyFailed, match="K8"):
        verify(store)


def next_life(books: Books, epoch: int = 2) -> Books:
    """Let the box live on in another epoch, as a recovery does, and open it anew."""
    with books.store.write():
        books.store.change("UPDATE box SET epoch = ?", (epoch,))
    books.store.close()
    return Books(books.path, Store.open(books.path))


def test_a_recovered_box_goes_on_where_its_journal_ended(books: Books) -> None:
    books.top_up("m1", "lot1")
    before = journal.head(books.store)
    again = next_life(books)
    paid = again.spend("m1", "lot1", 1_000)
    assert (paid.row.sequence, paid.row.epoch, paid.row.previous_hash) == (2, 2, before[2])
    assert paid.entry_no == "2-000002"
    assert verify(again.store).rows == 2
    third = next_life(again, 4)
    third.note()
    assert verify(third.store).rows == 3
    third.store.close()


def test_a_box_recovered_to_nothing_yet_still_proves(books: Books) -> None:
    books.top_up("m1", "lot1")
    again = next_life(books, 5)
    assert verify(again.store).rows == 1
    again.store.close()


@pytest.mark.parametrize("change", ["epoch = 1", "epoch = epoch", "box = 'box-2', epoch = 9", "store = 'x', epoch = 9"])
def test_a_box_never_goes_back_to_an_earlier_life_or_another_name(books: Books, change: str) -> None:
    again = next_life(books)
    with pytest.raises(StoreBroken, match="lives go on"), again.store.write():
        again.store.change(f"UPDATE box SET {change}")
    assert again.store.identity.epoch == 2
    again.store.close()


def test_a_till_that_did_not_hear_of_the_new_life_writes_nothing_into_it(books: Books) -> None:
    books.note()
    stale = Books(books.path, Store.open(books.path))
    with books.store.write():
        books.store.change("UPDATE box SET epoch = 2")
    with pytest.raises(StoreBroken, match="epoch"):
        stale.note()
    assert journal.head(books.store)[1] == 1
    stale.store.close()


def test_a_row_of_an_earlier_life_after_a_later_one_is_named(books: Books) -> None:
    books.note()
    again = next_life(books)
    again.note()
    again.note()
    _unguarded(again, "UPDATE journal SET epoch = 1 WHERE sequence = 3")
    with pytest.raises(VerifyFailed) as failed:
        verify(again.store)
    assert (failed.value.table, failed.value.row, failed.value.reason) == ("journal", "3", "sequence 2-3 expected")
    again.store.close()


def _unguarded(books: Books, statement: str) -> None:
    """Do what somebody with the file in their hands can do."""
    raw = books.store.connection()
    for (trigger,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {trigger}")
    raw.execute(statement)
