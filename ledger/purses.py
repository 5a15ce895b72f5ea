"""Purses: what a box holds of each member's lots, as a fold of its own journal that never goes below zero.

Source: `docs/decisions/0005-a-posting-is-one-row.md`; `kiosk verify` compares the cached rows with this fold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass

from ledger.accounts import Instrument, PurseKey, purse_key
from ledger.entries import Lot, Posting
from ledger.errors import PurseOverdrawn


@dataclass(frozen=True, slots=True)
class Holding:
    """A lot and what is left of it here: money in fen, or units of its asset; lots are held oldest first."""

    lot: Lot
    principal_minor: int
    bonus_minor: int
    units: int = 0

    @property
    def total_minor(self) -> int:
        """The money of this lot here, in fen; 0 for units of another asset."""
        return self.principal_minor + self.bonus_minor


def purse_deltas(
    postings: Iterable[Posting], read: Callable[[str], PurseKey | None] = purse_key
) -> dict[PurseKey, int]:
    """Return the net change of each purse line; members are liabilities, so credit increases. Zero changes are left out.

    `read` is `purse_key`, or the same behind a cache for whoever meets each account many times.
    """
    deltas: dict[PurseKey, int] = {}
    for posting in postings:
        credited, debited = read(posting.credit), read(posting.debit)
        if credited is not None:
            deltas[credited] = deltas.get(credited, 0) + posting.amount_minor
        if debited is not None:
            deltas[debited] = deltas.get(debited, 0) - posting.amount_minor
    return {key: delta for key, delta in deltas.items() if delta} if 0 in deltas.values() else deltas


def money_of(lines: Mapping[PurseKey, int]) -> int:
    """Return the money in purse lines or changes of them, in fen: units of other assets are left out."""
    return sum(minor for key, minor in lines.items() if key.instrument is not Instrument.UNITS)


def apply_deltas(purse: MutableMapping[PurseKey, int], deltas: Mapping[PurseKey, int]) -> None:
    """Apply changes to a purse; raises PurseOverdrawn, and then nothing was applied."""
    for key, delta in deltas.items():
        held = purse.get(key, 0)
        if held + delta < 0:
            raise PurseOverdrawn(key.member_id, key.lot_id, key.instrument.value, held, -delta)
    for key, delta in deltas.items():
        purse[key] = purse.get(key, 0) + delta


def holding_of(lot: Lot, purse: Mapping[PurseKey, int]) -> Holding:
    """Return what a purse holds of a lot."""
    principal = purse.get(PurseKey(lot.member_id, lot.lot_id, Instrument.PRINCIPAL), 0)
    bonus = purse.get(PurseKey(lot.member_id, lot.lot_id, Instrument.BONUS), 0)
    units = purse.get(PurseKey(lot.member_id, lot.lot_id, Instrument.UNITS), 0)
    return Holding(lot, principal, bonus, units)
