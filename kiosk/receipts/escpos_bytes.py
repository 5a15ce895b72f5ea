"""A slip as ESC/POS bytes: layout, QR and cut by python-escpos' `Dummy`, Chinese as `docs/rules/receipt.md` says.

`ESC @`, `FS &`, then raw GBK with sizes by `GS !`; never `ESC t` (a code page), never the library's guessing `text()`.
One call, `render`, for the print queue; nothing here opens a device.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.receipts.document import Document
from kiosk.receipts.escpos_loading import Collector, load_collector
from kiosk.receipts.fonts import find_fonts
from kiosk.receipts.layout import NARROW, WIDE, Line, QrLine, RuleLine, Span, TextLine, lay_out, qr_module_dots

INITIALISE: Final = b"\x1b@"
CHINESE_MODE: Final = b"\x1c&"
_INVERSE: Final = {True: b"\x1dB\x01", False: b"\x1dB\x00"}
_CENTRE: Final = {True: b"\x1ba\x01", False: b"\x1ba\x00"}
_DRAWER_PIN: Final = 2
_FEED_LINES: Final = 4
_QR_LEVEL_M: Final = 1


@dataclass(frozen=True, slots=True)
class PaperProfile:
    """How one printer wants its slips; the installer picks it from the probe page and the config says it.

    `columns`: 32 (58 mm) or 48 (80 mm). `encoding`: `gbk` or `gb18030`, as its Chinese font has it. `font`: `printer`,
    or `raster` to send the whole slip as a picture to a printer without a Chinese font. `qr`: `native` or `image`.
    `cut`: False for a printer without a cutter. `cache_dir` keeps the library's printer table; `fonts` are tried before
    Debian's.
    """

    cache_dir: Path
    columns: int = NARROW
    encoding: str = "gbk"
    font: str = "printer"
    qr: str = "native"
    cut: bool = True
    fonts: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Assert that the config let only known settings through."""
        assert self.columns in {NARROW, WIDE}, "slips are laid out for 58 or 80 mm"
        assert self.encoding in {"gbk", "gb18030"}, "what Chinese printers speak"
        assert self.font in {"printer", "raster"}, "letters are the printer's or ours"
        assert self.qr in {"native", "image"}, "a QR code is the printer's or ours"


def render(document: Document, profile: PaperProfile, *, drawer: bool = False) -> bytes:
    """Return the bytes that print a slip, with a drawer kick first where asked: the cashier waits for the drawer.

    Raises NoChineseFont where a picture is needed and no font is there.
    """
    printer = start(profile)
    if drawer:
        printer.cashdraw(_DRAWER_PIN)
    if profile.font == "raster":
        put_picture(printer, document, profile.columns, profile.fonts)
    else:
        put_lines(printer, lay_out(document, profile.columns, profile.encoding).lines, profile)
    finish(printer, profile)
    return printer.output


def drawer_kick(profile: PaperProfile) -> bytes:
    """Return the bytes that only open the drawer."""
    printer = load_collector(profile.cache_dir)
    printer.cashdraw(_DRAWER_PIN)
    return printer.output


def start(profile: PaperProfile) -> Collector:
    """Return a fresh page in Chinese mode."""
    printer = load_collector(profile.cache_dir)
    printer.put(INITIALISE + CHINESE_MODE)
    return printer


def finish(printer: Collector, profile: PaperProfile) -> None:
    """Feed the last line past the cutter, and cut where there is one."""
    if profile.cut:
        printer.cut(mode="PART")
    else:
        printer.print_and_feed(_FEED_LINES)


def put_lines(printer: Collector, lines: tuple[Line, ...], profile: PaperProfile) -> None:
    """Add laid-out lines in the profile's encoding; every style is switched off again at the end of its run."""
    for line in lines:
        match line:
            case TextLine(spans, inverse):
                if inverse:
                    printer.put(_INVERSE[True])
                _put_spans(printer, spans, profile.encoding)
                if inverse:
                    printer.put(_INVERSE[False])
                printer.put(b"\n")
            case RuleLine(begin, columns, heavy):
                printer.put(b" " * begin + (b"=" if heavy else b"-") * columns + b"\n")
            case QrLine(content):
                put_qr(printer, content, profile.columns, native=profile.qr == "native")


def _put_spans(printer: Collector, spans: tuple[Span, ...], encoding: str) -> None:
    for text, bold, wide, tall in _runs(spans):
        sized = (wide, tall) != (1, 1)
        if sized:
            printer.set(custom_size=True, width=wide, height=tall)
        if bold:
            printer.set(bold=True)
        printer.put(text.encode(encoding))
        if bold:
            printer.set(bold=False)
        if sized:
            printer.set(custom_size=True, width=1, height=1)


def _runs(spans: tuple[Span, ...]) -> Iterator[tuple[str, bool, int, int]]:
    """Yield text, bold, wide, tall with neighbours of one style joined; spaces are never bold."""
    held: tuple[str, bool, int, int] | None = None
    for span in spans:
        style = (span.bold and bool(span.text.strip()), span.wide, span.tall)
        if held is not None and held[1:] == style:
            held = (held[0] + span.text, *style)
            continue
        if held is not None:
            yield held
        held = (span.text, *style)
    if held is not None:
        yield held


def put_qr(printer: Collector, content: str, columns: int, *, native: bool) -> None:
    """Add a QR code in the middle of the paper, drawn by the printer or sent as a picture."""
    dots = qr_module_dots(columns)
    printer.put(_CENTRE[True])
    if native:
        printer.qr(content, ec=_QR_LEVEL_M, size=dots, native=True)
    else:
        from kiosk.receipts import picture  # noqa: PLC0415 — see put_picture

        printer.put(b"".join(picture.raster_commands(picture.qr_image(content, dots))))
    printer.put(_CENTRE[False] + b"\n")


def put_picture(printer: Collector, document: Document, columns: int, fonts: tuple[Path, ...]) -> None:
    """Add a whole slip as a picture; raises NoChineseFont."""
    from kiosk.receipts import picture  # noqa: PLC0415 — Pillow costs the start 0.1 s, and few printers need pictures

    printer.put(b"".join(picture.raster_commands(picture.raster(document, columns, find_fonts(fonts)))))
