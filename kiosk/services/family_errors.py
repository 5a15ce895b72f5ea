"""What use cases of families refuse.

```
FamilyRefused
├── FamilyNotOffered
├── FamilyFull
├── InFamilyAlready
├── NotInFamily
├── FamilyLimitNegative
└── FamilyLimitReached
```
All of it is a ServiceError.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.errors import ServiceError


class FamilyRefused(ServiceError):
    """A family does not take what was asked."""


@dataclass(eq=False)
class FamilyNotOffered(FamilyRefused):
    """The programme in force lets nobody form or widen a family."""

    member_id: str


@dataclass(eq=False)
class FamilyFull(FamilyRefused):
    """A family has as many people as the programme allows, the owner among them."""

    most_members: int


@dataclass(eq=False)
class InFamilyAlready(FamilyRefused):
    """The person belongs to a family: this one or another."""

    member_id: str


@dataclass(eq=False)
class NotInFamily(FamilyRefused):
    """The person does not belong to this owner's family, or the member owns none."""

    member_id: str


@dataclass(eq=False)
class FamilyLimitNegative(FamilyRefused):
    """A limit below zero was asked for (fen); none is None, and zero lets a person spend nothing."""

    limit_minor: int


@dataclass(eq=False)
class FamilyLimitReached(FamilyRefused):
    """The person may spend no more than `left_minor` of the pot now; `asked_minor` was asked (fen)."""

    person_id: str
    asked_minor: int
    left_minor: int
