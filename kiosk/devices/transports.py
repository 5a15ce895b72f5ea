"""Transports: how bytes reach a device. Each opening is a fresh line; nothing of a failed one is used again."""

from __future__ import annotations

import errno
import os
import select
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from kiosk.devices.addresses import Address, Flow, Kind
from kiosk.devices.errors import BadDeviceAddress
from kiosk.devices.keyboard_input import KeyboardTransport
from kiosk.devices.lines import Interrupt, Interrupted, Line

CONNECT_SECONDS: Final = 2.0
_USER_TIMEOUT_MS: Final = 10_000
"""A peer that acknowledges nothing for so long is gone: the cable was pulled, no one said goodbye."""


class Transport(Protocol):
    """Opens lines to one device.

    `answers` is false for a place that can never answer, `is_network` tells unreachable from unplugged, and `is_kept`
    is false where the line is let go between calls: a file per job, a printer that several tills share.
    """

    @property
    def address(self) -> str:
        """The device's address as the config gives it."""

    answers: bool
    is_network: bool
    is_kept: bool

    def open(self, interrupt: Interrupt) -> Line:
        """Return a fresh line; raises OSError or termios.error."""


@dataclass
class SerialTransport:
    """A serial or USB-CDC device, opened for us alone."""

    address: str
    path: str
    baud: int
    flow: Flow = Flow.NONE
    answers: bool = True
    is_network: bool = False
    is_kept: bool = True

    def open(self, interrupt: Interrupt) -> Line:
        """Return a line to the port; raises serial.SerialException (an OSError) or termios.error."""
        import serial  # noqa: PLC0415 - a shop with a network printer never loads it

        port = serial.Serial(
            self.path,
            self.baud,
            timeout=0,
            write_timeout=0,
            exclusive=True,
            rtscts=self.flow is Flow.RTSCTS,
            xonxoff=self.flow is Flow.XONXOFF,
        )
        return Line(port.fileno(), interrupt, port.close)


@dataclass
class TcpTransport:
    """A network printer on port 9100."""

    address: str
    host: str
    port: int
    connect_seconds: float = CONNECT_SECONDS
    answers: bool = True
    is_network: bool = True
    is_kept: bool = True

    def open(self, interrupt: Interrupt) -> Line:
        """Return a connection; raises OSError, TimeoutError after `connect_seconds`."""
        family, kind, protocol, _, peer = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
        peer_socket = socket.socket(family, kind, protocol)
        try:
            self._connect(peer_socket, peer, interrupt)
        except BaseException:
            peer_socket.close()
            raise
        return Line(peer_socket.fileno(), interrupt, peer_socket.close, discard=lambda: _no_farewell(peer_socket))

    def _connect(self, peer_socket: socket.socket, peer: Any, interrupt: Interrupt) -> None:
        peer_socket.setblocking(False)
        peer_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)
        peer_socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        code = peer_socket.connect_ex(peer)
        if code == errno.EINPROGRESS:
            readable, writable, _ = select.select([interrupt], [peer_socket], (), self.connect_seconds)
            if interrupt in readable:
                raise Interrupted
            if not writable:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
            code = peer_socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))


def _no_farewell(peer_socket: socket.socket) -> None:
    """Let the next close forget what was not sent: else the kernel goes on sending half a slip to a revived printer."""
    peer_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@dataclass
class UsbTransport:
    """A USB printer through the kernel's usblp driver, `/dev/usb/lp*`, which one program at a time may open."""

    address: str
    path: str
    answers: bool = True
    is_network: bool = False
    is_kept: bool = True

    def open(self, interrupt: Interrupt) -> Line:
        """Return the device file; an empty read is an empty USB packet there and no hang-up. Raises OSError."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        return Line(descriptor, interrupt, _closer(descriptor), hangs_up=False)


@dataclass
class FileTransport:
    """A plain file that jobs are appended to, or a folder where each job becomes `job-000001.bin`."""

    address: str
    path: Path
    answers: bool = False
    is_network: bool = False
    is_kept: bool = False

    def open(self, interrupt: Interrupt) -> Line:
        """Return the file, open for appending; raises OSError."""
        is_folder = self.path.is_dir()
        descriptor = new_job_file(self.path) if is_folder else os.open(self.path, _APPEND, 0o640)
        return Line(descriptor, interrupt, _closer(descriptor, synced=True))


_APPEND: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def new_job_file(folder: Path) -> int:
    """Return a descriptor of the next free `job-000001.bin` in a folder; raises OSError."""
    number = 1 + max((_number(path) for path in folder.glob("job-*.bin")), default=0)
    while True:
        with suppress(FileExistsError):
            return os.open(folder / f"job-{number:06d}.bin", _APPEND | os.O_EXCL, 0o640)
        number += 1


def _number(path: Path) -> int:
    shown = path.stem.removeprefix("job-")
    return int(shown) if shown.isdecimal() else 0


def _closer(descriptor: int, *, synced: bool = False) -> Callable[[], None]:
    def close() -> None:
        try:
            if synced:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    return close


def transport_to(address: Address) -> Transport:
    """Return the transport for a printer's or scanner's address; raises BadDeviceAddress for one without bytes."""
    match address.kind:
        case Kind.SERIAL:
            return SerialTransport(
                address.text, address.place, address.baud, address.flow, is_kept=not address.is_shared
            )
        case Kind.TCP:
            return TcpTransport(address.text, address.place, address.port, is_kept=not address.is_shared)
        case Kind.USB:
            return UsbTransport(address.text, address.place, is_kept=not address.is_shared)
        case Kind.FILE:
            return FileTransport(address.text, Path(address.place))
        case Kind.INPUT:
            return KeyboardTransport(address.text, address.place)
        case Kind.VIRTUAL | Kind.NONE:
            raise BadDeviceAddress(address.text, "kind", "serial: | tcp: | usb: | file: | input:")
