"""Shifts: one cashier's accountable period on one till, from the float to the blind count (P18)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.model import figures, journal, shifts, staff
from kiosk.model.journal import Recorded
from kiosk.model.shifts import Shift
from kiosk.model.staff import Role
from kiosk.receipts.document import Document
from kiosk.services import report_slips
from kiosk.services.acts import Act, Done
from kiosk.services.commitments import commit_ahead
from kiosk.services.counter import Counter
from kiosk.services.errors import NoOpenShift, ShiftAlreadyOpen, ShiftOfAnother
from kiosk.services.recording import Draft, record
from ledger.accounts import StoreAccount, Tender, store_account, till_account
from ledger.entries import EntryKind, Posting
from ledger.errors import AmountUnreadable
from ledger.money import CNY, format_minor
from ledger.rules.programme import Programme
from ledger.rules.shift import ShiftFigures, ShiftFold


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """One shift's figures at a moment: the same calculation for X (still open) and Z (counted and closed)."""

    shift: Shift
    figures: ShiftFigures
    made_at: datetime

    @property
    def title(self) -> str:
        """`Z` for a closed shift, `X` for an open one."""
        return "Z" if self.shift.closed_at is not None else "X"


@dataclass(frozen=True, slots=True)
class ShiftClosed:
    """A closed shift with its Z report; `over_short_minor` > 0 is too much cash, < 0 too little (fen)."""

    done: Done
    report: ShiftReport
    over_short_minor: int


@dataclass(frozen=True, slots=True)
class OpenShift:
    """Ask to open a shift with a float in fen."""

    float_minor: int


@dataclass(frozen=True, slots=True)
class CloseShift:
    """Ask to close the shift with the cash that was counted, in fen."""

    counted_minor: int


@dataclass(slots=True)
class RunningFigures:
    """A shift's figures as they grow: what was added up once is not read again."""

    shift_id: str
    _fold: ShiftFold = field(default_factory=ShiftFold)
    _sequence: int = 0

    def now(self, counter: Counter) -> ShiftFigures:
        """Return the figures of everything recorded by now."""
        for recorded in journal.of_shift(counter.store, self.shift_id, self._sequence):
            self._fold.take(recorded.entry)
            self._sequence = recorded.row.sequence
        return self._fold.figures()


def current(counter: Counter) -> Shift | None:
    """Return the open shift on this till, or None."""
    return shifts.open_on(counter.store, counter.till)


def business_today(counter: Counter) -> date:
    """Return the business date an act would count for now: the open shift's, else the clock's."""
    shift = current(counter)
    return shift.business_date if shift else counter.business_date(counter.now())


def own_shift(counter: Counter, cashier: str) -> Shift:
    """Return the open shift on this till if it is this cashier's; raises NoOpenShift, ShiftOfAnother."""
    shift = current(counter)
    if shift is None:
        raise NoOpenShift(counter.till)
    if shift.cashier != cashier:
        raise ShiftOfAnother(counter.till, shift.cashier)
    return shift


def open_shift(counter: Counter, act: Act, float_minor: int) -> Done:
    """Open a shift on this till; raises ShiftAlreadyOpen, AmountUnreadable for a negative float."""
    _refuse_negative(float_minor)

    def draft(_: Programme, now: datetime) -> Draft:
        standing = current(counter)
        if standing is not None:
            raise ShiftAlreadyOpen(counter.till, standing.cashier, standing.opened_at)
        business_date = counter.business_date(now)
        number = 1 + sum(shift.till == counter.till for shift in shifts.of_business_date(counter.store, business_date))
        shift = Shift(
            shift_id=act.entry_id,
            till=counter.till,
            cashier=act.cashier,
            number=number,
            business_date=business_date,
            opened_at=now,
            closed_at=None,
            float_minor=float_minor,
            counted_minor=None,
        )
        cash, source = _cash(counter), _store(counter, StoreAccount.FLOAT)
        return Draft(
            business_date=business_date,
            postings=(Posting(cash, source, float_minor),) if float_minor else (),
            shift_id=act.entry_id,
            facts={"float_minor": float_minor, "number": number},
            then=lambda _: shifts.add(counter.store, shift),
        )

    done = record(counter, act, EntryKind.SHIFT_OPENED, OpenShift(float_minor), draft)
    commit_ahead(counter, act.cashier, done.recorded.entry.business_date)
    return done


