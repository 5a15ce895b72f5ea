"""Entries as people read them: number, time, kind, what they did to members' value, and the hash that receipts show."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from headoffice.pages.queries import Split
from headoffice.store.database import Tx
from ledger.entries import Entry
from ledger.errors import WireUnreadable
from ledger.purses import purse_deltas
from ledger.wire import read_entry

_COLUMNS: Final = "box, epoch, sequence, entry_id, kind, member_id, business_date, occurred_at, received_at, hash, body"
_NEWEST: Final = f"SELECT {_COLUMNS} FROM journal WHERE box = ? ORDER BY epoch DESC, sequence DESC LIMIT ?"
_ONE: Final = f"SELECT {_COLUMNS} FROM journal WHERE box = ? AND epoch = ? AND sequence = ?"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of a box's journal; `change` is what it did to the value of the members looked at."""

    box: str
    epoch: int
    sequence: int
    entry_id: str
    kind: str
    member_id: str | None
    business_date: str
    occurred_at: str
    received_at: str
    hash: bytes
    body: bytes
    change: Split
    entry: Entry


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a quarantined page: the entry in it, or its text where it is none."""

    place: int
    entry: Entry | None
    change: Split
    text: str


def entries_of(tx: Tx, members: Sequence[str], page: int, at_once: int) -> tuple[list[EntryRow], bool]:
    """Return a page of the entries of members, newest first, and whether there are older ones."""
    marks = ", ".join("?" * len(members))
    sql = (
        f"SELECT {_COLUMNS} FROM journal WHERE member_id IN ({marks})"
        " ORDER BY occurred_at DESC, received_at DESC, box, epoch DESC, sequence DESC LIMIT ? OFFSET ?"
    )
    rows = tx.rows(sql, (*members, at_once + 1, (page - 1) * at_once))
    return [_entry(row, members) for row in rows[:at_once]], len(rows) > at_once


def newest_of(tx: Tx, box: str, count: int) -> list[EntryRow]:
    """Return the newest entries of a box."""
    return [_entry(row, None) for row in tx.rows(_NEWEST, (box, count))]


def entry_at(tx: Tx, box: str, epoch: int, sequence: int) -> EntryRow | None:
    """Return one entry, None for one head office does not have."""
    row = tx.one(_ONE, (box, epoch, sequence))
    return None if row is None else _entry(row, None)


def page_lines(content: bytes) -> list[PageLine]:
    """Return the lines of a quarantined page, readable whatever is in them."""
    return [_line(place, body) for place, body in enumerate(content.split(b"\n") if content else ())]


def change_of(entry: Entry, members: Collection[str] | None) -> Split:
    """Return what an entry did to the value of members (None: of anybody), in fen."""
    change = Split()
    for key, minor in purse_deltas(entry.postings).items():
        if members is None or key.member_id in members:
            change.add(key.instrument.value, minor)
    return change


def pretty(body: bytes) -> str:
    """Return an entry's bytes as indented JSON, or as they are."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body.decode("utf-8", "replace")


def _entry(row: tuple[Any, ...], members: Collection[str] | None) -> EntryRow:
    box, epoch, sequence, entry_id, kind, member_id, business_date, occurred_at, received_at, hash_, body = row
    entry = read_entry(bytes(body))
    return EntryRow(
        *(box, epoch, sequence, entry_id, kind, member_id, business_date, occurred_at, received_at),
        *(bytes(hash_), bytes(body), change_of(entry, members), entry),
    )


def _line(place: int, body: bytes) -> PageLine:
    try:
        entry = read_entry(body)
        return PageLine(place, entry, change_of(entry, None), pretty(body))
    except (WireUnreadable, ValueError):
        return PageLine(place, None, Split(), body[:4000].decode("utf-8", "replace"))
