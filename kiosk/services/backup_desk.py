"""Backups as the counter sees them: taken by a process of their own, so that neither a key nor a payment waits.

The process gets its places on standard input, notes its outcome in the state folder and tells it on standard output; it goes
on where the counter is left meanwhile. Proving a backup is long and busy work: in a thread it would take the screen's time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from kiosk.model.backup_errors import BackupDied, BackupError
from kiosk.model.backup_marker import promised_since
from kiosk.model.errors import ModelError
from kiosk.services.backup import CUT_OFF, Outcome, Places, Trouble, last_outcome, note_outcome, overdue, read_outcome
from kiosk.services.backup_past import Past
from kiosk.services.backup_worker import MODULE, told_places
from kiosk.services.counter import Counter

_LONGEST: Final = timedelta(hours=1)
Tell = Callable[[Outcome], None]


class Backups(Protocol):
    """What the counter asks of backups and of the marker of its past."""

    def begin(self) -> None:
        """Weigh the traces of the past on this box, before anything is sold."""

    def look_at_second(self) -> None:
        """Weigh the traces on the second medium, which may be slow."""

    def note(self) -> None:
        """Note how far the journal reaches."""

    def note_if_due(self) -> None:
        """Note it where a minute has passed and there is something new."""

    def start(self, tell: Tell) -> bool:
        """Begin a backup and say whether one is taken; `tell` hears the outcome, from another thread."""

    def trouble(self) -> Trouble | None:
        """Return what people must hear of backups, None where all is well."""

    def leave(self, seconds: float) -> None:
        """Note the end and give a backup under way this long; after that it goes on alone."""


class NoBackups:
    """A counter without backups."""

    def begin(self) -> None:
        """Have no past."""

    def look_at_second(self) -> None:
        """Have no second medium."""

    def note(self) -> None:
        """Note nothing."""

    def note_if_due(self) -> None:
        """Note nothing."""

    def start(self, tell: Tell) -> bool:  # noqa: ARG002 - nobody is told of no backup
        """Take none."""
        return False

    def trouble(self) -> Trouble | None:
        """Have none."""
        return None

    def leave(self, seconds: float) -> None:
        """Leave."""


@dataclass
class BoxBackups:
    """The backups of a box as one till sees them."""

    counter: Counter
    places: Places
    past: Past = field(init=False)
    _failed: Exception | None = None
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """Begin to know the box's past."""
        self.past = Past(self.counter, self.places)

    def begin(self) -> None:
        """Weigh the traces of the past on this box; a marker that cannot be written is told, and stops nothing."""
        self._failed = None
        try:
            self.past.begin()
        except BackupError as failed:
            self._failed = failed

    def look_at_second(self) -> None:
        """Weigh the traces on the second medium; raises BackupError where no marker can be left there."""
        self.past.look_at_second()

    def note(self) -> None:
        """Note how far the journal reaches; raises BackupError."""
        self.past.note()

    def note_if_due(self) -> None:
        """Note it where a minute has passed and there is something new; raises BackupError."""
        self.past.note_if_due()

    def start(self, tell: Tell) -> bool:
        """Begin a backup in a process of its own, at low priority."""
        process = subprocess.Popen(  # noqa: S603 - this interpreter with a module of ours
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._process = process
        asked = json.dumps(told_places(self.counter.store.path, self.places)).encode()
        threading.Thread(target=self._wait, args=(process, asked, tell), name="backup", daemon=True).start()
        return True

    def _wait(self, process: subprocess.Popen[bytes], asked: bytes, tell: Tell) -> None:
        began = self.counter.now()
        told, _ = process.communicate(asked)
        outcome = read_outcome(told)
        if process.returncode or outcome is None:
            outcome = Outcome(began, failure=BackupDied(process.returncode))
            with suppress(BackupError):  # it is told now; a state folder that cannot be written is told besides
                note_outcome(self.places, outcome)
        tell(outcome)

    def trouble(self) -> Trouble | None:
        """Return what people must hear: of the marker, of the last backup, of one that is too old."""
        if self._failed is not None:
            return Trouble(self._failed)
        last = last_outcome(self.places)
        now, store = self.counter.now(), self.counter.store
        if last is not None and last.trouble is not None and not _may_still_run(last, now):
            return last.trouble
        late = overdue(self.places, store.identity.box, now)
        if late is None or (not late.taken_on and self._is_new(now)):
            return None
        return Trouble(late)

    def _is_new(self, now: datetime) -> bool:
        """Tell whether backups began here so lately that nobody expects one yet."""
        since = promised_since(self.counter.store, self.places.marker)
        return since is None or now - since < timedelta(days=self.places.warn_days)

    def leave(self, seconds: float) -> None:
        """Note the end and give a backup under way this long."""
        with suppress(ModelError):  # there is no screen left to say it on; the next start weighs what is noted
            self.past.note()
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)


def _may_still_run(last: Outcome, now: datetime) -> bool:
    """Tell whether a backup that did not end yet is young enough to be under way, here or in another process."""
    began = isinstance(last.failure, BackupDied) and last.failure.exit_code == CUT_OFF
    return began and abs(now - last.at) < _LONGEST
