"""The outbox: the journal past a cursor; the daemon reads pages of it and moves the cursor on acknowledgement."""

from __future__ import annotations

from kiosk.model import journal
from kiosk.model.store import Store
from ledger.wire import JournalRow


def cursor(store: Store) -> int:
    """Return the last sequence number that was acknowledged; 0 for none."""
    found: int = store.execute("SELECT cursor FROM uplink").fetchone()[0]
    return found


def page(store: Store, limit: int) -> list[JournalRow]:
    """Return the next rows to send, in order."""
    return journal.page(store, cursor(store), limit)


def move_cursor(store: Store, sequence: int) -> None:
    """Note that everything up to a sequence number was acknowledged, inside the write transaction; never goes back."""
    last = journal.head(store)[1]
    assert sequence <= last, "what is not in the journal cannot be acknowledged"
    store.change("UPDATE uplink SET cursor = max(cursor, ?)", (sequence,))


def pending(store: Store) -> int:
    """Return how many rows wait to be sent."""
    return journal.head(store)[1] - cursor(store)
