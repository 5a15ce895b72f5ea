"""The marker: how far this box's journal once reached, kept outside the database, so that an old image is noticed.

Three traces are weighed alike: the marker in the state folder, its copy on the second medium, and the manifests of
backups. Source: `docs/protocol.md`, disasters; what it can miss: `docs/decisions/0025-a-marker-of-the-past.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.model import journal, uplink
from kiosk.model.backup_files import in_turn, write_whole
from kiosk.model.backup_manifest import Manifest, backups_in
from kiosk.model.store import Store
from kiosk.model.uplink import Mode
from ledger.clock import from_wire_time, to_wire_time

MARKER: Final = "past.json"
"""The marker's name in the state folder."""
FORMAT: Final = 1
_KINDS: Final = {"format": int, "box": str, "epoch": int, "sequence": int, "hash": str, "noted_at": str}
_LARGEST: Final = 10_000
OLDER: Final = "older_image"
FORKED: Final = "other_past"
UNKNOWN: Final = "past_unknown"
PAST_STOPS: Final = frozenset({OLDER, FORKED, UNKNOWN})
"""Reasons of a stop that head office cannot lift: only a later epoch does."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A journal of a box once reached this entry, which had this hash (64 hex digits); sequence 0 is an empty one."""

    box: str
    epoch: int
    sequence: int
    hash: str
    noted_at: str
    format: int = FORMAT

    @property
    def head(self) -> tuple[int, int]:
        """Epoch and sequence; a larger one is younger."""
        return self.epoch, self.sequence


@dataclass(frozen=True, slots=True)
class Older:
    """The books are not what the box's past ends in: the reason of the stop, and the trace that tells it (None: it is gone)."""

    reason: str
    mark: Mark | None


def mark_of(store: Store, at: datetime) -> Mark:
    """Return where a box's journal stands now."""
    epoch, sequence, head_hash = journal.head(store)
    return Mark(store.identity.box, max(epoch, store.identity.epoch), sequence, head_hash.hex(), to_wire_time(at))


def mark_in(manifest: Manifest) -> Mark:
    """Return the trace that a backup's manifest is."""
    return Mark(manifest.box, manifest.epoch, manifest.sequence, manifest.hash, manifest.taken_at)


def read_mark(place: Path, box: str) -> Mark | None:
    """Return the marker of a box at a place; None where there is none, or nothing that this program wrote."""
    try:
        with place.open("rb") as opened:
            content = json.loads(opened.read(_LARGEST))
        if any(type(content[name]) is not kind for name, kind in _KINDS.items()):
            return None
        mark = Mark(**{name: content[name] for name in _KINDS})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return mark if (mark.box, mark.format) == (box, FORMAT) else None


def write_mark(place: Path, mark: Mark) -> None:
    """Note a marker durably, old or new but never half; one that is younger already stays. Raises OSError.

    Several tills of a box note in one place, each in its turn.
    """
    with in_turn(place.with_suffix(".lock")):
        known = read_mark(place, mark.box)
        if known is None or known.head < mark.head:
            write_whole(place, (json.dumps(asdict(mark), sort_keys=True) + "\n").encode())


def older(store: Store, marks: Iterable[Mark]) -> Older | None:
    """Return why a box's books are not the ones its traces tell of, None where they are those or their continuation.

    A later epoch than the trace's was opened lawfully: by a recovery, or by a restore that a manager approved.
    """
    epoch, sequence, _ = journal.head(store)
    reached = max(epoch, store.identity.epoch), sequence
    for mark in sorted((mark for mark in marks if mark.box == store.identity.box), key=lambda mark: mark.head)[::-1]:
        if mark.head > reached and mark.epoch >= reached[0]:
            return Older(OLDER, mark)
        if mark.epoch == reached[0] and not fits(store, mark):
            return Older(FORKED, mark)
    return None


def fits(store: Store, mark: Mark) -> bool:
    """Tell whether books hold the entry a trace names; the empty journal fits every one."""
    found = store.execute("SELECT hash FROM journal WHERE sequence = ?", (mark.sequence,)).fetchone()
    return mark.sequence == 0 or (found is not None and bytes(found[0]).hex() == mark.hash)


def is_promised(store: Store, place: Path) -> bool:
    """Tell whether these books were open where a marker is kept at this place: then it must be there."""
    return promised_since(store, place) is not None


def promised_since(store: Store, place: Path) -> datetime | None:
    """Return since when a marker of these books is kept at a place, aware UTC; None where none is."""
    found = store.execute("SELECT since FROM kept_past WHERE place = ?", (str(place),)).fetchone()
    return None if found is None else from_wire_time(found[0])


def promise(store: Store, place: Path, at: datetime) -> None:
    """Write into the books that a marker is kept at a place, once."""
    if not is_promised(store, place):
        with store.write():
            store.change("INSERT INTO kept_past VALUES (?, ?) ON CONFLICT DO NOTHING", (str(place), to_wire_time(at)))


def stop(store: Store, reason: str) -> bool:
    """Stop a box whose books are not its past's; return whether it sold until now."""
    standing = uplink.state(store)
    if standing.mode is Mode.STOPPED and standing.stop_reason == reason:
        return False
    with store.write():
        uplink.stop(store, reason)
    return True


def weigh(store: Store, place: Path, folder: Path) -> Older | None:
    """Return why books are not the ones the marker at a place and a folder of backups tell of."""
    marker = read_mark(place, store.identity.box)
    found = older(store, traces(store.identity.box, marker, folder))
    if found is not None:
        return found
    if marker is None and is_promised(store, place):
        return Older(UNKNOWN, None)
    return None


def traces(box: str, marker: Mark | None, folder: Path) -> Iterator[Mark]:
    """Yield the marker and what the manifests of backups in a folder tell of a box; an unreadable folder tells nothing."""
    if marker is not None:
        yield marker
    try:
        yield from (mark_in(backup.manifest) for backup in backups_in(folder, box).backups)
    except OSError:
        return
