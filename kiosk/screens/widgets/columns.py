"""Lines of a fixed width: texts at the left, figures at the right, wide characters counted as two."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text


def cell(text: str, width: int, *, right: bool = False, style: str = "") -> Text:
    """Return a text cut or filled to a width in terminal columns."""
    if cell_len(text) > width:
        return Text(set_cell_size(text, width), style)
    gap = " " * (width - cell_len(text))
    return Text(gap + text if right else text + gap, style)


def row(*cells: Text) -> Text:
    """Return cells side by side."""
    return Text.assemble(*cells, overflow="crop", no_wrap=True)


def spread(left: Text, right: Text, width: int) -> Text:
    """Return one text at the left edge and one at the right; the left one is cut where both do not fit."""
    room = width - right.cell_len
    if left.cell_len > room - 1:
        left = left.copy()
        left.truncate(max(0, room - 1), overflow="crop")
    return Text.assemble(left, " " * max(1, room - left.cell_len), right, no_wrap=True, overflow="crop")


def beside(left: Sequence[Text], right: Sequence[Text], width: int) -> list[Text]:
    """Return two columns of lines, the left one filled to a width."""
    lines = []
    for place in range(max(len(left), len(right))):
        first = left[place] if place < len(left) else Text()
        second = right[place] if place < len(right) else Text()
        lines.append(Text.assemble(first, " " * max(0, width - first.cell_len), second, no_wrap=True, overflow="crop"))
    return lines
