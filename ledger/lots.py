"""Taking value from lots: oldest first, principal and bonus together in the lot's own ratio, no fen lost.

Source: `docs/rules/spend.md`, with the named values and worked tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.accounts import Instrument, PurseKey
from ledger.errors import BalanceTooSmall, UnitsTooFew
from ledger.money import half_up
from ledger.purses import Holding


@dataclass(frozen=True, slots=True)
class LotTake:
    """What is taken of one lot at once: money in fen, or units of its asset."""

    lot_id: str
    principal_minor: int
    bonus_minor: int
    units: int = 0

    @property
    def total_minor(self) -> int:
        """Principal and bonus together, in fen."""
        return self.principal_minor + self.bonus_minor

    def lines(self, member_id: str) -> dict[PurseKey, int]:
        """Return what is taken by purse line of the member who holds the lot; lines of nothing are left out."""
        parts = (
            (Instrument.PRINCIPAL, self.principal_minor),
            (Instrument.BONUS, self.bonus_minor),
            (Instrument.UNITS, self.units),
        )
        return {PurseKey(member_id, self.lot_id, instrument): count for instrument, count in parts if count}


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


def spend_order(holdings: Iterable[Holding], on: date, scopes: Collection[str] = ("",)) -> tuple[Holding, ...]:
    """Return the holdings that can be used on a business date for goods of these scopes, in the order they are used.

    What ends soonest goes first (P13), among equals the narrower scope, then the oldest lot.
    """
    usable = [h for h in holdings if h.lot.conditions.usable(on) and h.lot.conditions.scope in scopes]
    return tuple(sorted(usable, key=_place))


def _place(holding: Holding) -> tuple[date, bool, str]:
    conditions = holding.lot.conditions
    return conditions.expires_on or date.max, not conditions.scope, holding.lot.lot_id


def take_units(holdings: Sequence[Holding], asset: str, units: int) -> tuple[LotTake, ...]:
    """Take units of an asset from holdings in the order given; raises UnitsTooFew."""
    available = sum(holding.units for holding in holdings if holding.lot.asset == asset)
    if units > available:
        raise UnitsTooFew(asset, units, available)
    takes, wanted = [], units
    for holding in holdings:
        part = min(wanted, holding.units) if holding.lot.asset == asset else 0
        if part:
            takes.append(LotTake(holding.lot.lot_id, 0, 0, part))
            wanted -= part
    return tuple(takes)


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
