"""A whole shop without hardware."""

from __future__ import annotations

import queue
from pathlib import Path

import pytest

from kiosk.devices.errors import (
    CoverOpen,
    DeviceError,
    PaperOut,
    PrinterError,
    PrinterFault,
    PrinterMissing,
    PrinterOffline,
    PrinterSilent,
)
from kiosk.devices.ports import Confirm, DeviceState, Fault, Paper, PrinterPort, Scanner
from kiosk.devices.status import DRAWER_KICK
from kiosk.devices.virtual import NoPrinter, NoScanner, VirtualPrinter, VirtualScanner


def test_a_code_written_into_the_fifo_is_a_scan(tmp_path: Path) -> None:
    codes: queue.Queue[str] = queue.Queue()
    states: queue.Queue[DeviceState] = queue.Queue()
    scanner: Scanner = VirtualScanner(tmp_path / "scanner")
    scanner.start(codes.put, lambda state, _: states.put(state))
    assert states.get(timeout=10.0) is DeviceState.READY
    for code in ("6901234567892", "8F3K72QX"):
        with (tmp_path / "scanner").open("w") as fifo:
            fifo.write(f"{code}\n")
        assert codes.get(timeout=10.0) == code
    scanner.stop()


def test_a_code_scanned_by_hand_is_heard_only_while_somebody_listens() -> None:
    codes: list[str] = []
    scanner = VirtualScanner()
    scanner.scan("too early")
    scanner.start(codes.append, lambda _state, _error: None)
    scanner.scan("8F3K72QX")
    scanner.stop()
    scanner.scan("too late")
    assert codes == ["8F3K72QX"]


def test_a_slip_is_kept_drawn_and_written(tmp_path: Path) -> None:
    drawn: list[bytes] = []
    printer = VirtualPrinter(tmp_path / "slips", drawn.append)
    assert printer.print_job(b"slip" + DRAWER_KICK).confirmed_by is Confirm.ANSWER
    printer.print_job(b"next")
    assert printer.jobs == drawn == [b"slip" + DRAWER_KICK, b"next"]
    assert (tmp_path / "slips" / "job-000002.bin").read_bytes() == b"next"
    printer.kick_drawer()
    assert printer.drawer_openings == 2


@pytest.mark.parametrize(
    ("knob", "value", "error"),
    [
        ("paper", Paper.OUT, PaperOut),
        ("cover_open", True, CoverOpen),
        ("online", False, PrinterOffline),
        ("is_silent", True, PrinterSilent),
        ("error", Fault.CUTTER, PrinterFault),
    ],
)
def test_a_virtual_misfortune_is_refused_as_a_real_one(knob: str, value: object, error: type[PrinterError]) -> None:
    printer = VirtualPrinter()
    setattr(printer, knob, value)
    assert not printer.status().prints
    with pytest.raises(error):
        printer.print_job(b"slip")
    with pytest.raises(error):
        printer.kick_drawer()
    assert (printer.jobs, printer.drawer_openings) == ([], 0)


def test_a_roll_near_its_end_still_prints() -> None:
    printer = VirtualPrinter()
    printer.paper = Paper.NEAR_END
    assert printer.status().prints
    printer.print_job(b"slip")
    assert printer.jobs == [b"slip"]


def test_a_till_without_devices_says_so() -> None:
    printer: PrinterPort = NoPrinter()
    for act in (printer.status, printer.kick_drawer, lambda: printer.print_job(b"slip")):
        with pytest.raises(PrinterMissing):
            act()
    printer.close()
    states: list[tuple[DeviceState, DeviceError | None]] = []
    scanner: Scanner = NoScanner()
    scanner.start(lambda _code: None, lambda state, error: states.append((state, error)))
    scanner.stop()
    assert states == []
