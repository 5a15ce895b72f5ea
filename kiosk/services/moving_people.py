"""Who brings balances in: a manager with their PIN; wrong ones are journalled and lock as at the counter."""

from __future__ import annotations

from kiosk.model.staff import Role
from kiosk.services.counter import Counter
from kiosk.services.errors import ApproverNotManager, ServiceError
from kiosk.services.recording import journal_refusal
from kiosk.services.sign_in import check_pin

_ACT = "import"


def manager_of(counter: Counter, number: str, pin: str) -> str:
    """Return the number of a manager whose PIN is right; raises ApproverNotManager, UnknownStaff, StaffLocked, WrongPin."""
    try:
        person = check_pin(counter, number, pin)
        if person.role is not Role.MANAGER:
            raise ApproverNotManager(number)
    except ServiceError as refusal:
        journal_refusal(counter, number, _ACT, refusal)
        raise
    return person.staff_id
