"""References of payments made outside: one that was used before may be the same screenshot shown twice."""

from __future__ import annotations

from typing import Final

from kiosk.model import journal
from kiosk.model.journal import Recorded
from kiosk.services.counter import Counter
from ledger.entries import EntryKind

_PAID: Final = frozenset({EntryKind.TOP_UP, EntryKind.SPEND})
_LOOKED_AT: Final = 2000
"""How many of the latest top-ups and payments are looked at: some days of a busy shop, a few milliseconds."""


def reference_seen(counter: Counter, reference: str) -> Recorded | None:
    """Return the latest entry that took money under a reference and stands, None where there is none."""
    written = reference.encode()
    for recorded in journal.recent(counter.store, _LOOKED_AT, kinds=_PAID):
        if written not in recorded.row.body:
            continue
        facts = recorded.entry.facts
        if reference not in {facts.get("reference"), facts.get("rest_reference")}:
            continue
        if journal.reversal_of(counter.store, recorded.entry.entry_id) is None:
            return recorded
    return None
