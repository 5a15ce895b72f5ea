"""The ports: what the counter may ask of a scanner, a printer and a customer display, whichever stands behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.devices.errors import (
    CoverOpen,
    DeviceError,
    PaperOut,
    PrinterError,
    PrinterFault,
    PrinterGarbled,
    PrinterOffline,
    PrinterSilent,
)
from kiosk.display_wire import Shown


class DeviceState(StrEnum):
    """How a scanner is: `missing` was never there, `reconnecting` went away, `flooding` reads without end."""

    READY = "ready"
    MISSING = "missing"
    RECONNECTING = "reconnecting"
    FLOODING = "flooding"


OnCode = Callable[[str], None]
"""Takes one scanned code; called from the scanner's own thread."""

OnState = Callable[[DeviceState, DeviceError | None], None]
"""Takes the scanner's state and, if it is not ready, why; called from the scanner's own thread."""


class Scanner(Protocol):
    """A device that reads codes by itself."""

    def start(self, on_code: OnCode, on_state: OnState) -> None:
        """Begin to listen; never blocks and never raises for an absent device."""

    def stop(self) -> None:
        """End the listening; after it returns, neither callback is called again."""


class Paper(StrEnum):
    """What the paper sensors say."""

    OK = "ok"
    NEAR_END = "near_end"
    OUT = "out"


class Fault(StrEnum):
    """An error that the printer reports of itself."""

    NONE = ""
    RECOVERABLE = "recoverable"
    CUTTER = "cutter"
    UNRECOVERABLE = "unrecoverable"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What the printer says of itself; with `answered` false it said nothing, and `online` is what can be told.

    `waited_ms` is how long an answer was waited for in vain; `garbled` that noise came in its place.
    """

    online: bool = True
    cover_open: bool = False
    paper: Paper = Paper.OK
    error: Fault = Fault.NONE
    answered: bool = True
    waited_ms: int = 0
    garbled: bool = False

    @property
    def prints(self) -> bool:
        """Whether a slip would come out now."""
        return self.online and not self.cover_open and self.paper is not Paper.OUT and self.error is Fault.NONE


def trouble_of(status: PrinterStatus, address: str = "") -> PrinterError | None:
    """Return what keeps a printer with this status from printing; None for one that prints, or is not asked at all."""
    if not status.answered and not status.online:
        return PrinterGarbled(address) if status.garbled else PrinterSilent(address, waited_ms=status.waited_ms)
    if status.cover_open:
        return CoverOpen(address)
    if status.paper is Paper.OUT:
        return PaperOut(address)
    if status.error is not Fault.NONE:
        return PrinterFault(address, fault=status.error.value)
    return None if status.online else PrinterOffline(address)


class Confirm(StrEnum):
    """What makes a job count as printed, strongest first.

    `answer`: the printer answered an inquiry queued behind the job. `status`: it said after the job that it is well.
    `written`: the bytes were handed over, for printers that never answer.
    """

    ANSWER = "answer"
    STATUS = "status"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Printed:
    """A job came out, as far as `confirmed_by` can tell."""

    confirmed_by: Confirm


class PrinterPort(Protocol):
    """A receipt printer with its drawer; every call may block for seconds and belongs on a worker thread."""

    def print_job(self, payload: bytes, job: str = "") -> Printed:
        """Print ESC/POS bytes and return once they count as printed; raises PrinterError.

        `job` names the slip: a second call with the same name after a failure does not print twice what the printer
        still holds. Without a name the bytes themselves are the name.
        """

    def came_out(self, job: str) -> bool:
        """Tell whether a named job that failed before is known to have come out since."""

    def give_up(self, job: str) -> None:
        """Take a person's word that a named job did not come out: the next call for it sends it again."""

    def status(self) -> PrinterStatus:
        """Return what the printer says of itself; raises PrinterError if it cannot be reached at all."""

    def kick_drawer(self) -> None:
        """Open the drawer now; raises PrinterError rather than opening it later."""

    def close(self) -> None:
        """Let go of the printer; a call under way on another thread ends with PrinterClosed."""


@dataclass(frozen=True, slots=True)
class DisplayView:
    """How the customer's displays are: how many terminals follow, and the line display, None where there is none."""

    screens: int = 0
    line: DeviceState | None = None
    error: DeviceError | None = None


class CustomerDisplay(Protocol):
    """What the customer sees; nothing here waits for a display and nothing here fails because of one."""

    def start(self) -> None:
        """Begin to show, on threads of its own."""

    def show(self, shown: Shown) -> None:
        """Show a state instead of the one before; returns at once, from any thread."""

    def stop(self) -> None:
        """Clear what is shown and end every thread."""

    def view(self) -> DisplayView:
        """Return how the displays are."""


class NoDisplay:
    """The CustomerDisplay of a till that has none."""

    def start(self) -> None:
        """Have nothing to show on."""

    def show(self, shown: Shown) -> None:
        """Show nothing."""

    def stop(self) -> None:
        """Have nothing to end."""

    def view(self) -> DisplayView:
        """Return that there is none."""
        return DisplayView()
