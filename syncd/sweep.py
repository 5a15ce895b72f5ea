"""The sweep: what a store does not need goes back to head office, so that every other store can have it.

A member who was at the counter since the last sweep is left alone until the next one, by the journal's order and no
clock. Source: `docs/protocol.md`; the policy is the programme's (`docs/rules/programme.md`, purses).
"""

from __future__ import annotations

from statistics import median_low
from typing import Final

from kiosk.model import directory, journal, purses
from kiosk.model.store import Store
from ledger.entries import EntryKind
from ledger.ids import IdMint
from ledger.money import CNY
from ledger.protocol.messages import ReturnReason
from ledger.protocol.transfers import held_of
from syncd.apply import Applier

_HELD: Final = (
    "SELECT member_id, sum(CASE WHEN instrument = 'units' THEN 0 ELSE amount_minor END),"
    " sum(CASE WHEN instrument = 'units' THEN amount_minor ELSE 0 END) FROM purse"
    " GROUP BY member_id HAVING sum(amount_minor) > 0 ORDER BY member_id"
)
_TOUCHED: Final = "SELECT DISTINCT member_id FROM journal WHERE sequence > ? AND member_id IS NOT NULL"
_TICKETS: Final = 200
_TICKETS_KEPT: Final = 2


class Sweeper:
    """Returns what is above the keep; it remembers how far the journal was at the last sweep."""

    def __init__(self, store: Store, ids: IdMint, applier: Applier) -> None:
        """Take the database, a mint for the returns' ids and the writer of entries."""
        self._store = store
        self._ids = ids
        self._applier = applier
        self._swept_through: int | None = None

    def sweep(self) -> int:
        """Return value of members untouched since the last sweep; return how many entries were written."""
        policy = self._applier.in_force().purses
        if policy.home_keep_minor is None and not policy.home_keep_auto:
            home_keep = None
        else:
            home_keep = policy.home_keep_minor if policy.home_keep_minor is not None else self._two_tickets()
        since, self._swept_through = self._swept_through, journal.head(self._store)[1]
        if since is None:
            return 0
        touched = {member_id for (member_id,) in self._store.rows(_TOUCHED, (since,))}
        written = 0
        for member_id, held, units in self._store.rows(_HELD):
            at_home = directory.home_box(self._store, member_id) == self._store.identity.box
            keep = home_keep if at_home else policy.visiting_keep_minor
            merged = directory.merged_into(self._store, member_id) is not None
            if merged:
                keep = 0  # came late to a record that stands for nobody: the other gets it from head office
            if keep is None or member_id in touched:
                continue
            if held > keep:
                written += self._return(member_id, keep)
            if units and (merged or not at_home):
                written += self._return_units(member_id)
        self._swept_through = journal.head(self._store)[1]
        return written

    def _return(self, member_id: str, keep_minor: int) -> bool:
        with self._store.write():
            held = held_of(purses.holdings(self._store, member_id), CNY.code)
            if held <= keep_minor:
                return False
            give = held - keep_minor
            return self._applier.give_back(self._ids.mint(), member_id, give, ReturnReason.SWEEP)

    def _return_units(self, member_id: str) -> int:
        """Return everything but money, an entry an asset; return how many: coupons and points wait at home."""
        with self._store.write():
            assets = {holding.lot.asset for holding in purses.holdings(self._store, member_id)} - {CNY.code}
            return sum(
                self._applier.give_back(self._ids.mint(), member_id, None, ReturnReason.SWEEP, asset)
                for asset in sorted(assets)
            )

    def _two_tickets(self) -> int:
        """Return twice the median of the latest bills here (fen); 0 before the first."""
        spends = journal.recent(self._store, _TICKETS, kinds=(EntryKind.SPEND,))
        bills = [spend.entry.facts["list_price_minor"] for spend in spends]
        return _TICKETS_KEPT * median_low(bills) if bills else 0
