"""Corrections: a reversal mirrors its original exactly, at most once, and re-evaluates nothing.

Source: `docs/rules/corrections.md`, TigerBeetle's correcting transfers.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.accounts import PurseKey
from ledger.entries import Entry, EntryKind, Posting
from ledger.errors import AlreadyReversed, NotReversible, ShiftClosedSince, ValueAlreadySpent
from ledger.ids import EntryId
from ledger.purses import money_of, purse_deltas

VOIDABLE: Final = frozenset(
    {
        EntryKind.TOP_UP,
        EntryKind.SPEND,
        EntryKind.PAID_IN,
        EntryKind.PAID_OUT,
        EntryKind.DROP,
        EntryKind.SOLD,
        EntryKind.ISSUED,
        EntryKind.REDEEMED,
        EntryKind.GIFTED,
    }
)
"""Kinds a cashier can void in the same shift; a void itself is never voided."""
REVERSES: Final[Mapping[EntryKind, frozenset[EntryKind]]] = MappingProxyType(
    {EntryKind.VOID: VOIDABLE, EntryKind.OPENING_REVERTED: frozenset({EntryKind.OPENED})}
)
"""Which kinds each kind of reversal may mirror; every other entry reverses nothing."""
REVERSIBLE: Final = frozenset().union(*REVERSES.values())


def mirror(original: Entry) -> tuple[Posting, ...]:
    """Return the postings that undo an entry, last first."""
    return tuple(posting.mirrored() for posting in reversed(original.postings))


def check_void(
    original: Entry,
    *,
    reversal_id: EntryId | None,
    open_shift_id: str,
    purse: Mapping[PurseKey, int],
) -> None:
    """Refuse a void that may not be made.

    Raises NotReversible, AlreadyReversed, ShiftClosedSince or ValueAlreadySpent; `purse` holds the member's lines here.
    """
    if original.kind not in VOIDABLE:
        raise NotReversible(original.entry_id, original.kind.value)
    if reversal_id is not None:
        raise AlreadyReversed(original.entry_id, reversal_id)
    if original.shift_id != open_shift_id:
        raise ShiftClosedSince(original.entry_id, original.shift_id or "", open_shift_id)
    undone = purse_deltas(mirror(original))
    if any(purse.get(key, 0) + delta < 0 for key, delta in undone.items()):
        topped_up = -money_of(undone)
        remaining = money_of({key: purse.get(key, 0) for key in undone})
        raise ValueAlreadySpent(original.entry_id, topped_up, remaining)
