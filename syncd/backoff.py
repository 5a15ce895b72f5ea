"""How long to rest after a failure: longer each time, and never in step with other boxes."""

from __future__ import annotations

from random import Random


class Backoff:
    """Full jitter: anything from nothing to a limit that doubles from `first` to `most` seconds."""

    def __init__(self, random: Random, first: float, most: float) -> None:
        """Take a source of chance, and the limits in seconds."""
        self._random = random
        self._first = first
        self._most = most
        self._limit = first

    def pause(self) -> float:
        """Return the seconds to rest after one more failure."""
        limit, self._limit = self._limit, min(self._limit * 2, self._most)
        return self._random.uniform(0.0, limit)

    def reset(self) -> None:
        """Begin again: something went well."""
        self._limit = self._first
