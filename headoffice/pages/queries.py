"""What several pages ask of the database: lives with their standing, the value in each place, people's names."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from headoffice.lives import LifeState
from headoffice.store.database import Tx
from ledger.clock import from_wire_time, to_wire_time

if TYPE_CHECKING:
    from headoffice.pages.desk import Desk  # a desk holds places

LATE_MINUTES: Final = 2
OFFLINE_MINUTES: Final = 30
_LIVES: Final = (
    "SELECT life.box, life.epoch, box.store, life.state, life.public_key, life.opened_at, life.first_sequence,"
    " life.head_sequence, life.head_hash, life.adopted_ho_epoch, life.declared_sequence, life.last_seen_at,"
    " life.pending, life.pending_minor, life.trouble FROM life JOIN box ON box.box = life.box"
)
_LATEST: Final = " WHERE life.epoch = (SELECT max(newest.epoch) FROM life newest WHERE newest.box = life.box)"
_HELD: Final = "SELECT box, epoch, instrument, sum(amount_minor) FROM mirror WHERE amount_minor > 0 GROUP BY box, epoch, instrument"
_HELD_AT: Final = (
    "SELECT box, epoch, instrument, sum(amount_minor) FROM mirror WHERE box = ? AND amount_minor > 0"
    " GROUP BY box, epoch, instrument"
)
_FREE: Final = "SELECT instrument, sum(amount_minor) FROM free WHERE amount_minor > 0 GROUP BY instrument"
FLYING: Final = (
    "SELECT grant_out.box, grant_out.epoch, grant_out.member_id, grant_out.lines FROM grant_out WHERE NOT EXISTS"
    " (SELECT 1 FROM grant_end WHERE grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id)"
)
_RETURNING: Final = (
    "SELECT transfer.instrument, sum(transfer.amount_minor) FROM step_position CROSS JOIN transfer"
    " WHERE transfer.box = step_position.box AND transfer.epoch = step_position.epoch"
    " AND transfer.shard = step_position.shard AND transfer.sequence > step_position.sequence"
    " AND transfer.grant_id IS NULL GROUP BY transfer.instrument"
)


class Standing(StrEnum):
    """How a life stands, in the one word people look for."""

    PENDING = "pending"
    ONLINE = "online"
    LATE = "late"
    OFFLINE = "offline"
    FORKED = "forked"
    FENCED = "fenced"
    RELEASED = "released"
    CLOSED = "closed"

    @property
    def stopped(self) -> bool:
        """Whether it may not speak."""
        return self in {Standing.FORKED, Standing.FENCED, Standing.RELEASED, Standing.CLOSED}


@dataclass(frozen=True, slots=True)
class LifeRow:
    """A life of a box as pages show it; `standing` is what its state and its silence come to."""

    box: str
    epoch: int
    store: str
    state: LifeState
    public_key: bytes
    opened_at: str
    first_sequence: int
    head_sequence: int
    head_hash: bytes
    adopted_ho_epoch: int
    declared_sequence: int
    last_seen_at: str | None
    pending: int
    pending_minor: int
    trouble: str | None
    standing: Standing

    @property
    def relearning(self) -> bool:
        """Whether head office still misses entries it once had."""
        return self.head_sequence < self.declared_sequence


@dataclass(slots=True)
class Split:
    """Principal and bonus, in fen; and units of another asset, which no sum of money holds."""

    principal_minor: int = 0
    bonus_minor: int = 0
    units: int = 0

    @property
    def total_minor(self) -> int:
        """Principal and bonus, in fen."""
        return self.principal_minor + self.bonus_minor

    def add(self, instrument: str, minor: int) -> None:
        """Add fen, or units, of an instrument."""
        if instrument == "principal":
            self.principal_minor += minor
        elif instrument == "bonus":
            self.bonus_minor += minor
        else:
            self.units += minor

    def plus(self, other: Split) -> Split:
        """Return the sum."""
        money = (self.principal_minor + other.principal_minor, self.bonus_minor + other.bonus_minor)
        return Split(*money, self.units + other.units)


@dataclass(slots=True)
class Places:
    """Where all value lies: by life (box, epoch) for mirrors and grants that are under way; `as_of` is aware UTC."""

    as_of: datetime
    free: Split = field(default_factory=Split)
    held: dict[tuple[str, int], Split] = field(default_factory=dict)
    granted: dict[tuple[str, int], Split] = field(default_factory=dict)
    returning: Split = field(default_factory=Split)

    def held_at(self, box: str, epoch: int) -> Split:
        """Return what a life holds."""
        return self.held.get((box, epoch), Split())

    def granted_at(self, box: str, epoch: int) -> Split:
        """Return what is on its way to a life."""
        return self.granted.get((box, epoch), Split())


def lives(tx: Tx, desk: Desk, now: datetime, *, box: str | None = None) -> list[LifeRow]:
    """Return the latest life of every box by store and box; with a box, all its lives, the latest first."""
    if box is None:
        rows = tx.rows(f"{_LIVES}{_LATEST} ORDER BY box.store, life.box")
    else:
        rows = tx.rows(f"{_LIVES} WHERE life.box = ? ORDER BY life.epoch DESC", (box,))
    return [_life(row, desk, now) for row in rows]


def fenced(tx: Tx, desk: Desk, now: datetime) -> list[LifeRow]:
    """Return every fenced life, also of boxes that were replaced since."""
    rows = tx.rows(f"{_LIVES} WHERE life.state = 'fenced' ORDER BY box.store, life.box, life.epoch")
    return [_life(row, desk, now) for row in rows]


def heard(desk: Desk, box: str, last_seen_at: str | None, now: datetime) -> str | None:
    """Return when a box was heard last (wire time): by what it said, or by its line having been open."""
    silence = desk.silence(box)
    if silence is None:
        return last_seen_at
    return max(to_wire_time(now - timedelta(seconds=silence)), last_seen_at or "")


def standing(state: LifeState, heard_at: str | None, now: datetime) -> Standing:
    """Return how a life stands: its state, and for an open one how long nothing was heard."""
    if state is not LifeState.OPEN:
        return Standing(state.value)
    silent = timedelta.max if heard_at is None else now - from_wire_time(heard_at)
    if silent <= timedelta(minutes=LATE_MINUTES):
        return Standing.ONLINE
    return Standing.LATE if silent <= timedelta(minutes=OFFLINE_MINUTES) else Standing.OFFLINE


def places(tx: Tx, now: datetime) -> Places:
    """Return where all value lies, in fen: every unit is in exactly one place. Reads every purse line; see `figures`."""
    found = Places(now)
    for instrument, minor in tx.rows(_FREE):
        found.free.add(instrument, int(minor))
    for box, epoch, instrument, minor in tx.rows(_HELD):
        found.held.setdefault((box, epoch), Split()).add(instrument, int(minor))
    for box, epoch, _, lines in tx.rows(FLYING):
        for _, instrument, minor in json.loads(lines):
            found.granted.setdefault((box, epoch), Split()).add(instrument, minor)
    for instrument, minor in tx.rows(_RETURNING):
        found.returning.add(instrument, int(minor))
    return found


def places_of(tx: Tx, box: str, now: datetime) -> Places:
    """Return what lies at a box and what is on its way to it, by life, in fen."""
    found = Places(now)
    for _, epoch, instrument, minor in tx.rows(_HELD_AT, (box,)):
        found.held.setdefault((box, epoch), Split()).add(instrument, int(minor))
    for _, epoch, _, lines in tx.rows(f"{FLYING} AND grant_out.box = ?", (box,)):
        for _, instrument, minor in json.loads(lines):
            found.granted.setdefault((box, epoch), Split()).add(instrument, minor)
    return found


def states(tx: Tx) -> dict[tuple[str, int], LifeState]:
    """Return the state of every life."""
    return {(box, epoch): LifeState(state) for box, epoch, state in tx.rows("SELECT box, epoch, state FROM life")}


def store_names(tx: Tx) -> dict[str, str]:
    """Return what each store is called."""
    return dict(tx.rows("SELECT store, name FROM store ORDER BY store"))


def box_stores(tx: Tx) -> dict[str, str]:
    """Return the store of each box."""
    return dict(tx.rows("SELECT box, store FROM box ORDER BY box"))


def person_names(tx: Tx) -> dict[str, str]:
    """Return what the people are called who act here."""
    return dict(tx.rows("SELECT person_id, name FROM person"))


def summed(splits: Iterable[Split]) -> Split:
    """Return the sum of many."""
    total = Split()
    for split in splits:
        total = total.plus(split)
    return total


def counted(rows: Iterable[LifeRow]) -> Counter[Standing]:
    """Return how many lives stand how."""
    return Counter(row.standing for row in rows)


def _life(row: tuple[Any, ...], desk: Desk, now: datetime) -> LifeRow:
    box, epoch, store, state, key, opened, first, head, head_hash, adopted, declared, seen, *rest = row
    pending, pending_minor, trouble = rest
    seen = heard(desk, box, seen, now) if state == LifeState.OPEN.value else seen
    stands = standing(LifeState(state), seen, now)
    return LifeRow(
        *(box, epoch, store, LifeState(state), bytes(key), opened, first, head, bytes(head_hash), adopted, declared),
        *(seen, pending, pending_minor, trouble, stands),
    )
