"""Void: undo a mistake of this shift by an entry that mirrors it, with the original tender handed back (glossary)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.model import journal, purses
from kiosk.model.journal import Recorded
from kiosk.services import slips
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.errors import DrawerTooEmpty, EntryUnknown
from kiosk.services.follow_up import undo_draft, undo_of
from kiosk.services.open_member import load_member
from kiosk.services.recording import Draft, record, record_beside
from kiosk.services.shifts import current, drawer_cash, own_shift
from kiosk.services.sync_state import require_going
from ledger.accounts import Tender, till_account
from ledger.balances import fold_balances
from ledger.corrections import VOIDABLE, check_void, mirror
from ledger.entries import Entry, EntryKind
from ledger.errors import CorrectionRefused
from ledger.ids import EntryId, derived_id
from ledger.money import CNY
from ledger.purses import purse_deltas
from ledger.rules.programme import ApprovedAct, Programme


@dataclass(frozen=True, slots=True)
class Void:
    """Ask to undo an entry whole."""

    original_id: str


@dataclass(frozen=True, slots=True)
class VoidChoice:
    """An entry of this shift that a cashier may want to undo; `refusal` says why it cannot be, None if it can."""

    recorded: Recorded
    amount_minor: int
    refusal: CorrectionRefused | None


def entry_amount(entry: Entry) -> int:
    """Return the amount people mean by an entry, in fen: paid in for a top-up, the bill for a spend, else the cash."""
    facts = entry.facts
    for name in ("list_price_minor", "paid_minor", "amount_minor", "counted_minor", "float_minor"):
        if name in facts:
            amount: int = facts[name]
            return amount
    return 0


def voidable(counter: Counter, limit: int = 20) -> tuple[VoidChoice, ...]:
    """Return this shift's latest entries of voidable kinds, newest first; raises nothing: no shift, no choices."""
    shift = current(counter)
    if shift is None:
        return ()
    recent = journal.recent(counter.store, limit, shift_id=shift.shift_id, kinds=VOIDABLE)
    return tuple(
        VoidChoice(recorded, entry_amount(recorded.entry), _refusal(counter, recorded.entry, shift.shift_id))
        for recorded in recent
    )


def void(counter: Counter, act: Act, original_id: str) -> Done:
    """Void an entry of this shift and queue its slip; a cash tender is handed back from the drawer.

    Raises EntryUnknown, NotReversible, AlreadyReversed, ShiftClosedSince, ValueAlreadySpent, DrawerTooEmpty,
    StoredValueStopped, ApprovalNeeded, NoOpenShift, ShiftOfAnother.
    """

    def draft(programme: Programme, _: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        original = journal.find(counter.store, EntryId(original_id))
        if original is None:
            raise EntryUnknown(original_id)
        _check(counter, original.entry, shift.shift_id)
        if purse_deltas(original.entry.postings):
            require_going(counter)
        member_id = original.entry.member_id
        member = None if member_id is None else load_member(counter, member_id)
        require_approval(programme, act, ApprovedAct.VOID, entry_amount(original.entry))
        postings = mirror(original.entry)
        cash = fold_balances(postings).get((till_account(counter.till, Tender.CASH), CNY.code), 0)
        if cash < 0:
            held = drawer_cash(counter, shift)
            if held + cash < 0:
                raise DrawerTooEmpty(-cash, held)
        return Draft(
            business_date=shift.business_date,
            postings=postings,
            member_id=member_id,
            shift_id=shift.shift_id,
            reverses=original.entry.entry_id,
            facts={"voided_kind": original.entry.kind.value, "amount_minor": entry_amount(original.entry)},
            slip=lambda recorded: slips.void(counter, member, original, recorded),
            then=lambda _: _take_back(counter, act, original.entry, shift.shift_id),
            opens_drawer=cash != 0,
        )

    return record(counter, act, EntryKind.VOID, Void(original_id), draft)


def _take_back(counter: Counter, act: Act, original: Entry, shift_id: str) -> None:
    """Void what followed from the original too, in the same write transaction: a referrer's thanks."""
    for given in undo_of(counter, original, shift_id):
        undoing = Act(derived_id(act.entry_id, given.entry_id), act.cashier, act.approval)
        record_beside(counter, undoing, EntryKind.VOID, Void(given.entry_id), undo_draft(given, act.entry_id))


def _check(counter: Counter, original: Entry, open_shift_id: str) -> None:
    touched = {key.member_id for key in purse_deltas(original.postings)}
    purse = {key: held for member_id in touched for key, held in purses.lines(counter.store, member_id).items()}
    reversal_id = journal.reversal_of(counter.store, original.entry_id)
    check_void(original, reversal_id=reversal_id, open_shift_id=open_shift_id, purse=purse)


def _refusal(counter: Counter, original: Entry, open_shift_id: str) -> CorrectionRefused | None:
    try:
        _check(counter, original, open_shift_id)
    except CorrectionRefused as refused:
        return refused
    return None