def close_shift(counter: Counter, act: Act, counted_minor: int) -> ShiftClosed:
    """Close this till's shift with the cash counted blind; the Z report is queued for printing.

    The cashier whose shift it is may close it, and so may any manager. Raises NoOpenShift, ShiftOfAnother.
    """
    _refuse_negative(counted_minor)
    standing = current(counter)
    ahead = RunningFigures(standing.shift_id if standing else "")
    ahead.now(counter)  # before the books are locked, so that other tills need not wait while a long day is added up
    reports: list[ShiftReport] = []

    def draft(_: Programme, now: datetime) -> Draft:
        shift = _closable(counter, act.cashier)
        running = ahead if ahead.shift_id == shift.shift_id else RunningFigures(shift.shift_id)
        expected = running.now(counter).expected_cash_minor
        over_short = counted_minor - expected
        cash = _cash(counter)
        postings = []
        if over_short > 0:
            postings.append(Posting(cash, _store(counter, StoreAccount.OVER_SHORT), over_short))
        if over_short < 0:
            postings.append(Posting(_store(counter, StoreAccount.OVER_SHORT), cash, -over_short))
        if counted_minor:
            postings.append(Posting(_store(counter, StoreAccount.SAFE), cash, counted_minor))

        def slip(recorded: Recorded) -> Document:
            reports.append(shift_report(counter, shift.shift_id, running))
            return report_slips.shift_report(counter, reports[0], recorded)

        return Draft(
            business_date=shift.business_date,
            postings=tuple(postings),
            shift_id=shift.shift_id,
            facts={"expected_minor": expected, "counted_minor": counted_minor, "over_short_minor": over_short},
            slip=slip,
            then=lambda _: shifts.close(counter.store, shift.shift_id, now, counted_minor),
        )

    done = record(counter, act, EntryKind.SHIFT_CLOSED, CloseShift(counted_minor), draft)
    entry = done.recorded.entry
    assert entry.shift_id is not None, "a closing belongs to its shift"
    report = reports[0] if reports else shift_report(counter, entry.shift_id)
    return ShiftClosed(done, report, entry.facts["over_short_minor"])


def shift_figures(counter: Counter, shift: Shift) -> ShiftFigures:
    """Return the figures of a shift from its entries: the one calculation behind X and Z."""
    return RunningFigures(shift.shift_id).now(counter)


def drawer_cash(counter: Counter, shift: Shift) -> int:
    """Return the cash that should lie in this till's drawer, in fen."""
    return figures.shift_balance(counter.store, shift.shift_id, _cash(counter))


def shift_report(counter: Counter, shift_id: str, running: RunningFigures | None = None) -> ShiftReport:
    """Return the X or Z report of a shift, from where its figures were added up to; raises NoOpenShift for an unknown one."""
    shift = shifts.get(counter.store, shift_id)
    if shift is None:
        raise NoOpenShift(counter.till)
    return ShiftReport(shift, (running or RunningFigures(shift_id)).now(counter), counter.now())


def _closable(counter: Counter, closer: str) -> Shift:
    shift = current(counter)
    if shift is None:
        raise NoOpenShift(counter.till)
    person = staff.get(counter.store, closer)
    if shift.cashier != closer and (person is None or person.role is not Role.MANAGER):
        raise ShiftOfAnother(counter.till, shift.cashier)
    return shift


def _cash(counter: Counter) -> str:
    return till_account(counter.till, Tender.CASH)


def _store(counter: Counter, account: StoreAccount) -> str:
    return store_account(account, counter.store.identity.store)


def _refuse_negative(minor: int) -> None:
    if minor < 0:
        raise AmountUnreadable(format_minor(minor), "negative", CNY.scale)
