"""Which accounts may stand on the two sides of a posting, by kind of entry; pure.

A side is `till`, one of the store's own accounts by its name, or the instrument of a member's line. Source:
`docs/protocol.md`, entries of every asset; `docs/rules/assets.md`, what each kind of entry moves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.accounts import Instrument, PurseKey
from ledger.entries import Entry, EntryKind, Lot

Side = str
Move = tuple[Side, Side]
TILL: Final = "till"
_GIVEN: Final[frozenset[Move]] = frozenset({("issued", "units"), ("promotion", "bonus")})
ALLOWED: Final[Mapping[EntryKind, frozenset[Move]]] = MappingProxyType(
    {
        EntryKind.TOP_UP: _GIVEN | {(TILL, "principal")},
        EntryKind.SPEND: _GIVEN
        | {
            ("principal", "sales"),
            ("bonus", "sales"),
            (TILL, "sales"),
            ("presold", "sales"),
            ("units", "redeemed"),
        },
        EntryKind.SOLD: _GIVEN | {(TILL, "presold")},
        EntryKind.ISSUED: _GIVEN | {("units", "redeemed")},
        EntryKind.REDEEMED: _GIVEN | {("units", "redeemed"), (TILL, "sales"), ("presold", "sales")},
        EntryKind.LAPSED: frozenset({("units", "lapsed"), ("bonus", "lapsed"), ("presold", "sales")}),
        EntryKind.GIFTED: frozenset({("units", "units")}),
        EntryKind.OPENED: frozenset({("opening", side) for side in ("principal", "bonus", "units", "presold")}),
        EntryKind.FAMILY_CHANGED: frozenset(),
        EntryKind.TAGGED: frozenset(),
    }
)
"""Every (debit, credit) a kind may hold; kinds that are not named touch no member, or have a rule of their own."""
OPENS_LOTS: Final = frozenset(
    {
        EntryKind.TOP_UP,
        EntryKind.SPEND,
        EntryKind.SOLD,
        EntryKind.ISSUED,
        EntryKind.REDEEMED,
        EntryKind.OPENED,
    }
)
"""Kinds whose lots are new; a grant brings lots that are known."""
MOVES_SOMETHING: Final[Mapping[EntryKind, Move]] = MappingProxyType(
    {EntryKind.REDEEMED: ("units", "redeemed"), EntryKind.GIFTED: ("units", "units")}
)
"""What an entry of a kind must hold at least once: without it, it would be another kind."""
_PAID_APART: Final = frozenset({EntryKind.SOLD, EntryKind.OPENED})
_NUMBERED: Final = re.compile(r"\.[1-9][0-9]{0,3}")


def opens_rightly(entry: Entry, lot: Lot, place: int) -> bool:
    """Tell whether an entry may open a lot: under its own id the plain one, numbered behind it all others.

    Only what was sold was paid for apart from a top-up's principal; an opening balance brings along both.
    """
    if place == 0 and (entry.kind is EntryKind.TOP_UP or (entry.kind is EntryKind.OPENED and not lot.special)):
        return lot.lot_id == entry.entry_id and not lot.special
    numbered = lot.lot_id.startswith(entry.entry_id) and _NUMBERED.fullmatch(lot.lot_id, len(entry.entry_id))
    return bool(numbered and lot.special) and (lot.paid_minor == 0 or entry.kind in _PAID_APART)


def lines_of(lot: Lot) -> dict[PurseKey, int]:
    """Return what a new lot puts into the purse, by line (fen, or units); lines of nothing are left out."""
    parts = (
        (Instrument.PRINCIPAL, 0 if lot.special else lot.paid_minor),
        (Instrument.BONUS, lot.bonus_minor),
        (Instrument.UNITS, lot.units),
    )
    return {PurseKey(lot.member_id, lot.lot_id, instrument): count for instrument, count in parts if count}
