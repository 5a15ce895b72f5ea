"""Lapse: units and conditioned bonuses whose last day has passed leave the books, after the day has closed.

Nobody could use them any more; this is bookkeeping, so that what is owed is what can still be claimed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kiosk.model import lapsing, purses
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.recording import Draft, record
from kiosk.services.sync_state import stopped_reason
from ledger.accounts import Instrument, PurseKey, StoreAccount, member_account, store_account
from ledger.entries import EntryKind, Posting
from ledger.ids import EntryId, encode_id, uuid7
from ledger.purses import Holding
from ledger.rules.lapsing import ending
from ledger.rules.passes import still_owed
from ledger.rules.programme import Programme

_BATCH: Final = 100
MOST_MEMBERS: Final = 2_000
"""So many members at one close; the rest waits for the next, and can be used no more than before."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """Let lots of a member end: which, with how much of each (fen or units), before which date."""

    member_id: str
    lines: tuple[tuple[str, int], ...]
    before: date


def lapse(counter: Counter, cashier: str, on: date) -> tuple[Done, ...]:
    """Let everything end whose last day was before a business date, one entry a member; a stopped box waits."""
    done: list[Done] = []
    while len(done) < MOST_MEMBERS and stopped_reason(counter) is None:
        batch = lapsing.members_with_lapsed(counter.store, on, min(_BATCH, MOST_MEMBERS - len(done)))
        ended = [_lapse(counter, cashier, member_id, on) for member_id in batch]
        done += [each for each in ended if each is not None]
        if not batch or not any(ended):
            break
    return tuple(done)


def _lapse(counter: Counter, cashier: str, member_id: str, on: date) -> Done | None:
    """Let a member's lots end; the entry's id follows from what ends, so a second run finds it done."""
    gone = ending(purses.holdings(counter.store, member_id), on)
    if not gone:
        return None
    asked = Lapse(member_id, tuple((h.lot.lot_id, h.units or h.bonus_minor) for h in gone), on)

    def draft(_: Programme, __: datetime) -> Draft:
        held = ending(purses.holdings(counter.store, member_id), on)
        return Draft(
            business_date=on,
            postings=_postings(counter, held),
            member_id=member_id,
            facts={"before": on.isoformat(), "lots": len(held)},
        )

    return record(counter, Act(_id_of(asked), cashier), EntryKind.LAPSED, asked, draft)


def _id_of(asked: Lapse) -> EntryId:
    """Return the id of a lapse: the day it counts for, and a hash of what ends."""
    said = [asked.member_id, asked.before.isoformat(), *(f"{lot}={left}" for lot, left in asked.lines)]
    digest = hashlib.sha256("\x00".join(said).encode()).digest()
    milliseconds = (asked.before.toordinal() - date(1970, 1, 1).toordinal()) * 86_400_000
    return EntryId(encode_id(uuid7(milliseconds, int.from_bytes(digest[:9]))))


def _postings(counter: Counter, gone: Sequence[Holding]) -> tuple[Posting, ...]:
    """Return what ends: bonus and units to `lapsed`, and what a right was sold for to sales, for it was served."""
    store = counter.store.identity.store
    lapsed, sales, before = (
        store_account(account, store) for account in (StoreAccount.LAPSED, StoreAccount.SALES, StoreAccount.PRESOLD)
    )
    postings = []
    for holding in gone:
        lot, instrument = holding.lot, Instrument.UNITS if holding.units else Instrument.BONUS
        account = member_account(PurseKey(lot.member_id, lot.lot_id, instrument))
        postings.append(Posting(account, lapsed, holding.units or holding.bonus_minor, lot.asset))
        earned = still_owed(lot, holding.units)
        if earned:
            postings.append(Posting(before, sales, earned))
    return tuple(postings)
