"""Masking: how a phone or a name may be shown; the same rule on screen and paper (138****1234)."""

from kiosk.receipts.parts import masked_name, masked_phone

__all__ = ["masked_name", "masked_phone"]
