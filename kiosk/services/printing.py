"""Printing: the sale is durable first, the slip comes when it can, and comes once (N3).

A job is done only when the printer answers behind it. Slips that waited while the printer was away are held until a
person says whether they are still wanted: a revived printer never spits out last night's queue (odoo#36967).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kiosk.devices.errors import DeviceError, PrinterError
from kiosk.devices.ports import Confirm, PrinterPort
from kiosk.model import print_queue
from kiosk.model.print_queue import PrintJob
from kiosk.receipts.document import Document
from kiosk.receipts.errors import ReceiptError
from kiosk.services import slips
from kiosk.services.counter import Counter

STALE_AFTER: Final = timedelta(minutes=2)
"""A slip that waited longer is no longer handed to the customer at the counter."""

DRAWER_WITHIN: Final = timedelta(seconds=15)
"""A drawer that would open later than this after the sale stays shut; the till's key opens it."""

Render = Callable[[Document, bool], bytes]
"""Turns a document into the printer's bytes; the flag opens the drawer."""


class Outcome(StrEnum):
    """What became of one look at the print queue."""

    IDLE = "idle"
    PRINTED = "printed"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PrintResult:
    """What happened, to which job, and why not if it failed."""

    outcome: Outcome
    job: PrintJob | None = None
    error: DeviceError | ReceiptError | None = None


@dataclass(frozen=True, slots=True)
class QueueState:
    """Slips that wait at this till; `held` of them wait for a person's word."""

    waiting: int
    held: int
    oldest_at: datetime | None


def queue_state(counter: Counter, released_at: datetime | None = None) -> QueueState:
    """Return how many slips wait; `released_at` is when a person last said that the old ones shall be printed."""
    jobs = print_queue.waiting(counter.store, counter.till)
    held = sum(_is_held(counter, job, released_at) for job in jobs)
    return QueueState(len(jobs), held, jobs[0].queued_at if jobs else None)


def print_next(
    counter: Counter, printer: PrinterPort, render: Render, released_at: datetime | None = None
) -> PrintResult:
    """Print this till's oldest waiting slip that is not held; a job that fails stays in the queue with its reason.

    That bytes are about to leave is written down before they do. A slip that was sent and never confirmed, by this
    process or by one that died, may be on paper: when it is sent again it says that it is a reprint. One whose answer came
    late counts as printed at once, however long it took.
    """
    jobs = print_queue.waiting(counter.store, counter.till)
    out = next((job for job in jobs if job.sending and printer.came_out(job.job_id)), None)
    if out is not None:
        _mark_printed(counter, out, Confirm.ANSWER)
        return PrintResult(Outcome.PRINTED, out)
    job = next((job for job in jobs if not _is_held(counter, job, released_at)), None)
    if job is None:
        return PrintResult(Outcome.HELD if jobs else Outcome.IDLE)
    try:
        payload = render(_document(counter, job), _opens_drawer(counter, job))
        with counter.store.write():
            print_queue.mark_sending(counter.store, job.job_id)
        printed = printer.print_job(payload, job.job_id)
    except (DeviceError, ReceiptError) as failed:
        sent = job.sending or (isinstance(failed, PrinterError) and failed.sent)
        with counter.store.write():
            print_queue.mark_failed(counter.store, job.job_id, type(failed).__name__, nothing_sent=not sent)
        return PrintResult(Outcome.FAILED, job, failed)
    _mark_printed(counter, job, printed.confirmed_by)
    return PrintResult(Outcome.PRINTED, job)


def give_up_unconfirmed(counter: Counter, printer: PrinterPort) -> None:
    """Let slips that may be on paper be sent once more, marked: a person who saw none of them asked for it."""
    for job in print_queue.waiting(counter.store, counter.till):
        if job.sending:
            printer.give_up(job.job_id)


def _mark_printed(counter: Counter, job: PrintJob, confirmed_by: Confirm) -> None:
    with counter.store.write():
        print_queue.mark_printed(counter.store, job.job_id, counter.now(), confirmed_by.value)


def _document(counter: Counter, job: PrintJob) -> Document:
    document = Document.from_json(job.document)
    return slips.reprint(counter, document, job.copy + 1, counter.now()) if job.sending else document


def _opens_drawer(counter: Counter, job: PrintJob) -> bool:
    """Tell whether the drawer opens with a slip: at the sale, never later when nobody stands there."""
    return job.drawer and not job.attempts and _age(counter, job) <= DRAWER_WITHIN


def drop_waiting(counter: Counter) -> int:
    """Take every waiting slip of this till out of the queue and return how many; each can still be reprinted."""
    with counter.store.write():
        jobs = print_queue.waiting(counter.store, counter.till)
        for job in jobs:
            print_queue.drop(counter.store, job.job_id)
    return len(jobs)


def _is_held(counter: Counter, job: PrintJob, released_at: datetime | None) -> bool:
    if released_at is not None and job.queued_at <= released_at:
        return False
    return _age(counter, job) > STALE_AFTER


def _age(counter: Counter, job: PrintJob) -> timedelta:
    """Return how long ago a slip was queued; one from the future is as old as it is ahead: the clock was set back."""
    return abs(counter.now() - job.queued_at)
