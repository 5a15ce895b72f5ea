"""Sign in: a number and a PIN, with a lock-out that the database remembers."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.model import staff
from kiosk.model.staff import Staff
from kiosk.services.counter import Counter
from kiosk.services.errors import ServiceError, StaffLocked, UnknownStaff, WrongPin
from kiosk.services.pins import pin_matches
from kiosk.services.recording import journal_refusal


def staff_on_duty(counter: Counter) -> tuple[Staff, ...]:
    """Return everybody who may sign in, by number."""
    return tuple(staff.all_active(counter.store))


def sign_in(counter: Counter, staff_id: str, pin: str) -> Staff:
    """Return the person behind a number and PIN; raises UnknownStaff, StaffLocked, WrongPin, each journalled."""
    try:
        return check_pin(counter, staff_id, pin)
    except ServiceError as refusal:
        journal_refusal(counter, staff_id, "sign_in", refusal)
        raise


def check_pin(counter: Counter, staff_id: str, pin: str) -> Staff:
    """Return the person whose PIN this is, and count what fails; raises UnknownStaff, StaffLocked, WrongPin.

    The PIN is compared outside the write transaction; the count is read and written inside it, so that attempts at two
    tills at once are all counted.
    """
    person = staff.get(counter.store, staff_id)
    if person is None or not person.active:
        raise UnknownStaff(staff_id)
    _refuse_locked(counter, person)
    if pin_matches(person.pin_hash, pin):
        return _let_in(counter, person)
    raise _count_failure(counter, staff_id)


def _refuse_locked(counter: Counter, person: Staff) -> None:
    until = _locked_until(counter, person)
    if until is not None:
        raise StaffLocked(person.staff_id, until)


def _locked_until(counter: Counter, person: Staff) -> datetime | None:
    """Return until when a number is locked, None if it is not.

    A lock never lasts longer than the programme says: a clock that was set back would keep the manager out for years.
    """
    until, now = person.locked_until, counter.now()
    longest = timedelta(minutes=counter.programme().lock_out_minutes)
    return until if until is not None and now < until <= now + longest else None


def _let_in(counter: Counter, person: Staff) -> Staff:
    """Look again before letting in: while this PIN was compared, wrong ones at other tills may have locked the number."""
    now_known = staff.get(counter.store, person.staff_id)
    assert now_known is not None, "staff are never deleted"
    _refuse_locked(counter, now_known)
    if now_known.failed_attempts:
        with counter.store.write():
            staff.clear_failures(counter.store, person.staff_id)
    return now_known


def _count_failure(counter: Counter, staff_id: str) -> ServiceError:
    programme, now = counter.programme(), counter.now()
    with counter.store.write():
        person = staff.get(counter.store, staff_id)
        assert person is not None, "staff are never deleted"
        lock_ran_out = person.locked_until is not None and _locked_until(counter, person) is None
        failed = 1 if lock_ran_out else person.failed_attempts + 1
        locked = failed >= programme.sign_in_attempts
        until = now + timedelta(minutes=programme.lock_out_minutes) if locked else None
        staff.record_failure(counter.store, staff_id, failed, until)
    return StaffLocked(staff_id, until) if until else WrongPin(staff_id, programme.sign_in_attempts - failed)
