"""Sign in: a number and a PIN, with a lock-out that the database remembers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kiosk.model import staff
from kiosk.model.staff import Staff
from kiosk.services.counter import Counter
from kiosk.services.errors import ServiceError, StaffLocked, UnknownStaff, WrongPin
from kiosk.services.pin_errors import PepperMissing, PepperUnknown
from kiosk.services.pins import Pepper, PepperLacking, hash_pin, is_out_of_date, is_peppered, pin_matches
from kiosk.services.recording import journal_refusal
from ledger.rules.programme import Programme

_LONGEST_ROUNDS: Final = 8
"""A lock-out is never more than so many times the programme's: a wrong number is also typed by somebody who is angry."""


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
    """Return the person whose PIN this is, and count what fails.

    Raises UnknownStaff, StaffLocked, WrongPin; PepperMissing, PepperUnfit, PepperUnknown where the secret does not serve,
    which counts against nobody. A PIN kept without the secret, or under an older one, is kept anew. The PIN is compared outside the write transaction; the count is read and written inside it, so that attempts
    at two tills at once are all counted.
    """
    person = staff.get(counter.store, staff_id)
    if person is None or not person.active:
        raise UnknownStaff(staff_id)
    _refuse_locked(counter, person)
    pepper = pepper_of(counter)
    if not _matches(counter, person, pin, pepper):
        raise _count_failure(counter, staff_id)
    known = _let_in(counter, person)
    if is_out_of_date(person.pin_hash, pepper):
        _keep_anew(counter, person, pin, pepper)
    return known


def pepper_of(counter: Counter) -> Pepper | None:
    """Return the secrets of this box, None where it has no file; raises PepperUnfit."""
    return counter.pepper_file.read() if counter.pepper_file is not None else None


def needed_pepper(counter: Counter) -> Pepper | None:
    """Return what new PINs are kept under, None for a counter that keeps no secret; raises PepperMissing, PepperUnfit."""
    pepper, file = pepper_of(counter), counter.pepper_file
    if pepper is None and file is not None:
        raise PepperMissing(str(file.path))
    return pepper


def begin_pepper(counter: Counter) -> None:
    """Lay a secret where a box has none and never had one; raises PepperUnfit, OSError."""
    file = counter.pepper_file
    if file is not None and not any(is_peppered(person.pin_hash) for person in staff.everybody(counter.store)):
        file.lay()


def under_older_secret(counter: Counter) -> tuple[str, ...]:
    """Return the numbers whose PIN moves to the newest secret at their next sign-in; raises PepperUnfit."""
    pepper = pepper_of(counter)
    return tuple(one.staff_id for one in staff.all_active(counter.store) if is_out_of_date(one.pin_hash, pepper))


def _matches(counter: Counter, person: Staff, pin: str, pepper: Pepper | None) -> bool:
    try:
        return pin_matches(person.pin_hash, pin, pepper)
    except PepperLacking as lacking:
        if pepper is None:
            file = counter.pepper_file
            raise PepperMissing(str(file.path) if file is not None else "") from lacking
        raise PepperUnknown(person.staff_id) from lacking


def _keep_anew(counter: Counter, person: Staff, pin: str, pepper: Pepper | None) -> None:
    """Keep a PIN that was right under the newest secret, unless it was changed meanwhile."""
    renewed = hash_pin(pin, pepper)
    with counter.store.write():
        now_known = staff.get(counter.store, person.staff_id)
        if now_known is not None and now_known.pin_hash == person.pin_hash:
            staff.keep_pin_anew(counter.store, person.staff_id, renewed)


def _refuse_locked(counter: Counter, person: Staff) -> None:
    until = _locked_until(counter, person)
    if until is not None:
        raise StaffLocked(person.staff_id, until)


def _locked_until(counter: Counter, person: Staff) -> datetime | None:
    """Return until when a number is locked, None if it is not.

    A lock never lasts longer than the programme says: a clock that was set back would keep the manager out for years.
    """
    until, now = person.locked_until, counter.now()
    longest = _lock_out(counter.programme(), person.failed_attempts)
    return until if until is not None and now < until <= now + longest else None


def _lock_out(programme: Programme, failed: int) -> timedelta:
    """Return how long so many wrong PINs in a row lock a number: each round twice the one before, up to eight times."""
    rounds = max(1, failed // programme.sign_in_attempts)
    return timedelta(minutes=programme.lock_out_minutes * min(2 ** (rounds - 1), _LONGEST_ROUNDS))


def _let_in(counter: Counter, person: Staff) -> Staff:
    """Look again before letting in: while this PIN was compared, wrong ones at other tills may have locked the number."""
    now_known = staff.get(counter.store, person.staff_id)
    assert now_known is not None, "staff are never deleted"
    if not now_known.active:
        raise UnknownStaff(person.staff_id)
    _refuse_locked(counter, now_known)
    if now_known.failed_attempts:
        with counter.store.write():
            staff.clear_failures(counter.store, person.staff_id)
    return now_known


def _count_failure(counter: Counter, staff_id: str) -> ServiceError:
    """Count a wrong PIN; only a right one, or a PIN set anew, forgets how many there were, so that lock-outs grow."""
    programme, now = counter.programme(), counter.now()
    with counter.store.write():
        person = staff.get(counter.store, staff_id)
        assert person is not None, "staff are never deleted"
        until, failed = _locked_until(counter, person), person.failed_attempts + 1
        if until is not None:  # locked elsewhere while this PIN was compared
            return StaffLocked(staff_id, until)
        left = -failed % programme.sign_in_attempts
        until = None if left else now + _lock_out(programme, failed)
        staff.record_failure(counter.store, staff_id, failed, until)
    return StaffLocked(staff_id, until) if until else WrongPin(staff_id, left)
