"""How many refusals of one kind from one address are written down: the first of each minute, not a flood."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

_A_MINUTE: Final = 60.0
_NOTED: Final = 20
_ADDRESSES: Final = 10_000


class Flood:
    """Counts refusals by address and kind."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that only runs forward (seconds)."""
        self._clock = clock
        self._began = clock()
        self._counted: dict[tuple[str, str], int] = {}

    def counts(self, remote: str, code: str) -> bool:
        """Tell whether this refusal is still written down."""
        now = self._clock()
        if now - self._began >= _A_MINUTE or len(self._counted) > _ADDRESSES:
            self._began, self._counted = now, {}
        seen = self._counted.get((remote, code), 0) + 1
        self._counted[remote, code] = seen
        return seen <= _NOTED
