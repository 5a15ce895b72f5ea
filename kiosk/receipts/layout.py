"""Layout: a document on paper of so many columns, as lines in which every space is counted. Pure.

Text is centred and pushed to the right by spaces, never by the printer, so that all renderings agree. A large text is
two columns wide per column of text. Paper of 48 columns gets a margin and more air.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.receipts.characters import Measure, paper_width, printable
from kiosk.receipts.document import (
    Align,
    AmountLine,
    Blank,
    Block,
    Document,
    Emphasis,
    KeyValue,
    Marker,
    Qr,
    Rule,
    Sum,
    Text,
    Title,
)
from kiosk.receipts.wrapping import wrap

NARROW: Final = 32
"""Columns of 58 mm paper."""
WIDE: Final = 48
"""Columns of 80 mm paper."""
_NARROWEST: Final = 16
_AIRY_FROM: Final = 40
_HANG: Final = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; `wide` and `tall` are factors of 1 or 2."""

    text: str
    bold: bool = False
    wide: int = 1
    tall: int = 1


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of spans that together fill at most the paper's columns; `inverse` is white on black, edge to edge."""

    spans: tuple[Span, ...]
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A line across the paper from column `start` for `columns`."""

    start: int
    columns: int
    heavy: bool


@dataclass(frozen=True, slots=True)
class QrLine:
    """A QR code in the middle of the paper."""

    content: str


Line = TextLine | RuleLine | QrLine


@dataclass(frozen=True, slots=True)
class Page:
    """A slip laid out for paper of `columns`."""

    columns: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Paper:
    columns: int
    encoding: str
    width: Measure
    sizes: bool

    def style(self, text: str, emphasis: Emphasis) -> Span:
        if emphasis is Emphasis.LARGE:
            return Span(text, True, 2, 2) if self.sizes else Span(text, True)
        return Span(text, bold=emphasis is Emphasis.BOLD)

    @property
    def airy(self) -> bool:
        return self.columns >= _AIRY_FROM

    @property
    def margin(self) -> int:
        return 2 if self.airy else 0

    @property
    def inner(self) -> int:
        return self.columns - 2 * self.margin

    def spans_width(self, spans: tuple[Span, ...]) -> int:
        return sum(self.width(span.text) * span.wide for span in spans)


def qr_module_dots(columns: int) -> int:
    """Return the dots of one QR module on paper of so many columns (1 to 16, as printers take it)."""
    return 6 if columns <= NARROW else 8


def lay_out(
    document: Document, columns: int, encoding: str = "gbk", width: Measure = paper_width, *, sizes: bool = True
) -> Page:
    """Return a document's lines on paper of `columns` (32 for 58 mm, 48 for 80 mm; at least 16).

    `encoding` is what the printer speaks; `width` counts columns, by default as paper does. Without
    `sizes` (a terminal) large text is bold and of single size.
    """
    assert columns >= _NARROWEST, "no receipt paper is narrower"
    paper = _Paper(columns, encoding, width, sizes)
    lines = [line for block in document.blocks for line in _lines(paper, _readable(block, encoding))]
    filled = [place for place, line in enumerate(lines) if line != _BLANK]
    return Page(columns, tuple(lines[filled[0] : filled[-1] + 1]) if filled else ())


def _readable(block: Block, encoding: str) -> Block:
    """Return a block whose every text prints in the encoding; a code's content is never touched."""

    def shown(text: str) -> str:
        return printable(text, encoding)

    def row(line: AmountLine) -> AmountLine:
        return AmountLine(shown(line.label), line.minor, shown(line.shown))

    match block:
        case Title(text, emphasis):
            return Title(shown(text), emphasis)
        case Text(text, align, emphasis):
            return Text(shown(text), align, emphasis)
        case KeyValue(label, value, emphasis, indent):
            return KeyValue(shown(label), shown(value), emphasis, indent)
        case Sum(parts, total, emphasis):
            return Sum(tuple(row(part) for part in parts), row(total), emphasis)
        case Marker(text, note):
            return Marker(shown(text), shown(note))
        case Qr(content, caption):
            return Qr(content, shown(caption))
        case _:
            return block


