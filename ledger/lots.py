"""Taking value from lots: oldest first, principal and bonus together in the lot's own ratio, no fen lost.

Source: `docs/rules/spend.md`, with the named values and worked tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import BalanceTooSmall
from ledger.money import half_up
from ledger.purses import Holding


@dataclass(frozen=True, slots=True)
class LotTake:
    """What one payment takes of one lot, in fen."""

    lot_id: str
    principal_minor: int
    bonus_minor: int

    @property
    def total_minor(self) -> int:
        """Principal and bonus together, in fen."""
        return self.principal_minor + self.bonus_minor


def take_from_holding(holding: Holding, take_minor: int) -> LotTake:
    """Split a take of one lot so that what remains keeps the ratio paid : bonus to within half a fen.

    The principal that remains is `remaining × paid ÷ (paid + bonus)`, half up, clamped to what is there: the target is
    taken from what is left, not from the take, so a thousand payments of one fen drift no further than one payment.
    """
    assert 0 < take_minor <= holding.total_minor, "a take fits the holding"
    remaining = holding.total_minor - take_minor
    target = half_up(remaining * holding.lot.paid_minor, holding.lot.total_minor)
    principal_left = max(remaining - holding.bonus_minor, min(target, holding.principal_minor, remaining))
    principal = holding.principal_minor - principal_left
    return LotTake(holding.lot.lot_id, principal, take_minor - principal)


def take_oldest_first(holdings: Sequence[Holding], take_minor: int) -> tuple[LotTake, ...]:
    """Take an amount from holdings in the order given (oldest first); raises BalanceTooSmall."""
    available = sum(holding.total_minor for holding in holdings)
    if take_minor > available:
        raise BalanceTooSmall(take_minor, available, take_minor - available)
    takes, wanted = [], take_minor
    for holding in holdings:
        part = min(wanted, holding.total_minor)
        if part:
            takes.append(take_from_holding(holding, part))
            wanted -= part
    assert wanted == 0, "a take that fits is taken whole"
    return tuple(takes)
