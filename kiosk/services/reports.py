"""Reports: X and Z of a shift and the day over all tills, from one calculation; printed on request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.model import journal, print_queue, shifts
from kiosk.model.print_queue import PrintJob
from kiosk.model.uplink import Pending
from kiosk.receipts.document import Document
from kiosk.receipts.reports import sample_slip
from kiosk.services import report_slips
from kiosk.services.counter import Counter
from kiosk.services.shifts import ShiftReport, shift_report
from kiosk.services.slips import letterhead
from ledger.rules.shift import ShiftFigures, ShiftFold


@dataclass(frozen=True, slots=True)
class DayReport:
    """A business date over all tills of the box, with each shift it holds; `unsent` is what head office lacked then."""

    business_date: date
    figures: ShiftFigures
    shifts: tuple[ShiftReport, ...]
    made_at: datetime
    unsent: Pending | None = None


def x_report(counter: Counter, shift_id: str) -> ShiftReport:
    """Return a shift's figures without closing anything; raises NoOpenShift for an unknown shift."""
    return shift_report(counter, shift_id)


def day_report(counter: Counter, business_date: date) -> DayReport:
    """Return a business date's figures, of the whole and of each shift, from one reading of its entries."""
    days_shifts, whole = shifts.of_business_date(counter.store, business_date), ShiftFold()
    each = {shift.shift_id: ShiftFold() for shift in days_shifts}
    for recorded in journal.of_business_date(counter.store, business_date):
        whole.take(recorded.entry)
        if recorded.entry.shift_id in each:
            each[recorded.entry.shift_id].take(recorded.entry)
    made_at = counter.now()
    reports = tuple(ShiftReport(shift, each[shift.shift_id].figures(), made_at) for shift in days_shifts)
    return DayReport(business_date, whole.figures(), reports, made_at)


def print_report(counter: Counter, report: ShiftReport) -> str:
    """Queue a shift report for printing and return the job's id; a report changes nothing and is no entry."""
    return _queue(counter, report_slips.shift_report(counter, report, None))


def queue_test_page(counter: Counter) -> str:
    """Queue a page that shows whether everything arrives, and return the job's id."""
    return _queue(counter, sample_slip(letterhead(counter), counter.now()))


def _queue(counter: Counter, document: Document) -> str:
    job_id = counter.mint()
    with counter.store.write():
        print_queue.add(
            counter.store,
            PrintJob(
                job_id=job_id,
                entry_id=None,
                copy=0,
                document=document.to_json(),
                queued_at=counter.now(),
                till=counter.till,
                drawer=False,
            ),
        )
    return job_id
