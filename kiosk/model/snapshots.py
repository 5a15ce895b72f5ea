"""Snapshots: a member's total of all places as head office last knew it; shown with this box's own entries after it.

What is shown never goes back behind what was shown before from head office (I10 of `docs/protocol.md`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kiosk.model.store import Store
from ledger.clock import from_wire_time, to_wire_time
from ledger.money import CNY

_PUT: Final = (
    "INSERT INTO snapshot (member_id, total_minor, sequence, as_of, ho_epoch, number, assets)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (member_id) DO UPDATE SET total_minor = excluded.total_minor,"
    " sequence = excluded.sequence, as_of = excluded.as_of, ho_epoch = excluded.ho_epoch, number = excluded.number,"
    " assets = excluded.assets WHERE (excluded.ho_epoch, excluded.number) > (snapshot.ho_epoch, snapshot.number)"
)
_SUM: Final = (
    "SELECT asset, sum(CASE WHEN credit GLOB ? THEN amount_minor ELSE 0 END"
    " - CASE WHEN debit GLOB ? THEN amount_minor ELSE 0 END) FROM journal JOIN posting USING (sequence)"
)
_OWN_SINCE: Final = (
    f"{_SUM} WHERE journal.member_id = ? AND sequence > ? AND kind NOT IN ('granted', 'returned', 'merged')"
    " GROUP BY asset"
)
_FROM_OTHERS: Final = (
    f"{_SUM} WHERE journal.kind IN ('gifted', 'void') AND journal.member_id <> ? AND sequence > ? GROUP BY asset"
)
"""What a gift brought, and its void took: the entry is the giver's."""


@dataclass(frozen=True, slots=True)
class ShownTotal:
    """A member's total to show (fen), and the moment head office knew the part that is not this box's.

    `assets` are the whole units of every other asset they have in all places.
    """

    total_minor: int
    as_of: datetime
    assets: Mapping[str, int] = field(default_factory=dict)


def put(
    store: Store,
    member_id: str,
    total_minor: int,
    sequence: int,
    as_of: datetime,
    *,
    ho_epoch: int,
    number: int,
    assets: Mapping[str, int] | None = None,
) -> None:
    """Keep a newer snapshot (fen, and units by asset, after this box's entry `sequence`); an older one not.

    Runs inside the write transaction.
    """
    told = json.dumps(dict(assets or {}), sort_keys=True, separators=(",", ":"))
    store.change(_PUT, (member_id, total_minor, sequence, to_wire_time(as_of), ho_epoch, number, told))


def shown_total(store: Store, member_id: str, merged: Sequence[str] = ()) -> ShownTotal | None:
    """Return the snapshot with this box's own entries after it; None where there is none.

    `merged` are records that were merged into the member: what they did here counts for the member.
    """
    sql = "SELECT total_minor, sequence, as_of, assets FROM snapshot WHERE member_id = ?"
    row = store.execute(sql, (member_id,)).fetchone()
    if row is None:
        return None
    total, sequence, as_of, assets = row
    shown = Counter[str](json.loads(assets))
    shown[CNY.code] = total
    for each in (member_id, *merged):
        for asset, change in _own_since(store, each, sequence):
            shown[asset] += change
    total = shown.pop(CNY.code)
    return ShownTotal(total, from_wire_time(as_of), {asset: units for asset, units in sorted(shown.items()) if units})


def _own_since(store: Store, member_id: str, sequence: int) -> list[tuple[str, int]]:
    values = (f"member:{member_id}:*", f"member:{member_id}:*", member_id, sequence)
    return [(asset, int(change)) for sql in (_OWN_SINCE, _FROM_OTHERS) for asset, change in store.rows(sql, values)]
