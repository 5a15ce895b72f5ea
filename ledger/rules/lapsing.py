"""Lapsing: what of a member's lots ends because its last day has passed; pure. Page: docs/rules/cards.md, last days.

Source: 单用途商业预付卡管理办法(试行), a named card never expires: what was paid for stays owed, only gifts and rights end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.purses import Holding
from ledger.rules.passes import SERVED


def ends(holding: Holding, on: date) -> bool:
    """Tell whether a lot's rest ends: its last day was before a date, and it was a gift, or a right that was served.

    A pass or voucher that was paid for stops being usable on its last day, but what was paid stays owed until a refund.
    """
    lot = holding.lot
    gone = lot.conditions.lapsed(on) and (holding.units > 0 or holding.bonus_minor > 0)
    return gone and (lot.paid_minor == 0 or lot.asset.startswith(SERVED))


def ending(holdings: Sequence[Holding], on: date) -> tuple[Holding, ...]:
    """Return the lots whose rest ends on a date, oldest first."""
    return tuple(holding for holding in holdings if ends(holding, on))
