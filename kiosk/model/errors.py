"""What the store database refuses, with the figures as fields; the screens word each in Chinese and English.

```
ModelError
├── SqliteTooOld
├── SchemaUnknown
├── StoreMissing
├── StoreExists
├── StoreForeign
├── StoreBusy
├── StoreFull
├── StoreReadOnly
├── StoreBroken
├── EntryConflict
├── LotDiffers
├── ProgrammeClash
├── VerifyFailed
├── StaffTaken
├── DayClosedAlready
├── OpenToOthers
├── SecretUnfit
├── CiphersMissing
├── KeyMissing
├── KeyDoesNotFit
├── EncryptedAlready
└── MemberDirectoryRefused
    └── PhoneTaken
```
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


class ModelError(Exception):
    """Anything the store database refuses."""

    def __str__(self) -> str:
        """Return the error's name and fields, for logs only."""
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"


@dataclass(eq=False)
class LotDiffers(ModelError):
    """Head office sent a lot under other terms than this box sold or received it under."""

    lot_id: str


@dataclass(eq=False)
class OpenToOthers(ModelError):
    """Somebody else on this computer can read or change this; `folder` is what to close."""

    path: str
    folder: str


@dataclass(eq=False)
class SecretUnfit(ModelError):
    """A file of secrets cannot be used; `reason` is `mode`, `owner` or `content`."""

    path: str
    reason: str


@dataclass(eq=False)
class CiphersMissing(ModelError):
    """A key is named, and the library that is installed (`found`) encrypts nothing; it would write plain books."""

    found: str


@dataclass(eq=False)
class KeyMissing(ModelError):
    """The file of the key is not there; without it nobody reads the books."""

    path: str


@dataclass(eq=False)
class KeyDoesNotFit(ModelError):
    """With this key the file is no book of ours: it has another key, or is not encrypted yet."""

    path: str


@dataclass(eq=False)
class EncryptedAlready(ModelError):
    """The file cannot be read without a key, so it is no plain book that could be encrypted."""

    path: str


@dataclass(eq=False)
class SqliteTooOld(ModelError):
    """The SQLite in use can corrupt a file that two processes share; install the version needed."""

    found: str
    needed: str


@dataclass(eq=False)
class SchemaUnknown(ModelError):
    """The database was written by another version of the program; `found` and `known` are migration numbers."""

    found: int
    known: int


@dataclass(eq=False)
class StoreMissing(ModelError):
    """There is no database at this path; create the box first."""

    path: str


@dataclass(eq=False)
class StoreExists(ModelError):
    """A database is there already and is never overwritten."""

    path: str


@dataclass(eq=False)
class StoreForeign(ModelError):
    """The file is no database of this program."""

    path: str


@dataclass(eq=False)
class StoreBusy(ModelError):
    """Another till held the database longer than the busy time-out (milliseconds); nothing was written."""

    waited_ms: int


@dataclass(eq=False)
class StoreFull(ModelError):
    """The disk is full; nothing was written."""

    path: str


@dataclass(eq=False)
class StoreReadOnly(ModelError):
    """The database or its file system cannot be written; nothing was written."""

    path: str


@dataclass(eq=False)
class StoreBroken(ModelError):
    """The disk failed, or a table refused what no act asks for: stop, reopen, look the id up, never retry blindly."""

    detail: str


@dataclass(eq=False)
class EntryConflict(ModelError):
    """The id is taken by an entry with other content."""

    entry_id: str


@dataclass(eq=False)
class ProgrammeClash(ModelError):
    """This programme version is stored with other content; a changed programme needs a new version."""

    version: str


@dataclass(eq=False)
class VerifyFailed(ModelError):
    """The books do not agree: the first wrong row, by table and key, and what is wrong with it."""

    table: str
    row: str
    reason: str


@dataclass(eq=False)
class StaffTaken(ModelError):
    """This number belongs to somebody already."""

    staff_id: str


@dataclass(eq=False)
class DayClosedAlready(ModelError):
    """This business date was closed before, by this till or another; what happens now counts for the next."""

    business_date: date


class MemberDirectoryRefused(ModelError):
    """The member directory cannot take a row."""


@dataclass(eq=False)
class PhoneTaken(MemberDirectoryRefused):
    """Another member (`member_code`) has this phone."""

    phone: str
    member_code: str
