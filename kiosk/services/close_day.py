"""Close the day: no shift open anywhere, then the business date ends for good (glossary: day close)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.model import days, shifts
from kiosk.services import report_slips
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.errors import ShiftsStillOpen
from kiosk.services.recording import Draft, record
from kiosk.services.reports import DayReport, day_report
from ledger.entries import EntryKind
from ledger.rules.programme import ApprovedAct, Programme


@dataclass(frozen=True, slots=True)
class CloseDay:
    """Ask to close a business date."""

    business_date: date


@dataclass(frozen=True, slots=True)
class DayClosed:
    """A closed business date with its report."""

    done: Done
    report: DayReport


def close_day(counter: Counter, act: Act, business_date: date | None = None) -> DayClosed:
    """Close a business date, today's unless another is named; the day report is queued for printing.

    Raises ShiftsStillOpen, ApprovalNeeded. What happens afterwards counts for the next day.
    """
    closing = business_date or counter.business_date(counter.now())

    def draft(programme: Programme, _: datetime) -> Draft:
        still_open = tuple(shift.till for shift in shifts.open_shifts(counter.store))
        if still_open:
            raise ShiftsStillOpen(closing, still_open)
        require_approval(programme, act, ApprovedAct.DAY_CLOSE)
        report = day_report(counter, closing)
        return Draft(
            business_date=closing,
            facts={"shifts": len(report.shifts), "entries": report.figures.entries},
            slip=lambda recorded: report_slips.day_report(counter, report, recorded),
            then=lambda recorded: days.add(counter.store, closing, recorded.entry.entry_id),
        )

    done = record(counter, act, EntryKind.DAY_CLOSED, CloseDay(closing), draft)
    return DayClosed(done, day_report(counter, done.recorded.entry.business_date))
