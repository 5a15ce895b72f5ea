"""Devices of a shop without hardware: a scanner fed by hand or through a FIFO, a printer that keeps its slips, and none.

`echo 6901234567892 > scanner` is a scan once the scanner listens at that place.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from kiosk.devices.errors import PrinterMissing
from kiosk.devices.lines import Interrupt, Line
from kiosk.devices.ports import Confirm, DeviceState, Fault, OnCode, OnState, Paper, Printed, PrinterStatus, trouble_of
from kiosk.devices.serial_scanner import SerialScanner
from kiosk.devices.status import DRAWER_KICK
from kiosk.devices.transports import new_job_file


@dataclass
class FifoTransport:
    """A named pipe, made on opening, that anybody may write codes into."""

    address: str
    path: Path
    answers: bool = False
    is_network: bool = False
    is_kept: bool = True

    def open(self, interrupt: Interrupt) -> Line:
        """Return the pipe, open both ways so that it outlives its writers; raises OSError."""
        with suppress(FileExistsError):
            os.mkfifo(self.path, 0o600)
        descriptor = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        return Line(descriptor, interrupt, lambda: os.close(descriptor))


class VirtualScanner:
    """A Scanner that reads what `scan` is given and, with a place, what is written into the FIFO there."""

    def __init__(self, place: Path | None = None) -> None:
        self._fifo = SerialScanner(FifoTransport(f"virtual:{place}", place)) if place else None
        self._on_code: OnCode | None = None

    def start(self, on_code: OnCode, on_state: OnState) -> None:
        """Begin to listen."""
        self._on_code = on_code
        if self._fifo:
            self._fifo.start(on_code, on_state)
        else:
            on_state(DeviceState.READY, None)

    def stop(self) -> None:
        """End the listening."""
        self._on_code = None
        if self._fifo:
            self._fifo.stop()

    def scan(self, text: str) -> None:
        """Read a code as a scanner does; nothing happens while nobody listens."""
        if self._on_code:
            self._on_code(text)


class VirtualPrinter:
    """A PrinterPort that keeps every job in `jobs`, hands it to `on_slip` and writes it into a folder.

    Its attributes are the knobs of a real printer's misfortunes; `drawer_openings` counts the pulses it was given.
    """

    def __init__(self, folder: Path | None = None, on_slip: Callable[[bytes], None] | None = None) -> None:
        self.jobs: list[bytes] = []
        self.drawer_openings = 0
        self.paper = Paper.OK
        self.cover_open = False
        self.online = True
        self.is_silent = False
        self.error = Fault.NONE
        self._folder = folder
        self._on_slip = on_slip
        self._address = f"virtual:{folder or ''}"
        self._turn = Lock()

    def print_job(self, payload: bytes, job: str = "") -> Printed:
        """Keep the job; raises what a printer in this state would."""
        del job
        with self._turn:
            self._refuse_unless_well()
            self.jobs.append(payload)
            self.drawer_openings += payload.count(DRAWER_KICK)
            if self._folder:
                self._write(self._folder, payload)
        if self._on_slip:
            self._on_slip(payload)
        return Printed(Confirm.ANSWER)

    def came_out(self, job: str) -> bool:
        """Return False: here a job comes out at once or was never taken."""
        del job
        return False

    def give_up(self, job: str) -> None:
        """Have nothing to give up."""

    def status(self) -> PrinterStatus:
        """Return what the knobs say."""
        if self.is_silent:
            return PrinterStatus(online=False, answered=False)
        prints = self.online and not self.cover_open and self.paper is not Paper.OUT
        return PrinterStatus(prints, self.cover_open, self.paper, self.error)

    def kick_drawer(self) -> None:
        """Count an opening; raises what a printer in this state would."""
        with self._turn:
            self._refuse_unless_well()
            self.drawer_openings += 1

    def close(self) -> None:
        """Keep the jobs for who looks at them afterwards."""

    def _refuse_unless_well(self) -> None:
        trouble = trouble_of(self.status(), self._address)
        if trouble is not None:
            raise trouble

    @staticmethod
    def _write(folder: Path, payload: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(new_job_file(folder), "wb") as slip:
            slip.write(payload)


class NoScanner:
    """The Scanner of a till that has none."""

    def start(self, on_code: OnCode, on_state: OnState) -> None:
        """Have nothing to listen to."""

    def stop(self) -> None:
        """Have nothing to end."""


class NoPrinter:
    """The PrinterPort of a till that has none: slips stay in the queue."""

    def print_job(self, payload: bytes, job: str = "") -> Printed:
        """Raise PrinterMissing."""
        del payload, job
        raise PrinterMissing("none:")

    def came_out(self, job: str) -> bool:
        """Return False."""
        del job
        return False

    def give_up(self, job: str) -> None:
        """Have nothing to give up."""

    def status(self) -> PrinterStatus:
        """Raise PrinterMissing."""
        raise PrinterMissing("none:")

    def kick_drawer(self) -> None:
        """Raise PrinterMissing."""
        raise PrinterMissing("none:")

    def close(self) -> None:
        """Have nothing to let go of."""
