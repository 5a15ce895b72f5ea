"""Latest: what happened last at this till, for the home screen."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.model import journal, members, print_queue
from kiosk.model.journal import Recorded
from kiosk.model.print_queue import JobState
from kiosk.services.counter import Counter
from kiosk.services.masking import masked_name
from ledger.entries import EntryKind
from ledger.ids import EntryId

_SHOWN = frozenset(
    {
        EntryKind.TOP_UP,
        EntryKind.SPEND,
        EntryKind.VOID,
        EntryKind.MEMBER_ENROLLED,
        EntryKind.PAID_IN,
        EntryKind.PAID_OUT,
        EntryKind.DROP,
        EntryKind.CARD_ISSUED,
        EntryKind.CARD_BLOCKED,
        EntryKind.CARD_UNBLOCKED,
        EntryKind.CARD_REPLACED,
    }
)
_ACTS = frozenset(EntryKind) - {EntryKind.REFUSED}


@dataclass(frozen=True, slots=True)
class LatestLine:
    """One entry as a line: whose it was (masked, empty for nobody named), the amount people mean by it (fen, or None)."""

    recorded: Recorded
    member_name: str
    amount_minor: int | None
    balance_after_minor: int | None

    @property
    def is_void(self) -> bool:
        """Whether the line undoes another."""
        return self.recorded.entry.kind is EntryKind.VOID


@dataclass(frozen=True, slots=True)
class LastAct:
    """The last act of this till, and whether its slip is on paper for certain."""

    line: LatestLine
    slip_confirmed: bool


def latest(counter: Counter, limit: int) -> tuple[LatestLine, ...]:
    """Return this till's latest entries, newest first; refusals, counts and reprints are left out."""
    return tuple(
        _line(counter, recorded) for recorded in journal.recent(counter.store, limit, counter.till, kinds=_SHOWN)
    )


def last_act_id(counter: Counter) -> EntryId | None:
    """Return the id of what this till did last, of any kind but a refusal; None where it did nothing yet."""
    found = journal.recent(counter.store, 1, counter.till, kinds=_ACTS)
    return found[0].entry.entry_id if found else None


def last_act(counter: Counter, entry_id: EntryId) -> LastAct | None:
    """Return an act and how its slips stand by now: what a cashier asks after a power cut; None for an unknown id."""
    recorded = journal.find(counter.store, entry_id)
    if recorded is None:
        return None
    own = print_queue.get(counter.store, entry_id)  # of a reprint: its slip belongs to the entry that is printed again
    jobs = [*print_queue.of_entry(counter.store, entry_id), *([own] if own is not None else [])]
    return LastAct(_line(counter, recorded), slip_confirmed=all(job.state is not JobState.WAITING for job in jobs))


def _line(counter: Counter, recorded: Recorded) -> LatestLine:
    entry = recorded.entry
    member = members.get(counter.store, entry.member_id) if entry.member_id else None
    amounts = (entry.facts.get(name) for name in ("list_price_minor", "paid_minor", "amount_minor"))
    amount = next((minor for minor in amounts if minor is not None), None)
    name = masked_name(member.name) if member else ""
    return LatestLine(recorded, name, amount, entry.facts.get("balance_after_minor"))
