"""Masking: how a phone or a name may be shown; the same rule on screen and paper (138****1234)."""

from __future__ import annotations

from kiosk.receipts import parts
from kiosk.receipts.parts import masked_name

__all__ = ["masked_name", "masked_phone"]


def masked_phone(phone: str | None) -> str:
    """Return a phone number with its middle hidden; empty for none."""
    return parts.masked_phone(phone or "")
