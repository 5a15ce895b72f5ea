"""Snapshots: a member's total of all places as head office last knew it; shown with this box's own entries after it.

What is shown never goes back behind what was shown before from head office (I10 of `docs/protocol.md`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.model.store import Store
from ledger.clock import from_wire_time, to_wire_time

_PUT: Final = (
    "INSERT INTO snapshot (member_id, total_minor, sequence, as_of, ho_epoch, number) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (member_id) DO UPDATE SET total_minor = excluded.total_minor, sequence = excluded.sequence,"
    " as_of = excluded.as_of, ho_epoch = excluded.ho_epoch, number = excluded.number"
    " WHERE (excluded.ho_epoch, excluded.number) > (snapshot.ho_epoch, snapshot.number)"
)
_OWN_SINCE: Final = (
    "SELECT coalesce(sum(CASE WHEN credit GLOB ? THEN amount_minor ELSE 0 END"
    " - CASE WHEN debit GLOB ? THEN amount_minor ELSE 0 END), 0) FROM journal JOIN posting USING (sequence)"
    " WHERE journal.member_id = ? AND sequence > ? AND kind NOT IN ('granted', 'returned', 'merged')"
)


@dataclass(frozen=True, slots=True)
class ShownTotal:
    """A member's total to show (fen), and the moment head office knew the part that is not this box's."""

    total_minor: int
    as_of: datetime


def put(
    store: Store, member_id: str, total_minor: int, sequence: int, as_of: datetime, *, ho_epoch: int, number: int
) -> None:
    """Keep a newer snapshot (fen, after this box's entry `sequence`), inside the write transaction; an older one not."""
    store.change(_PUT, (member_id, total_minor, sequence, to_wire_time(as_of), ho_epoch, number))


def shown_total(store: Store, member_id: str, merged: Sequence[str] = ()) -> ShownTotal | None:
    """Return the snapshot with this box's own top-ups, payments and voids after it; None where there is none.

    `merged` are records that were merged into the member: what they did here counts for the member.
    """
    sql = "SELECT total_minor, sequence, as_of FROM snapshot WHERE member_id = ?"
    row = store.execute(sql, (member_id,)).fetchone()
    if row is None:
        return None
    total, sequence, as_of = row
    own = sum(_own_since(store, each, sequence) for each in (member_id, *merged))
    return ShownTotal(total + own, from_wire_time(as_of))


def _own_since(store: Store, member_id: str, sequence: int) -> int:
    pattern = f"member:{member_id}:*"
    found: int = store.execute(_OWN_SINCE, (pattern, pattern, member_id, sequence)).fetchone()[0]
    return found
