"""What is refused about PINs beyond a wrong one: the secret outside the database, a change, somebody's leaving.

```
SignInRefused
├── PepperMissing
├── PepperUnfit
└── PepperUnknown
ServiceError
├── PinTheSame
├── PinsDiffer
└── NobodyLeftInCharge
```
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.errors import ServiceError, SignInRefused


@dataclass(eq=False)
class PepperMissing(SignInRefused):
    """PINs were kept under a secret whose file is not there."""

    path: str


@dataclass(eq=False)
class PepperUnfit(SignInRefused):
    """The secret's file cannot be used; `reason` is `mode`, `owner` or `content`."""

    path: str
    reason: str


@dataclass(eq=False)
class PepperUnknown(SignInRefused):
    """This person's PIN was kept under a secret that this box's file does not hold."""

    staff_id: str


@dataclass(eq=False)
class PinTheSame(ServiceError):
    """The new PIN is the one that is to be changed."""

    staff_id: str


@dataclass(eq=False)
class PinsDiffer(ServiceError):
    """The new PIN was typed twice, and not alike."""

    staff_id: str


@dataclass(eq=False)
class NobodyLeftInCharge(ServiceError):
    """Without this person nobody could approve anything."""

    staff_id: str
