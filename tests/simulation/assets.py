"""What tills do with points, coupons and passes: give, sell, use, give on, let lapse; written straight into the journal.

The rule engine decides what is given in a shop; here the seed does, so that the protocol is tried with more than any
programme promises.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kiosk.model import journal, purses, snapshots
from kiosk.services import shifts
from ledger.accounts import Instrument, PurseKey, member_account
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.ids import EntryId
from ledger.lots import LotTake, spend_order, take_units
from ledger.money import CNY
from ledger.purses import Holding
from ledger.specials import Special
from tests.builders import CASHIER
from tests.simulation.box import SimulatedBox

if TYPE_CHECKING:
    from tests.simulation.till import Person, Tills

ASSETS: Final = ("PTS", "COUPON:cake")
_TERMS: Final = "5" * 64


class Assets:
    """Everything but money, at every till."""

    def __init__(self, tills: Tills, rng: random.Random) -> None:
        self._tills = tills
        self._rng = rng

    def act(self, box: SimulatedBox, person: Person) -> None:
        """Do one thing with a member's assets."""
        member = self._tills.meet(box, person)
        if member is None or box.stopped or shifts.current(box.counter) is None:
            return
        deeds: tuple[tuple[Callable[[SimulatedBox, str], object], int], ...] = (
            (self._issue, 25),
            (self._sell, 8),
            (self._use, 32),
            (self._give_on, 20),
            (self._lapse, 15),
        )
        chosen = self._rng.choices([deed for deed, _ in deeds], [weight for _, weight in deeds])[0]
        chosen(box, member.member_id)

    def _issue(self, box: SimulatedBox, member_id: str) -> None:
        """Give points or coupons for some days, or a bonus for later."""
        day, entry_id = self._day(box), box.counter.mint()
        ends = None if self._rng.random() < 0.5 else day + timedelta(days=self._rng.randrange(-1, 2))
        if self._rng.random() < 0.2:
            bonus = self._rng.choice((100, 500))
            lot = _lot(
                entry_id, member_id, Special(usable_from=ends or day, expires_on=ends, rule="later"), bonus=bonus
            )
            account = member_account(PurseKey(member_id, lot.lot_id, Instrument.BONUS))
            came = Posting(f"promotion:{box.store_name}", account, bonus)
        else:
            asset = self._rng.choice(ASSETS)
            count = self._rng.randrange(1, 4) if asset != "PTS" else self._rng.randrange(1, 200)
            lot = _lot(entry_id, member_id, Special(asset, count, expires_on=ends, rule="gift"))
            came = _issued(box, lot)
        self._write(box, EntryKind.ISSUED, member_id, (came,), (lot,), entry_id)

    def _sell(self, box: SimulatedBox, member_id: str) -> None:
        """Sell a pass for a tender."""
        entry_id = box.counter.mint()
        lot = _lot(entry_id, member_id, Special("VISIT:cut", 10), paid=98_000)
        paid = Posting("till:1:wechat", f"presold:{box.store_name}", 98_000)
        self._write(box, EntryKind.SOLD, member_id, (paid, _issued(box, lot)), (lot,), entry_id)

    def _use(self, box: SimulatedBox, member_id: str) -> None:
        """Use units; what is missing here is asked for."""
        shown = snapshots.shown_total(box.store, member_id)
        known = sorted({holding.lot.asset for holding in purses.holdings(box.store, member_id)} - {CNY.code})
        known += sorted(shown.assets) if shown is not None else []
        asset = self._rng.choice(known or (*ASSETS, "VISIT:cut"))
        wanted = self._rng.choice((1, 2, 50)) if asset == "PTS" else 1
        usable = spend_order(self._held(box, member_id, asset), self._day(box))
        here = sum(holding.units for holding in usable)
        if here < wanted:
            if box.connected and self._rng.random() < 0.8:
                self._tills.ask_for(box, member_id, wanted - here, asset)
            return
        takes = take_units(usable, asset, wanted)
        self._move(box, EntryKind.REDEEMED, member_id, takes, f"redeemed:{box.store_name}", asset)

    def _give_on(self, box: SimulatedBox, member_id: str) -> None:
        """Give some of what is here to somebody else whom this box knows."""
        friends = [self._tills.find(box, person) for person in self._tills.people]
        others = [friend.member_id for friend in friends if friend is not None and friend.member_id != member_id]
        held = [holding for asset in ASSETS for holding in self._held(box, member_id, asset)]
        if not held:
            self._issue(box, member_id)
        if not others or not held:
            return
        holding, friend = self._rng.choice(held), self._rng.choice(others)
        asset = holding.lot.asset
        count = self._rng.randrange(1, holding.units + 1)
        keys = [PurseKey(who, holding.lot.lot_id, Instrument.UNITS) for who in (member_id, friend)]
        given = Posting(member_account(keys[0]), member_account(keys[1]), count, asset)
        self._write(box, EntryKind.GIFTED, member_id, (given,))

    def _lapse(self, box: SimulatedBox, member_id: str) -> None:
        """Write off what has ended."""
        day = self._day(box)
        for holding in purses.holdings(box.store, member_id):
            if holding.lot.conditions.lapsed(day):
                take = LotTake(holding.lot.lot_id, 0, holding.bonus_minor, holding.units)
                account, asset = f"lapsed:{box.store_name}", holding.lot.asset
                self._move(box, EntryKind.LAPSED, member_id, (take,), account, asset)
                return

    def _move(
        self,
        box: SimulatedBox,
        kind: EntryKind,
        member_id: str,
        takes: tuple[LotTake, ...],
        account: str,
        asset: str,
    ) -> None:
        postings = tuple(
            Posting(member_account(key), account, count, asset)
            for take in takes
            for key, count in take.lines(member_id).items()
        )
        self._write(box, kind, member_id, postings)

    def _write(
        self,
        box: SimulatedBox,
        kind: EntryKind,
        member_id: str,
        postings: tuple[Posting, ...],
        lots: tuple[Lot, ...] = (),
        entry_id: str = "",
    ) -> None:
        counter, shift = box.counter, shifts.current(box.counter)
        assert shift is not None, "an act needs an open till"
        now = counter.clock.now()
        entry = Entry(
            entry_id=EntryId(entry_id) if entry_id else counter.mint(),
            kind=kind,
            store=box.store_name,
            box=box.name,
            till=counter.till,
            cashier=CASHIER,
            occurred_at=now,
            recorded_at=now,
            business_date=shift.business_date,
            programme_version="2026.2",
            postings=postings,
            lots=lots,
            member_id=member_id,
            shift_id=shift.shift_id,
        )
        with box.store.write():
            journal.append(box.store, entry, "a" * 64)
        self._tills.said_yes(box, entry.entry_id, kind.value)

    def _held(self, box: SimulatedBox, member_id: str, asset: str) -> list[Holding]:
        return [holding for holding in purses.holdings(box.store, member_id) if holding.lot.asset == asset]

    def _day(self, box: SimulatedBox) -> date:
        shift = shifts.current(box.counter)
        assert shift is not None, "an act needs an open till"
        return shift.business_date


def _issued(box: SimulatedBox, lot: Lot) -> Posting:
    account = member_account(PurseKey(lot.member_id, lot.lot_id, Instrument.UNITS))
    return Posting(f"issued:{box.store_name}", account, lot.units, lot.asset)


def _lot(entry_id: str, member_id: str, special: Special, *, paid: int = 0, bonus: int = 0) -> Lot:
    return Lot(f"{entry_id}.1", member_id, paid, bonus, "2026.2", _TERMS, special.text())
