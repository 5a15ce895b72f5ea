"""What goes wrong on the line, with fields and never a sentence.

```
LineFault
├── KeyUnreadable
├── SignatureRefused
├── CertificateRefused
├── PageTooLarge
└── PageUnreadable
```
"""

from __future__ import annotations

from dataclasses import dataclass


class LineFault(Exception):
    """Anything that is wrong with what came over the line, or with the keys that guard it."""

    def __str__(self) -> str:
        """Return the error's name and fields, for logs only."""
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"


@dataclass(eq=False)
class KeyUnreadable(LineFault):
    """A key file is missing, not a key, or would be written over."""

    path: str
    reason: str


@dataclass(eq=False)
class SignatureRefused(LineFault):
    """A signature is missing, malformed, of another key, or not over what came."""

    reason: str


@dataclass(eq=False)
class CertificateRefused(LineFault):
    """A server does not show the authority it should."""

    reason: str


@dataclass(eq=False)
class PageTooLarge(LineFault):
    """Unpacked, it would be larger than anything honest (bytes)."""

    limit: int


@dataclass(eq=False)
class PageUnreadable(LineFault):
    """Bytes that do not unpack."""

    reason: str
