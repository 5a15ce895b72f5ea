"""The same against a printer, a drawer and a scanner that nobody here wrote."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.addresses import parse_address
from kiosk.devices.errors import CoverOpen, PaperOut, PrinterError, PrinterOffline, PrinterUnplugged, PrinterUnreachable
from kiosk.devices.escpos_printer import EscposPrinter, Patience
from kiosk.devices.ports import Confirm, DeviceState, Paper
from kiosk.devices.serial_scanner import SerialScanner
from kiosk.devices.status import DRAWER_KICK
from kiosk.devices.transports import transport_to
from tests.emupos_peer import Emupos, running_emupos

pytestmark = [pytest.mark.emupos, pytest.mark.slow]

LINES = ["面包新语 徐汇店", "充值 300.00  赠 50.00", "余额 350.00"]
SLIP = b"\x1b@\x1c&" + "\n".join([*LINES, ""]).encode("gbk") + b"\x1dV\x00"
PATIENCE = Patience(look=0.2)


@pytest.fixture
def emupos(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Emupos]:
    with running_emupos(request, tmp_path) as peer:
        yield peer


@pytest.fixture(params=["network", "serial"])
def printer(request: pytest.FixtureRequest, emupos: Emupos) -> Iterator[EscposPrinter]:
    address = emupos.network_address if request.param == "network" else emupos.serial_address
    made = EscposPrinter(transport_to(parse_address(address)), patience=PATIENCE)
    yield made
    made.close()


def test_a_chinese_slip_comes_out_whole_and_is_confirmed(printer: EscposPrinter, emupos: Emupos) -> None:
    assert printer.strongest_confirm() is Confirm.ANSWER
    assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER
    assert printer.print_job(SLIP.replace(b"350", b"700")).confirmed_by is Confirm.ANSWER
    first, second = emupos.wait_for_slips(2)
    assert [line.strip() for line in first.splitlines() if line.strip()] == LINES
    assert "余额 700.00" in second


@pytest.mark.parametrize(
    ("fault", "error"), [("paper-out", PaperOut), ("cover-open", CoverOpen), ("offline", PrinterOffline)]
)
def test_a_stopped_printer_gets_no_slip_until_it_is_well(
    printer: EscposPrinter, emupos: Emupos, fault: str, error: type[PrinterError]
) -> None:
    emupos.set_fault(fault)
    with pytest.raises(error):
        printer.print_job(SLIP)
    with pytest.raises(error):
        printer.kick_drawer()
    assert not printer.status().prints
    emupos.clear_fault(fault)
    assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER
    assert len(emupos.wait_for_slips(1)) == 1
    assert emupos.drawer == "closed"


def test_paper_near_its_end_is_told_and_prints(printer: EscposPrinter, emupos: Emupos) -> None:
    emupos.set_fault("paper-near-end")
    assert printer.status().paper is Paper.NEAR_END
    assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER


def test_paper_out_in_mid_job_prints_the_slip_once_after_the_new_roll(printer: EscposPrinter, emupos: Emupos) -> None:
    printer.status()
    send, stopped = printer._write, False

    def write_and_stop(outgoing: bytes) -> None:
        nonlocal stopped
        if not stopped and outgoing.startswith(SLIP):
            stopped = True
            half = len(SLIP) // 2
            send(outgoing[:half])
            emupos.set_fault("paper-out")
            outgoing = outgoing[half:]
        send(outgoing)

    printer._write = write_and_stop  # type: ignore[method-assign]  # the cable is cut here
    with pytest.raises(PaperOut) as stop:
        printer.print_job(SLIP, "slip 1")
    assert stop.value.sent is True
    with pytest.raises(PaperOut):
        printer.print_job(SLIP, "slip 1")
    emupos.clear_fault("paper-out")
    assert printer.print_job(SLIP, "slip 1").confirmed_by is Confirm.ANSWER
    assert printer.print_job(SLIP, "slip 2").confirmed_by is Confirm.ANSWER
    assert len(emupos.wait_for_slips(2)) == 2


def test_the_drawer_opens_alone_and_with_a_slip(printer: EscposPrinter, emupos: Emupos) -> None:
    printer.kick_drawer()
    emupos.wait_for_event("drawer.opened")
    assert emupos.drawer == "open"
    emupos.close_drawer()
    printer.print_job(SLIP + DRAWER_KICK)
    assert emupos.drawer == "open"
    assert emupos.count("drawer.opened") == 2


def test_a_printer_that_is_switched_off_is_gone(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with running_emupos(request, tmp_path) as peer:
        printers = [
            EscposPrinter(transport_to(parse_address(address)), patience=PATIENCE)
            for address in (peer.network_address, peer.serial_address)
        ]
        for printer in printers:
            printer.print_job(SLIP)
        peer.wait_for_slips(2)
    for printer, gone in zip(printers, (PrinterUnreachable, PrinterUnplugged), strict=True):
        with pytest.raises(gone):
            printer.print_job(SLIP)
        printer.close()


def test_its_scanner_is_heard(emupos: Emupos) -> None:
    codes: queue.Queue[str] = queue.Queue()
    states: queue.Queue[DeviceState] = queue.Queue()
    scanner = SerialScanner(transport_to(parse_address(emupos.scanner_address)))
    scanner.start(codes.put, lambda state, _: states.put(state))
    assert states.get(timeout=10.0) is DeviceState.READY
    for code in ("6901234567892", "会员李雪"):
        emupos.scan(code)
        assert codes.get(timeout=10.0) == code
        emupos.wait_for_event(code)
    scanner.stop()
