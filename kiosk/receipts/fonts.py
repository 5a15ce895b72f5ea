"""Fonts for pictures of slips: a Chinese one that must be there, and a Latin one of fixed width where there is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.receipts.errors import NoChineseFont

CHINESE: Final = (
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/arphic/uming.ttc"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
)
"""Where Debian's packages put Chinese fonts; `fonts-wqy-zenhei` is the one to install."""
LATIN: Final = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"),
    Path("/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf"),
)
"""Fixed-width fonts for ASCII; without one the Chinese font's own letters stand in."""


@dataclass(frozen=True, slots=True)
class FontPaths:
    """The files a picture is drawn with."""

    chinese: Path
    latin: Path


def find_fonts(configured: Iterable[Path] = ()) -> FontPaths:
    """Return the first Chinese font there is, configured ones first; raises NoChineseFont with all that were tried."""
    searched = (*configured, *CHINESE)
    chinese = next((path for path in searched if path.is_file()), None)
    if chinese is None:
        raise NoChineseFont(tuple(str(path) for path in searched))
    return FontPaths(chinese, next((path for path in LATIN if path.is_file()), chinese))
