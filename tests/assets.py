"""Entries of points, passes, coupons and gifts, written at a shop's till as its services would."""

from __future__ import annotations

from datetime import date
from typing import Final

from kiosk.model import journal, purses
from kiosk.model.members import Member
from kiosk.services import shifts
from ledger.accounts import Instrument, PurseKey, member_account
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.ids import EntryId
from ledger.lots import spend_order, take_units
from ledger.specials import Special
from tests.builders import CASHIER, Shop

TERMS: Final = "5" * 64
UNITS: Final = Instrument.UNITS


def issue(shop: Shop, member: Member, special: Special) -> Lot:
    """Give a lot of units without payment."""
    entry_id = shop.counter.mint()
    lot = Lot(f"{entry_id}.1", member.member_id, 0, 0, "2026.2", TERMS, special.text())
    _write(shop, EntryKind.ISSUED, member, (_given(shop, lot),), (lot,), entry_id)
    return lot


def sell(shop: Shop, member: Member, special: Special, paid_minor: int) -> Lot:
    """Sell a lot of units for cash."""
    entry_id = shop.counter.mint()
    lot = Lot(f"{entry_id}.1", member.member_id, paid_minor, 0, "2026.2", TERMS, special.text())
    paid = Posting("till:1:cash", f"presold:{_store(shop)}", paid_minor)
    _write(shop, EntryKind.SOLD, member, (paid, _given(shop, lot)), (lot,), entry_id)
    return lot


def use(shop: Shop, member: Member, asset: str, units: int) -> Entry:
    """Use units, soonest-expiring first; raises UnitsTooFew."""
    takes = take_units(spend_order(purses.holdings(shop.counter.store, member.member_id), day(shop)), asset, units)
    account = f"redeemed:{_store(shop)}"
    lines = [(key, count) for take in takes for key, count in take.lines(member.member_id).items()]
    postings = tuple(Posting(member_account(key), account, count, asset) for key, count in lines)
    return _write(shop, EntryKind.REDEEMED, member, postings)


def give_on(shop: Shop, member: Member, friend: Member, lot: Lot, units: int) -> Entry:
    """Give units of a lot to another member."""
    sides = [member_account(PurseKey(who.member_id, lot.lot_id, UNITS)) for who in (member, friend)]
    return _write(shop, EntryKind.GIFTED, member, (Posting(sides[0], sides[1], units, lot.asset),))


def lapse(shop: Shop, member: Member, lot: Lot, units: int) -> Entry:
    """Write units off whose last day has passed."""
    account = member_account(PurseKey(member.member_id, lot.lot_id, UNITS))
    return _write(shop, EntryKind.LAPSED, member, (Posting(account, f"lapsed:{_store(shop)}", units, lot.asset),))


def held(shop: Shop, member: Member, asset: str) -> int:
    """Return the units a member has of an asset at this shop."""
    return sum(one.units for one in purses.holdings(shop.counter.store, member.member_id) if one.lot.asset == asset)


def day(shop: Shop) -> date:
    """Return the business date of the open shift."""
    shift = shifts.current(shop.counter)
    assert shift is not None, "an act needs an open till"
    return shift.business_date


def _store(shop: Shop) -> str:
    return shop.counter.store.identity.store


def _given(shop: Shop, lot: Lot) -> Posting:
    account = member_account(PurseKey(lot.member_id, lot.lot_id, UNITS))
    return Posting(f"issued:{_store(shop)}", account, lot.units, lot.asset)


def _write(
    shop: Shop,
    kind: EntryKind,
    member: Member,
    postings: tuple[Posting, ...],
    lots: tuple[Lot, ...] = (),
    entry_id: str = "",
) -> Entry:
    counter, identity = shop.counter, shop.counter.store.identity
    shift, now = shifts.current(counter), counter.clock.now()
    entry = Entry(
        entry_id=EntryId(entry_id) if entry_id else counter.mint(),
        kind=kind,
        store=identity.store,
        box=identity.box,
        till=counter.till,
        cashier=CASHIER,
        occurred_at=now,
        recorded_at=now,
        business_date=day(shop),
        programme_version="2026.2",
        postings=postings,
        lots=lots,
        member_id=member.member_id,
        shift_id=None if shift is None else shift.shift_id,
    )
    with counter.store.write():
        journal.append(counter.store, entry, "a" * 64)
    return entry
