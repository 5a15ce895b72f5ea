"""What head office tells each box: items numbered without gaps per (box, epoch, head-office epoch, shard).

The counters are locked in one order, so that two boxes that recall from each other never wait for each other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from headoffice.store.database import Tx
from ledger.protocol.messages import Item, ItemKind, body_of

_NEXT: Final = (
    "INSERT INTO downlink_head (box, epoch, ho_epoch, shard, number) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (box, epoch, ho_epoch, shard) DO UPDATE SET number = downlink_head.number + excluded.number"
    " RETURNING number"
)
_COLUMNS: Final = ("box", "epoch", "ho_epoch", "shard", "number", "kind", "body", "at")
_AFTER: Final = (
    "SELECT number, kind, body FROM downlink WHERE box = ? AND epoch = ? AND ho_epoch = ? AND shard = ?"
    " AND number > ? ORDER BY number LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell a life of a box, on a shard's line; `value` is a message of `ITEM_BODIES`."""

    box: str
    epoch: int
    shard: int
    kind: ItemKind
    value: Any


def tell(tx: Tx, ho_epoch: int, notices: Sequence[Notice], at: str) -> None:
    """Give notices their numbers and keep them, in the order given on each line; called last in a transaction, once."""
    lines: dict[tuple[str, int, int], list[Notice]] = defaultdict(list)
    for notice in notices:
        lines[notice.box, notice.epoch, notice.shard].append(notice)
    rows: list[tuple[object, ...]] = []
    for box, epoch, shard in sorted(lines):
        told = lines[box, epoch, shard]
        last = tx.one(_NEXT, (box, epoch, ho_epoch, shard, len(told)))
        assert last is not None, "a counter answers"
        first = last[0] - len(told) + 1
        for place, notice in enumerate(told):
            body = json.dumps(body_of(notice.value), ensure_ascii=False, separators=(",", ":"))
            rows.append((box, epoch, ho_epoch, shard, first + place, notice.kind.value, body, at))
    if rows:
        tx.insert("downlink", _COLUMNS, rows)


def after(
    tx: Tx, place: tuple[str, int, int], shards: int, positions: Mapping[str, int], limit: int = 200
) -> tuple[Item, ...]:
    """Return the items of (box, epoch, head-office epoch) after a position on each shard's line."""
    items: list[Item] = []
    for shard in range(shards):
        found = tx.rows(_AFTER, (*place, shard, positions.get(str(shard), 0), limit))
        items += [Item(shard, number, ItemKind(kind), json.loads(body)) for number, kind, body in found]
    return tuple(items)
