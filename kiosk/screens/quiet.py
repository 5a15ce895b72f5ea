"""Quiet moments: garbage is collected when nobody waits for a frame, never between a scan and its member.

A full collection walks everything the counter holds (40 to 150 ms); left to itself it strikes while a screen is built.
"""

from __future__ import annotations

import ctypes
import gc
from time import monotonic
from typing import Final

from textual._styles_cache import StylesCache

QUIET_SECONDS: Final = 0.3
LONGEST_SECONDS: Final = 60.0
"""However busy the counter is, garbage is collected once in so long."""
MOST_OBJECTS: Final = 150_000
"""However busy it is, no more containers than these (some 40 MB) wait to be looked at."""
_M_MMAP_THRESHOLD: Final = -3
_LARGE_BYTES: Final = 128 * 1024
"""glibc's own first threshold, which no longer grows once it is named."""


class QuietCollector:
    """Collects in the first quiet moment after something happened."""

    def __init__(self) -> None:
        """Know of nothing that happened yet."""
        self._happened_at = self._collected_at = monotonic()

    def take_over(self) -> None:
        """Leave what the start made alone for good, and collect only when asked from now on."""
        _give_large_blocks_back()
        gc.collect()
        gc.freeze()
        gc.disable()

    def touch(self) -> None:
        """Note that somebody does something now."""
        self._happened_at = monotonic()

    def look(self) -> bool:
        """Collect if it is time to, and tell whether it was; called now and then from the screen's thread."""
        now = monotonic()
        settled = self._happened_at > self._collected_at and now - self._happened_at >= QUIET_SECONDS
        crowded = now - self._collected_at >= LONGEST_SECONDS or gc.get_count()[0] >= MOST_OBJECTS
        if not settled and not crowded:
            return False
        StylesCache.get_inner_outer.cache_clear()  # it remembers 1,024 widgets with all their lines, 60 MB, and needs none
        gc.collect()
        self._collected_at = now
        return True


def _give_large_blocks_back() -> None:
    """Have every large block returned to the machine when it is free; where the C library has no such knob, nothing.

    glibc keeps blocks as large as the largest it ever saw freed: after the first PIN, 19 MiB of a hash. Source: mallopt(3).
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
