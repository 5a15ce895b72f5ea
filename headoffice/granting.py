"""Grants and recalls: value leaves free only here, and what was granted comes back only by a box's own entries.

Source: `docs/protocol.md`, down, head office restored from a backup.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from headoffice import lives
from headoffice.downlink import Notice
from headoffice.lives import Life, OfficeState
from headoffice.members import Directory, move_free
from headoffice.standing import read_lines, write_lines
from headoffice.store.database import Tx
from ledger.accounts import Instrument, PurseKey
from ledger.entries import Lot
from ledger.ids import EntryId
from ledger.money import CNY
from ledger.protocol.judge import Effects
from ledger.protocol.messages import Ask, Grant, GrantReason, ItemKind, Recall
from ledger.protocol.transfers import grant_line, grant_lines, grant_order, held_of, take_of
from ledger.purses import Holding, holding_of, money_of
from ledger.specials import read_special

_FREE: Final = (
    "SELECT free.lot_id, free.instrument, free.amount_minor, lot.paid_minor, lot.bonus_minor, lot.programme_version,"
    " lot.terms_hash, lot.special FROM free JOIN lot ON lot.shard = free.shard AND lot.lot_id = free.lot_id"
    " AND lot.member_id = free.member_id WHERE free.shard = ? AND free.member_id = ? AND free.amount_minor > 0 ORDER BY free.lot_id"
)
_HOLDERS: Final = (
    "SELECT mirror.box, mirror.epoch, mirror.member_id, sum(mirror.amount_minor) AS held FROM mirror"
    " JOIN life ON life.box = mirror.box AND life.epoch = mirror.epoch"
    " WHERE life.state = 'open' AND mirror.box <> ? AND mirror.member_id = ? AND mirror.instrument <> 'units'"
    " GROUP BY mirror.box, mirror.epoch, mirror.member_id HAVING sum(mirror.amount_minor) > 0 ORDER BY held DESC"
)
_HOLDERS_OF_UNITS: Final = (
    "SELECT mirror.box, mirror.epoch, mirror.amount_minor, lot.special FROM mirror"
    " JOIN life ON life.box = mirror.box AND life.epoch = mirror.epoch"
    " JOIN lot ON lot.shard = ? AND lot.lot_id = mirror.lot_id AND lot.member_id = mirror.member_id"
    " WHERE life.state = 'open' AND mirror.box <> ? AND mirror.member_id = ? AND mirror.instrument = 'units'"
    " AND mirror.amount_minor > 0"
)
_OLD_GRANTS: Final = (
    "SELECT grant_out.shard, grant_out.grant_id, grant_out.member_id, grant_out.lines FROM grant_out"
    " WHERE grant_out.box = ? AND grant_out.epoch = ? AND grant_out.ho_epoch < ? AND NOT EXISTS (SELECT 1 FROM grant_end"
    " WHERE grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id)"
)
_GRANT: Final = ("shard", "grant_id", "box", "epoch", "ho_epoch", "member_id", "asked_minor", "lines", "at")
_RECALL: Final = ("shard", "ask_id", "box", "epoch", "member_id", "amount_minor", "at")
_SUSPENSE: Final = (
    "SELECT mirror.box, mirror.epoch, mirror.member_id, mirror.amount_minor FROM mirror"
    " JOIN life ON life.box = mirror.box AND life.epoch = mirror.epoch WHERE life.state = 'fenced'"
    " AND mirror.lot_id = ? AND mirror.instrument = ? AND mirror.amount_minor > 0 ORDER BY mirror.box, mirror.epoch"
)
_RELEASED: Final = ("box", "epoch", "cause", "member_id", "lot_id", "instrument", "amount_minor", "at")


class Waiting(Exception):
    """The page needs what another box has yet to tell head office again; nothing of it was applied."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What an ask came to (fen, or units), and what boxes are to be told."""

    granted_minor: int
    recalled_minor: int
    notices: list[Notice]


