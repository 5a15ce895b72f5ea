"""Close the day: no shift open anywhere, then the business date ends for good (glossary: day close)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.model import days, shifts
from kiosk.model.errors import DayClosedAlready
from kiosk.services import report_slips
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.errors import DayNotBegun, ShiftsStillOpen
from kiosk.services.recording import Draft, record
from kiosk.services.reports import DayReport, day_report
from ledger.clock import business_date as business_date_by_clock
from ledger.entries import EntryKind
from ledger.rules.programme import ApprovedAct, Programme


@dataclass(frozen=True, slots=True)
class CloseDay:
    """Ask to close a business date, None for the one that is due."""

    business_date: date | None


@dataclass(frozen=True, slots=True)
class DayClosed:
    """A closed business date with its report."""

    done: Done
    report: DayReport


def day_to_close(counter: Counter) -> date:
    """Return the business date that is due: the oldest with shifts that is not closed, else the one in progress."""
    oldest = shifts.first_business_date(counter.store, after=days.last_closed(counter.store))
    return oldest or counter.business_date(counter.now())


def close_day(counter: Counter, act: Act, business_date: date | None = None) -> DayClosed:
    """Close a business date, the one that is due unless another is named; the day report is queued for printing.

    Raises ShiftsStillOpen, DayClosedAlready, DayNotBegun, ApprovalNeeded. What happens afterwards counts for the next
    day.
    """

    def draft(programme: Programme, now: datetime) -> Draft:
        closing = business_date or day_to_close(counter)
        still_open = tuple(shift.till for shift in shifts.open_shifts(counter.store))
        if still_open:
            raise ShiftsStillOpen(closing, still_open)
        _refuse_closed(counter, closing)
        _refuse_to_come(counter, closing, business_date_by_clock(now, counter.zone, programme.day_ends))
        require_approval(programme, act, ApprovedAct.DAY_CLOSE)
        report = day_report(counter, closing)
        return Draft(
            business_date=closing,
            facts={"shifts": len(report.shifts), "entries": report.figures.entries},
            slip=lambda recorded: report_slips.day_report(counter, report, recorded),
            then=lambda recorded: days.add(counter.store, closing, recorded.entry.entry_id),
        )

    done = record(counter, act, EntryKind.DAY_CLOSED, CloseDay(business_date), draft)
    return DayClosed(done, day_report(counter, done.recorded.entry.business_date))


def _refuse_closed(counter: Counter, closing: date) -> None:
    if days.is_closed(counter.store, closing):
        raise DayClosedAlready(closing)


def _refuse_to_come(counter: Counter, closing: date, today: date) -> None:
    """Refuse a day that has not begun: closed in advance, it would push all of tomorrow to the day after.

    Where a clock once ran ahead and a day to come is closed already, the days after it close as they are used.
    """
    if closing <= today:
        return
    last = days.last_closed(counter.store)
    used = bool(shifts.of_business_date(counter.store, closing))
    if last is not None and last > today and used:
        return
    raise DayClosedAlready(last) if last == today else DayNotBegun(closing, today)
