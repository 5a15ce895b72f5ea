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
from kiosk.model import staff
from kiosk.model.backup import Progress, check, forget, quiet
from kiosk.model.backup_errors import RestoreInUse, RestoreNotConfirmed, RestoreOfAnotherBox
from kiosk.model.backup_files import make_folder, written_to
from kiosk.model.backup_lock import held
from kiosk.model.backup_manifest import Backup, read_backup
from kiosk.model.backup_marker import OLDER, Mark, mark_of, write_mark
from kiosk.model.backup_restore import Figures as Figures
from kiosk.model.errors import StoreMissing
from kiosk.model.staff import Role, Staff
from kiosk.model.store import Store
from kiosk.model.verify import verify
from kiosk.services.acts import Act
from kiosk.services.backup import Places
from kiosk.services.backup_past import all_traces
from kiosk.services.counter import Counter
from kiosk.services.errors import ApproverNotManager
from kiosk.services.pins import is_peppered
from kiosk.services.recording import Draft, record_beside
from kiosk.services.sign_in import pepper_of, sign_in
from ledger.entries import EntryKind, Facts

_STAMP: Final = "%Y%m%dT%H%M%SZ"
OpenCounter = Callable[[Path], Counter]
"""Opens a counter over the books at a path."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restore would do, in figures; `backup` is None where the books that are here go on.

    `draft` is the proved copy that will take their place. `agreed` is the last sequence at which no trace of the box's past
    says otherwise, `reached` the furthest trace; `lost_minor` is the stored value (fen) that the present books moved after
    the image, None where nobody can tell.
    """

    database: Path
    draft: Path
    backup: Backup | None
    image: Figures
    agreed: int
    present: Figures | None
    reached: Mark | None
    lost_minor: int | None
    joined: bool

    @property
    def epoch(self) -> int:
        """The epoch in which the books will live on: after every one that is known of."""
        return restoring.next_epoch(self.image.head, self.present.head if self.present else None, self.reached)

    @property
    def end(self) -> tuple[int, int]:
        """How far the box's past is known to have reached: epoch and sequence."""
        known: list[Figures | Mark] = [books for books in (self.image, self.present, self.reached) if books is not None]
        return max(books.head for books in known)

    @property
    def missing(self) -> tuple[int, int] | None:
        """The first and the last sequence number that the image lacks, as far as is known; None for none known."""
        if self.end > self.image.head or self.agreed < self.image.sequence:
            return self.agreed + 1, self.end[1]
        return None


def plan_restore(database: Path, places: Places, file: Path, *, joined: bool, progress: Progress = quiet) -> Plan:
    """Prove a backup on a copy beside the books and return what restoring it would do; nothing is changed yet.

    `joined` tells whether the box is known to have a head office. Raises BackupUnknown, BackupDamaged, RestoreInUse,
    RestoreOfAnotherBox, BackupFolderFull, BackupFolderUnwritable, VerifyFailed and what the store raises.
    """
    backup = read_backup(file)
    with written_to(database.parent, backup.manifest.size_bytes):
        make_folder(database.parent)
        with held(database):
            draft = restoring.draft_beside(database)
        try:
            check(backup, draft, progress)
            return _plan(database, places, draft, backup, joined=joined)
        except BaseException:
            forget(draft)
            raise


def _plan(database: Path, places: Places, draft: Path, backup: Backup | None, *, joined: bool) -> Plan:
    with closing(Store.open(draft)) as copy:
        image = restoring.figures(copy)
        marks = all_traces(image.identity.box, places)
        agreed = restoring.agreed(copy, image, marks)
    present = restoring.figures_at(database) if database.exists() else None
    _same_box(present, image)
    return Plan(
        database=database,
        draft=draft,
        backup=backup,
        image=image,
        agreed=agreed,
        present=present,
        reached=max(marks, key=lambda mark: mark.head, default=None),
        lost_minor=restoring.continues(database, image) if present and backup else None,
        joined=joined or image.joined or (present is not None and present.joined),
    )


def _same_box(present: Figures | None, image: Figures) -> None:
    if present is not None and present.identity.box != image.identity.box:
        raise RestoreOfAnotherBox(present.identity.box, image.identity.box)


def plan_as_it_is(database: Path, places: Places, *, joined: bool, progress: Progress = quiet) -> Plan:
    """Prove the books that are here on a copy beside them, and return what going on with them in a later epoch would do.

    Raises StoreMissing, RestoreInUse, BackupFolderFull, BackupFolderUnwritable, VerifyFailed and what the store raises.
    """
    require_books(database)
    with written_to(database.parent, database.stat().st_size):
        draft = restoring.draft_beside(database)
        try:
            restoring.copy_as_it_is(database, draft)
            with closing(Store.open(draft)) as copy:
                verify(copy, lambda rows: progress("verify", rows, rows))
            return _plan(database, places, draft, None, joined=joined)
        except BaseException:
            forget(draft)
            raise


def require_manager(counter: Counter, staff_id: str, pin: str) -> Staff:
    """Return the manager behind a number and PIN; raises UnknownStaff, WrongPin, StaffLocked, ApproverNotManager."""
    person = sign_in(counter, staff_id, pin)
    if person.role is not Role.MANAGER:
        raise ApproverNotManager(staff_id)
    return person


def manager_unasked(counter: Counter, staff_id: str) -> Staff | None:
    """Return the manager with a number where their PIN cannot be asked for: its secret was lost with the old computer.

    Only for a computer without books of its own, where whoever may write files could lay any; the PIN is set anew afterwards
    (`kiosk staff NUMBER --reset`). None where a PIN can be asked for.
    """
    person = staff.get(counter.store, staff_id)
    if person is None or not is_peppered(person.pin_hash) or pepper_of(counter) is not None:
        return None
    if not person.active or person.role is not Role.MANAGER:
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
    present = restoring.figures_at(plan.database) if plan.database.exists() else None
    if plan.present is not None and (present is None or present.head != plan.present.head):
        raise RestoreInUse(str(plan.database))
    with written_to(plan.database.parent):
        counter = open_counter(plan.draft)
        with closing(counter.store):
            now = counter.now()
            _live_on(counter, plan, manager, now)
            mark = mark_of(counter.store, now)
        restoring.make_ready(plan.draft)
        with held(plan.database):
            aside = restoring.put_in_place(plan.draft, plan.database, now.strftime(_STAMP))
        forget(plan.draft)
    _note(plan, places, mark)
    return aside


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


def require_books(path: Path) -> None:
    """See that there are books at a path; raises StoreMissing."""
    if not path.is_file():
        raise StoreMissing(str(path))


def _note(plan: Plan, places: Places, mark: Mark) -> None:
    """Note the new life outside the books; books that wait for head office keep the marker that stops them."""
    if plan.joined:
        return
    with written_to(places.state):
        make_folder(places.state)
        write_mark(places.marker, mark)
