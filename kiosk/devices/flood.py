"""Keeps a scanner that reads without end from the counter: a hand scans a few codes a second, a fault a thousand.

Pure: the time of each reading is passed in, in monotonic seconds.
"""

from __future__ import annotations

from collections import deque
from typing import Final

MOST_A_SECOND: Final = 20
"""Readings in any one second; with more nobody scans, and nothing is taken until it is calm."""

CALM_SECONDS: Final = 1.0
BOUNCE_SECONDS: Final = 0.15
"""The same code again so soon after its last reading is the same reading: no hand is that fast."""


class FloodGate:
    """Tells which readings count; remembers the last twenty times and one code, however many come."""

    def __init__(self) -> None:
        self._latest: deque[float] = deque(maxlen=MOST_A_SECOND)
        self._code = ""
        self._code_at = 0.0
        self._flooded_at: float | None = None

    @property
    def calm_at(self) -> float | None:
        """When `is_flooded` ends unless another code comes, in monotonic seconds; None while nothing floods."""
        return None if self._flooded_at is None else self._flooded_at + CALM_SECONDS

    def is_flooded(self, at: float) -> bool:
        """Tell whether nothing is taken now."""
        calm_at = self.calm_at
        if calm_at is not None and at >= calm_at:
            self._flooded_at = None
            self._latest.clear()
        return self._flooded_at is not None

    def takes(self, code: str, at: float) -> bool:
        """Tell whether a reading counts: no bounce, and no flood."""
        is_bounce = code == self._code and at - self._code_at < BOUNCE_SECONDS
        self._code, self._code_at = code, at
        is_full = len(self._latest) == MOST_A_SECOND and at - self._latest[0] < 1.0
        if self.is_flooded(at) or is_full:
            self._flooded_at = at
        self._latest.append(at)
        return not is_bounce and self._flooded_at is None
