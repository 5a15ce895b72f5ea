"""Pictures of the terminal as text: what stands in each row, and under it what each cell's colour means.

`.` ink, `m` muted, `f` faint, `a` accent, `g` done, `y` look, `r` stop, `p` on paper, `~` dimmed behind a panel; capitals are bold.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from kiosk.screens import theme
from tests.kiosk.screens.standing import Stand

_MEANINGS = {
    theme.INK: ".",
    theme.MUTED: "m",
    theme.FAINT: "f",
    theme.ACCENT: "a",
    theme.GREEN: "g",
    theme.AMBER: "y",
    theme.RED: "r",
    theme.RULE: "o",
    theme.GROUND: "i",
    "#23262b": "p",
}


def picture(stand: Stand) -> str:
    """Return the counter's terminal as rows of text and rows of meanings."""
    return picture_of(stand.cells, stand.app.size)


def picture_of(cells: list[list[Segment]], size: tuple[int, int]) -> str:
    """Return a terminal as rows of text and rows of meanings."""
    rows, meanings = [], []
    for segments in cells:
        rows.append("".join(segment.text for segment in segments).rstrip())
        meanings.append("".join(_cells(segment.text, segment.style) for segment in segments).rstrip())
    width, height = size
    return "\n".join([*rows, f"{width} x {height}".center(width, "-").rstrip(), *meanings, ""])


def _cells(text: str, style: Style | None) -> str:
    mark = _meaning(style)
    return "".join(" " if character == " " else mark * cell_len(character) for character in text)


def _meaning(style: Style | None) -> str:
    if style is None or style.color is None or style.color.triplet is None:
        return "."
    colour = Color(*style.color.triplet).hex.lower()
    mark = _MEANINGS.get(colour, "~")
    return mark.upper() if style.bold and mark.isalpha() else mark
