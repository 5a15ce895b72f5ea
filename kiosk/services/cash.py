"""Cash that moves without a sale: paid in, paid out, dropped to the safe, or a drawer opened for change (P18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.services import slips
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.errors import DrawerTooEmpty, ReasonMissing
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import drawer_cash, own_shift
from ledger.accounts import StoreAccount, Tender, store_account, till_account
from ledger.entries import EntryKind, Posting
from ledger.errors import NothingToPay
from ledger.rules.programme import ApprovedAct, Programme

CASH_KINDS: Final = {
    EntryKind.PAID_IN: (ApprovedAct.PAID_IN, StoreAccount.PAID_IN),
    EntryKind.PAID_OUT: (ApprovedAct.PAID_OUT, StoreAccount.PAID_OUT),
    EntryKind.DROP: (ApprovedAct.DROP, StoreAccount.SAFE),
    EntryKind.NO_SALE: (ApprovedAct.NO_SALE, None),
}
"""Each kind with the approval it may need and the account on its other side."""


@dataclass(frozen=True, slots=True)
class CashMovement:
    """Ask to move cash (fen) for a reason in words; a no sale moves nothing."""

    kind: EntryKind
    amount_minor: int
    reason: str


def move_cash(counter: Counter, act: Act, kind: EntryKind, amount_minor: int, reason: str) -> Done:
    """Record a cash movement and queue its slip, which opens the drawer.

    Raises NothingToPay, ReasonMissing, DrawerTooEmpty, ApprovalNeeded, NoOpenShift, ShiftOfAnother.
    """
    approved_act, store_side = CASH_KINDS[kind]
    movement = CashMovement(kind, amount_minor, reason.strip())

    def draft(programme: Programme, _: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        _check(movement)
        require_approval(programme, act, approved_act, amount_minor)
        cash = till_account(counter.till, Tender.CASH)
        postings: tuple[Posting, ...] = ()
        if store_side is not None:
            other = store_account(store_side, counter.store.identity.store)
            debit, credit = (cash, other) if kind is EntryKind.PAID_IN else (other, cash)
            postings = (Posting(debit, credit, amount_minor),)
        if kind in {EntryKind.PAID_OUT, EntryKind.DROP}:
            held = drawer_cash(counter, shift)
            if amount_minor > held:
                raise DrawerTooEmpty(amount_minor, held)
        return Draft(
            business_date=shift.business_date,
            postings=postings,
            shift_id=shift.shift_id,
            facts={"amount_minor": amount_minor, "reason": movement.reason},
            slip=lambda recorded: slips.cash_movement(counter, recorded),
            opens_drawer=True,
        )

    return record(counter, act, kind, movement, draft)


def _check(movement: CashMovement) -> None:
    if movement.kind is EntryKind.NO_SALE:
        if movement.amount_minor:
            raise NothingToPay(movement.amount_minor)
    elif movement.amount_minor <= 0:
        raise NothingToPay(movement.amount_minor)
    if not movement.reason:
        raise ReasonMissing(movement.kind.value)
