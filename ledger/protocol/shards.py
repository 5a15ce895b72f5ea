"""Which shard of head office keeps a member: by a hash of the id, the same on every machine."""

from __future__ import annotations

import hashlib


def shard_of(member_id: str, shards: int) -> int:
    """Return the shard (0 … shards − 1) that keeps a member's free value and grants."""
    return int.from_bytes(hashlib.sha256(member_id.encode()).digest()[:4]) % shards
