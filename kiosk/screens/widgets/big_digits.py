"""Large figures in solid blocks, readable from behind the counter: five half-rows high, three lines of the terminal."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

ROWS: Final = 3
_SHAPES: Final = {
    "0": "####/#..#/#..#/#..#/####",
    "1": ".##./..#./..#./..#./.###",
    "2": "####/...#/####/#.../####",
    "3": "####/...#/.###/...#/####",
    "4": "#..#/#..#/####/...#/...#",
    "5": "####/#.../####/...#/####",
    "6": "####/#.../####/#..#/####",
    "7": "####/...#/..#./..#./..#.",
    "8": "####/#..#/####/#..#/####",
    "9": "####/#..#/####/...#/####",
    "-": "..../..../.###/..../....",
    "+": "..../..#./.###/..#./....",
    ".": "././././#",
    ",": "./././#/#/#",
    ":": "./#/./#/.",
    " ": "../../../../..",
}
_HALVES: Final = {("#", "#"): "\u2588", ("#", "."): "\u2580", (".", "#"): "\u2584", (".", "."): " "}


def big_lines(figure: str) -> tuple[str, ...]:
    """Return a figure as three lines of block characters; characters without a shape stay blank."""
    drawn = [_drawn(_SHAPES.get(character, _SHAPES[" "])) for character in figure]
    return tuple(" ".join(glyph[line] for glyph in drawn) for line in range(ROWS))


def _drawn(shape: str) -> tuple[str, ...]:
    pixels = shape.split("/")
    width = max(len(row) for row in pixels)
    rows = [row.ljust(width, ".") for row in pixels] + ["." * width] * (2 * ROWS - len(pixels))
    return tuple(
        "".join(_HALVES[upper, lower] for upper, lower in zip(rows[2 * line], rows[2 * line + 1], strict=True))
        for line in range(ROWS)
    )


def big_width(figure: str) -> int:
    """Return the columns a figure takes in large digits."""
    return len(big_lines(figure)[0])


class BigDigits(Widget):
    """A figure in large digits, at the left or right by `text-align`; where they do not fit, in one plain bold line."""

    DEFAULT_CSS = """
    BigDigits { width: 1fr; height: 3; }
    """

    def __init__(self, figure: str = "", *, id: str | None = None, classes: str = "") -> None:
        """Take the figure."""
        super().__init__(id=id, classes=classes)
        self.figure = figure
        self.plain = False

    def update(self, figure: str, *, plain: bool = False) -> None:
        """Show another figure; `plain` says that the place is too narrow for large digits."""
        if (figure, plain) != (self.figure, self.plain):
            self.figure, self.plain = figure, plain
            self.refresh(layout=self.styles.width is not None and self.styles.width.is_auto)

    def render(self) -> Text:
        """Return the three lines."""
        width = self.size.width
        fits = not self.plain and big_width(self.figure) <= width
        lines = big_lines(self.figure) if fits else ("", self.figure, "")
        if self.styles.text_align == "right":
            lines = tuple(line.rjust(width) for line in lines)
        style = "" if fits else "bold"
        return Text("\n").join(Text(line, style, no_wrap=True, overflow="crop") for line in lines)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the columns the figure takes."""
        return len(self.figure) if self.plain else big_width(self.figure)
