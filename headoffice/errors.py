"""Head office's error tree: what it refuses, with fields and never a sentence; the pages and commands word each.

```
HeadOfficeError
├── StoreError
│   ├── SchemaUnknown
│   ├── SqliteTooOld
│   ├── StoreMissing
│   ├── StoreExists
│   ├── StoreUnreachable
│   ├── StoreBusy
│   ├── StoreBroken
│   ├── CommitUnknown
│   ├── AlreadyThere
│   └── WouldGoNegative
├── SettingsMissing
├── SettingUnfit
├── LifeUnknown
├── CodeRefused
├── ProgrammeClash
├── AuditFailed
├── MemberUnknown
├── PersonRefused
│   ├── PersonExists
│   ├── PersonUnfit
│   ├── PasswordUnfit
│   └── SignInRefused
└── DeedRefused
    ├── BoxAlive
    ├── SamePerson
    ├── ClaimWindowOpen
    └── MergeRefused
```
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class HeadOfficeError(Exception):
    """Anything head office refuses."""

    def __str__(self) -> str:
        """Return the error's name and fields, for logs only."""
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"


class StoreError(HeadOfficeError):
    """Head office's database refuses."""


@dataclass(eq=False)
class SchemaUnknown(StoreError):
    """The database was laid by another version of the program."""

    found: int
    known: int


@dataclass(eq=False)
class SqliteTooOld(StoreError):
    """The SQLite library is older than the one it takes to hold a journal safely."""

    found: str
    needed: str


@dataclass(eq=False)
class StoreMissing(StoreError):
    """There is no head office in this database; create it first."""

    place: str


@dataclass(eq=False)
class StoreExists(StoreError):
    """There is a head office in this database already."""

    place: str


@dataclass(eq=False)
class StoreUnreachable(StoreError):
    """The database server does not answer."""

    detail: str


@dataclass(eq=False)
class StoreBusy(StoreError):
    """Others held the database for longer than a request may wait."""

    detail: str


@dataclass(eq=False)
class StoreBroken(StoreError):
    """The database refuses for a reason of its own."""

    detail: str


@dataclass(eq=False)
class CommitUnknown(StoreError):
    """The connection broke while committing: look before doing it again."""

    detail: str


@dataclass(eq=False)
class AlreadyThere(StoreError):
    """A row under this key is there already."""

    detail: str


@dataclass(eq=False)
class WouldGoNegative(StoreError):
    """An amount would go below zero."""

    detail: str


@dataclass(eq=False)
class SettingsMissing(HeadOfficeError):
    """There is no head office in this folder; `headoffice init` makes one."""

    path: str


@dataclass(eq=False)
class SettingUnfit(HeadOfficeError):
    """A setting that nobody knows, or with a value it cannot take."""

    key: str
    value: str


@dataclass(eq=False)
class LifeUnknown(HeadOfficeError):
    """No such life of a box."""

    box: str
    epoch: int


@dataclass(eq=False)
class CodeRefused(HeadOfficeError):
    """An enrolment code does not let in: `reason` is `unknown`, `used`, `expired` or `outdated`."""

    reason: str


@dataclass(eq=False)
class ProgrammeClash(HeadOfficeError):
    """This version is another file already; give the changed file a new version."""

    version: str


@dataclass(eq=False)
class AuditFailed(HeadOfficeError):
    """The books do not follow from the journals: the first wrong row's table and key, and what is wrong with it."""

    table: str
    key: str
    reason: str


@dataclass(eq=False)
class MemberUnknown(HeadOfficeError):
    """Nobody in the directory has this id."""

    member_id: str


class PersonRefused(HeadOfficeError):
    """Something about the people who sign in does not fit."""


@dataclass(eq=False)
class PersonExists(PersonRefused):
    """Somebody signs in under this name already."""

    person_id: str


@dataclass(eq=False)
class PersonUnfit(PersonRefused):
    """A person cannot be so: `field` is `person_id`, `name`, `role` or `active`."""

    field: str
    value: str


@dataclass(eq=False)
class PasswordUnfit(PersonRefused):
    """A password that will not do: `reason` is `short`, `long`, `simple` or `same`; it has `shortest` characters at least."""

    reason: str
    shortest: int


@dataclass(eq=False)
class SignInRefused(PersonRefused):
    """Wrong name or password, or locked after too many failures: which of these is for the trail alone."""

    reason: str
    failures: int
    minutes: int


@dataclass(eq=False)
class DeedRefused(HeadOfficeError):
    """A deed does not fit what it is done to: `reason` says what that is."""

    reason: str
    subject: str


@dataclass(eq=False)
class BoxAlive(DeedRefused):
    """A box of this name lives: fence it before it is replaced."""

    epoch: int

    def __init__(self, box: str, epoch: int) -> None:
        """Name the box and its living epoch."""
        super().__init__("alive", box)
        self.epoch = epoch


@dataclass(eq=False)
class SamePerson(DeedRefused):
    """A release takes two people."""

    def __init__(self, person: str) -> None:
        """Name the one who did both."""
        super().__init__("same_person", person)


@dataclass(eq=False)
class ClaimWindowOpen(DeedRefused):
    """Customers may still bring receipts of a dead box until `opens`."""

    opens: datetime

    def __init__(self, box: str, opens: datetime) -> None:
        """Name the box and the end of the window."""
        super().__init__("claim_window", box)
        self.opens = opens


@dataclass(eq=False)
class MergeRefused(DeedRefused):
    """Two records cannot be merged: `reason` is `unknown` or `merged_before`."""

    into_member: str

    def __init__(self, from_member: str, into_member: str, reason: str) -> None:
        """Name both records and the reason."""
        super().__init__(reason, from_member)
        self.into_member = into_member
