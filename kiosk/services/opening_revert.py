"""Take a whole import of opening balances back, once, while nothing of it was used (P29).

Page: docs/operations/moving-in.md. Members who were enrolled with it stay enrolled; another import finds them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.model import journal, members, purses, shifts
from kiosk.model.journal import Recorded
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from kiosk.services.errors import ShiftsStillOpen
from kiosk.services.opening import Batch, Progress, Totals
from kiosk.services.opening_errors import BatchReverted, BatchUnknown, OpeningsUsed
from kiosk.services.recording import Draft, record_beside
from kiosk.services.sync_state import require_going
from ledger.corrections import mirror
from ledger.entries import Entry, EntryKind
from ledger.ids import EntryId, derived_id
from ledger.money import PTS
from ledger.purses import purse_deltas

_NAMED: Final = 20
"""So many members are named by their codes where balances were used."""


@dataclass(frozen=True, slots=True)
class BatchState:
    """An import as the journal tells of it: what was declared, what is in, and whether it was taken back."""

    batch: Batch
    written: Totals
    reverted: bool

    @property
    def complete(self) -> bool:
        """Whether every row is in."""
        return self.written == self.batch.declared


@dataclass(frozen=True, slots=True)
class Revert:
    """Ask to take an import back."""

    batch_id: str


def batches(counter: Counter) -> tuple[BatchState, ...]:
    """Return every import of this box, the first one first."""
    heads = (recorded for recorded in _opened(counter, 0) if recorded.entry.member_id is None)
    return tuple(batch_state(counter, recorded.entry.entry_id) for recorded in heads)


def batch_state(counter: Counter, batch_id: str) -> BatchState:
    """Return how an import stands; raises BatchUnknown."""
    head = _head(counter, batch_id)
    written = sum((totals_of_entry(each.entry) for each in _rows(counter, head)), Totals())
    facts = head.entry.facts
    batch = Batch(
        head.entry.entry_id, facts["file"], facts["file_sha256"], Totals(**facts["declared"]), bool(facts.get("more"))
    )
    return BatchState(batch, written, journal.reversal_of(counter.store, batch.batch_id) is not None)


def revert_import(counter: Counter, person: str, batch_id: str, progress: Progress | None = None) -> Totals:
    """Take every balance of an import back in one write transaction, and return what that was.

    The shop must be closed meanwhile. Raises BatchUnknown, BatchReverted, OpeningsUsed, ShiftsStillOpen,
    StoredValueStopped.
    """
    with counter.store.write():
        require_going(counter)
        head = _head(counter, batch_id)
        if journal.reversal_of(counter.store, head.entry.entry_id) is not None:
            raise BatchReverted(batch_id)
        still_open = tuple(shift.till for shift in shifts.open_shifts(counter.store))
        if still_open:
            raise ShiftsStillOpen(counter.business_date(counter.now()), still_open)
        _refuse_used(counter, head)
        _reverse(counter, person, head.entry, batch_id)
        totals = Totals()
        for done, each in enumerate(list(_ids(counter, head)), start=1):
            recorded = journal.find(counter.store, each)
            assert recorded is not None, "it was listed in this transaction"
            _reverse(counter, person, recorded.entry, batch_id)
            totals += totals_of_entry(recorded.entry)
            if progress is not None:
                progress(done)
        return totals


def totals_of_entry(entry: Entry) -> Totals:
    """Return what one row's entry adds to the control totals, from its lots."""
    points = sum(lot.units for lot in entry.lots if lot.asset == PTS.code)
    money = [lot for lot in entry.lots if not lot.units]
    return Totals(
        members=1,
        principal_minor=sum(lot.paid_minor for lot in money),
        bonus_minor=sum(lot.bonus_minor for lot in money),
        points=points,
        visits=sum(lot.units for lot in entry.lots) - points,
    )


def _refuse_used(counter: Counter, head: Recorded) -> None:
    """Refuse where any line of the import no longer holds what it began with."""
    used, codes = 0, list[str]()
    for recorded in _rows(counter, head):
        opened = purse_deltas(recorded.entry.postings)
        member_id = str(recorded.entry.member_id)
        held = purses.lines(counter.store, member_id)
        if all(held.get(key, 0) == minor for key, minor in opened.items()):
            continue
        used += 1
        member = members.get(counter.store, member_id)
        if member is not None and len(codes) < _NAMED:
            codes.append(member.code)
    if used:
        raise OpeningsUsed(head.entry.entry_id, used, tuple(codes))


def _reverse(counter: Counter, person: str, entry: Entry, batch_id: str) -> None:
    act = Act(derived_id(entry.entry_id, "opening_reverted"), person)
    draft = Draft(
        business_date=counter.business_date(counter.now()),
        postings=mirror(entry),
        member_id=entry.member_id,
        reverses=entry.entry_id,
        facts={"batch": batch_id},
    )
    record_beside(counter, act, EntryKind.OPENING_REVERTED, Revert(batch_id), draft)


def _head(counter: Counter, batch_id: str) -> Recorded:
    found = journal.find(counter.store, EntryId(batch_id))
    if found is None or found.entry.kind is not EntryKind.OPENED or found.entry.member_id is not None:
        raise BatchUnknown(batch_id)
    return found


def _ids(counter: Counter, head: Recorded) -> Iterator[EntryId]:
    return (recorded.entry.entry_id for recorded in _rows(counter, head))


def _rows(counter: Counter, head: Recorded) -> Iterator[Recorded]:
    """Yield an import's rows in order, page by page."""
    batch_id = head.entry.entry_id
    for recorded in _opened(counter, head.row.sequence):
        if recorded.entry.member_id is not None and recorded.entry.facts["batch"] == batch_id:
            yield recorded


def _opened(counter: Counter, after: int) -> Iterator[Recorded]:
    while page := journal.opened(counter.store, after):
        yield from page
        after = page[-1].row.sequence
