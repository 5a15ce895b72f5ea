"""The print queue: slips as they were worded at the sale; the document never changes, only what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from kiosk.model import seals
from kiosk.model.store import Store
from ledger.clock import from_wire_time, to_wire_time

_COLUMNS: Final = (
    "job_id, entry_id, copy, document, queued_at, till, drawer, state, printed_at, attempts, sending, last_error"
)
_QUEUED: Final = "job_id, entry_id, copy, queued_at, till, drawer, document"
_BECAME: Final = "state, printed_at, confirmation, attempts, sending, last_error"
_INSERT: Final = f"INSERT INTO print_job ({_QUEUED}) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number"
_OLD: Final = f"SELECT {_QUEUED}, {_BECAME} FROM old.print_job WHERE entry_id IN (SELECT entry_id FROM main.journal) ORDER BY number"
_TAKE_OVER: Final = (
    f"INSERT INTO main.print_job ({_QUEUED}, {_BECAME}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number"
)
_SELECT: Final = f"SELECT {_COLUMNS} FROM print_job WHERE "


class JobState(StrEnum):
    """What became of a slip."""

    WAITING = "waiting"
    PRINTED = "printed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A slip in the queue: `copy` is 0 for the original and n for 补打 n; `drawer` opens the drawer with it.

    `sending` stays set from the first byte sent until the printer answered: such a slip may be on paper already.
    """

    job_id: str
    entry_id: str | None
    copy: int
    document: bytes
    queued_at: datetime
    till: str
    drawer: bool
    state: JobState = JobState.WAITING
    printed_at: datetime | None = None
    attempts: int = 0
    sending: bool = False
    last_error: str | None = None


def add(store: Store, job: PrintJob) -> None:
    """Queue a slip and seal it, inside the write transaction."""
    queued = (job.job_id, job.entry_id, job.copy, to_wire_time(job.queued_at), job.till, int(job.drawer))
    (number,) = store.execute(_INSERT, (*queued, job.document)).fetchone()
    seals.seal_slip(store, number, queued, job.document)


def take_over(store: Store) -> None:
    """Copy the slips of known entries from the books attached as `old`, sealed anew; what waited there is dropped."""
    for *slip, document, state, at, confirmation, attempts, sending, error in store.execute(_OLD):
        ended = JobState.DROPPED.value if state == JobState.WAITING.value else state
        values = (*slip, document, ended, at, confirmation, attempts, sending, error)
        (number,) = store.execute(_TAKE_OVER, values).fetchone()
        seals.seal_slip(store, number, slip, document)


def get(store: Store, job_id: str) -> PrintJob | None:
    """Return the job with an id, or None."""
    row = store.execute(_SELECT + "job_id = ?", (job_id,)).fetchone()
    return None if row is None else _job(row)


def waiting(store: Store, till: str) -> list[PrintJob]:
    """Return a till's waiting slips, oldest first."""
    return _many(store, "till = ? AND state = 'waiting' ORDER BY number", till)


def of_entry(store: Store, entry_id: str) -> list[PrintJob]:
    """Return an entry's slips: the original, then its copies."""
    return _many(store, "entry_id = ? ORDER BY copy, number", entry_id)


def mark_sending(store: Store, job_id: str) -> None:
    """Note, before the first byte leaves, that the slip may reach the paper from now on."""
    store.change("UPDATE print_job SET sending = 1, attempts = attempts + 1 WHERE job_id = ?", (job_id,))


def mark_printed(store: Store, job_id: str, at: datetime, confirmation: str) -> None:
    """Note that the slip is on paper, and by what the printer confirmed it."""
    store.change(
        "UPDATE print_job SET state = 'printed', sending = 0, printed_at = ?, confirmation = ?, last_error = NULL"
        " WHERE job_id = ?",
        (to_wire_time(at), confirmation, job_id),
    )


def mark_failed(store: Store, job_id: str, error: str, *, nothing_sent: bool = False) -> None:
    """Note why a slip is not confirmed; `nothing_sent` tells that it cannot be on paper."""
    clear = ", sending = 0" if nothing_sent else ""
    store.change(f"UPDATE print_job SET last_error = ?{clear} WHERE job_id = ?", (error, job_id))


def drop(store: Store, job_id: str) -> None:
    """Take a slip out of the queue; it can still be reprinted."""
    store.change("UPDATE print_job SET state = 'dropped' WHERE job_id = ? AND state = 'waiting'", (job_id,))


def _many(store: Store, where: str, value: str) -> list[PrintJob]:
    return [_job(row) for row in store.rows(_SELECT + where, (value,))]


def _job(row: tuple[Any, ...]) -> PrintJob:
    job_id, entry_id, copy, document, queued_at, till, drawer, state, printed_at, attempts, sending, error = row
    return PrintJob(
        job_id=job_id,
        entry_id=entry_id,
        copy=copy,
        document=document,
        queued_at=from_wire_time(queued_at),
        till=till,
        drawer=bool(drawer),
        state=JobState(state),
        printed_at=from_wire_time(printed_at) if printed_at else None,
        attempts=attempts,
        sending=bool(sending),
        last_error=error,
    )
