"""Characters on paper: what a printer's encoding can show, and how many columns each takes.

On paper a character is one column if ASCII, else two; in a terminal 446 GBK characters are one, so the
width is handed in. Replacement comes before layout: afterwards every character is printed as it was counted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

Measure = Callable[[str], int]
"""Columns a text takes, at single size."""

MISSING: Final = "〓"
"""Stands for a character the printer cannot show: two columns, in every Chinese font (GBK A1FE)."""

_ALIASES: Final = {"¥": "￥", "\t": " ", "\u00a0": " ", "\u3000": "  ", "•": "-", "‑": "-", "−": "-"}
_TWO_COLUMNS: Final = 2
_RARE_FROM, _RARE_TO = "\u3400", "\u4dbf"
"""GB 18030's four-byte Chinese (CJK Extension A) that its printers carry; its other four-byte characters are not."""


def paper_width(text: str) -> int:
    """Return the columns a text takes on paper."""
    return sum(1 if character.isascii() else 2 for character in text)


def printable(text: str, encoding: str) -> str:
    """Return a text of which every character prints in an encoding (`gbk` or `gb18030`); line feeds stay.

    `¥` becomes `￥`, accents the encoding lacks fall off, emoji and rare characters become `〓`, controls vanish.
    """
    if text.isascii() and text.isprintable():
        return text
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(_shown(character, encoding) for character in whole)


def _shown(character: str, encoding: str) -> str:
    character = _ALIASES.get(character, character)
    if character == "\n" or (character.isascii() and character.isprintable()):
        return character
    if _encodable(character, encoding):
        return character
    if unicodedata.category(character)[0] in "CMZ" or unicodedata.category(character) == "Sk":
        return character if character == "  " else ""
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if part.isascii() and part.isprintable())
    return plain or MISSING


def _encodable(character: str, encoding: str) -> bool:
    if character.isascii() or len(character) != 1 or unicodedata.category(character)[0] in "CMZ":
        return False
    try:
        size = len(character.encode(encoding))
    except UnicodeEncodeError:
        return False
    return size == _TWO_COLUMNS or _RARE_FROM <= character <= _RARE_TO
