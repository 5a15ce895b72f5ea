"""A slip as plain text: drawn in the terminal, and written beside the picture of a virtual printer."""

from __future__ import annotations

from wcwidth import wcswidth

from kiosk.receipts.document import Document
from kiosk.receipts.layout import Line, Page, QrLine, RuleLine, TextLine, lay_out


def terminal_width(text: str) -> int:
    """Return the columns a text takes in a terminal."""
    return max(wcswidth(text), 0)


def terminal_page(document: Document, columns: int) -> Page:
    """Return a slip laid out for a terminal: its widths, single size; bold and inverse are the screen's to show."""
    return lay_out(document, columns, "gb18030", terminal_width, sizes=False)


def to_text(document: Document, columns: int) -> str:
    """Return a slip as lines of at most `columns` terminal columns, without trailing spaces.

    Large text is of single size, a QR code its content in brackets, a band a row of stars around its text.
    """
    page = terminal_page(document, columns)
    return "".join(f"{_text_of(line, columns)}\n" for line in page.lines)


def _text_of(line: Line, columns: int) -> str:
    match line:
        case RuleLine(start, length, heavy):
            return " " * start + ("=" if heavy else "-") * length
        case QrLine(content):
            shown = f"[QR {content}]"
            return " " * max((columns - terminal_width(shown)) // 2, 0) + shown
        case TextLine(spans, inverse):
            text = "".join(span.text for span in spans)
            return _starred(text) if inverse else text.rstrip()


def _starred(band: str) -> str:
    text = band.strip()
    before = len(band) - len(band.lstrip())
    after = len(band) - len(band.rstrip())
    return f"{'*' * (before - 1)} {text} {'*' * (after - 1)}"
