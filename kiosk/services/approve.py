"""Approve: a manager's PIN for one act under one entry id (P17)."""

from __future__ import annotations

from kiosk.model.staff import Role, Staff
from kiosk.services.acts import Approval
from kiosk.services.counter import Counter
from kiosk.services.errors import ApproverIsCashier, ApproverNotManager, ServiceError
from kiosk.services.recording import journal_refusal
from kiosk.services.sign_in import check_pin
from ledger.ids import EntryId
from ledger.rules.programme import ApprovedAct


def approval_needed(counter: Counter, act: ApprovedAct, amount_minor: int = 0) -> bool:
    """Tell whether the programme wants a second person for an act of an amount (fen), before it is tried."""
    return counter.programme().approvals.needed(act, amount_minor)


def approve(
    counter: Counter, approver_id: str, pin: str, act: ApprovedAct, entry_id: EntryId, cashier: str, content: str
) -> Approval:
    """Return a manager's approval of one act with one content (`ApprovalNeeded.content`); refusals are journalled.

    Raises ApproverIsCashier, ApproverNotManager, UnknownStaff, StaffLocked, WrongPin.
    """
    try:
        approver = _approver(counter, approver_id, pin, cashier)
    except ServiceError as refusal:
        journal_refusal(counter, cashier, f"approve_{act.value}", refusal, attempted=entry_id)
        raise
    return Approval(approver.staff_id, act, entry_id, content)


def _approver(counter: Counter, approver_id: str, pin: str, cashier: str) -> Staff:
    if approver_id == cashier:
        raise ApproverIsCashier(approver_id)
    person = check_pin(counter, approver_id, pin)
    if person.role is not Role.MANAGER:
        raise ApproverNotManager(approver_id)
    return person
