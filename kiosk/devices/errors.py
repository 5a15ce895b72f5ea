"""What a device refuses or fails at, as fields; the screens word each in Chinese and English.

```
DeviceError
├── BadDeviceAddress
├── ScannerError
│   ├── ScannerUnplugged
│   ├── ScannerInUse
│   ├── ScannerFloods
│   └── ScannerForbidden
├── DisplayError
│   ├── DisplayUnplugged
│   ├── DisplayInUse
│   └── DisplayForbidden
└── PrinterError
    ├── PrinterClosed
    ├── PrinterMissing
    ├── PrinterUnplugged
    ├── PrinterUnreachable
    ├── PrinterInUse
    ├── PrinterForbidden
    ├── WriteStalled
    ├── PrinterSilent
    ├── PrinterGarbled
    ├── PrinterOffline
    ├── CoverOpen
    ├── PaperOut
    └── PrinterFault
```
"""

from __future__ import annotations

from dataclasses import dataclass


class DeviceError(Exception):
    """Anything that keeps a device from doing what the counter asked of it."""

    def __str__(self) -> str:
        """Return the error's name and fields, for logs only."""
        shown = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({shown})"


@dataclass(eq=False)
class BadDeviceAddress(DeviceError):
    """A device address in the config cannot be read; `reason` is a word, `expected` shows the syntax."""

    address: str
    reason: str
    expected: str


@dataclass(eq=False)
class ScannerError(DeviceError):
    """The scanner at this address cannot be listened to; it is tried again by itself."""

    address: str


@dataclass(eq=False)
class ScannerUnplugged(ScannerError):
    """The scanner is not there, or went away while it was listened to."""


@dataclass(eq=False)
class ScannerInUse(ScannerError):
    """Another program listens to the scanner."""


@dataclass(eq=False)
class ScannerFloods(ScannerError):
    """The scanner reads faster than anybody scans; nothing of it is taken until it is calm."""


@dataclass(eq=False)
class ScannerForbidden(ScannerError):
    """The kiosk's user may not open the scanner: its group or the udev rule is missing."""


@dataclass(eq=False)
class DisplayError(DeviceError):
    """The customer's line display at this address shows nothing; it is tried again by itself."""

    address: str


@dataclass(eq=False)
class DisplayUnplugged(DisplayError):
    """The display is not there, went away, or stopped taking bytes."""


@dataclass(eq=False)
class DisplayInUse(DisplayError):
    """Another program holds the display's device file."""


@dataclass(eq=False)
class DisplayForbidden(DisplayError):
    """The kiosk's user may not open the display: its group or the udev rule is missing."""


@dataclass(eq=False)
class PrinterError(DeviceError):
    """The printer at this address did not do it.

    `sent` tells whether any byte of the job was handed over, now or before: then some of it may be on paper or still
    come out, and what is sent for it from now on says that it is a copy.
    """

    address: str
    sent: bool = False


@dataclass(eq=False)
class PrinterClosed(PrinterError):
    """The port was closed while the printer was being waited for."""


@dataclass(eq=False)
class PrinterMissing(PrinterError):
    """No printer is configured."""


@dataclass(eq=False)
class PrinterUnplugged(PrinterError):
    """The printer's device file is not there, or went away while it was used."""


@dataclass(eq=False)
class PrinterUnreachable(PrinterError):
    """A network printer refuses, does not answer, or closed the connection."""


@dataclass(eq=False)
class PrinterInUse(PrinterError):
    """Another program holds the printer's device file."""


@dataclass(eq=False)
class PrinterForbidden(PrinterError):
    """The kiosk's user may not open the printer: its group or the udev rule is missing."""


@dataclass(eq=False)
class WriteStalled(PrinterError):
    """The printer stopped taking bytes: `written` of `total` bytes went out."""

    written: int = 0
    total: int = 0


@dataclass(eq=False)
class PrinterSilent(PrinterError):
    """The printer did not answer within `waited_ms`."""

    waited_ms: int = 0


@dataclass(eq=False)
class PrinterGarbled(PrinterError):
    """Bytes come from the printer that are no answers: a wrong speed, a bad cable, another device."""


@dataclass(eq=False)
class PrinterOffline(PrinterError):
    """The printer says that it is offline and names no cause."""


@dataclass(eq=False)
class CoverOpen(PrinterError):
    """The printer's cover is open."""


@dataclass(eq=False)
class PaperOut(PrinterError):
    """The printer has no paper."""


@dataclass(eq=False)
class PrinterFault(PrinterError):
    """The printer reports an error of its own; `fault` is `recoverable`, `cutter` or `unrecoverable`."""

    fault: str = ""
