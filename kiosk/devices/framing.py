"""Where one scanned code ends and the next begins, in bytes that arrive in fragments.

Pure: the time of each arrival is passed in, in monotonic seconds.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category

SILENCE_SECONDS: Final = 0.08
"""A scanner without a suffix is done when it has been silent for so long."""

LONGEST_CODE: Final = 512
"""Bytes; what is longer is no code but noise, and is dropped up to the next end."""

_ENDS: Final = re.compile(rb"[\r\n\t\x03]")
_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_AROUND: Final = "\x02\x00 "


class Framer:
    """Splits a scanner's bytes into codes, at CR, LF, TAB, ETX or a silence; holds at most `LONGEST_CODE` bytes."""

    def __init__(self, silence_seconds: float = SILENCE_SECONDS) -> None:
        self._silence = silence_seconds
        self._held = bytearray()
        self._last_at = 0.0
        self._is_flooded = False

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, in monotonic seconds; None while nothing is held."""
        return self._last_at + self._silence if self._held or self._is_flooded else None

    def feed(self, fragment: bytes, at: float) -> list[str]:
        """Return the codes that `fragment` completes."""
        codes = self.tick(at)
        self._last_at = at
        *ended, rest = _ENDS.split(fragment)
        for part in ended:
            self._hold(part)
            codes += self._end()
        self._hold(rest)
        return codes

    def tick(self, at: float) -> list[str]:
        """Return the code that a silence up to `at` completes, if any."""
        deadline = self.deadline
        return self._end() if deadline is not None and at >= deadline else []

    def _hold(self, part: bytes) -> None:
        if self._is_flooded or len(self._held) + len(part) > LONGEST_CODE:
            self._held.clear()
            self._is_flooded = True
        else:
            self._held += part

    def _end(self) -> list[str]:
        code = "" if self._is_flooded else clean_code(decode_code(bytes(self._held)))
        self._held.clear()
        self._is_flooded = False
        return [code] if code else []


def decode_code(read: bytes) -> str:
    """Return the text of a code: UTF-8 if it is valid, else GB18030 with � for what is neither."""
    try:
        return read.decode("utf-8")
    except UnicodeDecodeError:
        return read.decode("gb18030", errors="replace")


def clean_code(text: str) -> str:
    """Return a code without STX, NUL and spaces around it and without the AIM symbology id (`]E0`, `]Q1`, …).

    What is no text becomes �: a customer's QR code shall say nothing to the terminal that shows it.
    """
    text = text.strip(_AROUND)
    aim = _AIM.match(text)
    text = text[aim.end() :].strip(_AROUND) if aim else text
    return text if text.isprintable() else "".join("�" if _steers(each) else each for each in text)


def _steers(character: str) -> bool:
    """Tell whether a character is no text but an order: a control, a direction, a line break."""
    return category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
