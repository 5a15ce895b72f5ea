"""A scanner on a serial or USB-CDC line, listened to by a thread of its own that comes back after an unplug."""

from __future__ import annotations

import errno
from threading import Thread, current_thread
from time import monotonic
from typing import Final

from kiosk.devices.errors import ScannerError, ScannerFloods, ScannerForbidden, ScannerInUse, ScannerUnplugged
from kiosk.devices.flood import FloodGate
from kiosk.devices.framing import SILENCE_SECONDS, Framer
from kiosk.devices.lines import LINE_ERRORS, Interrupt, Interrupted, Line
from kiosk.devices.ports import DeviceState, OnCode, OnState
from kiosk.devices.transports import Transport

FIRST_RETRY_SECONDS: Final = 0.2
SLOWEST_RETRY_SECONDS: Final = 2.0
STEADY_SECONDS: Final = 2.0
"""A line that holds for so long is a line; one that breaks sooner is tried again as slowly as one that is not there."""

_BREATH_SECONDS: Final = 0.02
"""Between two reads of a line that floods: the kernel's small buffer overflows, and no processor is kept busy."""

_STOP_SECONDS: Final = 2.0
_IDLE_SECONDS: Final = 60.0
"""How long one read lasts while nothing is held; the length is of no consequence, since every read can be ended."""


class SerialScanner:
    """A Scanner over a transport; it says each change of its state once and each code once."""

    def __init__(
        self,
        transport: Transport,
        first_retry_seconds: float = FIRST_RETRY_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._transport = transport
        self._silence = silence_seconds
        self._first_retry = first_retry_seconds
        self._interrupt = Interrupt()
        self._thread: Thread | None = None
        self._shown: tuple[DeviceState, type[ScannerError] | None] | None = None
        self._was_ready = False

    def start(self, on_code: OnCode, on_state: OnState) -> None:
        """Begin to listen."""
        assert self._thread is None, "a scanner starts once"
        self._thread = Thread(target=self._run, args=(on_code, on_state), name="scanner", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the listening and wait for the thread, which is a moment away unless an opening hangs in the kernel."""
        self._interrupt.set()
        if self._thread is not None and self._thread is not current_thread():
            self._thread.join(_STOP_SECONDS)

    def _run(self, on_code: OnCode, on_state: OnState) -> None:
        retry = self._first_retry
        while True:
            opened_at = monotonic()
            try:
                line = self._transport.open(self._interrupt)
            except Interrupted:
                return
            except LINE_ERRORS as absent:
                self._show_lost(on_state, absent)
            else:
                self._was_ready = True
                self._show(on_state, DeviceState.READY, None)
                if not self._listen(line, on_code, on_state):
                    return
                if monotonic() - opened_at >= STEADY_SECONDS:
                    retry = self._first_retry
            if self._interrupt.wait(retry):
                return
            retry = min(retry * 2, SLOWEST_RETRY_SECONDS)

    def _listen(self, line: Line, on_code: OnCode, on_state: OnState) -> bool:
        """Hand on codes until the line is lost; return False if the listening was ended."""
        framer, gate = Framer(self._silence), FloodGate()
        try:
            while True:
                arrived = line.read(_until(framer.deadline, gate.calm_at))
                at = monotonic()
                for code in framer.feed(arrived, at) if arrived else framer.tick(at):
                    if gate.takes(code, at):
                        on_code(code)
                if not gate.is_flooded(at):
                    self._show(on_state, DeviceState.READY, None)
                    continue
                self._show(on_state, DeviceState.FLOODING, ScannerFloods(self._transport.address))
                if self._interrupt.wait(_BREATH_SECONDS):
                    return False
        except Interrupted:
            return False
        except LINE_ERRORS as lost:
            self._show_lost(on_state, lost)
            return True
        finally:
            line.close()

    def _show_lost(self, on_state: OnState, lost: BaseException) -> None:
        state = DeviceState.RECONNECTING if self._was_ready else DeviceState.MISSING
        self._show(on_state, state, _scanner_error(self._transport.address, lost))

    def _show(self, on_state: OnState, state: DeviceState, error: ScannerError | None) -> None:
        shown = state, type(error) if error else None
        if shown != self._shown:
            self._shown = shown
            on_state(state, error)


def _until(*moments: float | None) -> float:
    """Return the seconds until the first of some moments, so long that it does not matter where there is none."""
    now = monotonic()
    return max(0.0, min((moment - now for moment in moments if moment is not None), default=_IDLE_SECONDS))


def _scanner_error(address: str, lost: BaseException) -> ScannerError:
    match getattr(lost, "errno", None):
        case errno.EBUSY | errno.EAGAIN:
            return ScannerInUse(address)
        case errno.EACCES | errno.EPERM:
            return ScannerForbidden(address)
        case _:
            return ScannerUnplugged(address)
