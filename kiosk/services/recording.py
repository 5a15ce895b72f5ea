"""Recording: the one way an act becomes an entry — exactly once, with its slip, or not at all.

Source: `ARCHITECTURE.md`, the walk of one top-up, step 4; `CONTRIBUTING.md`, rule 7.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

from kiosk.model import journal, print_queue, shifts
from kiosk.model.errors import DayClosedAlready, EntryConflict, MemberDirectoryRefused
from kiosk.model.journal import Recorded
from kiosk.model.print_queue import PrintJob
from kiosk.receipts.document import Document
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.errors import ApprovalForOtherContent, ApprovalNeeded, ServiceError
from kiosk.services.masking import masked_phone
from ledger.clock import to_wire_time
from ledger.entries import Entry, EntryKind, Facts, Lot, Posting
from ledger.errors import LedgerError
from ledger.ids import EntryId
from ledger.masked import masked_phones
from ledger.rules.programme import Programme
from ledger.wire import content_hash

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_FIELDS: Final[dict[type, tuple[str, ...] | None]] = {}
_PLAIN: Final = frozenset({str, int, bool, type(None)})
_LONGEST_TYPED: Final = 64
"""No refusal needs more of what somebody typed or scanned."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a use case worked out inside the write transaction, before it has a place in the journal.

    `slip` makes the receipt once the entry has its number and hash; `then` keeps projections beside the journal.
    """

    business_date: date
    postings: tuple[Posting, ...] = ()
    lots: tuple[Lot, ...] = ()
    member_id: str | None = None
    shift_id: str | None = None
    reverses: EntryId | None = None
    facts: Facts = field(default_factory=dict)
    slip: Callable[[Recorded], Document] | None = None
    then: Callable[[Recorded], None] | None = None
    opens_drawer: bool = False


def record(
    counter: Counter, act: Act, kind: EntryKind, command: object, draft: Callable[[Programme, datetime], Draft]
) -> Done:
    """Record an act under its id: once, with the first answer for every repetition.

    `command` is what was asked (a frozen dataclass); `draft` loads and decides inside the write transaction and may
    raise any refusal, which is journalled as an entry of its own kind. Raises EntryConflict for a used id with other
    content, ApprovalForOtherContent, and whatever `draft` raises. ApprovalNeeded is a question to a second person, not
    yet a refusal; it tells the hash of what was asked, and only the approval of that lets the act through.
    """
    occurred_at = counter.now()
    asked = content_hash([kind.value, act.cashier, plain(command)])
    try:
        with counter.store.write():
            known = journal.find(counter.store, act.entry_id)
            if known is not None:
                return _first_answer(counter, known, asked)
            _refuse_other_content(act, asked)
            programme = counter.programme()
            return _append(counter, act, kind, asked, programme, draft(programme, occurred_at), occurred_at)
    except ApprovalNeeded as needed:
        needed.content = asked
        raise
    except (ServiceError, LedgerError, MemberDirectoryRefused, DayClosedAlready) as refusal:
        journal_refusal(counter, act.cashier, kind.value, refusal, attempted=act.entry_id)
        raise


def _refuse_other_content(act: Act, asked: str) -> None:
    """Refuse what is not what the second person saw; raises ApprovalForOtherContent."""
    if act.approval is not None and act.approval.content != asked:
        raise ApprovalForOtherContent(act.approval.act.value)


def record_beside(
    counter: Counter,
    act: Act,
    kind: EntryKind,
    command: object,
    draft: Draft,
    *,
    occurred_at: datetime | None = None,
) -> Recorded:
    """Record another entry inside the write transaction of the one that causes it; `act` has an id of its own.

    `occurred_at` is named for what happened before it is recorded (aware).
    """
    asked = content_hash([kind.value, act.cashier, plain(command)])
    return _append(counter, act, kind, asked, counter.programme(), draft, occurred_at or counter.now()).recorded


def _first_answer(counter: Counter, known: Recorded, asked: str) -> Done:
    if known.command_hash != asked:
        raise EntryConflict(known.entry.entry_id)
    jobs = print_queue.of_entry(counter.store, known.entry.entry_id)
    return Done(known, jobs[0].job_id if jobs else None, repeated=True)


def _append(
    counter: Counter, act: Act, kind: EntryKind, asked: str, programme: Programme, draft: Draft, occurred_at: datetime
) -> Done:
    identity = counter.store.identity
    entry = Entry(
        entry_id=act.entry_id,
        kind=kind,
        store=identity.store,
        box=identity.box,
        till=counter.till,
        cashier=act.cashier,
        approver=act.approval.approver if act.approval else None,
        occurred_at=occurred_at,
        recorded_at=counter.now(),
        business_date=draft.business_date,
        programme_version=programme.version,
        postings=draft.postings,
        lots=draft.lots,
        member_id=draft.member_id,
        shift_id=draft.shift_id,
        reverses=draft.reverses,
        facts=draft.facts,
    )
    recorded = journal.append(counter.store, entry, asked)
    if draft.then is not None:
        draft.then(recorded)
    job_id = None
    if draft.slip is not None:
        job_id = queue_slip(counter, recorded, draft.slip(recorded), opens_drawer=draft.opens_drawer)
    return Done(recorded, job_id, repeated=False)


def queue_slip(
    counter: Counter,
    recorded: Recorded,
    document: Document,
    *,
    copy_of: EntryId | None = None,
    copy: int = 0,
    opens_drawer: bool = False,
) -> str:
    """Put a slip into this till's print queue, inside the write transaction of its entry; return the job's id.

    A reprint is a job of its own that names the entry it copies (`copy_of`) and which copy it is (1, 2, …).
    """
    job_id = recorded.entry.entry_id
    print_queue.add(
        counter.store,
        PrintJob(
            job_id=job_id,
            entry_id=copy_of or recorded.entry.entry_id,
            copy=copy,
            document=document.to_json(),
            queued_at=recorded.entry.recorded_at,
            till=counter.till,
            drawer=opens_drawer,
        ),
    )
    return job_id


def journal_refusal(
    counter: Counter, cashier: str, attempt: str, refusal: Exception, *, attempted: EntryId | None = None
) -> Recorded:
    """Journal a refused attempt under an id of its own, so that fraud and friction can be seen (P5, P8).

    Phones are masked: the journal is sent and kept, the member directory is not.
    """
    now = counter.now()
    with counter.store.write():
        shift = shifts.open_on(counter.store, counter.till)
        entry = Entry(
            entry_id=counter.mint(),
            kind=EntryKind.REFUSED,
            store=counter.store.identity.store,
            box=counter.store.identity.box,
            till=counter.till,
            cashier=_harmless(cashier),
            occurred_at=now,
            recorded_at=counter.now(),
            business_date=shift.business_date if shift else counter.business_date(now),
            programme_version=counter.programme().version,
            shift_id=shift.shift_id if shift else None,
            facts={
                "act": attempt,
                "attempted_id": attempted,
                "error": type(refusal).__name__,
                "fields": {name: _unnamed(name, value) for name, value in vars(refusal).items()},
            },
        )
        return journal.append(counter.store, entry, content_hash(entry.facts))


def _unnamed(name: str, value: object) -> object:
    """Return a refusal's field without the person in it: what was typed may hold a phone wherever it was typed."""
    if name == "phone":
        return masked_phone(masked_phones(str(value)))
    if name in {"birthday", "name"}:
        return "*" * min(len(str(value)), _LONGEST_TYPED)
    if isinstance(value, str) and not isinstance(value, Enum):
        return _harmless(value)
    return plain(value)


