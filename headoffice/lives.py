"""Lives of boxes: who may speak, how far head office is with each, and what it says to a hello.

Source: `docs/protocol.md`, lives of a box, hello, head office restored from a backup.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from headoffice.errors import LifeUnknown
from headoffice.store.database import Tx
from ledger.protocol.messages import Hello, Verdict

_LIFE: Final = (
    "SELECT life.box, life.epoch, box.store, life.state, life.public_key, life.first_sequence, life.head_sequence,"
    " life.head_hash, life.adopted_ho_epoch, life.declared_sequence, life.members_through"
    " FROM life JOIN box ON box.box = life.box WHERE life.box = ? AND life.epoch = ?"
)
_BEHIND: Final = (
    "SELECT 1 FROM life WHERE state IN ('open', 'forked')"
    " AND (adopted_ho_epoch < ? OR head_sequence < declared_sequence) LIMIT 1"
)


class LifeState(StrEnum):
    """What a life of a box may do."""

    PENDING = "pending"
    OPEN = "open"
    FORKED = "forked"
    FENCED = "fenced"
    RELEASED = "released"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class OfficeState:
    """Head office's own epoch, whether it seems to have lost what it once knew, and how many shards it has."""

    ho_epoch: int
    restored_suspected: bool
    shards: int


@dataclass(frozen=True, slots=True)
class Life:
    """One life of a box as head office knows it."""

    box: str
    epoch: int
    store: str
    state: LifeState
    public_key: bytes
    first_sequence: int
    head_sequence: int
    head_hash: bytes
    adopted_ho_epoch: int
    declared_sequence: int
    members_through: int

    @property
    def relearning(self) -> bool:
        """Whether head office still misses entries it once had from this life."""
        return self.head_sequence < self.declared_sequence


def office_state(tx: Tx) -> OfficeState:
    """Return head office's own state."""
    row = tx.one("SELECT ho_epoch, restored_suspected, shards FROM head_office")
    assert row is not None, "a head office is created with its state"
    return OfficeState(row[0], bool(row[1]), row[2])


def find(tx: Tx, box: str, epoch: int) -> Life | None:
    """Return a life, or None."""
    row = tx.one(_LIFE, (box, epoch))
    return None if row is None else _life(row)


def hold(tx: Tx, box: str, epoch: int) -> Life:
    """Return a life and keep others from changing it until the commit; raises LifeUnknown."""
    tx.lock("life", ("box", "epoch"), (box, epoch))
    life = find(tx, box, epoch)
    if life is None:
        raise LifeUnknown(box, epoch)
    return life


def latest(tx: Tx, box: str) -> Life | None:
    """Return the newest life of a box, or None."""
    row = tx.one("SELECT max(epoch) FROM life WHERE box = ?", (box,))
    return None if row is None or row[0] is None else find(tx, box, row[0])


def standing(tx: Tx, box: str) -> Life | None:
    """Return the life of a box that stands, open or forked, and keep others from changing it; None where none does."""
    sql = "SELECT max(epoch) FROM life WHERE box = ? AND state IN ('open', 'forked')"
    row = tx.one(sql, (box,))
    if row is None or row[0] is None:
        return None
    life = hold(tx, box, int(row[0]))
    return life if life.state in {LifeState.OPEN, LifeState.FORKED} else None


def living(tx: Tx) -> list[tuple[str, int, str]]:
    """Return (box, epoch, store) of every open life."""
    sql = (
        "SELECT life.box, life.epoch, box.store FROM life JOIN box ON box.box = life.box"
        " WHERE life.state = 'open' ORDER BY life.box, life.epoch"
    )
    return [(box, epoch, store) for box, epoch, store in tx.rows(sql)]


def granting(tx: Tx, office: OfficeState) -> bool:
    """Tell whether value may be granted: head office knows all it ever knew."""
    return not office.restored_suspected and tx.one(_BEHIND, (office.ho_epoch,)) is None


def judge_hello(tx: Tx, life: Life, office: OfficeState, hello: Hello, now: str) -> Verdict:
    """Return what a box is to do, and note what its hello tells."""
    verdict = _verdict(tx, life, office, hello)
    trouble = None if verdict in {Verdict.GO, Verdict.ADOPT, Verdict.PENDING} else verdict.value
    if life.state is LifeState.OPEN:
        tx.execute(
            "UPDATE life SET last_seen_at = ?, trouble = ? WHERE box = ? AND epoch = ?",
            (now, trouble, life.box, life.epoch),
        )
    if verdict is Verdict.GO and life.adopted_ho_epoch < office.ho_epoch:
        tx.execute(
            "UPDATE life SET adopted_ho_epoch = ?, declared_sequence = ? WHERE box = ? AND epoch = ?",
            (office.ho_epoch, hello.sequence, life.box, life.epoch),
        )
    return verdict


def _verdict(tx: Tx, life: Life, office: OfficeState, hello: Hello) -> Verdict:
    if life.state is not LifeState.OPEN:
        released = {LifeState.RELEASED: Verdict.FENCED}
        return released.get(life.state) or Verdict(life.state.value)
    lost = hello.ho_epoch == office.ho_epoch and hello.acknowledged > life.head_sequence
    if hello.ho_epoch > office.ho_epoch or lost:
        tx.execute("UPDATE head_office SET restored_suspected = 1")
        return Verdict.WAIT
    if hello.sequence < life.head_sequence:
        return Verdict.BEHIND
    if hello.sequence == life.head_sequence and hello.hash != life.head_hash.hex():
        tx.execute("UPDATE life SET state = 'forked' WHERE box = ? AND epoch = ?", (life.box, life.epoch))
        return Verdict.FORKED
    return Verdict.ADOPT if hello.ho_epoch < office.ho_epoch else Verdict.GO


def _life(row: tuple[object, ...]) -> Life:
    box, epoch, store, state, key, first, head, head_hash, adopted, declared, members = row
    assert isinstance(key, (bytes, memoryview))
    assert isinstance(head_hash, (bytes, memoryview))
    numbers = (first, head, adopted, declared, members, epoch)
    first_, head_, adopted_, declared_, members_, epoch_ = (int(str(number)) for number in numbers)
    state_ = LifeState(str(state))
    return Life(
        str(box), epoch_, str(store), state_, bytes(key), first_, head_, bytes(head_hash), adopted_, declared_, members_
    )
