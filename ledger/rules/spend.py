"""Spend: how a bill is paid from the purse here and the rest by a second tender; page docs/rules/spend.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import BalanceTooSmall, NothingToPay
from ledger.lots import LotTake, take_oldest_first
from ledger.purses import Holding
from ledger.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class SpendTerms:
    """How a bill is paid, in fen: `paid_minor` = `stored_minor` + `rest_minor`; `takes` sum to `stored_minor`."""

    list_price_minor: int
    paid_price_minor: int
    stored_minor: int
    rest_minor: int
    takes: tuple[LotTake, ...]
    available_before_minor: int
    reasons: tuple[Reason, ...]

    @property
    def principal_minor(self) -> int:
        """The principal share of the stored part, in fen."""
        return sum(take.principal_minor for take in self.takes)

    @property
    def bonus_minor(self) -> int:
        """The bonus share of the stored part, in fen."""
        return sum(take.bonus_minor for take in self.takes)

    @property
    def available_after_minor(self) -> int:
        """What the member can spend here afterwards, in fen."""
        return self.available_before_minor - self.stored_minor


def spend_terms(
    list_price_minor: int,
    holdings: Sequence[Holding],
    stored_minor: int | None = None,
    paid_price_minor: int | None = None,
) -> SpendTerms:
    """Return how a bill is paid from holdings, in the order given.

    `stored_minor` is how much of it to take from stored value, None for as much as is here; `paid_price_minor` is what is
    due after reductions, None for the list price. Raises NothingToPay, BalanceTooSmall (when an explicit part is more than
    the purse here holds).
    """
    if list_price_minor <= 0:
        raise NothingToPay(list_price_minor)
    due = list_price_minor if paid_price_minor is None else paid_price_minor
    available = sum(holding.total_minor for holding in holdings)
    stored = min(available, due) if stored_minor is None else min(stored_minor, due)
    if stored < 0:
        raise NothingToPay(stored)
    if stored > available:
        raise BalanceTooSmall(stored, available, stored - available)
    takes = take_oldest_first(holdings, stored) if stored else ()
    rest = due - stored
    reasons = [
        Reason(
            "spend.lot",
            (("lot", take.lot_id), ("principal_minor", take.principal_minor), ("bonus_minor", take.bonus_minor)),
        )
        for take in takes
    ]
    if rest:
        reasons.append(Reason("spend.rest", (("available_minor", available), ("rest_minor", rest))))
    return SpendTerms(list_price_minor, due, stored, rest, takes, available, tuple(reasons))
