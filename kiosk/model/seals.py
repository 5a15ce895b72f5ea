"""Seals: one hash chain over what the journal's own chain does not hold, in the order of writing.

Each entry is sealed with the hash of its command, each slip as it was queued. What becomes of a slip on paper is not sealed.
Source: `docs/decisions/0024-slips-are-sealed.md`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from kiosk.model.errors import VerifyFailed

if TYPE_CHECKING:
    from kiosk.model.store import Store

NOTHING_SEALED: Final = bytes(32)
"""What the first seal follows."""
_TOLD: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LAST: Final = "SELECT number, seal FROM seal ORDER BY number DESC LIMIT 1"
_INSERT: Final = "INSERT INTO seal (number, sequence, slip, seal) VALUES (?, ?, ?, ?)"
_SEALED: Final = (
    "SELECT seal.number, seal.sequence, slip, seal, hash, command_hash,"
    " job_id, print_job.entry_id, copy, queued_at, print_job.till, drawer, document"
    " FROM seal LEFT JOIN journal ON journal.sequence = seal.sequence LEFT JOIN print_job ON print_job.number = slip"
    " WHERE seal.number > ? ORDER BY seal.number LIMIT 500"
)
_UNSEALED_ENTRY: Final = "SELECT sequence FROM journal WHERE sequence < 1 OR sequence > ? LIMIT 1"
_UNSEALED_SLIP: Final = (
    "SELECT number FROM print_job WHERE number NOT IN (SELECT slip FROM seal WHERE slip IS NOT NULL) LIMIT 1"
)


def seal_of_entry(previous: bytes, row_hash: bytes, command_hash: str) -> bytes:
    """Return the seal of a journal row with its command, after the seal before it."""
    return sha256(b"entry\n" + previous + row_hash + command_hash.encode()).digest()


def seal_of_slip(previous: bytes, number: int, queued: Sequence[object], document: bytes) -> bytes:
    """Return the seal of a slip: its number, what stays of its row, and the document to the last byte."""
    told = _TOLD([number, *queued]).encode()
    return sha256(b"slip\n" + previous + told + b"\n" + document).digest()


def seal_entry(store: Store, sequence: int, row_hash: bytes, command_hash: str) -> None:
    """Seal an entry, inside the write transaction that appends it."""
    number, previous = _last(store)
    seal = seal_of_entry(previous, row_hash, command_hash)
    store.change(_INSERT, (number + 1, sequence, None, seal))
    store.last_seal = number + 1, seal


def seal_slip(store: Store, slip: int, queued: Sequence[object], document: bytes) -> None:
    """Seal a slip, inside the write transaction that queues it; `queued` is job, entry, copy, moment, till, drawer."""
    number, previous = _last(store)
    seal = seal_of_slip(previous, slip, queued, document)
    store.change(_INSERT, (number + 1, None, slip, seal))
    store.last_seal = number + 1, seal


def _last(store: Store) -> tuple[int, bytes]:
    if store.last_seal is not None:
        return store.last_seal
    last: tuple[int, bytes] | None = store.execute(_LAST).fetchone()
    return last or (0, NOTHING_SEALED)


def compare(store: Store) -> None:
    """Prove that every entry's command and every slip is what was sealed; raises VerifyFailed with the first that is not."""
    walk = _Walk()
    while found := store.rows(_SEALED, (walk.number,)):
        for row in found:
            walk.take(row)
    walk.end()
    for table, unsealed in (
        ("journal", store.execute(_UNSEALED_ENTRY, (walk.reached["journal"],)).fetchone()),
        ("print_job", store.execute(_UNSEALED_SLIP).fetchone()),
    ):
        if unsealed is not None:
            raise VerifyFailed(table, str(unsealed[0]), "was never sealed")


class _Walk:
    """A walk along the seals; one that does not fit is the seal's own fault where the next one follows without it."""

    def __init__(self) -> None:
        self.number, self.reached = 0, {"journal": 0, "print_job": 0}
        self._previous, self._taken = NOTHING_SEALED, (0, None, None)
        self._wrong: tuple[bytes, str, str] | None = None

    def take(self, row: tuple[Any, ...]) -> None:
        """Take the next seal."""
        number, sequence, slip, seal, *kept = row
        if (number, sequence, slip) == self._taken:
            table, place = ("journal", sequence) if slip is None else ("print_job", slip)
            raise VerifyFailed(table, str(place), "stands there twice")
        if not isinstance(seal, bytes) or len(seal) != len(NOTHING_SEALED):
            raise VerifyFailed("seal", str(number), "is none")
        if number != self.number + 1:
            raise VerifyFailed("seal", str(number), f"number {self.number + 1} expected")
        table, place = self._place(number, sequence, slip)
        due = self._due(table, place, self._previous, kept)
        if self._wrong is not None:
            the_seals_own = seal == self._due(table, place, self._wrong[0], kept)
            raise VerifyFailed("seal", str(self.number), "does not follow") if the_seals_own else self._failed()
        if seal != due:
            self._wrong = due, table, str(place)
        self.number, self._previous, self._taken = number, seal, (number, sequence, slip)

    def _place(self, number: int, sequence: int | None, slip: int | None) -> tuple[str, int]:
        """Return what a seal is of; rows of a table are sealed in their order, entries without a gap."""
        table, place = ("journal", sequence) if slip is None else ("print_job", slip)
        reached = self.reached[table]
        if (sequence is None) == (slip is None) or not isinstance(place, int) or place <= reached:
            raise VerifyFailed("seal", str(number), "is of no row that follows")
        if table == "journal" and place != reached + 1:
            raise VerifyFailed("seal", str(number), f"is of entry {place}, not {reached + 1}")
        self.reached[table] = place
        return table, place

    def _due(self, table: str, place: int, previous: bytes, kept: list[Any]) -> bytes:
        row_hash, command_hash, *queued, document = kept
        if (row_hash if table == "journal" else document) is None:
            raise VerifyFailed(table, str(place), "is missing, though it was sealed")
        try:
            if table == "journal":
                return seal_of_entry(previous, row_hash, command_hash)
            return seal_of_slip(previous, place, queued, document)
        except (TypeError, AttributeError) as unfit:
            raise VerifyFailed(table, str(place), "is not what was sealed") from unfit

    def _failed(self) -> VerifyFailed:
        assert self._wrong is not None
        _, table, place = self._wrong
        return VerifyFailed(table, place, "is not what was sealed")

    def end(self) -> None:
        """Tell of a last one that does not fit."""
        if self._wrong is not None:
            raise self._failed()
