"""The members' shards: lots, releases and free value follow from the journals and the grants.

Records that were merged stand for each other: what is free lies with the one that stands for all of them. Members are
taken in blocks of their ids, so that no more than a block's lines are held at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from headoffice.audit.books import PAGE, Books, Line, fail
from headoffice.lives import LifeState
from headoffice.standing import read_lines
from ledger.ids import ID_LENGTH
from ledger.protocol.moves import OPENS_LOTS
from ledger.wire import read_entry

_BLOCK: Final = 20_000
_AFTER_ALL: Final = "\U0010ffff"
_ALL_LOTS: Final = (
    "SELECT lot.shard, lot.lot_id, lot.member_id, lot.paid_minor, lot.bonus_minor, lot.programme_version, lot.terms_hash,"
    " lot.special, lot.sold_at, journal.kind, journal.occurred_at, journal.body FROM lot LEFT JOIN journal"
    f" ON journal.box = lot.box AND journal.entry_id = substr(lot.lot_id, 1, {ID_LENGTH})"
    " WHERE lot.shard > ? OR (lot.shard = ? AND (lot.lot_id > ? OR (lot.lot_id = ? AND lot.member_id > ?)))"
    " ORDER BY lot.shard, lot.lot_id, lot.member_id LIMIT ?"
)
"""The lots an entry opens besides a top-up's own are numbered behind its id."""
_NEXT_BLOCK: Final = (
    "SELECT max(member_id) FROM (SELECT member_id FROM member WHERE member_id > ? ORDER BY member_id LIMIT ?) AS block"
)
_RANGE: Final = "member_id > ? AND member_id <= ?"
_RETURNS: Final = (
    f"SELECT member_id, lot_id, instrument, sum(amount_minor) FROM transfer WHERE grant_id IS NULL AND {_RANGE}"
    " GROUP BY member_id, lot_id, instrument"
)
_RELEASES: Final = (
    "SELECT held_as, lot_id, instrument, sum(amount_minor) FROM (SELECT coalesce(grant_out.member_id,"
    " release_move.member_id) AS held_as, release_move.lot_id, release_move.instrument, release_move.amount_minor"
    " FROM release_move LEFT JOIN grant_out ON grant_out.grant_id = release_move.cause) AS freed"
    " WHERE held_as > ? AND held_as <= ? GROUP BY held_as, lot_id, instrument"
)
_GRANTS: Final = (
    "SELECT grant_out.member_id, grant_out.lines, grant_end.how FROM grant_out LEFT JOIN grant_end"
    " ON grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id"
    " WHERE grant_out.member_id > ? AND grant_out.member_id <= ?"
)
_FREE: Final = (
    "SELECT free.shard, free.member_id, free.lot_id, free.instrument, free.amount_minor, lot.lot_id FROM free"
    " LEFT JOIN lot ON lot.shard = free.shard AND lot.lot_id = free.lot_id AND lot.member_id = free.member_id"
    " WHERE free.member_id > ? AND free.member_id <= ? ORDER BY free.member_id, free.lot_id, free.instrument"
)
_MOVES: Final = (
    "SELECT release_move.box, release_move.epoch, release_move.cause, release_move.member_id, release_move.lot_id,"
    " release_move.instrument, release_move.amount_minor, release_move.at, life.state, release.confirmed_at"
    " FROM release_move LEFT JOIN life ON life.box = release_move.box AND life.epoch = release_move.epoch"
    " LEFT JOIN release ON release.box = release_move.box AND release.epoch = release_move.epoch"
)
_TOTALS: Final = (
    "SELECT box, epoch, total_minor, (SELECT coalesce(sum(amount_minor), 0) FROM release_move"
    " WHERE release_move.box = release.box AND release_move.epoch = release.epoch AND cause = 'release'"
    " AND instrument <> 'units') FROM release"
)


def check_lots(books: Books) -> None:
    """Prove that every lot row is one an entry opened, kept for whoever may hold it; raises AuditFailed.

    Who may: its first owner and who was given it since, under any record of theirs: a lost head office may have merged
    them another way than a box was told.
    """
    shard, lot_id, member_id = -1, "", ""
    while found := books.tx.rows(_ALL_LOTS, (shard, shard, lot_id, lot_id, member_id, PAGE)):
        for row in found:
            _check_lot(books, row)
        shard, lot_id, member_id = found[-1][:3]


