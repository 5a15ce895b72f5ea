"""Reprint: the same slip again, marked 补打 n above and below (P30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.model import journal, print_queue
from kiosk.model.journal import Recorded
from kiosk.receipts.document import Document
from kiosk.services import slips
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.errors import EntryUnknown, NothingToReprint
from kiosk.services.recording import Draft, queue_slip, record
from kiosk.services.shifts import own_shift
from ledger.entries import EntryKind
from ledger.ids import EntryId
from ledger.rules.programme import ApprovedAct, Programme


@dataclass(frozen=True, slots=True)
class Reprint:
    """Ask for an entry's slip again."""

    original_id: str


def reprintable(counter: Counter, limit: int = 20) -> tuple[Recorded, ...]:
    """Return this till's latest entries that printed a slip, newest first."""
    recent = journal.recent(counter.store, 3 * limit, till=counter.till)
    printed = [recorded for recorded in recent if print_queue.of_entry(counter.store, recorded.entry.entry_id)]
    return tuple(printed[:limit])


def reprint(counter: Counter, act: Act, original_id: str) -> Done:
    """Queue an entry's slip again, as copy n; the original document is printed, not made anew.

    Raises EntryUnknown, NothingToReprint, ApprovalNeeded, NoOpenShift, ShiftOfAnother.
    """

    def draft(programme: Programme, now: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        original = journal.find(counter.store, EntryId(original_id))
        if original is None:
            raise EntryUnknown(original_id)
        jobs = print_queue.of_entry(counter.store, EntryId(original_id))
        if not jobs:
            raise NothingToReprint(original_id)
        require_approval(programme, act, ApprovedAct.REPRINT)
        copy = len(jobs)
        document = slips.reprint(counter, Document.from_json(jobs[0].document), copy, now)

        def queue(recorded: Recorded) -> None:
            queue_slip(counter, recorded, document, copy_of=original.entry.entry_id, copy=copy)

        return Draft(
            business_date=shift.business_date,
            member_id=original.entry.member_id,
            shift_id=shift.shift_id,
            facts={"original": original_id, "copy": copy},
            then=queue,
        )

    return record(counter, act, EntryKind.REPRINTED, Reprint(original_id), draft)
