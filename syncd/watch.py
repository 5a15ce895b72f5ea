"""Notices that the journal grew without asking again and again: the kernel tells when a file of the folder is written.

`fcntl(2)`, F_NOTIFY: in the standard library, and no thread. A write is seen before its commit is, for the disk answers
some time after it; so the journal is looked at again a few times. Where the kernel tells nothing, the pump's own slow
look remains.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LOOKS: Final = (0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
"""When to look after the last write that was seen (seconds)."""
_watching: Final[set[Callable[[], None]]] = set()
"""Everybody who watches: the kernel's signal reaches the process, not one of them."""


@contextmanager
def watched(folder: Path, changed: Callable[[], None]) -> Iterator[None]:
    """Call `changed` after files in a folder were written, until the context ends; for the main thread's event loop."""
    loop = asyncio.get_running_loop()
    later: list[asyncio.TimerHandle] = []

    def seen() -> None:
        for look in later:
            look.cancel()
        later[:] = [loop.call_later(seconds, changed) for seconds in _LOOKS]

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    _watching.add(seen)
    loop.add_signal_handler(signal.SIGIO, _tell)
    try:
        fcntl.fcntl(descriptor, fcntl.F_NOTIFY, fcntl.DN_MODIFY | fcntl.DN_MULTISHOT)
        yield
    finally:
        os.close(descriptor)
        _watching.discard(seen)
        if not _watching:
            loop.remove_signal_handler(signal.SIGIO)
        for look in later:
            look.cancel()


def _tell() -> None:
    for seen in tuple(_watching):
        seen()
