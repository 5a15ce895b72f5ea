"""Tells a scanner that types like a keyboard from a person who types.

Measured through a terminal: a scan at 10 ms a character shows gaps up to 17 ms, a person about 120 ms. So characters no
further apart than 35 ms, at least six of them, with Enter behind them just as fast, are a scan; anything else is typing
and goes on to the field it was meant for, in order and complete. Where the scanner can put a character in front of each
code, that character opens a scan whatever its length.

Pure: the time of each key is passed in, in monotonic seconds. Give it the time at which the key arrived, not the time at
which a busy screen came round to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.devices.flood import FloodGate
from kiosk.devices.framing import clean_code

GAP_SECONDS: Final = 0.035
PREFIXED_GAP_SECONDS: Final = 0.15
"""After the configured prefix nobody is typing, so a slow scanner is given more time."""

SLACK_SECONDS: Final = 0.015
"""Held characters are let go so much later than the gap, because a key may wait in the queue when a timer fires."""

FEWEST_CHARACTERS: Final = 6
MOST_CHARACTERS: Final = 256
_ENTER: Final = "\r\n"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do after a key: pass `typed` on to the focused field, then handle `code` if there is one.

    An empty `code` is a scan that counts for nothing: it bounced, or the scanner floods.
    `expires_at` is when to call `expire` if no key comes before; None while nothing is held back.
    """

    typed: str = ""
    code: str | None = None
    expires_at: float | None = None


class WedgeDetector:
    """Holds back what may be a scan and lets go of what is not; `prefix` and `suffix` are single characters or empty."""

    def __init__(self, prefix: str = "", suffix: str = "") -> None:
        assert len(prefix) <= 1, "a wedge prefix is one character"
        assert len(suffix) <= 1, "a wedge suffix is one character"
        self._prefix = prefix
        self._ends = suffix or _ENTER
        self._held = ""
        self._last_at = 0.0
        self._gate = FloodGate()

    def feed(self, character: str, at: float) -> Decision:
        """Take one character (Enter is CR or LF) that arrived at `at` and say what comes of it."""
        typed = self._let_go() if self._held and at - self._last_at > self._gap else ""
        self._last_at = at
        if character in self._ends:
            return self._ended(typed, character, at)
        if self._prefix and character == self._prefix:
            typed += self._let_go()
        self._held += character
        if len(self._held) > MOST_CHARACTERS:
            typed += self._let_go()
        return Decision(typed, None, self._expires_at)

    def expire(self, at: float) -> Decision:
        """Let go of characters that no other followed in time."""
        expires_at = self._expires_at
        if expires_at is None or at < expires_at:
            return Decision(expires_at=expires_at)
        return Decision(self._let_go())

    def flush(self) -> Decision:
        """Let go of everything at once: call it before any key that is no character, or when the focus moves."""
        return Decision(self._let_go())

    @property
    def _is_prefixed(self) -> bool:
        return bool(self._prefix) and self._held.startswith(self._prefix)

    @property
    def _gap(self) -> float:
        return PREFIXED_GAP_SECONDS if self._is_prefixed else GAP_SECONDS

    @property
    def _expires_at(self) -> float | None:
        return self._last_at + self._gap + SLACK_SECONDS if self._held else None

    def _ended(self, typed: str, end: str, at: float) -> Decision:
        is_scan = len(self._held) > 1 if self._is_prefixed else len(self._held) >= FEWEST_CHARACTERS
        code = clean_code(self._held.removeprefix(self._prefix)) if is_scan else ""
        if code:
            self._held = ""
            return Decision(typed, code if self._gate.takes(code, at) else "")
        return Decision(typed + self._let_go() + end)

    def _let_go(self) -> str:
        held, self._held = self._held, ""
        return held
