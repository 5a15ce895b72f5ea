"""Boxes that wait for an item: woken when one is committed for them, in whatever thread that was."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict


class Waiting:
    """Who waits for which box's items; `wake` may be called from any thread."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._events: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._left: dict[str, float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self) -> None:
        """Note the loop whose waiters are woken."""
        self._loop = asyncio.get_running_loop()

    def wake(self, box: str) -> None:
        """Wake whoever waits for a box's items."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._set, box)

    def wake_all(self) -> None:
        """Wake everybody: the server is closing."""
        for box in list(self._events):
            self._set(box)

    def listen(self, box: str) -> asyncio.Event:
        """Return an event that is set with the next item of a box; `leave` ends it. Listen first, then look."""
        event = asyncio.Event()
        self._events[box].add(event)
        return event

    def leave(self, box: str, event: asyncio.Event) -> None:
        """Stop listening."""
        self._events[box].discard(event)
        if not self._events[box]:
            del self._events[box]
            self._left[box] = time.monotonic()

    def silence(self, box: str) -> float | None:
        """Return for how many seconds a box has not waited: 0 for one that does, None for one that never did.

        May be called from any thread.
        """
        if box in self._events:
            return 0.0
        left = self._left.get(box)
        return None if left is None else time.monotonic() - left

    def listened(self, box: str) -> bool:
        """Tell whether anybody waits for a box's items."""
        return box in self._events

    def _set(self, box: str) -> None:
        for event in self._events.get(box, ()):
            event.set()
