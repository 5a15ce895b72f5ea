"""The daemon's error tree: what goes wrong between the box and head office, with fields and never a sentence.

```
SyncError
├── ItemUnfit
├── BooksInUse
├── RecoveryBroken
├── OutOfStep
├── LineError
│   ├── LineDown
│   ├── Refused
│   └── AnswerUnreadable
└── SettingsError
    ├── NotEnrolled
    ├── SettingUnfit
    ├── AnotherDaemon
    ├── AnotherBox
    ├── JournalUnfit
    └── NotConfirmed
```
"""

from __future__ import annotations

from dataclasses import dataclass


class SyncError(Exception):
    """Anything that keeps the box and head office apart."""

    def __str__(self) -> str:
        """Return the error's name and fields, for logs only."""
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"


@dataclass(eq=False)
class ItemUnfit(SyncError):
    """An item from head office cannot be applied: `reason` says what of it does not fit."""

    kind: str
    number: int
    reason: str


@dataclass(eq=False)
class OutOfStep(SyncError):
    """The two ends are not where they thought, and the next thing to say is hello: `where` it showed."""

    where: str


class LineError(SyncError):
    """A question to head office that brought no answer to act on; it may have arrived all the same."""


@dataclass(eq=False)
class LineDown(LineError):
    """Nobody answered: no connection, no trust in the certificate, or silence until the time was up."""

    reason: str


@dataclass(eq=False)
class Refused(LineError):
    """Head office answered that it will not: HTTP status, and its code for why (`unreadable` where it named none)."""

    status: int
    code: str


@dataclass(eq=False)
class AnswerUnreadable(LineError):
    """An answer came that is none: too large, no JSON, or fields that do not fit."""

    reason: str


class SettingsError(SyncError):
    """The daemon cannot begin, or the box cannot be enrolled."""


@dataclass(eq=False)
class NotEnrolled(SettingsError):
    """This box was not enrolled with a head office; `path` is where its settings would be."""

    path: str


@dataclass(eq=False)
class SettingUnfit(SettingsError):
    """A file of the daemon's state folder cannot be used: `key` is the setting, or the file itself."""

    path: str
    key: str


@dataclass(eq=False)
class AnotherDaemon(SettingsError):
    """Another daemon answers on this box's socket."""

    path: str


@dataclass(eq=False)
class AnotherBox(SettingsError):
    """The code was made out for another box or store (`expected`) than this one (`found`)."""

    expected: str
    found: str


@dataclass(eq=False)
class JournalUnfit(SettingsError):
    """Head office expects a journal that goes on from `first`, and this box's does not: it must be recovered."""

    first: int


@dataclass(eq=False)
class NotConfirmed(SettingsError):
    """Nobody at head office confirmed the fingerprint within so many seconds; nothing was stored."""

    waited_seconds: int


@dataclass(eq=False)
class BooksInUse(SyncError):
    """The counter or another program has the box's database open: close it, then recover."""

    path: str


@dataclass(eq=False)
class RecoveryBroken(SyncError):
    """What head office sent makes no whole journal; nothing was changed."""

    reason: str
