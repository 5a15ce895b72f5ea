"""What bringing balances in from another system refuses.

```
OpeningRefused
├── ControlTotalDiffers
├── OpeningRowUnfit
├── BatchUnknown
├── BatchReverted
└── OpeningsUsed
```
All of it is a ServiceError.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.errors import ServiceError


class OpeningRefused(ServiceError):
    """An import of opening balances does not take what was asked."""


@dataclass(eq=False)
class ControlTotalDiffers(OpeningRefused):
    """The rows do not sum to what was declared; `total` is the first that differs, figures in fen or units."""

    total: str
    declared: int
    found: int


@dataclass(eq=False)
class OpeningRowUnfit(OpeningRefused):
    """A row cannot be taken; `reason` is `phone_of_another`, `number_of_another`, `two_members`, `brought_before`, `pass_unknown` or `amount`."""

    row: int
    reason: str
    value: str


@dataclass(eq=False)
class BatchUnknown(OpeningRefused):
    """No import has this number here."""

    batch_id: str


@dataclass(eq=False)
class BatchReverted(OpeningRefused):
    """The import was taken back before; its balances come in by a new one."""

    batch_id: str


@dataclass(eq=False)
class OpeningsUsed(OpeningRefused):
    """Balances of the import were used or moved since: of so many members, the first few by their codes."""

    batch_id: str
    members: int
    codes: tuple[str, ...]
