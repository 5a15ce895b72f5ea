"""A slip as a picture, dot for dot as the paper shows it: 12 × 24 dots a column, 384 dots on 58 mm, 576 on 80 mm.

Used for the virtual printer's PNG, for the README, and as the whole slip for printers without a Chinese font.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image as images
from PIL import ImageChops, ImageDraw, ImageFont
from PIL.Image import Image
from PIL.ImageFont import FreeTypeFont
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from kiosk.receipts.characters import paper_width
from kiosk.receipts.document import Document
from kiosk.receipts.fonts import FontPaths, find_fonts
from kiosk.receipts.layout import NARROW, Line, Page, QrLine, RuleLine, Span, TextLine, lay_out, qr_module_dots

COLUMN_DOTS: Final = 12
LETTER_DOTS: Final = 24
LEADING_DOTS: Final = 8
"""White between two lines: with 24-dot letters this is the printers' own spacing of 1/6 inch less a hair."""
_BASELINE: Final = 20
_LATIN_DOTS: Final = 20
"""A size at which the Latin fonts' letters are 12 dots wide, as a column is."""
_INK, _PAPER, _EDGE = 24, 255, 214
_QR_GAP: Final = 10
_DARK_BELOW: Final = 150
"""Greys up to this are burnt: letters keep their thin strokes."""
_RASTER_LINES: Final = 240
"""Dot lines per raster command: small enough for the buffers of cheap printers."""


def qr_image(content: str, module_dots: int) -> Image:
    """Return a QR code without a quiet zone, error correction M, one picture dot per printer dot."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(content)
    code.make(fit=True)
    modules = code.get_matrix()
    small = images.new("L", (len(modules), len(modules)), _PAPER)
    small.putdata([0 if dark else _PAPER for row in modules for dark in row])
    return small.resize((len(modules) * module_dots,) * 2, images.Resampling.NEAREST)


def draw(page: Page, fonts: FontPaths, scale: int = 1) -> Image:
    """Return a laid-out slip in grey, exactly as wide as its columns; `scale` enlarges every dot's worth of detail."""
    heights = [_height(line, page.columns) for line in page.lines]
    size = (page.columns * COLUMN_DOTS * scale, max(sum(heights), 1) * scale)
    sheet = _Sheet(images.new("L", size, _PAPER), page.columns, fonts, scale)
    top = 0
    for line, height in zip(page.lines, heights, strict=True):
        sheet.put(line, top, height)
        top += height
    return sheet.image


def raster(document: Document, columns: int, fonts: FontPaths | None = None) -> Image:
    """Return a slip in black and white for a printer's raster command, one picture dot per printer dot."""
    page = lay_out(document, columns, "gb18030")
    return draw(page, fonts or find_fonts()).point(lambda grey: 255 if grey > _DARK_BELOW else 0).convert("1")


def raster_commands(picture: Image) -> Iterator[bytes]:
    """Yield the `GS v 0` commands that print a picture, in pieces a small printer can hold.

    The library's own `image()` prints a remark to stdout, onto the full-screen terminal.
    """
    dark = ImageChops.invert(picture.convert("L")).convert("1")
    width_bytes = (dark.width + 7) // 8
    for top in range(0, dark.height, _RASTER_LINES):
        piece = dark.crop((0, top, dark.width, min(top + _RASTER_LINES, dark.height)))
        yield b"\x1dv0\x00" + width_bytes.to_bytes(2, "little") + piece.height.to_bytes(2, "little") + piece.tobytes()


def to_png(document: Document, columns: int, fonts: FontPaths | None = None, scale: int = 1) -> bytes:
    """Return a slip as PNG on its paper, with the margins 58 and 80 mm paper has; raises NoChineseFont."""
    ink = draw(lay_out(document, columns, "gb18030"), fonts or find_fonts(), scale)
    side, end = (40 if columns <= NARROW else 32) * scale, 44 * scale
    paper = images.new("L", (ink.width + 2 * side, ink.height + 2 * end), _PAPER)
    paper.paste(ink, (side, end))
    paper.paste(_EDGE, (0, 0, paper.width, 1))
    paper.paste(_EDGE, (0, paper.height - 1, paper.width, paper.height))
    paper.paste(_EDGE, (0, 0, 1, paper.height))
    paper.paste(_EDGE, (paper.width - 1, 0, paper.width, paper.height))
    held = io.BytesIO()
    paper.save(held, "PNG", optimize=True)
    return held.getvalue()


