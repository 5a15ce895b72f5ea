"""What a backup, the marker of the past or a restore refuses, with the figures as fields.

```
BackupError
├── BackupRunning
├── BackupFolderMissing
├── BackupFolderFull
├── BackupFolderUnwritable
├── BackupSameMedium
├── BackupWrittenWrong
├── BackupUnknown
├── BackupDamaged
├── BackupDied
├── BackupTooOld
├── RestoreInUse
├── RestoreOfAnotherBox
└── RestoreNotConfirmed
```
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.model.errors import ModelError


class BackupError(ModelError):
    """Anything a backup, the marker or a restore refuses; every field is text or a whole number."""


@dataclass(eq=False)
class BackupRunning(BackupError):
    """Another process takes a backup of this box at this moment."""

    folder: str


@dataclass(eq=False)
class BackupFolderMissing(BackupError):
    """The folder is not there: a medium that is not plugged in or not mounted; it is never made in its place."""

    folder: str


@dataclass(eq=False)
class BackupFolderFull(BackupError):
    """There is no room for the copy (bytes); nothing of it was left there."""

    folder: str
    needed_bytes: int


@dataclass(eq=False)
class BackupFolderUnwritable(BackupError):
    """The folder cannot be written or its disk fails; `reason` is the operating system's."""

    folder: str
    reason: str


@dataclass(eq=False)
class BackupSameMedium(BackupError):
    """The second folder lies on the same file system as the books or the first copy: one broken disk takes both."""

    folder: str
    other: str


@dataclass(eq=False)
class BackupWrittenWrong(BackupError):
    """What was read back from the medium is not what was written to it."""

    file: str


@dataclass(eq=False)
class BackupUnknown(BackupError):
    """The file has no manifest of ours beside it; `reason` says what is wrong with it."""

    file: str
    reason: str


@dataclass(eq=False)
class BackupDamaged(BackupError):
    """The file is not what its manifest says; `reason` says in what."""

    file: str
    reason: str


@dataclass(eq=False)
class BackupDied(BackupError):
    """The process that took the backup ended without a word."""

    exit_code: int


@dataclass(eq=False)
class BackupTooOld(BackupError):
    """The last good backup is older than the shop wants (whole days); `taken_on` is its day, empty for none."""

    days: int
    taken_on: str


@dataclass(eq=False)
class RestoreInUse(BackupError):
    """A till or the daemon has the books open."""

    path: str


@dataclass(eq=False)
class RestoreOfAnotherBox(BackupError):
    """The backup is of another box (`found`) than the one that is to be restored (`expected`)."""

    expected: str
    found: str


@dataclass(eq=False)
class RestoreNotConfirmed(BackupError):
    """What was typed is not the box's name; nothing was changed."""

    expected: str
