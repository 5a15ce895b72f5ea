"""Where this box stands with head office, as a cashier must know it (docs/protocol.md, what the box sells when).

A box alone owns everything it holds. A joined one sells what is here, online or not; only a stopped one sells no stored
value, because head office knows something about its journal that the box does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kiosk.model import uplink
from kiosk.model.backup_marker import PAST_STOPS
from kiosk.model.uplink import Mode, Pending, Uplink
from kiosk.services.counter import Counter
from kiosk.services.daemon import Daemon
from kiosk.services.errors import StoredValueStopped

LATE_AFTER: Final = timedelta(minutes=15)
LATE_ENTRIES: Final = 500


class Standing(StrEnum):
    """How it goes between this box and head office."""

    ALONE = "alone"
    ONLINE = "online"
    OFFLINE = "offline"
    LATE = "late"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SyncState:
    """Where the box stands: what waits to be sent (entries, stored value moved in fen, since when), why it stopped.

    `online` tells whether head office can be asked now, also where entries are late; moments are aware UTC.
    """

    standing: Standing
    online: bool = False
    pending: int = 0
    pending_minor: int = 0
    since: datetime | None = None
    reason: str | None = None
    last_contact_at: datetime | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether no stored value may be moved here."""
        return self.standing is Standing.STOPPED

    @property
    def is_stopped_by_past(self) -> bool:
        """Whether the books are older than this box's own past, which no line to head office mends."""
        return self.is_stopped and self.reason in PAST_STOPS


def sync_state(counter: Counter, daemon: Daemon) -> SyncState:
    """Return where this box stands; asks the daemon on the same box, within its budget, whether it lives."""
    kept = uplink.state(counter.store)
    if kept.mode is Mode.ALONE:
        return SyncState(Standing.ALONE)
    if _is_alone(kept):
        return SyncState(Standing.STOPPED, reason=kept.stop_reason)
    waiting = uplink.pending(counter.store)
    online = kept.online and daemon.state() is not None
    standing = Standing.ONLINE if online else Standing.OFFLINE
    if _is_late(waiting, counter.now()):
        standing = Standing.LATE
    if kept.mode is Mode.STOPPED:
        standing = Standing.STOPPED
    return SyncState(
        standing=standing,
        online=online,
        pending=waiting.entries,
        pending_minor=waiting.minor,
        since=waiting.since,
        reason=kept.stop_reason,
        last_contact_at=kept.last_contact_at,
    )


def is_online(counter: Counter) -> bool:
    """Tell whether head office was there a moment ago, so that asking it is worth a customer's second."""
    kept = uplink.state(counter.store)
    return kept.mode is Mode.GOING and kept.online


def stopped_reason(counter: Counter) -> str | None:
    """Return why this box sells no stored value, None if it does."""
    kept = uplink.state(counter.store)
    return (kept.stop_reason or "") if kept.mode is Mode.STOPPED else None


def require_going(counter: Counter) -> None:
    """Refuse to move stored value on a stopped box, inside the write transaction; raises StoredValueStopped."""
    reason = stopped_reason(counter)
    if reason is not None:
        raise StoredValueStopped(reason)


def unsent(counter: Counter) -> Pending | None:
    """Return what head office has not acknowledged, None where there is no head office or nothing waits."""
    kept = uplink.state(counter.store)
    if kept.mode is Mode.ALONE or _is_alone(kept):
        return None
    waiting = uplink.pending(counter.store)
    return waiting if waiting.entries else None


def _is_alone(kept: Uplink) -> bool:
    """Tell whether a box without a head office was stopped by its own past: nothing waits to be sent there."""
    return kept.office_key is None and kept.stop_reason in PAST_STOPS


def _is_late(waiting: Pending, now: datetime) -> bool:
    return waiting.entries >= LATE_ENTRIES or (waiting.since is not None and now - waiting.since >= LATE_AFTER)
