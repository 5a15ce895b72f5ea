"""How the line is right now, and what went wrong last: kept in memory, for whoever asks this daemon."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.clock import Clock

_ERRORS_KEPT: Final = 10


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something that went wrong, how often in a row, and when last."""

    at: datetime
    what: Exception
    times: int


class Health:
    """The line's state as this process knows it."""

    def __init__(self, clock: Clock) -> None:
        """Take the box's clock; the line is down until head office answers."""
        self._clock = clock
        self.online = False
        self.verdict: str | None = None
        self.contact_at: datetime | None = None
        self.mishaps: deque[Mishap] = deque(maxlen=_ERRORS_KEPT)

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return self._clock.now()

    def answered(self) -> None:
        """Note that head office answered just now."""
        self.online = True
        self.contact_at = self.now()

    def failed(self, what: Exception) -> None:
        """Note what went wrong just now; the same again is counted, not repeated."""
        last = self.mishaps[-1] if self.mishaps else None
        if last is not None and str(last.what) == str(what):
            self.mishaps[-1] = Mishap(self.now(), what, last.times + 1)
        else:
            self.mishaps.append(Mishap(self.now(), what, 1))