def _height(line: Line, columns: int) -> int:
    match line:
        case TextLine(spans):
            tall = max((span.tall for span in spans), default=1)
            return LETTER_DOTS * tall + LEADING_DOTS
        case RuleLine():
            return LETTER_DOTS // 2 + LEADING_DOTS
        case QrLine(content):
            return qr_image(content, qr_module_dots(columns)).height + 2 * _QR_GAP


@lru_cache(maxsize=16)
def _font(path: Path, dots: int) -> FreeTypeFont:

    return ImageFont.truetype(str(path), dots)


@dataclass(slots=True)
class _Sheet:
    image: Image
    columns: int
    fonts: FontPaths
    scale: int

    def put(self, line: Line, top: int, height: int) -> None:
        match line:
            case TextLine(spans, inverse):
                self._text(spans, top, height, inverse=inverse)
            case RuleLine():
                self._rule(line, top + height // 2)
            case QrLine(content):
                self._qr(content, top)

    def _text(self, spans: tuple[Span, ...], top: int, height: int, *, inverse: bool) -> None:
        if inverse:
            self._fill(0, top, self.columns * COLUMN_DOTS, height)
        foot = top + height - LEADING_DOTS // 2
        left = 0
        for span in spans:
            dots = paper_width(span.text) * COLUMN_DOTS * span.wide
            if span.text.strip(" "):
                self._span(span, left, foot, dots, _PAPER if inverse else _INK)
            left += dots

    def _span(self, span: Span, left: int, foot: int, dots: int, ink: int) -> None:
        """Draw a span standing on the foot of its line; letters of odd proportions are drawn square and stretched."""
        scale, factor = self.scale, min(span.wide, span.tall)
        letters = images.new("L", (dots * factor // span.wide * scale, LETTER_DOTS * factor * scale), 0)
        self._letters(span, letters, factor * scale)
        size = (dots * scale, LETTER_DOTS * span.tall * scale)
        if letters.size != size:
            letters = letters.resize(size, images.Resampling.NEAREST)
        self.image.paste(ink, (left * scale, foot * scale - size[1]), letters)

    def _letters(self, span: Span, target: Image, factor: int) -> None:

        pen = ImageDraw.Draw(target)
        chinese = _font(self.fonts.chinese, LETTER_DOTS * factor)
        latin = _font(self.fonts.latin, _LATIN_DOTS * factor)
        left = 0
        for letter in span.text:
            cell = paper_width(letter) * COLUMN_DOTS * factor
            font = latin if letter.isascii() else chinese
            middle = left + cell / 2
            for shift in range(1 + self.scale if span.bold else 1):
                pen.text((middle + shift, _BASELINE * factor), letter, fill=255, font=font, anchor="ms")
            left += cell

    def _rule(self, line: RuleLine, middle: int) -> None:
        left, right = line.start * COLUMN_DOTS, (line.start + line.columns) * COLUMN_DOTS
        if line.heavy:
            self._fill(left, middle - 2, right - left, 3)
            return
        for dash in range(left, right, 6):
            self._fill(dash, middle, 4, 1)

    def _qr(self, content: str, top: int) -> None:
        code = qr_image(content, qr_module_dots(self.columns) * self.scale)
        self.image.paste(code, ((self.image.width - code.width) // 2, (top + _QR_GAP) * self.scale))

    def _fill(self, left: int, top: int, width: int, height: int) -> None:
        scale = self.scale
        self.image.paste(_INK, (left * scale, top * scale, (left + width) * scale, (top + height) * scale))