def _check_lot(books: Books, row: tuple[Any, ...]) -> None:
    shard, lot_id, member_id, *terms, sold_at, kind, occurred_at, body = row
    if kind not in OPENS_LOTS or sold_at != occurred_at or shard != books.shard(member_id):
        raise fail("lot", (shard, lot_id), "columns")
    lot = next((lot for lot in read_entry(bytes(body)).lots if lot.lot_id == lot_id), None)
    if lot is None or lot.terms != tuple(terms):
        raise fail("lot", (shard, lot_id), "columns")
    holders = {books.root(holder) for holder in (lot.member_id, *books.gifts.get(lot_id, ()))}
    if books.root(member_id) not in holders:
        raise fail("lot", (shard, lot_id), "columns")


def check_releases(books: Books) -> None:
    """Prove that suspense was released of dead lives alone, and for a cause; raises AuditFailed."""
    dead = {LifeState.FENCED.value, LifeState.RELEASED.value}
    for box, epoch, cause, *line, minor, at, state, confirmed_at in books.tx.rows(_MOVES):
        key = (box, epoch, cause, *line)
        if state not in dead or minor <= 0:
            raise fail("release_move", key, "life" if minor > 0 else "amount")
        if cause == "release":
            if at != confirmed_at:
                raise fail("release_move", key, "release")
            continue
        sql = "SELECT member_id, lines, at FROM grant_out WHERE grant_id = ?"
        lines = {
            (held.lot_id, held.instrument.value): part
            for member_id, text, granted_at in books.tx.rows(sql, (cause,))
            for held, part in read_lines(member_id, text).items()
            if granted_at == at
        }
        if lines.get((line[1], line[2]), 0) < minor:
            raise fail("release_move", key, "grant")
    for box, epoch, total, moved in books.tx.rows(_TOTALS):
        if int(moved) + books.released[box, epoch] != total:
            raise fail("release", (box, epoch), "total_minor")


def check_free(books: Books) -> None:
    """Prove every line of free value: returned − granted + taken back + released; raises AuditFailed."""
    merged = set(books.merged_into) | {books.root(member_id) for member_id in books.merged_into}
    flowed, kept = Counter[Line](), Counter[Line]()
    without_terms: list[tuple[int, str]] = []
    for low, high in _blocks(books):
        for line, minor in _flows(books, low, high).items():
            flowed[_standing_line(books, line)] += minor
        for line, minor in _kept(books, low, high, without_terms):
            kept[_standing_line(books, line)] += minor
        _compare(flowed, kept, merged)
    _compare(flowed, kept, set())
    for key in without_terms:
        raise fail("lot", key, "missing")


def _standing_line(books: Books, line: Line) -> Line:
    return books.root(line[0]), line[1], line[2]


def _compare(flowed: Counter[Line], kept: Counter[Line], later: set[str]) -> None:
    """Compare the lines of all but some members, and forget them: those of merged ones lie in several blocks."""
    for line in sorted(flowed.keys() | kept.keys()):
        if line[0] in later:
            continue
        if line not in flowed or flowed[line] != kept[line]:
            raise fail("free", line, "no entry" if line not in flowed else "amount")
        del flowed[line], kept[line]


def _blocks(books: Books) -> Iterator[tuple[str, str]]:
    """Yield ranges of member ids that cover every text there is."""
    low = ""
    while (row := books.tx.one(_NEXT_BLOCK, (low, _BLOCK))) is not None and row[0] is not None:
        yield low, row[0]
        low = row[0]
    yield low, _AFTER_ALL


def _flows(books: Books, low: str, high: str) -> dict[Line, int]:
    flows: Counter[Line] = Counter()
    for sql in (_RETURNS, _RELEASES):
        for member_id, lot_id, instrument, minor in books.tx.rows(sql, (low, high)):
            flows[member_id, lot_id, instrument] += int(minor)
    for member_id, text, how in books.tx.rows(_GRANTS, (low, high)):
        for key, minor in read_lines(member_id, text).items():
            flows[member_id, key.lot_id, key.instrument.value] -= minor * (how not in {"taken_back", "released"})
    return dict(flows)


def _kept(books: Books, low: str, high: str, without_terms: list[tuple[int, str]]) -> Iterator[tuple[Line, int]]:
    """Yield the lines of free value, and note those whose shard does not know the lot: nobody could be granted them."""
    for shard, member_id, lot_id, instrument, minor, known in books.tx.rows(_FREE, (low, high)):
        key = (shard, member_id, lot_id, instrument)
        if shard != books.shard(member_id):
            raise fail("free", key, "shard")
        if minor and member_id in books.merged_into:
            raise fail("free", key, "merged")
        if minor and known is None:
            without_terms.append((shard, lot_id))
        yield (member_id, lot_id, instrument), minor
