"""Lots of every asset in a box's books: what verify proves of them, and what is shown of all places."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.model import downlink, purses, snapshots
from kiosk.model.downlink import OpenAsk
from kiosk.model.errors import VerifyFailed
from kiosk.model.verify import verify
from ledger.accounts import Instrument, PurseKey, member_account
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.specials import Special
from tests.kiosk.model.books import MOMENT, Books

UNITS = Instrument.UNITS
POINTS = Lot("01M0000000000000000000ISSU.1", "m1", 0, 0, "2026-11", "t" * 64, Special("PTS", 100).text())


def units(lot: Lot, member_id: str) -> str:
    return member_account(PurseKey(member_id, lot.lot_id, UNITS))


def issued(books: Books, lot: Lot = POINTS) -> None:
    """Give a lot of units."""
    given = Posting("issued:xuhui", units(lot, lot.member_id), lot.units, lot.asset)
    books.write(books.entry(EntryKind.ISSUED, given, lots=(lot,), member_id=lot.member_id))


def moved(books: Books, kind: EntryKind, debit: str, credit: str, count: int, asset: str = "PTS") -> Entry:
    """Move units of m1's."""
    return books.write(books.entry(kind, Posting(debit, credit, count, asset), member_id="m1")).entry


def gifted(books: Books, count: int = 30) -> Entry:
    """Give some of m1's points to m2."""
    return moved(books, EntryKind.GIFTED, units(POINTS, "m1"), units(POINTS, "m2"), count)


def test_units_lie_in_the_purse_beside_money_and_in_no_sum_of_it(books: Books) -> None:
    books.top_up("m1", "lot1", 10_000, 0)
    issued(books)
    held = {holding.lot.lot_id: (holding.total_minor, holding.units) for holding in purses.holdings(books.store, "m1")}
    assert held == {"lot1": (10_000, 0), POINTS.lot_id: (0, 100)}
    assert purses.total(books.store) == 10_000


def test_a_gift_is_the_other_members_and_makes_no_two_people_one(books: Books) -> None:
    issued(books)
    gifted(books)
    assert [(holding.lot.terms, holding.units) for holding in purses.holdings(books.store, "m2")] == [
        (POINTS.terms, 30)
    ]
    moved_on = Posting(units(POINTS, "m2"), "redeemed:xuhui", 5, "PTS")
    books.write(books.entry(EntryKind.REDEEMED, moved_on, member_id="m2"))
    verified = verify(books.store)
    assert (verified.total_minor, verified.members, verified.lots) == (0, 2, 1)
    books.top_up("m1", "lot1")
    with books.store.write():
        books.store.change("UPDATE purse SET member_id = 'm2' WHERE lot_id = 'lot1'", ())
    with pytest.raises(VerifyFailed):
        verify(books.store)


def test_money_given_to_a_friend_is_no_gift(books: Books) -> None:
    books.top_up("m1", "lot1")
    lines = [member_account(PurseKey(who, "lot1", Instrument.PRINCIPAL)) for who in ("m1", "m2")]
    books.write(books.entry(EntryKind.GIFTED, Posting(lines[0], lines[1], 5), member_id="m1"))
    with pytest.raises(VerifyFailed) as failed:
        verify(books.store)
    assert (failed.value.table, failed.value.row) == ("journal", "2")


def test_units_of_whom_nobody_gave_them_to_are_named(books: Books) -> None:
    issued(books)
    moved(books, EntryKind.REDEEMED, units(POINTS, "m1"), "redeemed:xuhui", 5)
    moved(books, EntryKind.ISSUED, "issued:xuhui", units(POINTS, "m3"), 5)
    with pytest.raises(VerifyFailed) as failed:
        verify(books.store)
    assert (failed.value.row, failed.value.reason) == ("3", f"moves lot {POINTS.lot_id} of another member")


@pytest.mark.parametrize(("asset", "instrument"), [("CNY", UNITS), ("COUPON:x", UNITS), ("PTS", Instrument.BONUS)])
def test_a_posting_of_another_asset_than_its_lots_is_named(books: Books, asset: str, instrument: Instrument) -> None:
    given = Posting("issued:xuhui", member_account(PurseKey("m1", POINTS.lot_id, instrument)), 100, asset)
    books.write(books.entry(EntryKind.ISSUED, given, lots=(POINTS,), member_id="m1"))
    with pytest.raises(VerifyFailed) as failed:
        verify(books.store)
    assert failed.value.reason == f"moves {asset} of lot {POINTS.lot_id}"


def test_units_given_on_elsewhere_come_by_a_grant_to_somebody_else(books: Books) -> None:
    issued(books)
    back = Posting(units(POINTS, "m1"), "transfer:xuhui", 100, "PTS")
    books.write(books.entry(EntryKind.RETURNED, back, member_id="m1"))
    theirs = Lot(POINTS.lot_id, "m2", *POINTS.terms)
    came = Posting("transfer:xuhui", units(POINTS, "m2"), 40, "PTS")
    books.write(books.entry(EntryKind.GRANTED, came, lots=(theirs,), member_id="m2"))
    assert verify(books.store).lots == 1


def told(books: Books, member_id: str, assets: dict[str, int], sequence: int) -> None:
    """Head office tells what a member has in all places."""
    at = MOMENT + timedelta(minutes=1)
    with books.store.write():
        snapshots.put(books.store, member_id, 0, sequence, at, ho_epoch=1, number=sequence + 1, assets=assets)


def shown(books: Books, member_id: str) -> dict[str, int]:
    """What is shown of a member's units in all places."""
    total = snapshots.shown_total(books.store, member_id)
    assert total is not None
    assert total.total_minor == 0
    return dict(total.assets)


def test_points_of_all_places_are_shown_with_what_was_done_here_since(books: Books) -> None:
    issued(books)
    told(books, "m1", {"PTS": 500, "COUPON:cake": 1}, 1)
    told(books, "m2", {}, 1)
    moved(books, EntryKind.REDEEMED, units(POINTS, "m1"), "redeemed:xuhui", 20)
    gift = gifted(books, 30)
    assert (shown(books, "m1"), shown(books, "m2")) == ({"COUPON:cake": 1, "PTS": 450}, {"PTS": 30})
    books.write(books.entry(EntryKind.VOID, gift.postings[0].mirrored(), member_id="m1", reverses=gift.entry_id))
    assert (shown(books, "m1"), shown(books, "m2")) == ({"COUPON:cake": 1, "PTS": 480}, {})
    told(books, "m1", {"PTS": 480}, 4)
    assert shown(books, "m1") == {"PTS": 480}


def test_an_ask_keeps_its_asset_until_it_is_answered(books: Books) -> None:
    with books.store.write():
        downlink.ask(books.store, "a1", "m1", 3, MOMENT, "COUPON:cake")
        downlink.ask(books.store, "a1", "m1", 3, MOMENT, "CNY")
    assert downlink.open_asks(books.store) == [OpenAsk("a1", "m1", 3, "COUPON:cake")]
