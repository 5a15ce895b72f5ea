"""The probe page: prints every way a printer might want its slips, each under the config line that chooses it.

For the installer (`kiosk printer-probe`, N15): whichever part looks right is written into the `[printer]` table.
Each part begins with `ESC @`, so that one a printer chokes on does not spoil the next. Labels are ASCII: they read well
on every printer, whatever it makes of Chinese.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kiosk.receipts.document import AmountLine, Document, Emphasis, Marker, SlipKind, Sum, Text, Title
from kiosk.receipts.errors import NoChineseFont
from kiosk.receipts.escpos_bytes import INITIALISE, PaperProfile, finish, put_lines, put_picture, put_qr, start
from kiosk.receipts.escpos_loading import Collector, load_collector
from kiosk.receipts.layout import NARROW, WIDE, lay_out

_CODE: Final = "M23456789"
_RARE: Final = "㐂㑇㒧"
"""Chinese that GBK lacks and GB 18030 writes in four bytes."""


@dataclass(frozen=True, slots=True)
class ProbePage:
    """One part of the probe: its name, the config line that chooses it (empty for an introduction), its bytes."""

    name: str
    setting: str
    content: bytes


def probe_pages(profile: PaperProfile) -> tuple[ProbePage, ...]:
    """Return the parts in the order they print; the last one feeds and cuts.

    Only `cache_dir`, `fonts` and `cut` of the profile count: everything else is what the page is to find out.
    """
    base = PaperProfile(profile.cache_dir, fonts=profile.fonts, cut=profile.cut)
    return (
        _page(base, "head", "", _head),
        _page(base, "ruler-32", "columns = 32", lambda printer: _ruler(printer, NARROW)),
        _page(base, "ruler-48", "columns = 48", lambda printer: _ruler(printer, WIDE)),
        _page(base, "gbk", 'encoding = "gbk"', lambda printer: _slip(printer, base, _chinese("张三 李雪 面包新语"))),
        _page(base, "gb18030", 'encoding = "gb18030"', lambda printer: _slip(printer, _rare(base), _chinese(_RARE))),
        _page(base, "raster", 'font = "raster"', lambda printer: _raster(printer, base)),
        _page(base, "qr-native", 'qr = "native"', lambda printer: put_qr(printer, _CODE, NARROW, native=True)),
        _page(base, "qr-image", 'qr = "image"', lambda printer: put_qr(printer, _CODE, NARROW, native=False)),
        _page(base, "end", "", lambda printer: finish(printer, base)),
    )


def probe_bytes(profile: PaperProfile) -> bytes:
    """Return the whole probe as one job."""
    return b"".join(page.content for page in probe_pages(profile))


def _page(base: PaperProfile, name: str, setting: str, fill: Callable[[Collector], None]) -> ProbePage:
    """Make one part: its label in the printer's own ASCII first, Chinese mode only then."""
    printer = load_collector(base.cache_dir)
    if setting:
        printer.put(INITIALISE + f"\n[{setting}]\n".encode("ascii"))
    printer.put(start(base).output)
    fill(printer)
    return ProbePage(name, setting, printer.output)


def _head(printer: Collector) -> None:
    lines = (
        "GUITAI PRINTER PROBE",
        "Write under [printer] in the",
        "config every [line] below whose",
        "part looks right.",
        "Rulers: the longest that stays",
        "on one line.",
    )
    printer.put("".join(f"{line}\n" for line in lines).encode("ascii"))


def _ruler(printer: Collector, columns: int) -> None:
    """Print a ruler that ends in its length, under it Chinese of the same width: both must end at the same place."""
    tens = "".join(f"{place:>10}" for place in range(10, columns + 1, 10)).ljust(columns)
    ticks = ("1234567890" * (columns // 10 + 1))[: columns - 1] + "|"
    chinese = ("汉字" * columns)[: columns // 2 - 1] + "尾"
    printer.put(f"{tens}\n{ticks}\n".encode("ascii") + chinese.encode("gbk") + b"\n")


def _chinese(names: str) -> Document:
    total = (AmountLine("实付", 30_000, "300.00"), AmountLine("赠送", 5_000, "50.00"))
    return Document(
        SlipKind.PROBE,
        "zh",
        (
            Text(f"{names}，：（）。￥"),
            Sum(total, AmountLine("余额", 35_000, "￥350.00")),
            Title("加粗 Bold", Emphasis.BOLD),
            Title("双倍 2x2", Emphasis.LARGE),
            Marker("补打 1"),
        ),
    )


def _rare(base: PaperProfile) -> PaperProfile:
    return replace(base, encoding="gb18030")


def _slip(printer: Collector, profile: PaperProfile, document: Document) -> None:
    put_lines(printer, lay_out(document, profile.columns, profile.encoding).lines, profile)


def _raster(printer: Collector, base: PaperProfile) -> None:
    """Print the slip as a picture, or say what is missing for that: the rest of the page is wanted all the same."""
    try:
        put_picture(printer, _chinese("张三 李雪 面包新语"), NARROW, base.fonts)
    except NoChineseFont:
        printer.put(b"not possible here: no Chinese font\n(Debian: fonts-wqy-zenhei)\n")
