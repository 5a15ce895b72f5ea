"""Close the day: no shift open anywhere, then the business date ends for good (glossary: day close)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from kiosk.model import days, shifts
from kiosk.model.errors import DayClosedAlready
from kiosk.model.uplink import Pending
from kiosk.services import report_slips
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.errors import DayNotBegun, EntriesUnsent, ShiftsStillOpen
from kiosk.services.follow_up import follow_up_day
from kiosk.services.lapse import lapse
from kiosk.services.notices import queue_today
from kiosk.services.recording import Draft, record
from kiosk.services.reports import DayReport, day_report
from kiosk.services.sync_state import unsent
from ledger.clock import business_date as business_date_by_clock
from ledger.entries import EntryKind, Facts
from ledger.rules.programme import ApprovedAct, Programme


@dataclass(frozen=True, slots=True)
class CloseDay:
    """Ask to close a business date, None for the one that is due, knowing or not that entries were not sent."""

    business_date: date | None
    unsent_accepted: bool = False


@dataclass(frozen=True, slots=True)
class DayClosed:
    """A closed business date with its report."""

    done: Done
    report: DayReport


def day_to_close(counter: Counter) -> date:
    """Return the business date that is due: the oldest with shifts that is not closed, else the one in progress."""
    oldest = shifts.first_business_date(counter.store, after=days.last_closed(counter.store))
    return oldest or counter.business_date(counter.now())


def close_day(
    counter: Counter, act: Act, business_date: date | None = None, *, unsent_accepted: bool = False
) -> DayClosed:
    """Close a business date, the one that is due unless another is named; the day report is queued for printing.

    Gifts that a crash left undone are given before, and what has seen its last day lapses after.
    Entries that head office lacks are marked in the entry and on the report, and must have been accepted and approved.
    Raises ShiftsStillOpen, DayClosedAlready, DayNotBegun, EntriesUnsent, ApprovalNeeded. What happens afterwards counts
    for the next day.
    """
    reports: list[DayReport] = []

    def draft(programme: Programme, now: datetime) -> Draft:
        closing = business_date or day_to_close(counter)
        still_open = tuple(shift.till for shift in shifts.open_shifts(counter.store))
        if still_open:
            raise ShiftsStillOpen(closing, still_open)
        _refuse_closed(counter, closing)
        _refuse_to_come(counter, closing, business_date_by_clock(now, counter.zone, programme.day_ends))
        waiting = unsent(counter)
        _require_approval(programme, act, waiting, accepted=unsent_accepted)
        report = replace(day_report(counter, closing), unsent=waiting)
        reports.append(report)
        return Draft(
            business_date=closing,
            facts=_facts(report),
            slip=lambda recorded: report_slips.day_report(counter, report, recorded),
            then=lambda recorded: days.add(counter.store, closing, recorded.entry.entry_id),
        )

    follow_up_day(counter, act.cashier, business_date or day_to_close(counter))
    done = record(counter, act, EntryKind.DAY_CLOSED, CloseDay(business_date, unsent_accepted), draft)
    tomorrow = counter.business_date(counter.now())
    lapse(counter, act.cashier, tomorrow)
    queue_today(counter, tomorrow)
    report = reports[0] if reports else day_report(counter, done.recorded.entry.business_date)
    return DayClosed(done, report)


def _require_approval(programme: Programme, act: Act, waiting: Pending | None, *, accepted: bool) -> None:
    """Ask for a second person: for the close, or for a close with entries unsent, which takes its place."""
    if waiting is not None and not accepted:
        assert waiting.since is not None, "what waits was recorded at some moment"
        raise EntriesUnsent(waiting.entries, waiting.minor, waiting.since)
    wanted, minor = ApprovedAct.DAY_CLOSE, 0
    if waiting is not None and programme.approvals.needed(ApprovedAct.DAY_CLOSE_UNSENT, waiting.minor):
        wanted, minor = ApprovedAct.DAY_CLOSE_UNSENT, waiting.minor
    require_approval(programme, act, wanted, minor)


def _facts(report: DayReport) -> Facts:
    facts: Facts = {"shifts": len(report.shifts), "entries": report.figures.entries}
    if report.unsent is not None:
        facts |= {"unsent_entries": report.unsent.entries, "unsent_minor": report.unsent.minor}
    return facts


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
