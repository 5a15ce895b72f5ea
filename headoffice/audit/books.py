"""What every part of an audit works with: the snapshot it reads, who stands for whom, and what was counted so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from headoffice.errors import AuditFailed
from headoffice.lives import OfficeState
from headoffice.store.database import Tx
from ledger.accounts import MONEY
from ledger.protocol.shards import shard_of

PAGE: Final = 500
Line = tuple[str, str, str]
"""Member, lot, instrument."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A mirror line that is not journal − releases; the sum over all places tells which of the two is wrong."""

    box: str
    epoch: int
    line: Line
    released: bool


@dataclass
class Books:
    """One read of head office's database, and the sums an audit makes of it, by instrument (fen, or units).

    `gifts` are who was given each lot of units by another member, as the journals say.
    """

    tx: Tx
    office: OfficeState
    merged_into: dict[str, str]
    issued: Counter[str] = field(default_factory=Counter)
    spent: Counter[str] = field(default_factory=Counter)
    mirrored: Counter[str] = field(default_factory=Counter)
    suspense: Counter[str] = field(default_factory=Counter)
    free: Counter[str] = field(default_factory=Counter)
    in_flight: Counter[str] = field(default_factory=Counter)
    released: dict[tuple[str, int], int] = field(default_factory=dict)
    heads: dict[tuple[str, int], tuple[int, bytes]] = field(default_factory=dict)
    gifts: dict[str, set[str]] = field(default_factory=dict)
    rows: int = 0
    lots: int = 0
    doubts: list[Doubt] = field(default_factory=list)

    def shard(self, member_id: str) -> int:
        """Return the shard that keeps a member."""
        return shard_of(member_id, self.office.shards)

    def path(self, member_id: str) -> list[str]:
        """Return a record and the records it was merged into, step by step."""
        path = [member_id]
        while (after := self.merged_into.get(path[-1])) is not None and after not in path:
            path.append(after)
        return path

    def root(self, member_id: str) -> str:
        """Return the record that stands for a record by now."""
        return self.path(member_id)[-1]


def money(sums: Counter[str]) -> int:
    """Return the money in sums by instrument, in fen: units of other assets are left out."""
    return sum(sums[instrument.value] for instrument in MONEY)


def fail(table: str, key: Sequence[object], reason: str) -> AuditFailed:
    """Return the error that names a row."""
    return AuditFailed(table, "/".join(str(part) for part in key), reason)
