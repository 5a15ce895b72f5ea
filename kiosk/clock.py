"""The box's own clock; the kernel is handed this one, tests hand it another."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The computer's time."""

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return datetime.now(UTC)
