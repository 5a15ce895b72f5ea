"""The box's past: note how far the journal reached, and stop selling from books that are older than that.

Noted at start, at stop, at each shift's opening and close, at each backup, and while a till runs once there is something
new and a minute has passed. No payment waits for it. Source: `docs/decisions/0025-a-marker-of-the-past.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kiosk.model import journal
from kiosk.model.backup_files import make_folder, written_to
from kiosk.model.backup_marker import (
    Mark,
    Older,
    mark_of,
    older,
    promise,
    read_mark,
    stop,
    traces,
    weigh,
    write_mark,
)
from kiosk.services.backup import Places
from kiosk.services.counter import Counter

EVERY: Final = timedelta(seconds=60)


@dataclass
class Past:
    """What this process knows of its box's past; one for a till, used by one thread at a time."""

    counter: Counter
    places: Places
    noted: tuple[int, int] = (0, 0)
    noted_at: datetime | None = None
    found: Older | None = field(default=None)

    def begin(self) -> Older | None:
        """Weigh every trace on the box itself against the books, stop where they are older, else note and promise.

        Raises BackupFolderUnwritable, BackupFolderFull where no marker can be written, and what the store raises.
        """
        store, places, now = self.counter.store, self.places, self.counter.now()
        with written_to(places.state):
            make_folder(places.state)
        self.found = weigh(store, places.marker, places.folder)
        if self.found is not None:
            stop(store, self.found.reason)
            return self.found
        promise(store, places.marker, now)
        self._note(now)
        return None

    def look_at_second(self) -> Older | None:
        """Weigh the traces on the second medium, which may be slow or away, and leave a copy of the marker there.

        Raises BackupError where the medium cannot be written.
        """
        second = self.places.second
        if self.found is not None or second is None or not second.is_dir():
            return self.found
        store, now = self.counter.store, self.counter.now()
        self.found = older(store, traces_on_second(store.identity.box, self.places))
        if self.found is not None:
            stop(store, self.found.reason)
            return self.found
        place = self.places.second_marker(store.identity.box)
        assert place is not None, "there is a second medium"
        with written_to(second):
            write_mark(place, mark_of(store, now))
        return None

    def note(self) -> None:
        """Note how far the journal reaches; books that were found older never overwrite what they lack."""
        if self.found is None:
            self._note(self.counter.now())

    def note_if_due(self) -> None:
        """Note where there is something new and the last note is a minute old; raises as `begin`."""
        now = self.counter.now()
        if self.noted_at is not None and timedelta(0) <= now - self.noted_at < EVERY:
            return
        epoch, sequence, _ = journal.head(self.counter.store)
        if (epoch, sequence) != self.noted:
            self.note()

    def _note(self, now: datetime) -> None:
        mark = mark_of(self.counter.store, now)
        with written_to(self.places.state):
            write_mark(self.places.marker, mark)
        self.noted, self.noted_at = mark.head, now


def traces_on_second(box: str, places: Places) -> tuple[Mark, ...]:
    """Return what the second medium tells of a box's past; nothing where it is away."""
    place = places.second_marker(box)
    if place is None or places.second is None:
        return ()
    return tuple(traces(box, read_mark(place, box), places.second))


def all_traces(box: str, places: Places) -> tuple[Mark, ...]:
    """Return every trace of a box's past there is, on the box and on the second medium."""
    return (*traces(box, read_mark(places.marker, box), places.folder), *traces_on_second(box, places))
