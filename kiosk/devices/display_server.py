"""The till's end of its customer displays: a unix socket in the state folder, served by one thread.

Each display gets the newest state and, while it does not read, no more than that: a state that was overtaken before a
display took it is never sent. Nothing that a display does or fails to do reaches the counter.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Final

from kiosk.devices.lines import Alarm, Interrupt
from kiosk.devices.ports import DisplayView
from kiosk.display_wire import Idle, Shown, to_line
from kiosk.i18n import Language

MOST_DISPLAYS: Final = 8
RETRY_SECONDS: Final = 2.0
_PROBE_SECONDS: Final = 0.2
_BREATH_SECONDS: Final = 0.1


@dataclass(eq=False)
class _Display:
    """One display: what of a line is still to be sent, and whether a newer state waits behind it."""

    peer: socket.socket
    unsent: bytes = b""
    is_behind: bool = True


class DisplayServer:
    """A CustomerDisplay that any number of `kiosk display` may follow, up to eight at once."""

    def __init__(self, place: Path, language: Language, retry_seconds: float = RETRY_SECONDS) -> None:
        """Take where to listen; nothing is opened before `start`."""
        self._place = place
        self._language = language
        self._retry = retry_seconds
        self._stopping = Interrupt()
        self._turn = Lock()
        self._shown: Shown = Idle()
        self._alarm = Alarm()
        self._displays: dict[socket.socket, _Display] = {}
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to listen."""
        assert self._thread is None, "a display server starts once"
        self._thread = Thread(target=self._run, name="display", daemon=True)
        self._thread.start()

    def show(self, shown: Shown) -> None:
        """Show a state: one that no display took yet is forgotten."""
        with self._turn:
            if shown == self._shown:
                return
            self._shown = shown
        self._alarm.ring()

    def stop(self) -> None:
        """End the thread; displays stand idle by themselves once the line is gone."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def view(self) -> DisplayView:
        """Return how many displays follow now."""
        return DisplayView(screens=len(self._displays))

    def _run(self) -> None:
        while True:
            try:
                listening = listen_at(self._place)
            except OSError:  # another till's place, a full disk, a folder that is gone: looked at again in a while
                listening = None
            if listening is not None:
                self._serve(listening)
                return
            if self._stopping.wait(self._retry):
                return

    def _serve(self, listening: socket.socket) -> None:
        ours = _inode(self._place)
        with selectors.DefaultSelector() as waiting:
            waiting.register(listening, selectors.EVENT_READ)
            waiting.register(self._alarm, selectors.EVENT_READ)
            waiting.register(self._stopping, selectors.EVENT_READ)
            while self._turn_once(waiting, listening):
                pass
            for display in tuple(self._displays.values()):
                self._lose(waiting, display)
        listening.close()
        if ours is not None and _inode(self._place) == ours:
            with suppress(OSError):
                self._place.unlink()

    def _turn_once(self, waiting: selectors.BaseSelector, listening: socket.socket) -> bool:
        """Do what can be done now; return False once the serving shall end."""
        for key, events in waiting.select():
            if key.fileobj is self._stopping:
                return False
            if key.fileobj is listening:
                self._welcome(waiting, listening)
            elif key.fileobj is self._alarm:
                self._hurry(waiting)
            elif isinstance(key.data, _Display):
                self._attend(waiting, key.data, events)
        return True

    def _welcome(self, waiting: selectors.BaseSelector, listening: socket.socket) -> None:
        try:
            peer, _ = listening.accept()
        except OSError:  # it went away while it was let in, or this process has no descriptor left
            self._stopping.wait(_BREATH_SECONDS)
            return
        if len(self._displays) >= MOST_DISPLAYS:
            peer.close()
            return
        peer.setblocking(False)
        display = _Display(peer)
        self._displays[peer] = display
        waiting.register(peer, selectors.EVENT_READ | selectors.EVENT_WRITE, display)

    def _hurry(self, waiting: selectors.BaseSelector) -> None:
        self._alarm.hush()
        for display in self._displays.values():
            display.is_behind = True
            waiting.modify(display.peer, selectors.EVENT_READ | selectors.EVENT_WRITE, display)

    def _attend(self, waiting: selectors.BaseSelector, display: _Display, events: int) -> None:
        try:
            if events & selectors.EVENT_READ and not display.peer.recv(4096):
                self._lose(waiting, display)
                return
            if events & selectors.EVENT_WRITE:
                self._send(waiting, display)
        except BlockingIOError:
            return
        except OSError:
            self._lose(waiting, display)

    def _send(self, waiting: selectors.BaseSelector, display: _Display) -> None:
        """Send what is left of a line, then the newest state where it is another one by now."""
        if not display.unsent and display.is_behind:
            with self._turn:
                shown = self._shown
            display.unsent, display.is_behind = to_line(shown, self._language), False
        if display.unsent:
            display.unsent = display.unsent[display.peer.send(display.unsent) :]
        if not display.unsent and not display.is_behind:
            waiting.modify(display.peer, selectors.EVENT_READ, display)

    def _lose(self, waiting: selectors.BaseSelector, display: _Display) -> None:
        del self._displays[display.peer]
        waiting.unregister(display.peer)
        display.peer.close()


def listen_at(place: Path) -> socket.socket:
    """Return a socket that listens at a place, taking over one that a killed till left behind.

    Raises OSError, EADDRINUSE where another process listens there.
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = os.open(place.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        short = f"/proc/self/fd/{folder}/{place.name}"  # the kernel takes no path above 107 bytes
        if place.is_socket():
            _take_over(place, short)
        return _listening(short)
    finally:
        os.close(folder)


def _take_over(place: Path, short: str) -> None:
    """Remove a socket nobody listens on; raises OSError where somebody does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_SECONDS)
        try:
            probe.connect(short)
        except (ConnectionRefusedError, FileNotFoundError):
            place.unlink(missing_ok=True)
            return
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE), str(place))


def _listening(short: str) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(short)
        Path(short).chmod(0o600)
        listening.listen(MOST_DISPLAYS)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def _inode(place: Path) -> int | None:
    with suppress(OSError):
        return place.stat().st_ino
    return None