def _harmless(typed: str) -> str:
    """Return what was typed, not all of it where it is long, any phone in it masked, and no control character.

    A scanner that sends a NUL must not write an entry that head office's database cannot hold.
    """
    shown = _CONTROL.sub("\ufffd", typed[:_LONGEST_TYPED])
    return masked_phones(shown)


def _names_of(kind: type) -> tuple[str, ...] | None:
    """Return the fields of a dataclass, None for any other kind; asked again and again, so they are kept."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(item.name for item in fields(kind)) if is_dataclass(kind) else None
    return _FIELDS[kind]


def plain(content: object) -> object:
    """Return dataclasses, dates and tuples as plain content for the wire: text, whole numbers, lists and objects."""
    if type(content) in _PLAIN:
        return content
    if isinstance(content, Enum):
        return content.value
    if isinstance(content, (str, int)):
        return content
    if isinstance(content, datetime):
        return to_wire_time(content)
    if isinstance(content, date):
        return content.isoformat()
    names = _names_of(type(content))
    if names is not None:
        return dict(zip(names, _each_plain(getattr(content, name) for name in names), strict=True))
    if isinstance(content, dict):
        return dict(zip(map(str, content), _each_plain(content.values()), strict=True))
    if isinstance(content, (list, tuple)):
        return _each_plain(content)
    raise TypeError(f"{type(content).__name__} has no plain form")


def _each_plain(contents: Iterable[object]) -> list[object]:
    return [each if type(each) in _PLAIN else plain(each) for each in contents]
