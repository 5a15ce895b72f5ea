"""Restore: books of an earlier day, put in place by a manager's word, in a later epoch, with an entry of what is missing.

The epoch rule: whoever continues a journal from before its end lives in a later epoch, so that nothing of before and after
can be taken for each other. A box with a head office gets its epoch and its journal from there and stays stopped until then.
Source: `docs/protocol.md`, disasters; `docs/operations/backup.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.model import backup_restore as restoring
from kiosk.model.backup import Progress, check, forget, quiet
from kiosk.model.backup_errors import RestoreNotConfirmed, RestoreOfAnotherBox
from kiosk.model.backup_files import written_to
from kiosk.model.backup_manifest import Backup, read_backup
from kiosk.model.backup_marker import OLDER, Mark, mark_of, write_mark
from kiosk.model.backup_restore import Figures as Figures
from kiosk.model.staff import Role, Staff
from kiosk.model.store import Store
from kiosk.services.acts import Act
from kiosk.services.backup import Places
from kiosk.services.backup_past import furthest
from kiosk.services.counter import Counter
from kiosk.services.errors import ApproverNotManager
from kiosk.services.recording import Draft, record_beside
from kiosk.services.sign_in import sign_in
from ledger.entries import EntryKind, Facts

_STAMP: Final = "%Y%m%dT%H%M%SZ"
OpenCounter = Callable[[Path], Counter]
"""Opens a counter over the books at a path."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restore would do, in figures; `backup` and `draft` are None where the books stay that are here.

    `reached` is the furthest trace of the box's past; `lost_minor` the stored value (fen) that the present books moved
    after the image, None where nobody can tell.
    """

    database: Path
    image: Figures
    present: Figures | None
    reached: Mark | None
    lost_minor: int | None
    joined: bool
    backup: Backup | None = None
    draft: Path | None = None

    @property
    def epoch(self) -> int:
        """The epoch in which the books will live on: after every one that is known of."""
        return restoring.next_epoch(self.image.head, self.present.head if self.present else None, self.reached)

    @property
    def end(self) -> tuple[int, int]:
        """How far the box's past is known to have reached: epoch and sequence."""
        heads = [
            self.image.head,
            *([self.present.head] if self.present else []),
            *([self.reached.head] if self.reached else []),
        ]
        return max(heads)

    @property
    def missing(self) -> tuple[int, int] | None:
        """The first and the last sequence number that the image lacks, as far as is known; None for none known."""
        epoch, sequence = self.end
        return (self.image.sequence + 1, sequence) if (epoch, sequence) > self.image.head else None


def plan_restore(database: Path, places: Places, file: Path, *, joined: bool, progress: Progress = quiet) -> Plan:
    """Prove a backup on a copy beside the books and return what restoring it would do; nothing is changed yet.

    `joined` tells whether the box is known to have a head office. Raises BackupUnknown, BackupDamaged, RestoreInUse,
    RestoreOfAnotherBox, BackupFolderFull, BackupFolderUnwritable, VerifyFailed and what the store raises.
    """
    backup = read_backup(file)
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with written_to(database.parent, backup.manifest.size_bytes):
        with restoring.held(database):
            present_there = database.exists()
        draft = restoring.draft_beside(database)
        try:
            check(backup, draft, progress)
            image = restoring.figures_at(draft)
            assert image is not None, "it was read a moment ago"
            present = restoring.figures_at(database) if present_there else None
            _same_box(present, image)
        except BaseException:
            forget(draft)
            raise
    return Plan(
        database=database,
        image=image,
        present=present,
        reached=furthest(image.identity.box, places),
        lost_minor=restoring.continues(database, image) if present else None,
        joined=joined or image.joined or (present is not None and present.joined),
        backup=backup,
        draft=draft,
    )


def _same_box(present: Figures | None, image: Figures) -> None:
    if present is not None and present.identity.box != image.identity.box:
        raise RestoreOfAnotherBox(present.identity.box, image.identity.box)


