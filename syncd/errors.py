"""The daemon's error tree: what goes wrong between the box and head office, with fields and never a sentence.

```
SyncError
└── ItemUnfit
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
