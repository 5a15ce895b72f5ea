"""Staff's PINs and their leaving: a person changes their own PIN, a manager or the box's owner sets one anew."""

from __future__ import annotations

import logging

from kiosk.model import staff
from kiosk.model.staff import Role, Staff
from kiosk.services.counter import Counter
from kiosk.services.errors import ApproverNotManager, UnknownStaff
from kiosk.services.pin_errors import NobodyLeftInCharge, PinsDiffer, PinTheSame
from kiosk.services.pins import Pepper, hash_pin
from kiosk.services.sign_in import needed_pepper, sign_in

_LOG = logging.getLogger(__name__)


def change_pin(counter: Counter, staff_id: str, old: str, new: str, again: str) -> Staff:
    """Give a person who knows their PIN another one and return them.

    Raises what `sign_in` raises, PinsDiffer, PinTheSame, PinUnfit.
    """
    person = sign_in(counter, staff_id, old)
    if new != again:
        raise PinsDiffer(staff_id)
    if new == old:
        raise PinTheSame(staff_id)
    _set(counter, person, hash_pin(new, needed_pepper(counter)), by=staff_id)
    return person


def require_manager(counter: Counter, staff_id: str, pin: str) -> Staff:
    """Return the manager behind a number and PIN; raises what `sign_in` raises, ApproverNotManager."""
    person = sign_in(counter, staff_id, pin)
    if person.role is not Role.MANAGER:
        raise ApproverNotManager(staff_id)
    return person


def reset_pin(counter: Counter, staff_id: str, new: str, again: str, *, by: str) -> Staff:
    """Give a person a new PIN without the old one, lift their lock-out, and return them.

    `by` is the manager who was asked for their own PIN, or `root` for who owns the box's files. A secret that was lost is
    replaced by a new one: everybody else's PIN then needs the same. Raises UnknownStaff, PinsDiffer, PinUnfit, PepperUnfit.
    """
    person = staff.get(counter.store, staff_id)
    if person is None or not person.active:
        raise UnknownStaff(staff_id)
    if new != again:
        raise PinsDiffer(staff_id)
    _set(counter, person, hash_pin(new, laid_pepper(counter)), by=by)
    return person


def laid_pepper(counter: Counter) -> Pepper | None:
    """Return the secrets of this box, a new one where there is none; raises PepperUnfit, OSError."""
    return counter.pepper_file.lay() if counter.pepper_file is not None else None


def let_go(counter: Counter, staff_id: str) -> Staff:
    """Let a person in no more and return them; their entries keep their number. Raises UnknownStaff, NobodyLeftInCharge."""
    with counter.store.write():
        on_duty = staff.all_active(counter.store)
        person = next((one for one in on_duty if one.staff_id == staff_id), None)
        if person is None:
            raise UnknownStaff(staff_id)
        if person.role is Role.MANAGER and sum(one.role is Role.MANAGER for one in on_duty) == 1:
            raise NobodyLeftInCharge(staff_id)
        staff.set_active(counter.store, staff_id, active=False)
    _LOG.info("staff %s signs in no more", staff_id)
    return person


def take_back(counter: Counter, staff_id: str) -> Staff:
    """Let a person in again who had left, with the PIN they had, and return them; raises UnknownStaff."""
    with counter.store.write():
        person = staff.get(counter.store, staff_id)
        if person is None:
            raise UnknownStaff(staff_id)
        staff.set_active(counter.store, staff_id, active=True)
    return person


def _set(counter: Counter, person: Staff, pin_hash: str, *, by: str) -> None:
    with counter.store.write():
        staff.set_pin(counter.store, person.staff_id, pin_hash)
    _LOG.info("PIN of staff %s set by %s", person.staff_id, by)
