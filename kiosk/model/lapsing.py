"""Lapsing: whose lots have seen their last day, found by an index of last days."""

from __future__ import annotations

from datetime import date
from typing import Final

from kiosk.model.store import Store

_ENDS: Final = "substr(special, instr(special, 'expires_on=') + 11, 10)"
_LAPSED: Final = (
    "SELECT DISTINCT purse.member_id FROM lot JOIN purse USING (lot_id) WHERE instr(lot.special, 'expires_on=') > 0"
    f" AND {_ENDS} < ? AND purse.amount_minor > 0"
    " AND (lot.paid_minor = 0 OR instr(lot.special, 'asset=RIGHT:') > 0) ORDER BY purse.member_id LIMIT ?"
)


def members_with_lapsed(store: Store, on: date, limit: int) -> tuple[str, ...]:
    """Return members who hold here something whose last day was before a date; what was paid for is left out.

    A right is in, paid for or not: its time is what was sold, and it is over.
    """
    return tuple(member_id for (member_id,) in store.rows(_LAPSED, (on.isoformat(), limit)))
