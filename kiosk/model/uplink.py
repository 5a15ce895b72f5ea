"""Where this box stands with head office: alone, going or stopped; what was acknowledged and what waits.

Source: `docs/protocol.md`, hello.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kiosk.model import journal
from kiosk.model.store import Store
from ledger.clock import from_wire_time, to_wire_time
from ledger.wire import read_entry

_SELECT: Final = (
    "SELECT mode, stop_reason, ho_epoch, cursor, online, last_contact_at, members_through, office_key FROM uplink"
)
_PENDING_MINOR: Final = (
    "SELECT coalesce(sum(amount_minor), 0) FROM posting WHERE sequence > ?"
    " AND (debit GLOB 'member:*') <> (credit GLOB 'member:*')"
    " AND asset = 'CNY' AND debit NOT GLOB 'transfer:*' AND credit NOT GLOB 'transfer:*'"
)


class Mode(StrEnum):
    """Whether the box has a head office, and whether it may sell stored value."""

    ALONE = "alone"
    GOING = "going"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Uplink:
    """The box's standing; `stop_reason` is set when stopped, `office_key` is head office's public key (32 bytes)."""

    mode: Mode
    stop_reason: str | None
    ho_epoch: int
    cursor: int
    online: bool
    last_contact_at: datetime | None
    members_through: int
    office_key: bytes | None


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits to be sent: entries, the stored value they moved (fen), and when the oldest was recorded."""

    entries: int
    minor: int
    since: datetime | None


def state(store: Store) -> Uplink:
    """Return where this box stands."""
    mode, reason, ho_epoch, cursor, online, contact, through, key = store.execute(_SELECT).fetchone()
    at = None if contact is None else from_wire_time(contact)
    return Uplink(Mode(mode), reason, ho_epoch, cursor, bool(online), at, through, key)


def pending(store: Store) -> Pending:
    """Return what waits to be sent."""
    cursor = store.execute("SELECT cursor FROM uplink").fetchone()[0]
    entries = journal.head(store)[1] - cursor
    if not entries:
        return Pending(0, 0, None)
    body = store.execute("SELECT body FROM journal WHERE sequence = ?", (cursor + 1,)).fetchone()[0]
    minor = store.execute(_PENDING_MINOR, (cursor,)).fetchone()[0]
    return Pending(entries, int(minor), read_entry(body).recorded_at)


def join(store: Store, office_key: bytes) -> None:
    """Note that this box now belongs to a head office with this public key, inside the write transaction."""
    store.change("UPDATE uplink SET mode = 'going', stop_reason = NULL, office_key = ?", (office_key,))


def stop(store: Store, reason: str) -> None:
    """Stop selling stored value for a reason people must see, inside the write transaction."""
    store.change("UPDATE uplink SET mode = 'stopped', stop_reason = ?", (reason,))


def go_on(store: Store) -> None:
    """Sell again: head office says that all is well, inside the write transaction."""
    store.change("UPDATE uplink SET mode = 'going', stop_reason = NULL WHERE mode = 'stopped'")


def note_contact(store: Store, at: datetime, *, online: bool) -> None:
    """Note the last time head office answered, or that the line is down, inside the write transaction."""
    if online:
        store.change("UPDATE uplink SET online = 1, last_contact_at = ?", (to_wire_time(at),))
    else:
        store.change("UPDATE uplink SET online = 0")


def adopt(store: Store, ho_epoch: int, acknowledged: int) -> None:
    """Take head office's new epoch and go back to what it holds, inside the write transaction."""
    store.change(
        "UPDATE uplink SET ho_epoch = ?, cursor = min(cursor, ?), members_through = 0", (ho_epoch, acknowledged)
    )


def members_told(store: Store, through: int) -> None:
    """Note that directory changes up to a number were acknowledged, inside the write transaction."""
    store.change("UPDATE uplink SET members_through = max(members_through, ?)", (through,))
