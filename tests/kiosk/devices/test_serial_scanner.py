"""The scanner is listened to on a real line, and comes back when it is plugged in again."""

from __future__ import annotations

import os
import queue
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.addresses import parse_address
from kiosk.devices.errors import DeviceError, ScannerFloods, ScannerForbidden, ScannerInUse, ScannerUnplugged
from kiosk.devices.flood import MOST_A_SECOND
from kiosk.devices.ports import DeviceState
from kiosk.devices.serial_scanner import SerialScanner
from kiosk.devices.transports import SerialTransport, transport_to
from tests.kiosk.devices.printer_peer import raw_pty

SOON = 10.0


class Counter:
    """Hears what the scanner says, in order."""

    def __init__(self) -> None:
        self.codes: queue.Queue[str] = queue.Queue()
        self.states: queue.Queue[tuple[DeviceState, DeviceError | None]] = queue.Queue()

    def hear_code(self, code: str) -> None:
        self.codes.put(code)

    def hear_state(self, state: DeviceState, error: DeviceError | None) -> None:
        self.states.put((state, error))

    def next_state(self) -> DeviceState:
        return self.states.get(timeout=SOON)[0]


class PluggedScanner:
    """A scanner behind a stable name, as udev gives it; the test holds the far end."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.master, self.slave = raw_pty()
        link.symlink_to(os.ttyname(self.slave))

    def reads(self, *fragments: bytes) -> None:
        for fragment in fragments:
            os.write(self.master, fragment)

    def unplug(self) -> None:
        self.link.unlink()
        os.close(self.slave)
        os.close(self.master)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "scanner"


@pytest.fixture
def scanner(link: Path) -> Iterator[SerialScanner]:
    made = SerialScanner(transport_to(parse_address(f"serial:{link}")), first_retry_seconds=0.01)
    yield made
    made.stop()


def test_codes_in_fragments_are_whole_codes(counter: Counter, link: Path) -> None:
    plugged = PluggedScanner(link)
    scanner = SerialScanner(transport_to(parse_address(f"serial:{link}")), silence_seconds=SOON)
    scanner.start(counter.hear_code, counter.hear_state)
    assert counter.next_state() is DeviceState.READY
    plugged.reads(b"8F3", b"K72", b"QX\r", b"\n]Q1", b"6901234567892", b"\r\n")
    assert counter.codes.get(timeout=SOON) == "8F3K72QX"
    assert counter.codes.get(timeout=SOON) == "6901234567892"
    assert counter.codes.empty()
    scanner.stop()


def test_a_scanner_without_suffix_is_heard_after_a_silence(
    scanner: SerialScanner, counter: Counter, link: Path
) -> None:
    plugged = PluggedScanner(link)
    scanner.start(counter.hear_code, counter.hear_state)
    assert counter.next_state() is DeviceState.READY
    plugged.reads("会员李雪".encode("gb18030"))
    assert counter.codes.get(timeout=SOON) == "会员李雪"


def test_noise_without_end_is_dropped_and_the_next_code_is_heard(
    scanner: SerialScanner, counter: Counter, link: Path
) -> None:
    plugged = PluggedScanner(link)
    scanner.start(counter.hear_code, counter.hear_state)
    assert counter.next_state() is DeviceState.READY
    plugged.reads(b"U" * 2_000, b"\r", b"8F3K72QX\r")
    assert counter.codes.get(timeout=SOON) == "8F3K72QX"


def test_an_unplugged_scanner_is_said_to_be_gone_and_is_heard_again_once_back(
    scanner: SerialScanner, counter: Counter, link: Path
) -> None:
    first = PluggedScanner(link)
    scanner.start(counter.hear_code, counter.hear_state)
    assert counter.next_state() is DeviceState.READY
    first.reads(b"8F3")
    first.unplug()
    state, error = counter.states.get(timeout=SOON)
    assert state is DeviceState.RECONNECTING
    assert isinstance(error, ScannerUnplugged)
    second = PluggedScanner(link)
    assert counter.next_state() is DeviceState.READY
    second.reads(b"6901234567892\r")
    assert counter.codes.get(timeout=SOON) == "6901234567892"
    assert counter.codes.empty()


def test_a_scanner_that_was_never_there_is_missing_until_it_is_plugged_in(
    scanner: SerialScanner, counter: Counter, link: Path
) -> None:
    scanner.start(counter.hear_code, counter.hear_state)
    assert counter.next_state() is DeviceState.MISSING
    PluggedScanner(link)
    assert counter.next_state() is DeviceState.READY
    assert counter.states.empty()


def test_a_scanner_that_another_till_listens_to_is_named_as_such(
    scanner: SerialScanner, counter: Counter, link: Path
) -> None:
    PluggedScanner(link)
    other = SerialScanner(transport_to(parse_address(f"serial:{link}")))
    elsewhere = Counter()
    other.start(elsewhere.hear_code, elsewhere.hear_state)
    assert elsewhere.next_state() is DeviceState.READY
    scanner.start(counter.hear_code, counter.hear_state)
    state, error = counter.states.get(timeout=SOON)
    assert state is DeviceState.MISSING
    assert isinstance(error, ScannerInUse)
    other.stop()
    assert counter.next_state() is DeviceState.READY


def test_a_scanner_the_kiosk_may_not_open_is_named_as_such(
    counter: Counter, link: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(SerialTransport, "open", refuse)
    scanner = SerialScanner(transport_to(parse_address(f"serial:{link}")))
    scanner.start(counter.hear_code, counter.hear_state)
    state, error = counter.states.get(timeout=SOON)
    scanner.stop()
    assert state is DeviceState.MISSING
    assert isinstance(error, ScannerForbidden)


def test_stopping_ends_the_thread_whether_it_reads_or_waits(counter: Counter, link: Path, tmp_path: Path) -> None:
    PluggedScanner(link)
    reading = SerialScanner(transport_to(parse_address(f"serial:{link}")))
    waiting = SerialScanner(transport_to(parse_address(f"serial:{tmp_path / 'nowhere'}")), first_retry_seconds=60.0)
    for scanner in (reading, waiting):
        scanner.start(counter.hear_code, counter.hear_state)
        counter.next_state()
        scanner.stop()
        thread = scanner._thread
        assert thread is not None
        assert not thread.is_alive()


def test_a_flood_is_told_once_nothing_of_it_is_taken_and_a_calm_scanner_is_heard_again(
    scanner: SerialScanner, counter: Counter, link: Path
) -> None:
    plugged = PluggedScanner(link)
    scanner.start(counter.hear_code, counter.hear_state)
    assert counter.next_state() is DeviceState.READY
    for number in range(0, 2_000, 20):
        plugged.reads("".join(f"CODE{each:05d}\r" for each in range(number, number + 20)).encode())
    state, error = counter.states.get(timeout=SOON)
    assert state is DeviceState.FLOODING
    assert isinstance(error, ScannerFloods)
    assert counter.next_state() is DeviceState.READY
    assert counter.codes.qsize() <= MOST_A_SECOND
    plugged.reads(b"8F3K72QX\r")
    while (code := counter.codes.get(timeout=SOON)) != "8F3K72QX":
        assert code.startswith("CODE")
    assert counter.states.empty()


def test_noise_and_a_line_without_end_are_held_in_a_few_bytes(
    scanner: SerialScanner, counter: Counter, link: Path
) -> None:
    plugged = PluggedScanner(link)
    scanner.start(counter.hear_code, counter.hear_state)
    assert counter.next_state() is DeviceState.READY
    tracemalloc.start()
    for _ in range(300):
        plugged.reads(b"\x91U\xfe" * 1_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000
    plugged.reads(b"\r8F3K72QX\r")
    assert counter.codes.get(timeout=SOON) == "8F3K72QX"


def test_plugs_pulled_in_a_burst_leave_one_thread_that_listens(
    scanner: SerialScanner, counter: Counter, link: Path
) -> None:
    threads = threading.active_count()
    scanner.start(counter.hear_code, counter.hear_state)
    for _ in range(5):
        plugged = PluggedScanner(link)
        while counter.next_state() is not DeviceState.READY:
            pass
        plugged.unplug()
        while counter.next_state() is not DeviceState.RECONNECTING:
            pass
    plugged = PluggedScanner(link)
    while counter.next_state() is not DeviceState.READY:
        pass
    assert threading.active_count() == threads + 1
    plugged.reads(b"8F3K72QX\r")
    assert counter.codes.get(timeout=SOON) == "8F3K72QX"
