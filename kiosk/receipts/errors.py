"""What the receipts room refuses.

```
ReceiptError
├── DocumentUnreadable
├── DocumentVersionUnknown
└── NoChineseFont
```
"""

from __future__ import annotations

from dataclasses import dataclass


class ReceiptError(Exception):
    """Anything that keeps a slip from being read, laid out or drawn."""

    def __str__(self) -> str:
        """Return the error's name and fields, for logs only."""
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"


@dataclass(eq=False)
class DocumentUnreadable(ReceiptError):
    """Stored bytes are no document of ours; `reason` names what does not fit."""

    reason: str


@dataclass(eq=False)
class DocumentVersionUnknown(ReceiptError):
    """A stored document was written by another version of the program; `known` are those this one renders."""

    found: str
    known: tuple[int, ...]


@dataclass(eq=False)
class NoChineseFont(ReceiptError):
    """No font file with Chinese glyphs was found under any of these paths."""

    searched: tuple[str, ...]
