"""A printer behind a device file, and slips that become files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.devices.addresses import parse_address
from kiosk.devices.errors import PrinterForbidden, PrinterUnplugged
from kiosk.devices.escpos_printer import EscposPrinter, Patience
from kiosk.devices.ports import Confirm
from kiosk.devices.transports import transport_to
from tests.kiosk.devices.printer_peer import SerialPeer

SLIP = "充值 300.00 赠 50.00\n".encode("gbk")
QUICK = Patience(status=1.0, answer=5.0, stall=0.5, look=0.1)


def printer_at(address: str) -> EscposPrinter:
    return EscposPrinter(transport_to(parse_address(address)), Confirm.ANSWER, patience=QUICK)


def test_a_printer_on_usblp_is_a_device_file(tmp_path: Path) -> None:
    with SerialPeer(tmp_path / "lp0") as peer:
        printer = printer_at(f"usb:{tmp_path / 'lp0'}")
        assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER
        assert peer.mechanism.printed == SLIP
        printer.close()


def test_each_job_becomes_a_file_of_its_own_in_a_folder(tmp_path: Path) -> None:
    printer = printer_at(f"file:{tmp_path}")
    assert printer.print_job(SLIP).confirmed_by is Confirm.WRITTEN
    printer.print_job(b"next\n")
    assert (tmp_path / "job-000001.bin").read_bytes() == SLIP
    assert (tmp_path / "job-000002.bin").read_bytes() == b"next\n"
    assert printer.status().online
    printer.close()


def test_jobs_are_appended_to_a_plain_file(tmp_path: Path) -> None:
    printer = printer_at(f"file:{tmp_path / 'slips.bin'}")
    printer.print_job(SLIP)
    printer.print_job(b"next\n")
    assert (tmp_path / "slips.bin").read_bytes() == SLIP + b"next\n"
    printer.close()


def test_a_file_that_cannot_be_opened_is_said_to_be_missing(tmp_path: Path) -> None:
    printer = printer_at(f"file:{tmp_path / 'nowhere' / 'slips.bin'}")
    with pytest.raises(PrinterUnplugged):
        printer.print_job(SLIP)
    printer.close()


def test_a_printer_the_kiosk_may_not_open_is_named_as_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PrinterForbidden):
        printer_at(f"usb:{tmp_path / 'lp0'}").print_job(SLIP)
