"""A scanner that is a keyboard is read key by key, below every field and input method."""

from __future__ import annotations

import fcntl
import os
import queue
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.addresses import parse_address
from kiosk.devices.keyboard_input import _KEYS, EVENT, KeyReader
from kiosk.devices.ports import DeviceState
from kiosk.devices.serial_scanner import SerialScanner
from kiosk.devices.transports import transport_to

SHIFT, ENTER = 42, 28
CODES = {pair[shifted]: (code, bool(shifted)) for code, pair in reversed(_KEYS.items()) for shifted in (1, 0)}


def key(code: int, value: int) -> bytes:
    return EVENT.pack(0, 0, 4, 4, 458_756) + EVENT.pack(0, 0, 1, code, value) + EVENT.pack(0, 0, 0, 0, 0)


def typed(text: str) -> bytes:
    events = b""
    for character in text:
        code, is_shifted = CODES[character]
        events += key(SHIFT, 1) * is_shifted + key(code, 1) + key(code, 0) + key(SHIFT, 0) * is_shifted
    return events


@pytest.mark.parametrize(
    "text", ["6901234567892\r", "8F3K-72QX\r", "]Q1M#A_b/c?d=e&f\r", "~!@$%^*()+{}|:\"<>`[]\\;',.\r"]
)
def test_what_a_scanner_types_is_what_is_read(text: str) -> None:
    assert KeyReader().feed(typed(text)) == text.encode()


def test_a_repeated_or_released_key_types_nothing() -> None:
    assert KeyReader().feed(key(2, 1) + key(2, 2) + key(2, 2) + key(2, 0)) == b"1"


def test_a_key_that_types_nothing_is_nothing() -> None:
    assert KeyReader().feed(key(59, 1) + key(59, 0) + key(125, 1)) == b""


@given(st.text(st.sampled_from(sorted(CODES)), max_size=20), st.integers(1, 50))
def test_events_in_pieces_change_nothing(text: str, size: int) -> None:
    events, reader = typed(text), KeyReader()
    read = b"".join(reader.feed(events[start : start + size]) for start in range(0, len(events), size))
    assert read == text.encode()


def test_a_grabbed_keyboard_is_a_scanner_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path / "wedge"
    os.mkfifo(device)
    grabbed: list[int] = []
    monkeypatch.setattr(fcntl, "ioctl", lambda _descriptor, request, _on: grabbed.append(request))
    codes: queue.Queue[str] = queue.Queue()
    states: queue.Queue[DeviceState] = queue.Queue()
    scanner = SerialScanner(transport_to(parse_address(f"input:{device}")))
    scanner_end = os.open(device, os.O_RDWR)
    scanner.start(codes.put, lambda state, _: states.put(state))
    assert states.get(timeout=10.0) is DeviceState.READY
    assert grabbed == [0x40044590]
    os.write(scanner_end, typed("]Q18F3K72QX\r"))
    assert codes.get(timeout=10.0) == "8F3K72QX"
    scanner.stop()
    os.close(scanner_end)
