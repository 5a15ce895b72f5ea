"""The config names each device in one line, and a wrong line says what is wrong with it."""

from __future__ import annotations

import pytest

from kiosk.devices.addresses import Flow, Inquiry, Kind, parse_address
from kiosk.devices.errors import BadDeviceAddress
from kiosk.devices.transports import FileTransport, SerialTransport, TcpTransport, UsbTransport, transport_to


def test_a_serial_address_names_port_speed_and_flow() -> None:
    address = parse_address("serial:/dev/kiosk/printer?baud=115200&flow=rtscts&inquiry=process_id")
    assert (address.kind, address.place, address.baud) == (Kind.SERIAL, "/dev/kiosk/printer", 115200)
    assert (address.flow, address.inquiry) == (Flow.RTSCTS, Inquiry.PROCESS_ID)
    assert isinstance(transport_to(address), SerialTransport)


def test_the_speed_beside_the_address_holds_where_the_address_says_none() -> None:
    assert parse_address("serial:/dev/kiosk/scanner", baud=19200).baud == 19200
    assert parse_address("serial:/dev/kiosk/scanner?baud=4800", baud=19200).baud == 4800


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("tcp:192.168.1.50:9100", "192.168.1.50", 9100),
        ("tcp:192.168.1.50", "192.168.1.50", 9100),
        ("tcp:printer.local:6001", "printer.local", 6001),
        ("tcp:[fe80::1]:9100", "fe80::1", 9100),
    ],
)
def test_a_network_address_is_host_and_port(text: str, host: str, port: int) -> None:
    address = parse_address(text)
    assert (address.place, address.port) == (host, port)
    assert isinstance(transport_to(address), TcpTransport)


def test_the_other_kinds() -> None:
    assert isinstance(transport_to(parse_address("usb:/dev/usb/lp0")), UsbTransport)
    assert isinstance(transport_to(parse_address("file:/var/slips")), FileTransport)
    assert parse_address("virtual:").kind is Kind.VIRTUAL
    assert parse_address("virtual:/run/scanner").place == "/run/scanner"
    assert parse_address("none:").kind is Kind.NONE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "kind"),
        ("/dev/ttyUSB0", "kind"),
        ("parallel:/dev/lp0", "kind"),
        ("serial:ttyUSB0", "path"),
        ("serial:/dev/ttyUSB0?baud=fast", "baud"),
        ("serial:/dev/ttyUSB0?baud=9601", "baud"),
        ("serial:/dev/ttyUSB0?speed=9600", "speed"),
        ("serial:/dev/ttyUSB0?baud", "options"),
        ("serial:/dev/ttyUSB0?flow=dtr", "dtr"),
        ("usb:/dev/usb/lp0?baud=9600", "baud"),
        ("tcp:192.168.1.50?shared=maybe", "maybe"),
        ("input:wedge", "path"),
        ("file:slips", "path"),
        ("tcp:", "host"),
        ("tcp:192.168.1.50:99999", "port"),
        ("tcp:192.168.1.50:http", "port"),
        ("none:/dev/null", "place"),
    ],
)
def test_a_wrong_address_names_what_is_wrong_and_what_is_expected(text: str, reason: str) -> None:
    with pytest.raises(BadDeviceAddress) as bad:
        parse_address(text)
    assert (bad.value.address, bad.value.reason) == (text, reason)
    assert bad.value.expected


def test_a_virtual_device_has_no_line() -> None:
    with pytest.raises(BadDeviceAddress):
        transport_to(parse_address("virtual:"))
