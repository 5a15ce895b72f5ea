"""Grants: each has a witness, the item that told the box or the entry that applied it, and ends the way it came back.

The lines to the boxes are numbered without gaps.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from headoffice.audit.books import PAGE, Books, fail
from headoffice.standing import read_lines
from ledger.accounts import Instrument, PurseKey
from ledger.errors import WireUnreadable
from ledger.protocol.messages import Grant, read_value
from ledger.protocol.transfers import grant_lines
from ledger.purses import money_of

_LINES_DOWN: Final = (
    "SELECT box, epoch, ho_epoch, shard, count(*), min(number), max(number) FROM downlink"
    " GROUP BY box, epoch, ho_epoch, shard ORDER BY box, epoch, ho_epoch, shard"
)
_HEADS: Final = "SELECT box, epoch, ho_epoch, shard, number FROM downlink_head ORDER BY box, epoch, ho_epoch, shard"
_TOLD: Final = (
    "SELECT shard, ho_epoch, body, at FROM downlink WHERE box = ? AND epoch = ? AND kind = 'grant'"
    " ORDER BY ho_epoch, shard, number"
)
_GRANTS: Final = (
    "SELECT grant_out.grant_id, grant_out.shard, grant_out.ho_epoch, grant_out.member_id, grant_out.asked_minor,"
    " grant_out.lines, grant_out.at, grant_end.how, grant_end.at, journal.kind, journal.received_at FROM grant_out"
    " LEFT JOIN grant_end ON grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id"
    " LEFT JOIN journal ON journal.box = grant_out.box AND journal.entry_id = grant_out.grant_id"
    " WHERE grant_out.box = ? AND grant_out.epoch = ? AND (grant_out.shard > ?"
    " OR (grant_out.shard = ? AND grant_out.grant_id > ?)) ORDER BY grant_out.shard, grant_out.grant_id LIMIT ?"
)
_STRAY_GRANT: Final = (
    "SELECT grant_out.shard, grant_out.grant_id FROM grant_out LEFT JOIN life ON life.box = grant_out.box"
    " AND life.epoch = grant_out.epoch WHERE life.box IS NULL LIMIT 1"
)
_STRAY_END: Final = (
    "SELECT grant_end.shard, grant_end.grant_id FROM grant_end LEFT JOIN grant_out"
    " ON grant_out.shard = grant_end.shard AND grant_out.grant_id = grant_end.grant_id"
    " WHERE grant_out.grant_id IS NULL LIMIT 1"
)
_RELEASED: Final = "SELECT confirmed_at FROM release WHERE box = ? AND epoch = ?"


def check_downlink(books: Books) -> None:
    """Prove that every line to a box is numbered 1, 2, 3 … up to its counter; raises AuditFailed."""
    heads = {tuple(row[:4]): row[4] for row in books.tx.rows(_HEADS)}
    for *place, count, first, last in books.tx.rows(_LINES_DOWN):
        if (first, count) != (1, last):
            raise fail("downlink", place, "number")
        if heads.pop(tuple(place), None) != last:
            raise fail("downlink_head", place, "number")
    for stray in heads:
        raise fail("downlink_head", stray, "no items")


def check_grants(books: Books) -> None:
    """Prove every grant by its witness, and its end by what ended it; raises AuditFailed."""
    for row in books.tx.rows(_STRAY_GRANT):
        raise fail("grant_out", row, "life")
    for box, epoch in books.tx.rows("SELECT box, epoch FROM life ORDER BY box, epoch"):
        _check_life(books, box, epoch)
    for row in books.tx.rows(_STRAY_END):
        raise fail("grant_end", row, "no grant")


def _check_life(books: Books, box: str, epoch: int) -> None:
    told = _told(books, box, epoch)
    release = books.tx.one(_RELEASED, (box, epoch))
    came_back, shard, grant_id = 0, -1, ""
    while found := books.tx.rows(_GRANTS, (box, epoch, shard, shard, grant_id, PAGE)):
        for row in found:
            moved = _check_grant(books, told, row)
            came_back += _check_end(books, row, moved, release)
        shard, grant_id = found[-1][1], found[-1][0]
    for grant_id in told:
        raise fail("grant_out", (box, epoch, grant_id), "missing")
    books.released[box, epoch] = came_back


Told = dict[str, tuple[int, int, str, dict[PurseKey, int], str]]


def _told(books: Books, box: str, epoch: int) -> Told:
    """Return the grants a life was told, by id: shard, head office's epoch, member, lines, when."""
    told: Told = {}
    for shard, ho_epoch, body, at in books.tx.rows(_TOLD, (box, epoch)):
        try:
            grant = read_value(Grant, json.loads(body))
        except (WireUnreadable, ValueError) as unreadable:
            raise fail("downlink", (box, epoch, ho_epoch, shard), "unreadable") from unreadable
        told[grant.grant_id] = (shard, ho_epoch, grant.member_id, grant_lines(grant), at)
    return told


def _check_grant(books: Books, told: Told, row: Sequence[Any]) -> int:
    """Prove what a grant moves by its witness, money or units; return the money in fen."""
    grant_id, shard, ho_epoch, member_id, asked_minor, text, at, how, _, kind, received_at = row
    key = (shard, grant_id)
    try:
        lines = read_lines(member_id, text)
    except (ValueError, TypeError) as unreadable:
        raise fail("grant_out", key, "lines") from unreadable
    moved = sum(lines.values())
    if len({line.instrument is Instrument.UNITS for line in lines}) > 1:
        raise fail("grant_out", key, "mixed")
    if shard != books.shard(member_id) or asked_minor < moved:
        raise fail("grant_out", key, "shard" if asked_minor >= moved else "asked_minor")
    witness = told.pop(grant_id, None)
    if witness is not None and witness != (shard, ho_epoch, member_id, lines, at):
        raise fail("grant_out", key, "not what was told")
    if witness is None:
        # a lost head office made it: what is left of it is the entry that applied it
        learned = (how, kind, received_at, asked_minor) == ("applied", "granted", at, moved)
        if not learned or not 1 <= ho_epoch < books.office.ho_epoch:
            raise fail("grant_out", key, "no witness")
    return money_of(lines)


def _check_end(books: Books, row: Sequence[Any], moved: int, release: Sequence[Any] | None) -> int:
    """Prove how a grant ended; return what a release gave back of it, in fen."""
    grant_id, shard, ho_epoch, member_id, _, text, _, how, ended_at, kind, received_at = row
    key = (shard, grant_id)
    applied = kind == "granted"
    if applied != (how == "applied") or (applied and ended_at != received_at):
        raise fail("grant_end", key, "applied")
    of_release = how is not None and release is not None and ended_at == release[0]
    if (how == "released") != (of_release and not applied):
        raise fail("grant_end", key, "released")
    if how == "taken_back" and ho_epoch >= books.office.ho_epoch:
        raise fail("grant_end", key, "taken_back")
    if how is None:
        for line, minor in read_lines(member_id, text).items():
            books.in_flight[line.instrument.value] += minor
    return moved if how == "released" else 0
