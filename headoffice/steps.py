"""Steps: value that crossed in a box's journal reaches the members' shards, each step exactly once by its position.

`transfer` is the numbered step, `step_position` says how far a shard has applied a life's steps. With one database both
lie in one transaction; on several, `apply` is run for each shard until nothing is left. Source: `docs/protocol.md`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from headoffice.members import Directory, move_free
from headoffice.store.database import Tx

_LEFT: Final = (
    "SELECT sequence, member_id, lot_id, instrument, amount_minor, grant_id FROM transfer"
    " WHERE box = ? AND epoch = ? AND shard = ? AND sequence > ? ORDER BY sequence, line"
)
_POSITION: Final = "SELECT sequence FROM step_position WHERE shard = ? AND box = ? AND epoch = ?"
_SAVE: Final = (
    "INSERT INTO step_position (shard, box, epoch, sequence) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (shard, box, epoch) DO UPDATE SET sequence = excluded.sequence"
)
_END: Final = ("shard", "grant_id", "how", "at")


def apply(tx: Tx, box: str, epoch: int, shard: int, shards: int, at: str) -> int:
    """Apply what is left of a life's steps to a shard: returns to free, ends of grants; return how many steps."""
    tx.lock("step_position", ("shard", "box", "epoch"), (shard, box, epoch))
    row = tx.one(_POSITION, (shard, box, epoch))
    position = 0 if row is None else int(row[0])
    left = tx.rows(_LEFT, (box, epoch, shard, position))
    if not left:
        return 0
    directory, free = Directory(tx, shards), defaultdict[tuple[str, str, str], int](int)
    ended: dict[str, None] = {}
    for _, member_id, lot_id, instrument, minor, grant_id in left:
        if grant_id is None:
            standing = directory.standing_for(member_id)
            if standing != member_id:
                directory.copy_lots(member_id, standing)
            free[standing, lot_id, instrument] += minor
        else:
            ended[grant_id] = None
    move_free(tx, [(directory.shard(key[0]), *key, minor) for key, minor in free.items()])
    tx.insert("grant_end", _END, [(shard, grant_id, "applied", at) for grant_id in ended])
    tx.execute(_SAVE, (shard, box, epoch, left[-1][0]))
    return len(left)