def ask(tx: Tx, life: Life, office: OfficeState, asked: Ask, mint: Callable[[], EntryId], now: str) -> Granted:
    """Grant what is free of what is asked, and recall the rest from other stores; the same id is granted once."""
    directory = Directory(tx, office.shards)
    member_id = directory.standing_for(asked.member_id)
    shard = directory.shard(member_id)
    tx.lock("member", ("shard", "member_id"), (shard, member_id))
    known = _before(tx, directory, asked, "SELECT member_id, lines FROM grant_out WHERE shard = ? AND grant_id = ?")
    if known is not None:
        return Granted(sum(read_lines(*known).values()), 0, [])
    if asked.amount_minor <= 0 or not lives.granting(tx, office):
        return Granted(0, 0, [])
    holdings = grant_order(free_holdings(tx, shard, member_id), asked.asset, _day(asked.usable_on))
    amount = min(asked.amount_minor, held_of(holdings, asked.asset))
    notices = [_grant(tx, life, office, (asked, member_id, shard, amount), holdings, now)] if amount else []
    if amount:
        directory.knows(life.box, member_id)
    missing = asked.amount_minor - amount
    recalled_before = "SELECT 1 FROM recall_out WHERE shard = ? AND ask_id = ?"
    if missing and _before(tx, directory, asked, recalled_before) is None:
        recalled, recalls = _recall(tx, life, directory, (member_id, asked.asset, missing), mint)
        told = [(shard, asked.ask_id, n.box, n.epoch, n.value.member_id, n.value.amount_minor, now) for n in recalls]
        tx.insert("recall_out", _RECALL, told)
    else:
        recalled, recalls = 0, []
    return Granted(amount, recalled, _who(directory, life, asked.member_id, member_id) + notices + recalls)


def _before(tx: Tx, directory: Directory, asked: Ask, sql: str) -> tuple[Any, ...] | None:
    """Return what was done for an ask before, also where its member was merged since: then it lies on another shard."""
    record_id: str | None = asked.member_id
    while record_id is not None:
        found = tx.one(sql, (directory.shard(record_id), asked.ask_id))
        if found is not None:
            return found
        record = directory.get(record_id)
        record_id = None if record is None else record.merged_into
    return None


def _who(directory: Directory, life: Life, asked_id: str, member_id: str) -> list[Notice]:
    """Return what tells a box that asks for a record which other one stands for it by now."""
    records = [directory.get(asked_id), directory.get(member_id)] if asked_id != member_id else []
    place = (life.box, life.epoch, directory.shard(member_id))
    return [Notice(*place, ItemKind.MEMBER, record) for record in records if record is not None]


def free_holdings(tx: Tx, shard: int, member_id: str) -> tuple[Holding, ...]:
    """Return what is free of a member, by lot, oldest first."""
    lots: dict[str, Lot] = {}
    purse: dict[PurseKey, int] = {}
    for lot_id, instrument, minor, *terms in tx.rows(_FREE, (shard, member_id)):
        lots.setdefault(lot_id, Lot(lot_id, member_id, *terms))
        purse[PurseKey(member_id, lot_id, Instrument(instrument))] = minor
    return tuple(holding_of(lot, purse) for lot in lots.values())


def _grant(
    tx: Tx, life: Life, office: OfficeState, what: tuple[Ask, str, int, int], holdings: tuple[Holding, ...], now: str
) -> Notice:
    asked, member_id, shard, amount = what
    by_lot = {holding.lot.lot_id: holding for holding in holdings}
    lines = tuple(grant_line(by_lot[take.lot_id], take) for take in take_of(holdings, asked.asset, amount))
    grant = Grant(asked.ask_id, member_id, GrantReason.ASK, lines)
    moved = grant_lines(grant)
    move_free(tx, [(shard, member_id, key.lot_id, key.instrument.value, -minor) for key, minor in moved.items()])
    row = (shard, asked.ask_id, life.box, life.epoch, office.ho_epoch, member_id, asked.amount_minor)
    tx.insert("grant_out", _GRANT, [(*row, write_lines(moved), now)])
    return Notice(life.box, life.epoch, shard, ItemKind.GRANT, grant)


def _recall(
    tx: Tx, life: Life, directory: Directory, what: tuple[str, str, int], mint: Callable[[], EntryId]
) -> tuple[int, list[Notice]]:
    """Ask the boxes that hold a member's value of an asset for what is missing, those that hold most first."""
    member_id, asset, missing = what
    recalled, notices = 0, list[Notice]()
    for record in directory.one_person(member_id) if missing > 0 else ():
        for box, epoch, held in _holders(tx, life, directory.shard(record), record, asset):
            amount = min(missing - recalled, held)
            if amount > 0:
                recall = Recall(mint(), record, amount, asset)
                notices.append(Notice(box, epoch, directory.shard(record), ItemKind.RECALL, recall))
                recalled += amount
    return recalled, notices


def _holders(tx: Tx, life: Life, shard: int, record: str, asset: str) -> list[tuple[str, int, int]]:
    """Return the other open lives that hold a record's value of an asset, and how much (fen, or units), most first."""
    if asset == CNY.code:
        return [(box, epoch, int(held)) for box, epoch, _, held in tx.rows(_HOLDERS, (life.box, record))]
    held = Counter[tuple[str, int]]()
    for box, epoch, units, special in tx.rows(_HOLDERS_OF_UNITS, (shard, life.box, record)):
        if read_special(special).asset == asset:
            held[box, epoch] += int(units)
    return [(*place, units) for place, units in sorted(held.items(), key=lambda one: (-one[1], one[0]))]


