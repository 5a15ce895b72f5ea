"""Device addresses: the one place that knows how the config names a device.

```
serial:/dev/kiosk/printer?baud=9600&flow=none|rtscts|xonxoff&inquiry=paper|process_id&shared=no|yes
tcp:192.168.1.50:9100          usb:/dev/usb/lp0          file:/var/slips/ or file:/var/slips.bin
input:/dev/kiosk/wedge         virtual: or virtual:/run/kiosk/scanner          none:
```
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from kiosk.devices.errors import BadDeviceAddress

DEFAULT_BAUD: Final = 9600
DEFAULT_PORT: Final = 9100
_BAUDS: Final = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
_SYNTAX: Final = {
    "serial": "serial:/dev/kiosk/printer?baud=9600",
    "tcp": "tcp:192.168.1.50:9100",
    "usb": "usb:/dev/usb/lp0",
    "file": "file:/var/slips/",
    "input": "input:/dev/kiosk/wedge",
    "virtual": "virtual:",
    "none": "none:",
}
_OPTIONS: Final = {
    "serial": {"baud", "flow", "inquiry", "shared"},
    "tcp": {"inquiry", "shared"},
    "usb": {"inquiry", "shared"},
}
_ANY: Final = " | ".join(_SYNTAX.values())


class Flow(StrEnum):
    """How a serial device says that its buffer is full."""

    NONE = "none"
    RTSCTS = "rtscts"
    XONXOFF = "xonxoff"


class Inquiry(StrEnum):
    """What is queued behind a job: `paper` is GS r 1, `process_id` is GS ( H, which names the job it answers."""

    PAPER = "paper"
    PROCESS_ID = "process_id"


class _Shared(StrEnum):
    NO = "no"
    YES = "yes"


_Choice = TypeVar("_Choice", bound=StrEnum)


class Kind(StrEnum):
    """What stands at an address."""

    SERIAL = "serial"
    TCP = "tcp"
    USB = "usb"
    FILE = "file"
    INPUT = "input"
    VIRTUAL = "virtual"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Address:
    """One device; `place` is a path or a host, `is_shared` one that other tills use too, `text` what the config said."""

    kind: Kind
    place: str = ""
    port: int = DEFAULT_PORT
    baud: int = DEFAULT_BAUD
    flow: Flow = Flow.NONE
    inquiry: Inquiry = Inquiry.PAPER
    is_shared: bool = False
    text: str = ""


def parse_address(text: str, baud: int = DEFAULT_BAUD) -> Address:
    """Return what an address names; `baud` holds where the address says none. Raises BadDeviceAddress."""
    scheme, colon, rest = text.strip().partition(":")
    if not colon or scheme not in _SYNTAX:
        raise BadDeviceAddress(text, "kind", _ANY)
    kind = Kind(scheme)
    place, _, query = rest.partition("?")
    options = _options(text, kind, query)
    address = Address(
        kind,
        baud=_baud(text, options.get("baud", str(baud))) if kind is Kind.SERIAL else baud,
        flow=_choice(text, Flow, options.get("flow", Flow.NONE)),
        inquiry=_choice(text, Inquiry, options.get("inquiry", Inquiry.PAPER)),
        is_shared=_choice(text, _Shared, options.get("shared", _Shared.NO)) is _Shared.YES,
        text=text,
    )
    return _at(address, place)


def _at(address: Address, place: str) -> Address:
    kind, port = address.kind, address.port
    if kind is Kind.TCP:
        place, port = _host_and_port(address.text, place)
    elif kind is Kind.NONE and place:
        raise BadDeviceAddress(address.text, "place", _SYNTAX["none"])
    elif kind in {Kind.SERIAL, Kind.USB, Kind.FILE, Kind.INPUT} and not place.startswith("/"):
        raise BadDeviceAddress(address.text, "path", _SYNTAX[kind])
    return replace(address, place=place, port=port)


def _options(text: str, kind: Kind, query: str) -> dict[str, str]:
    if not query:
        return {}
    try:
        options = dict(parse_qsl(query, strict_parsing=True))
    except ValueError as unreadable:
        raise BadDeviceAddress(text, "options", _SYNTAX[kind]) from unreadable
    known = _OPTIONS.get(kind, set())
    unknown = sorted(set(options) - known)
    if unknown:
        raise BadDeviceAddress(text, unknown[0], " | ".join(sorted(known)) or _SYNTAX[kind])
    return options


def _baud(text: str, shown: str) -> int:
    if not shown.isdecimal() or int(shown) not in _BAUDS:
        raise BadDeviceAddress(text, "baud", " | ".join(map(str, _BAUDS)))
    return int(shown)


def _choice(text: str, choices: type[_Choice], shown: str) -> _Choice:
    try:
        return choices(shown)
    except ValueError as unknown:
        raise BadDeviceAddress(text, shown, " | ".join(choices)) from unknown


def _host_and_port(text: str, place: str) -> tuple[str, int]:
    host, colon, port = place.rpartition(":")
    if not colon:
        host, port = place, str(DEFAULT_PORT)
    host = host.removeprefix("[").removesuffix("]")
    if not host or "/" in host:
        raise BadDeviceAddress(text, "host", _SYNTAX["tcp"])
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        raise BadDeviceAddress(text, "port", _SYNTAX["tcp"])
    return host, int(port)
