"""A scanner that is a keyboard, read below the terminal and grabbed, so that neither a field nor an input method sees it.

Source: Linux `input-event-codes.h`; a struct input_event is two longs of time, then type, code and value.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.devices.lines import Interrupt, Line

EVENT: Final = struct.Struct("llHHi")
EVIOCGRAB: Final = 0x40044590
_EV_KEY: Final = 1
_RELEASED, _PRESSED = 0, 1
_SHIFTS: Final = frozenset({42, 54})
_ROWS: Final = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (71, "789-456+1230.", "789-456+1230."),
)
_KEYS: Final = {
    **{
        first + place: pair
        for first, plain, shifted in _ROWS
        for place, pair in enumerate(zip(plain, shifted, strict=True))
    },
    15: ("\t", "\t"),
    28: ("\r", "\r"),
    55: ("*", "*"),
    57: (" ", " "),
    96: ("\r", "\r"),
    98: ("/", "/"),
}
"""Key code → what it types on the US layout that scanners speak, without and with Shift."""


class KeyReader:
    """Turns the events of a keyboard into the characters it types; releases and repeats type nothing."""

    def __init__(self) -> None:
        self._arrived = b""
        self._shifts: set[int] = set()

    def feed(self, arrived: bytes) -> bytes:
        """Return the characters in events that arrive in whatever pieces."""
        arrived = self._arrived + arrived
        whole = len(arrived) - len(arrived) % EVENT.size
        self._arrived = arrived[whole:]
        typed = [self._typed(kind, code, value) for *_, kind, code, value in EVENT.iter_unpack(arrived[:whole])]
        return "".join(typed).encode()

    def _typed(self, kind: int, code: int, value: int) -> str:
        if kind != _EV_KEY:
            return ""
        if code in _SHIFTS:
            (self._shifts.discard if value == _RELEASED else self._shifts.add)(code)
            return ""
        plain, shifted = _KEYS.get(code, ("", ""))
        return (shifted if self._shifts else plain) if value == _PRESSED else ""


class KeyboardLine(Line):
    """A line whose reads are the characters typed; events that type nothing read as nothing."""

    def __init__(self, descriptor: int, interrupt: Interrupt, close_device: Callable[[], object]) -> None:
        super().__init__(descriptor, interrupt, close_device)
        self._keys = KeyReader()

    def read(self, seconds: float) -> bytes:
        """Return what is typed first within so many seconds; raises OSError, Interrupted."""
        return self._keys.feed(super().read(seconds))


@dataclass
class KeyboardTransport:
    """An event device, `/dev/kiosk/wedge` or `/dev/input/by-id/…-event-kbd`, grabbed while it is open."""

    address: str
    path: str
    answers: bool = False
    is_network: bool = False
    is_kept: bool = True

    def open(self, interrupt: Interrupt) -> Line:
        """Return the device, ours alone; raises OSError, EBUSY where another program grabbed it."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            fcntl.ioctl(descriptor, EVIOCGRAB, 1)
        except BaseException:
            os.close(descriptor)
            raise
        return KeyboardLine(descriptor, interrupt, lambda: os.close(descriptor))