def _day(text: str) -> date | None:
    """Return the day a box asks for; one that cannot be read asks for any."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def take_back(tx: Tx, life: Life, office: OfficeState, now: str) -> int:
    """Take back what an older head office granted and this life, now caught up, never received; return the grants."""
    undelivered = tx.rows(_OLD_GRANTS, (life.box, life.epoch, office.ho_epoch))
    end_grants(tx, office, undelivered, "taken_back", now)
    return len(undelivered)


def end_grants(tx: Tx, office: OfficeState, grants: list[tuple[Any, ...]], how: str, now: str) -> int:
    """End grants (shard, id, member, lines) that never arrived: their value is free again; return the money in fen."""
    directory, free, money = Directory(tx, office.shards), defaultdict[tuple[str, str, str], int](int), 0
    for _, _, member_id, lines in grants:
        standing = directory.standing_for(member_id)
        moved = read_lines(standing, lines)
        money += money_of(moved)
        for key, minor in moved.items():
            free[standing, key.lot_id, key.instrument.value] += minor
    move_free(tx, [(directory.shard(key[0]), *key, minor) for key, minor in free.items()])
    ends = [(shard, grant_id, how, now) for shard, grant_id, _, _ in grants]
    tx.insert("grant_end", ("shard", "grant_id", "how", "at"), ends)
    return money


def relearn(
    tx: Tx, life: Life, office: OfficeState, effects: Effects, now: str, mint: Callable[[], EntryId]
) -> list[Notice]:
    """Learn again what a lost head office had granted and merged; raises Waiting where its value is not back yet.

    It is taken from free; where a destroyed box's returns will never come again, from the suspense of fenced lives.
    """
    directory, notices = Directory(tx, office.shards), list[Notice]()
    for merge_id, (source, target) in effects.forgotten_merges.items():
        record = directory.get(source)
        if record is None or directory.get(target) is None:
            raise Waiting
        standing = directory.standing_for(target)
        if record.merged_into is None and standing != source:
            again = EntryId(merge_id) if standing == target else mint()  # another pair is another merge
            directory.merge(again, source, standing, "*", now)
            notices += directory.merge_notices(again, source, standing, lives.living(tx))
    for grant_id in effects.forgotten:
        steps = [step for step in effects.transfers if step.grant_id == grant_id]
        lines = {step.key: -step.amount_minor for step in steps}
        member_id = next(iter(lines)).member_id
        for key, minor in lines.items():
            directory.copy_lot(key.lot_id, directory.standing_for(member_id))
            _take_for(tx, directory, key, minor, grant_id, now)
        shard = directory.shard(member_id)
        row = (shard, grant_id, life.box, life.epoch, office.ho_epoch - 1, member_id, sum(lines.values()))
        tx.insert("grant_out", _GRANT, [(*row, write_lines(lines), now)])
    return notices


def _take_for(tx: Tx, directory: Directory, key: PurseKey, minor: int, grant_id: str, now: str) -> None:
    standing = directory.standing_for(key.member_id)
    line = (directory.shard(standing), standing, key.lot_id, key.instrument.value)
    tx.lock("free", ("shard", "member_id", "lot_id", "instrument"), line)
    found = tx.one(
        "SELECT amount_minor FROM free WHERE shard = ? AND member_id = ? AND lot_id = ? AND instrument = ?", line
    )
    missing = minor - (int(found[0]) if found else 0)
    if missing > 0:
        missing -= _release_some(tx, key, missing, grant_id, line, now)
    if missing > 0:
        raise Waiting
    move_free(tx, [(*line, -minor)])


def _release_some(tx: Tx, key: PurseKey, missing: int, grant_id: str, line: tuple[int, str, str, str], now: str) -> int:
    """Move what is missing from the suspense of fenced lives to free, and write down why."""
    moved = 0
    for box, epoch, member_id, held in tx.rows(_SUSPENSE, (key.lot_id, key.instrument.value)):
        part = min(missing - moved, int(held))
        if part > 0:
            move_suspense(tx, (box, epoch, member_id, key.lot_id, key.instrument.value), part, (grant_id, now))
            move_free(tx, [(*line, part)])
            moved += part
    return moved


def move_suspense(tx: Tx, line: tuple[str, int, str, str, str], minor: int, why: tuple[str, str]) -> None:
    """Take fen or units out of a fenced life's mirror and write down for what cause and when."""
    box, epoch, member_id, lot_id, instrument = line
    keys = ("box", "epoch", "member_id", "lot_id", "instrument")
    tx.add("mirror", keys, "amount_minor", [(*line, -minor)])
    cause, at = why
    tx.insert("release_move", _RELEASED, [(box, epoch, cause, member_id, lot_id, instrument, minor, at)])
