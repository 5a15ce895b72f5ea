"""Members: finding them, and where each unit of their value lies, lot by lot."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from headoffice.lives import LifeState, office_state
from headoffice.many import rows_in
from headoffice.members import Directory
from headoffice.pages.queries import Split
from headoffice.store.database import Tx
from ledger.codes import read_code
from ledger.errors import CodeError
from ledger.protocol.messages import MemberRecord
from ledger.specials import Special, read_special

FOUND_AT_ONCE: Final = 50
_LAST_FOUR: Final = 4
_SHORTEST_PHONE: Final = 7
_FIELDS: Final = "member_id, code, name, phone, enrolled_at, home_box, merged_into"
_FREE: Final = (
    "SELECT lot_id, instrument, amount_minor FROM free WHERE shard = ? AND member_id = ? AND amount_minor > 0"
)
_MIRROR: Final = (
    "SELECT mirror.box, mirror.epoch, life.state, mirror.lot_id, mirror.instrument, mirror.amount_minor FROM mirror"
    " JOIN life ON life.box = mirror.box AND life.epoch = mirror.epoch"
    " WHERE mirror.member_id = ? AND mirror.amount_minor > 0 ORDER BY mirror.box, mirror.epoch"
)
# Keys first, through the index that holds them: asked for whole rows at once, SQLite reads the shard from end to end.
_FLYING: Final = (
    "SELECT grant_out.box, life.state, grant_out.lines FROM grant_out"
    " JOIN life ON life.box = grant_out.box AND life.epoch = grant_out.epoch"
    " WHERE (grant_out.shard, grant_out.grant_id) IN (SELECT mine.shard, mine.grant_id FROM grant_out mine"
    " WHERE mine.shard = ? AND mine.member_id = ?) AND NOT EXISTS (SELECT 1 FROM grant_end"
    " WHERE grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id)"
)
_LOTS: Final = (
    "SELECT lot_id, box, paid_minor, bonus_minor, programme_version, terms_hash, special, sold_at FROM lot"
    " WHERE (shard, lot_id, member_id) IN (SELECT mine.shard, mine.lot_id, mine.member_id FROM lot mine"
    " WHERE mine.shard = ? AND mine.member_id = ?)"
)
_TWINS: Final = "SELECT phone FROM member_phone GROUP BY phone HAVING count(*) > 1 ORDER BY phone LIMIT ?"
_KNOWN_BY: Final = "SELECT box FROM member_box WHERE member_id IN (*)"
_HELD: Final = (
    "SELECT member_id, sum(amount_minor) FROM mirror WHERE amount_minor > 0 AND instrument <> 'units'"
    " AND member_id IN (*) GROUP BY member_id"
)
_DEAD: Final = frozenset({LifeState.FENCED, LifeState.RELEASED})


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in a list."""

    member_id: str
    code: str
    name: str
    phone: str | None
    enrolled_at: str
    home_box: str
    merged_into: str | None
    total_minor: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a lot lies: `free`, `box`, `flight` or `suspense`, and of which box."""

    kind: str
    box: str = ""


@dataclass(slots=True)
class LotPlaces:
    """A lot: what it was sold or given as (fen, or units of an asset), and where what is left of it lies."""

    lot_id: str
    box: str
    paid_minor: int
    bonus_minor: int
    programme_version: str
    terms_hash: str
    special: str
    sold_at: str
    places: defaultdict[Place, Split] = field(default_factory=lambda: defaultdict(Split))

    @property
    def conditions(self) -> Special:
        """What the lot says beyond a plain one: its asset and units, from when to when, for what."""
        return read_special(self.special)

    @property
    def left(self) -> Split:
        """What is left of it in all places."""
        left = Split()
        for split in self.places.values():
            left = left.plus(split)
        return left


@dataclass(frozen=True, slots=True)
class Whole:
    """A member with every record that stands for the same person, the lots, cards, and boxes that know them."""

    record: MemberRecord
    records: tuple[str, ...]
    lots: list[LotPlaces]
    places: dict[Place, Split]
    cards: list[tuple[str, str, str]]
    boxes: list[str]
    twins: list[MemberRow]


def find(tx: Tx, text: str) -> list[MemberRow]:
    """Return the members a text may mean: a code or card, a whole phone or its last four digits, a name."""
    wanted = text.strip()
    if not wanted:
        return _newest(tx)
    ids = _by_code(tx, wanted) or _by_phone(tx, wanted)
    return _with_totals(tx, _known(tx, ids) if ids else _by_name(tx, wanted))


def whole(tx: Tx, member_id: str) -> Whole | None:
    """Return a member with everything they have, None for nobody."""
    directory = Directory(tx, office_state(tx).shards)
    record = directory.get(member_id)
    if record is None:
        return None
    records = directory.one_person(member_id)
    lots = _lots(tx, directory, records)
    places: defaultdict[Place, Split] = defaultdict(Split)
    for lot in lots:
        for place, split in lot.places.items():
            places[place] = places[place].plus(split)
    cards = [(card.code, card.state, card.issued_at) for card in directory.cards(member_id)]
    boxes = sorted({row[0] for row in rows_in(tx, _KNOWN_BY, (), records)})
    twins = [] if record.phone is None else _same_phone(tx, record.phone)
    others = [twin for twin in twins if twin.member_id not in records]
    return Whole(record, records, lots, dict(places), cards, boxes, _with_totals(tx, others))


def id_of(tx: Tx, text: str) -> str | None:
    """Return the member a code or card belongs to, None for a text that is neither."""
    return next(iter(_by_code(tx, text)), None)


def same_phone(tx: Tx, limit: int = 100) -> list[list[MemberRow]]:
    """Return the members who share a phone, group by group."""
    groups = [_same_phone(tx, phone) for (phone,) in tx.rows(_TWINS, (limit,))]
    rows = {row.member_id: row for row in _with_totals(tx, [row for group in groups for row in group])}
    return [[rows[row.member_id] for row in group] for group in groups]


def named(tx: Tx, member_ids: Iterable[str]) -> dict[str, str]:
    """Return what members are called."""
    return dict(rows_in(tx, "SELECT member_id, name FROM member WHERE member_id IN (*)", (), member_ids))


def _lots(tx: Tx, directory: Directory, records: Sequence[str]) -> list[LotPlaces]:
    lots: dict[str, LotPlaces] = {}
    for record in records:
        for row in tx.rows(_LOTS, (directory.shard(record), record)):
            lots.setdefault(row[0], LotPlaces(*row))
    for record in records:
        shard = directory.shard(record)
        for lot_id, instrument, minor in tx.rows(_FREE, (shard, record)):
            lots[lot_id].places[Place("free")].add(instrument, minor)
        for box, _, state, lot_id, instrument, minor in tx.rows(_MIRROR, (record,)):
            place = Place("suspense" if state in _DEAD else "box", box)
            lots[lot_id].places[place].add(instrument, minor)
        for box, state, lines in tx.rows(_FLYING, (shard, record)):
            place = Place("suspense" if state in _DEAD else "flight", box)
            for lot_id, instrument, minor in json.loads(lines):
                lots[lot_id].places[place].add(instrument, minor)
    return sorted(lots.values(), key=lambda lot: lot.lot_id)


def _newest(tx: Tx) -> list[MemberRow]:
    """Return who was enrolled last: ids begin with their time, and each shard is read from its end."""
    rows = [
        row
        for shard in range(office_state(tx).shards)
        for row in _rows(tx, "shard = ? AND merged_into IS NULL", (shard,), "member_id DESC", 25)
    ]
    return _with_totals(tx, sorted(rows, key=lambda row: row.member_id, reverse=True)[:25])


def _by_code(tx: Tx, text: str) -> list[str]:
    try:
        code = read_code(text).text
    except CodeError:
        return []
    sql = "SELECT member_id FROM member_code WHERE code = ? UNION SELECT member_id FROM card WHERE code = ?"
    return [row[0] for row in tx.rows(sql, (code, code))]


def _by_phone(tx: Tx, text: str) -> list[str]:
    digits = "".join(letter for letter in text if letter not in " -")
    if not (digits.isascii() and digits.isdigit()):
        return []
    if len(digits) >= _SHORTEST_PHONE:
        return [row[0] for row in tx.rows("SELECT member_id FROM member_phone WHERE phone = ?", (digits,))]
    if len(digits) == _LAST_FOUR:
        sql = "SELECT member_id FROM member_phone WHERE phone LIKE ? ORDER BY phone LIMIT ?"
        return [row[0] for row in tx.rows(sql, (f"%{digits}", FOUND_AT_ONCE))]
    return []


def _by_name(tx: Tx, text: str) -> list[MemberRow]:
    """Return members whose name begins with a text (by the index), or else holds it anywhere."""
    begins = _rows(tx, "name >= ? AND name < ?", (text, text + "\U0010ffff"), "name", FOUND_AT_ONCE)
    if begins:
        return begins
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return _rows(tx, "name LIKE ? ESCAPE '\\'", (f"%{literal}%",), "name", FOUND_AT_ONCE)


def _same_phone(tx: Tx, phone: str) -> list[MemberRow]:
    ids = [row[0] for row in tx.rows("SELECT member_id FROM member_phone WHERE phone = ? ORDER BY member_id", (phone,))]
    return _known(tx, ids)


def _known(tx: Tx, ids: Iterable[str]) -> list[MemberRow]:
    """Return the rows of member ids, each from its shard."""
    directory = Directory(tx, office_state(tx).shards)
    return [row for one in ids for row in _rows(tx, "shard = ? AND member_id = ?", (directory.shard(one), one))]


def _rows(
    tx: Tx, where: str, values: Sequence[object], order: str = "member_id", limit: int = FOUND_AT_ONCE
) -> list[MemberRow]:
    rows: list[tuple[Any, ...]] = tx.rows(
        f"SELECT {_FIELDS} FROM member WHERE {where} ORDER BY {order} LIMIT ?", (*values, limit)
    )
    return [MemberRow(*row) for row in rows]


def _with_totals(tx: Tx, rows: Sequence[MemberRow]) -> list[MemberRow]:
    """Return rows with what each member has in all places, in fen."""
    totals: defaultdict[str, int] = defaultdict(int)
    ids = {row.member_id for row in rows}
    directory = Directory(tx, office_state(tx).shards)
    for member_id, minor in rows_in(tx, _HELD, (), ids):
        totals[member_id] += int(minor)
    for member_id in ids:
        shard = directory.shard(member_id)
        lines = [(instrument, int(minor)) for _, instrument, minor in tx.rows(_FREE, (shard, member_id))]
        for _, _, flying in tx.rows(_FLYING, (shard, member_id)):
            lines += [(instrument, minor) for _, instrument, minor in json.loads(flying)]
        totals[member_id] += sum(minor for instrument, minor in lines if instrument != "units")
    return [replace(row, total_minor=totals[row.member_id]) for row in rows]
