"""Which backups are kept: the last of each of the last days, weeks and months, and always the newest.

Pure: it is told what lies there and names what may go; files that are not whole backups of this box are never named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from kiosk.model.backup_manifest import Backup


@dataclass(frozen=True, slots=True)
class Keep:
    """How many days, weeks and months keep their last backup; each at least 1."""

    daily: int = 14
    weekly: int = 8
    monthly: int = 12


def surplus(backups: Sequence[Backup], keep: Keep, zone: tzinfo) -> tuple[Backup, ...]:
    """Return the backups that no day, week or month keeps, oldest first.

    The newest is kept twice: by the clock, and by how far its journal reaches, for a clock may have gone wrong.
    """
    if not backups:
        return ()
    kept = {max(backups, key=_taken).file, max(backups, key=_reach).file}
    periods: tuple[tuple[Callable[[date], object], int], ...] = (
        (lambda day: day, keep.daily),
        (lambda day: day.isocalendar()[:2], keep.weekly),
        (lambda day: (day.year, day.month), keep.monthly),
    )
    for period, count in periods:
        last: dict[object, Backup] = {}
        for backup in sorted(backups, key=_taken):
            last[period(backup.manifest.taken.astimezone(zone).date())] = backup
        kept |= {backup.file for backup in sorted(last.values(), key=_taken)[-count:]}
    return tuple(backup for backup in sorted(backups, key=_taken) if backup.file not in kept)


def _taken(backup: Backup) -> tuple[object, ...]:
    return backup.manifest.taken, backup.manifest.head, backup.file.name


def _reach(backup: Backup) -> tuple[object, ...]:
    return backup.manifest.head, *_taken(backup)
