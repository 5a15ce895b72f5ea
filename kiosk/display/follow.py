"""Following a till: one connection at a time, opened again for ever; a lost till is told at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.display_wire import LONGEST_LINE, Shown, UnreadableLine, read_line
from kiosk.i18n import Language

FIRST_RETRY_SECONDS: Final = 0.3
SLOWEST_RETRY_SECONDS: Final = 2.0

Hear = Callable[[Shown | None, Language | None], None]
"""Takes each state with the language of its words; None for both when the till is gone."""


async def follow(place: Path, hear: Hear, first_retry_seconds: float = FIRST_RETRY_SECONDS) -> None:
    """Hand on what the till at a place shows, until this is cancelled; a till that is not there is waited for."""
    retry = first_retry_seconds
    while True:
        if await _follow_once(place, hear):
            retry = first_retry_seconds
        hear(None, None)
        await asyncio.sleep(retry)
        retry = min(retry * 2, SLOWEST_RETRY_SECONDS)


async def _follow_once(place: Path, hear: Hear) -> bool:
    """Follow until the till goes away or says what cannot be read; return whether it said anything."""
    try:
        reader, writer = await _connect(place)
    except OSError:
        return False
    heard = False
    try:
        while line := await reader.readline():
            hear(*read_line(line))
            heard = True
    except (OSError, ValueError, UnreadableLine):  # ValueError: a line above the limit
        return heard
    finally:
        writer.close()
    return heard


async def _connect(place: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    folder = os.open(place.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        short = f"/proc/self/fd/{folder}/{place.name}"  # the kernel takes no path above 107 bytes
        return await asyncio.open_unix_connection(short, limit=LONGEST_LINE)
    finally:
        os.close(folder)