def plan_as_it_is(store: Store, places: Places, *, joined: bool) -> Plan:
    """Return what it would mean to go on with the books that are here, though a trace says they are older."""
    image = restoring.figures(store)
    reached = furthest(image.identity.box, places)
    return Plan(store.path, image, image, reached, None, joined or image.joined)


def require_manager(counter: Counter, staff_id: str, pin: str) -> Staff:
    """Return the manager behind a number and PIN; raises UnknownStaff, WrongPin, StaffLocked, ApproverNotManager."""
    person = sign_in(counter, staff_id, pin)
    if person.role is not Role.MANAGER:
        raise ApproverNotManager(staff_id)
    return person


def require_name(plan: Plan, typed: str) -> None:
    """See that the box's name was typed; raises RestoreNotConfirmed."""
    if typed.strip() != plan.image.identity.box:
        raise RestoreNotConfirmed(plan.image.identity.box)


def carry_out(plan: Plan, places: Places, open_counter: OpenCounter, manager: Staff) -> Path | None:
    """Put the planned books in place under the epoch rule and return where the old ones are kept now, None for none.

    Raises RestoreInUse, BackupFolderFull, BackupFolderUnwritable and what the store raises; until it returns, or a power
    cut later, either the old books stand whole or the new ones do.
    """
    if plan.draft is None:
        _go_on(plan, places, open_counter, manager)
        return None
    with written_to(plan.database.parent):
        counter = open_counter(plan.draft)
        with closing(counter.store):
            now = counter.now()
            _live_on(counter, plan, manager, now)
            mark = mark_of(counter.store, now)
        restoring.make_ready(plan.draft)
        with restoring.held(plan.database):
            aside = restoring.put_in_place(plan.draft, plan.database, now.strftime(_STAMP))
    _note(plan, places, mark)
    return aside


def _go_on(plan: Plan, places: Places, open_counter: OpenCounter, manager: Staff) -> None:
    """Let the books that are here live on in a later epoch: one write transaction, alone with them."""
    counter = open_counter(plan.database)
    with closing(counter.store):
        restoring.keep_alone(counter.store)
        now = counter.now()
        _live_on(counter, plan, manager, now)
        mark = mark_of(counter.store, now)
    _note(plan, places, mark)


def _live_on(counter: Counter, plan: Plan, manager: Staff, now: datetime) -> None:
    """Apply the epoch rule to the books of a counter, with the entry that says so; one write transaction."""
    with counter.store.write():
        if plan.joined:
            restoring.wait_for_recovery(counter.store, OLDER)
            return
        restoring.begin_life(counter.store, plan.epoch)
        draft = Draft(business_date=counter.business_date(now), facts=_facts(plan))
        record_beside(counter, Act(counter.mint(), manager.staff_id), EntryKind.RESTORED, _facts(plan), draft)


def _facts(plan: Plan) -> Facts:
    """Return what the journal says of a restore: where the books come from, how far they once reached, what is missing."""
    image, backup, missing = plan.image, plan.backup, plan.missing
    reached_epoch, reached_sequence = plan.end
    return {
        "file": backup.file.name if backup else "",
        "sha256": backup.manifest.sha256 if backup else "",
        "taken_at": backup.manifest.taken_at if backup else "",
        "image_epoch": image.epoch,
        "image_sequence": image.sequence,
        "image_hash": image.hash,
        "reached_epoch": reached_epoch,
        "reached_sequence": reached_sequence,
        "missing_first": missing[0] if missing else None,
        "missing_last": missing[1] if missing else None,
        "missing_minor": plan.lost_minor,
    }


def _note(plan: Plan, places: Places, mark: Mark) -> None:
    """Note the new life outside the books; books that wait for head office keep the marker that stops them."""
    if plan.joined:
        return
    with written_to(places.state):
        places.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_mark(places.marker, mark)