def _lines(paper: _Paper, block: Block) -> Iterator[Line]:
    match block:
        case Title(text, emphasis):
            yield from _flowing(paper, text, Align.CENTRE, emphasis)
        case Text(text, align, emphasis):
            yield from _flowing(paper, text, align, emphasis)
        case KeyValue(label, value, emphasis, indent):
            yield from _key_value(paper, label, value, emphasis, indent)
        case Sum():
            yield from _sum(paper, block)
        case Rule(heavy):
            yield from _rule(paper, heavy=heavy)
        case Blank(lines):
            yield from [_BLANK] * lines
        case Marker():
            yield from _marker(paper, block)
        case Qr(content, caption):
            yield QrLine(content)
            if caption:
                yield from _flowing(paper, caption, Align.CENTRE, Emphasis.PLAIN)


_BLANK: Final = TextLine(())


def _flowing(paper: _Paper, text: str, align: Align, emphasis: Emphasis) -> Iterator[Line]:
    scale = paper.style("", emphasis).wide
    for piece in wrap(text, paper.inner // scale, paper.width):
        span = paper.style(piece, emphasis)
        yield _aligned(paper, span, align) if piece else _BLANK


def _aligned(paper: _Paper, span: Span, align: Align) -> TextLine:
    room = paper.inner - paper.spans_width((span,))
    before = {Align.LEFT: 0, Align.CENTRE: room // 2, Align.RIGHT: room}[align]
    return _line(paper.margin + before, span)


def _line(before: int, *spans: Span) -> TextLine:
    return TextLine((Span(" " * before), *spans) if before else spans)


def _key_value(paper: _Paper, label: str, value: str, emphasis: Emphasis, indent: int) -> Iterator[Line]:
    """Yield label and value on one line; a large value that does not fit is only tall, a long one goes below."""
    left = Span(label, bold=emphasis is not Emphasis.PLAIN)
    right = paper.style(value, emphasis)
    start = min(indent, paper.inner // 4)
    for candidate in (right, Span(value, bold=right.bold, tall=right.tall)):
        room = paper.inner - start - paper.spans_width((left, candidate))
        if room >= 1 and "\n" not in label + value:
            yield _line(paper.margin + start, left, Span(" " * room), candidate)
            return
    yield from _stacked(paper, left, Span(value, bold=right.bold, tall=right.tall), start)


def _stacked(paper: _Paper, left: Span, right: Span, start: int) -> Iterator[Line]:
    """Yield a label above its value: one line of value at the right edge, several hanging from the left."""
    for piece in wrap(left.text, paper.inner - start, paper.width):
        yield _line(paper.margin + start, Span(piece, bold=left.bold))
    pieces = wrap(right.text, paper.inner - start - _HANG, paper.width)
    for piece in pieces:
        span = Span(piece, right.bold, right.wide, right.tall)
        if len(pieces) == 1:
            yield _aligned(paper, span, Align.RIGHT)
        else:
            yield _line(paper.margin + start + _HANG, span)


def _sum(paper: _Paper, block: Sum) -> Iterator[Line]:
    """Yield the parts, the line one adds up under, and the total."""
    for part in block.parts:
        yield from _key_value(paper, part.label, part.shown, Emphasis.PLAIN, 0)
    total = tuple(_key_value(paper, block.total.label, block.total.shown, block.emphasis, 0))
    figures = [paper.width(part.shown) for part in block.parts]
    scale = max((span.wide for line in total if isinstance(line, TextLine) for span in line.spans), default=1)
    under = min(max([*figures, paper.width(block.total.shown) * scale]), paper.inner)
    yield RuleLine(paper.columns - paper.margin - under, under, heavy=False)
    yield from total


def _rule(paper: _Paper, *, heavy: bool) -> Iterator[Line]:
    if paper.airy:
        yield _BLANK
    yield RuleLine(0, paper.columns, heavy)
    if paper.airy:
        yield _BLANK


def _marker(paper: _Paper, block: Marker) -> Iterator[Line]:
    yield _BLANK
    for text, emphasis in ((block.text, Emphasis.LARGE), (block.note, Emphasis.BOLD)):
        scale = paper.style("", emphasis).wide
        for piece in wrap(text, (paper.columns - 2) // scale, paper.width):
            if piece:
                yield _band(paper, paper.style(piece, emphasis))
    yield _BLANK


def _band(paper: _Paper, span: Span) -> TextLine:
    room = paper.columns - paper.spans_width((span,))
    before, after = room // 2, room - room // 2
    sides = (Span(" " * before, tall=span.tall), span, Span(" " * after, tall=span.tall))
    return TextLine(sides, inverse=True)
