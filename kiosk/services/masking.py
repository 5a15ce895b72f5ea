"""Masking: how a phone or a name may be shown and printed (138****1234)."""

from __future__ import annotations


def masked_phone(phone: str | None) -> str:
    """Return a phone with its middle hidden: `138****1234`; empty for none."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****"


def masked_name(name: str) -> str:
    """Return a name with all but its first character hidden: `李*`, `欧**`."""
    return name[:1] + "*" * max(0, len(name) - 1)
