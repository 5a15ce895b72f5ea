"""Parts of a page: figures as large as the place allows, lines of label and figure, what stands in the middle."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from kiosk.screens.theme import INK, MUTED
from kiosk.screens.widgets.big_digits import big_lines
from ledger.money import format_minor

Lines = list[Text]
_HALVES: Final = {
    "\u2588": ("\u2588\u2588", "\u2588\u2588"),
    "\u2580": ("\u2588\u2588", "  "),
    "\u2584": ("  ", "\u2588\u2588"),
    " ": ("  ", "  "),
}
DOUBLE_ROWS: Final = 6


def double_lines(figure: str) -> tuple[str, ...]:
    """Return a figure as six lines of block characters: each cell of the large digits twice as wide and high."""
    return tuple("".join(_HALVES[cell][half] for cell in line) for line in big_lines(figure) for half in (0, 1))


def figure_lines(minor: int, style: str, width: int, rows: int) -> Lines:
    """Return fen as large as width and rows allow: in six lines, in three, or in one that is bold."""
    figure = format_minor(minor)
    for drawn in (double_lines(figure), big_lines(figure)):
        if len(drawn) <= rows and len(drawn[0]) <= width:
            return [Text(line, style, no_wrap=True) for line in drawn]
    return [Text(whole(figure, width), f"bold {style}")]


def money_lines(label: str, minor: int, style: str, width: int, rows: int) -> Lines:
    """Return an amount under its label, as large as width and rows allow."""
    return [Text(fitted(f"{label} ￥", width), MUTED), *figure_lines(minor, style, width, rows - 1)]


def fact_line(label: str, figure: str, width: int, style: str = INK) -> Text:
    """Return a label at the left and its figure at the right; a label that is too long is cut."""
    figure = whole(figure, width)
    named = fitted(label, max(0, width - cell_len(figure) - 2))
    return Text.assemble((named, MUTED), " " * (width - cell_len(named) - cell_len(figure)), (figure, style))


def whole(figure: str, width: int) -> str:
    """Return a figure, or `#` where the place is too narrow for all of it: half a figure is a wrong one."""
    return figure if cell_len(figure) <= width else "#" * width


def fitted(text: str, width: int) -> str:
    """Return a text cut to so many columns; a character of two columns is never halved."""
    return text if cell_len(text) <= width else set_cell_size(text, width).rstrip()


def centred(text: Text, width: int) -> Text:
    """Return a line in the middle, cut where it is too long."""
    shown = text if text.cell_len <= width else Text(fitted(text.plain, width), text.style)
    return Text.assemble(" " * ((width - shown.cell_len) // 2), shown)


def in_the_middle(lines: Lines, width: int, height: int) -> Lines:
    """Return lines in the middle of a page, as many as it has rows for."""
    kept = lines[:height]
    return [Text("")] * ((height - len(kept)) // 2) + [centred(line, width) for line in kept]


def beside(left: Lines, right: Lines, column: int) -> Lines:
    """Return two blocks side by side, the second one at a column."""
    rows = max(len(left), len(right))
    padded = [*left, *[Text("")] * (rows - len(left))], [*right, *[Text("")] * (rows - len(right))]
    return [Text.assemble(one, " " * max(0, column - one.cell_len), two) for one, two in zip(*padded, strict=True)]
