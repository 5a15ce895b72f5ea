"""A customer display of two lines on a serial line or a network port, kept by a thread of its own.

It speaks what CD5220 and Epson DM-D displays have in common: ESC @ (begin anew, overwriting), FF (clear), HOM (to the
first place); forty characters from there fill both lines. Source: Epson, DM-D Command Reference; CD5220 command set.
"""

from __future__ import annotations

import errno
from threading import Condition, Thread
from typing import Final

from kiosk.devices.errors import DisplayError, DisplayForbidden, DisplayInUse, DisplayUnplugged
from kiosk.devices.lines import LINE_ERRORS, Interrupt, Interrupted, Line, Stalled
from kiosk.devices.ports import DeviceState, DisplayView
from kiosk.devices.transports import Transport
from kiosk.devices.two_lines import TwoLines, two_lines
from kiosk.display_wire import Idle, Shown
from kiosk.i18n import Language

BEGIN: Final = b"\x1b@"
HOME: Final = b"\x0b"
CLEAR: Final = b"\x0c"
FIRST_RETRY_SECONDS: Final = 0.5
SLOWEST_RETRY_SECONDS: Final = 5.0
STALL_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 2.0
"""How often a line with nothing to show is looked at, whether it still is there."""
_GOODBYE_SECONDS: Final = 0.5
_LAST_BYTE_SECONDS: Final = 0.05


class LineDisplay:
    """A CustomerDisplay over a transport; an absent one is marked and tried again, ever more slowly up to 5 s."""

    def __init__(
        self,
        transport: Transport,
        language: Language,
        encoding: str = "ascii",
        first_retry_seconds: float = FIRST_RETRY_SECONDS,
    ) -> None:
        """Take the way there; `encoding` is `ascii`, which speaks English whatever the language, or `gb18030`."""
        self._transport = transport
        self._language = Language.EN if encoding == "ascii" else language
        self._encoding = encoding
        self._first_retry = first_retry_seconds
        self._interrupt = Interrupt()
        self._changed = Condition()
        self._wanted: Shown = Idle()
        self._is_ending = False
        self._view = DisplayView(line=DeviceState.MISSING)
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to show."""
        assert self._thread is None, "a line display starts once"
        self._thread = Thread(target=self._run, name="line-display", daemon=True)
        self._thread.start()

    def show(self, shown: Shown) -> None:
        """Show a state: one that was not written yet is forgotten."""
        with self._changed:
            self._wanted = shown
            self._changed.notify()

    def stop(self) -> None:
        """Clear the display and end the thread, which is never more than a moment away."""
        with self._changed:
            self._is_ending = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(_GOODBYE_SECONDS)
            self._interrupt.set()
            self._thread.join()

    def view(self) -> DisplayView:
        """Return how the display is."""
        return self._view

    def _run(self) -> None:
        retry = self._first_retry
        while not self._is_ending:
            try:
                line = self._transport.open(self._interrupt)
            except Interrupted:
                return
            except LINE_ERRORS as absent:
                self._mark_lost(absent)
            else:
                if not self._keep(line):
                    return
                retry = self._first_retry
            self._rest(retry)
            retry = min(retry * 2, SLOWEST_RETRY_SECONDS)

    def _keep(self, line: Line) -> bool:
        """Show what is wanted until the line is lost; return False if the showing was ended."""
        try:
            line.write(BEGIN + CLEAR, STALL_SECONDS)
            self._view = DisplayView(line=DeviceState.READY)
            self._follow(line)
        except Interrupted:
            return False
        except (Stalled, *LINE_ERRORS) as lost:
            self._mark_lost(lost)
            return True
        finally:
            line.close()
        return False

    def _follow(self, line: Line) -> None:
        """Write each pair of lines once, and look now and then whether the display is there; return at the end."""
        written: TwoLines | None = None
        while True:
            with self._changed:
                wanted, ending = self._wanted, self._is_ending
            if ending:
                line.write(CLEAR, STALL_SECONDS)
                line.read(_LAST_BYTE_SECONDS)
                return
            lines = two_lines(wanted, self._language)
            if lines != written:
                line.write(HOME + "".join(lines).encode(self._encoding, "replace"), STALL_SECONDS)
                written = lines
            line.read(0.0)
            with self._changed:
                if self._wanted == wanted and not self._is_ending:
                    self._changed.wait(_LOOK_SECONDS)

    def _rest(self, seconds: float) -> None:
        with self._changed:
            if not self._is_ending:
                self._changed.wait_for(lambda: self._is_ending, seconds)

    def _mark_lost(self, lost: BaseException) -> None:
        was_there = self._view.line is not DeviceState.MISSING
        state = DeviceState.RECONNECTING if was_there else DeviceState.MISSING
        self._view = DisplayView(line=state, error=_display_error(self._transport.address, lost))


class VirtualLineDisplay:
    """A line display of a shop without hardware: it keeps its two lines."""

    def __init__(self, language: Language) -> None:
        """Take the language."""
        self._language = language
        self.lines = two_lines(Idle(), language)

    def start(self) -> None:
        """Have nothing to begin."""

    def show(self, shown: Shown) -> None:
        """Keep both lines."""
        self.lines = two_lines(shown, self._language)

    def stop(self) -> None:
        """Keep what was shown last for who looks at it afterwards."""

    def view(self) -> DisplayView:
        """Return that it is there."""
        return DisplayView(line=DeviceState.READY)


def _display_error(address: str, lost: BaseException) -> DisplayError:
    match getattr(lost, "errno", None):
        case errno.EBUSY | errno.EAGAIN:
            return DisplayInUse(address)
        case errno.EACCES | errno.EPERM:
            return DisplayForbidden(address)
        case _:
            return DisplayUnplugged(address)
