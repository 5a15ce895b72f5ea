"""What the page of one box shows: releases, countersignatures, codes that still let in, what is in quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from headoffice.lives import LifeState
from headoffice.pages.queries import LifeRow, Places, Split
from headoffice.store.database import Tx
from ledger.clock import from_wire_time, to_wire_time

_PROPOSALS: Final = "SELECT epoch, proposed_by, proposed_at FROM release_proposal WHERE box = ?"
_RELEASES: Final = "SELECT epoch, confirmed_by, confirmed_at, total_minor FROM release WHERE box = ?"
_CODES: Final = (
    "SELECT purpose, created_by, created_at, expires_at FROM enrolment WHERE box = ? AND used_at IS NULL"
    " AND expires_at > ? ORDER BY created_at DESC"
)
_SIGNED: Final = "SELECT epoch, sequence, hash, signature, at FROM countersign WHERE box = ? ORDER BY epoch DESC, sequence DESC LIMIT 5"
_PAGES: Final = (
    "SELECT quarantine.box, quarantine.id, quarantine.epoch, quarantine.sequence, quarantine.reason, quarantine.detail,"
    " quarantine.at, quarantine_end.how, quarantine_end.by_person, quarantine_end.at FROM quarantine"
    " LEFT JOIN quarantine_end ON quarantine_end.box = quarantine.box AND quarantine_end.id = quarantine.id"
)


@dataclass(frozen=True, slots=True)
class Release:
    """How far the release of a dead life is; `opens` is when the claim window ends, an aware moment."""

    life: LifeRow
    suspense: Split
    proposed_by: str | None
    proposed_at: str | None
    opens: datetime | None
    confirmed_by: str | None
    confirmed_at: str | None
    total_minor: int


@dataclass(frozen=True, slots=True)
class Code:
    """An enrolment code that still lets in; the code itself is kept nowhere."""

    purpose: str
    created_by: str
    created_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A head of the journal that head office countersigned after it had proved its books."""

    epoch: int
    sequence: int
    hash: bytes
    signature: bytes
    at: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A page that was refused, and how people ended it."""

    box: str
    id: str
    epoch: int
    sequence: int
    reason: str
    detail: str
    at: str
    how: str | None
    by_person: str | None
    ended_at: str | None


def releases(tx: Tx, box: str, rows: list[LifeRow], places: Places, claim_days: int) -> list[Release]:
    """Return the dead lives of a box and how far each one's release is."""
    proposed = {epoch: (by, at) for epoch, by, at in tx.rows(_PROPOSALS, (box,))}
    confirmed = {epoch: rest for epoch, *rest in tx.rows(_RELEASES, (box,))}
    found = []
    for life in rows:
        if life.state not in {LifeState.FENCED, LifeState.RELEASED}:
            continue
        by, at = proposed.get(life.epoch, (None, None))
        opens = None if at is None else from_wire_time(at) + timedelta(days=claim_days)
        suspense = places.held_at(life.box, life.epoch).plus(places.granted_at(life.box, life.epoch))
        found.append(Release(life, suspense, by, at, opens, *confirmed.get(life.epoch, (None, None, 0))))
    return found


def open_codes(tx: Tx, box: str, now: datetime) -> list[Code]:
    """Return the codes that still let in under a box's name."""
    return [Code(*row) for row in tx.rows(_CODES, (box, to_wire_time(now)))]


def countersigned(tx: Tx, box: str) -> list[Signed]:
    """Return the newest countersigned heads of a box."""
    return [
        Signed(epoch, sequence, bytes(hash_), bytes(signature), at)
        for epoch, sequence, hash_, signature, at in tx.rows(_SIGNED, (box,))
    ]


def quarantined(tx: Tx, *, box: str | None = None, ended: bool = False, limit: int = 200) -> list[Quarantined]:
    """Return refused pages, newest first: those that wait for a person, or those that were ended."""
    where, values = ["quarantine_end.id IS " + ("NOT NULL" if ended else "NULL")], list[object]()
    if box is not None:
        where.append("quarantine.box = ?")
        values.append(box)
    sql = f"{_PAGES} WHERE {' AND '.join(where)} ORDER BY quarantine.at DESC, quarantine.id LIMIT ?"
    return [Quarantined(*row) for row in tx.rows(sql, (*values, limit))]


def quarantined_page(tx: Tx, box: str, page_id: str) -> tuple[Quarantined, str, bytes] | None:
    """Return a refused page with its header and content, None for one that is not there."""
    row = tx.one(f"{_PAGES} WHERE quarantine.box = ? AND quarantine.id = ?", (box, page_id))
    content = tx.one("SELECT header, page FROM quarantine WHERE box = ? AND id = ?", (box, page_id))
    return None if row is None or content is None else (Quarantined(*row), content[0], bytes(content[1]))
