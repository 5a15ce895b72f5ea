"""Verify: re-derive every balance, walk the chain, and name the first wrong row (P15)."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.model.verify import Verified, verify
from kiosk.services.counter import Counter


def verify_books(counter: Counter, progress: Callable[[int], None] | None = None) -> Verified:
    """Return what was proved of this box's books; raises VerifyFailed naming the first wrong row."""
    return verify(counter.store, progress)
