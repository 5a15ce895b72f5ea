"""Wrapping by display width, with the rules of Chinese typesetting for line starts and ends (禁则)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kiosk.receipts.characters import Measure

NEVER_FIRST: Final = frozenset("，。、；：？！）》」』】〉〕｝”’…—～·％,.;:?!)]}%")
"""Characters no line starts with: closing punctuation."""
NEVER_LAST: Final = frozenset("（《「『【〈〔｛“‘([{￥")
"""Characters no line ends with: opening punctuation, and the sign of a currency."""


def wrap(text: str, columns: int, width: Measure) -> list[str]:
    """Return a text's lines of at most `columns`; Latin words and figures stay whole where they fit on a line.

    A line feed begins a new line. At least two columns are needed, for one Chinese character.
    """
    assert columns >= width("国"), "a line holds at least one Chinese character"
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, columns, width)]


def _wrap_paragraph(paragraph: str, columns: int, width: Measure) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _pieces(paragraph):
        if width(line + piece.rstrip(" ")) <= columns:
            line += piece
            continue
        if line.strip(" "):
            lines.append(line.rstrip(" "))
        line = piece.lstrip(" ")
        while width(line.rstrip(" ")) > columns:
            cut = _cut(line, columns, width)
            lines.append(line[:cut].rstrip(" "))
            line = line[cut:].lstrip(" ")
    lines.append(line.rstrip(" "))
    return lines


def _pieces(paragraph: str) -> Iterator[str]:
    """Yield what must not be split: a word with its spaces, a Chinese character with the punctuation that clings."""
    piece = ""
    for character in paragraph:
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in NEVER_FIRST or before in NEVER_LAST:
        return False
    return before == " " or not (before.isascii() and after.isascii())


def _cut(line: str, columns: int, width: Measure) -> int:
    """Return where to cut what is longer than a line: the last place that breaks no rule, else only a line's end."""
    fitting = 1
    while fitting < len(line) and width(line[: fitting + 1]) <= columns:
        fitting += 1
    for kept_whole in (NEVER_LAST, frozenset[str]()):
        for cut in range(fitting, 0, -1):
            if line[cut] not in NEVER_FIRST and line[cut] != " " and line[cut - 1] not in kept_whole:
                return cut
    return fitting
