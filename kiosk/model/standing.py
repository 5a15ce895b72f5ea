"""What stands in all purses together: who holds lots of which programme, and units of which assets; for a change of programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.model.store import Store
from ledger.entries import Lot

_HOLDERS: Final = (
    "SELECT programme_version, count(DISTINCT purse.member_id), sum(CASE WHEN purse.instrument = 'units' THEN 0"
    " ELSE purse.amount_minor END) FROM purse JOIN lot USING (lot_id) WHERE purse.amount_minor > 0"
    " GROUP BY programme_version ORDER BY min(opened_sequence)"
)
_UNITS: Final = (
    "SELECT lot.lot_id, lot.member_id, paid_minor, bonus_minor, programme_version, terms_hash, special,"
    " purse.member_id, purse.amount_minor FROM purse JOIN lot USING (lot_id)"
    " WHERE purse.instrument = 'units' AND purse.amount_minor > 0"
)
_MEMBERS: Final = "SELECT member_id FROM member WHERE merged_into IS NULL ORDER BY member_id"


@dataclass(frozen=True, slots=True)
class Holders:
    """How many members hold something sold or given under a programme's version, and the money of it here (fen)."""

    version: str
    members: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class Outstanding:
    """How many units of an asset lie here, and how many members hold them."""

    asset: str
    members: int
    units: int


def holders(store: Store) -> tuple[Holders, ...]:
    """Return who holds what under each version, the oldest first."""
    return tuple(Holders(version, members, minor) for version, members, minor in store.rows(_HOLDERS, ()))


def outstanding(store: Store) -> tuple[Outstanding, ...]:
    """Return what lies here of every asset, expired units too: whether they can be used is the programme's to say."""
    units: dict[str, int] = {}
    owners: dict[str, set[str]] = {}
    for lot_id, bought_by, *terms, owner, amount in store.rows(_UNITS, ()):
        asset = Lot(lot_id, bought_by, *terms).asset
        units[asset] = units.get(asset, 0) + amount
        owners.setdefault(asset, set()).add(owner)
    return tuple(Outstanding(asset, len(owners[asset]), units[asset]) for asset in sorted(units))


def member_ids(store: Store) -> tuple[str, ...]:
    """Return every member's id; records that were merged into another are left out."""
    return tuple(member_id for (member_id,) in store.rows(_MEMBERS, ()))
