"""A slip counts as printed only when the printer says so, and comes once."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.devices.addresses import Inquiry, parse_address
from kiosk.devices.errors import (
    CoverOpen,
    PaperOut,
    PrinterClosed,
    PrinterError,
    PrinterFault,
    PrinterOffline,
    PrinterSilent,
    PrinterUnplugged,
    PrinterUnreachable,
    WriteStalled,
)
from kiosk.devices.escpos_printer import EscposPrinter, Patience
from kiosk.devices.ports import Confirm, Fault, Paper
from kiosk.devices.transports import transport_to
from tests.kiosk.devices.printer_peer import Mechanism, Peer, SerialPeer, TcpPeer, raw_pty

SLIP = "充值 300.00 赠 50.00\n".encode("gbk")
QUICK = Patience(status=1.0, answer=5.0, stall=0.5, look=0.1, ask_again=0.1)
HASTY = Patience(status=1.0, answer=1.0, stall=0.5, look=0.1, ask_again=0.1)


def printer_at(
    address: str,
    confirm: Confirm = Confirm.ANSWER,
    inquiry: Inquiry = Inquiry.PAPER,
    patience: Patience = QUICK,
) -> EscposPrinter:
    return EscposPrinter(transport_to(parse_address(address)), confirm, inquiry, patience)


@pytest.fixture(params=["tcp", "serial"])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    made: Callable[[], Peer] = TcpPeer if request.param == "tcp" else lambda: SerialPeer(tmp_path / "printer")
    with made() as running:
        yield running


@pytest.fixture
def mechanism(peer: Peer) -> Mechanism:
    return peer.mechanism


@pytest.fixture
def printer(peer: TcpPeer | SerialPeer) -> Iterator[EscposPrinter]:
    made = printer_at(peer.address)
    yield made
    made.close()


def test_a_slip_is_printed_when_the_printer_answers_behind_it(printer: EscposPrinter, mechanism: Mechanism) -> None:
    assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER
    assert mechanism.printed == SLIP
    assert mechanism.inquiries == 1


def test_the_process_id_answer_names_the_slip_it_stands_behind(peer: TcpPeer | SerialPeer) -> None:
    printer = printer_at(peer.address, inquiry=Inquiry.PROCESS_ID)
    assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER
    assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER
    assert peer.mechanism.printed == SLIP * 2
    printer.close()


def test_a_printer_without_queued_answers_is_believed_by_its_status(peer: TcpPeer | SerialPeer) -> None:
    peer.mechanism.answers_behind = False
    printer = printer_at(peer.address, Confirm.STATUS)
    assert printer.print_job(SLIP).confirmed_by is Confirm.STATUS
    assert peer.mechanism.printed == SLIP
    printer.close()


def test_a_printer_that_never_answers_is_written_to_and_the_result_says_so(peer: TcpPeer | SerialPeer) -> None:
    peer.mechanism.is_silent = True
    printer = printer_at(peer.address, Confirm.WRITTEN)
    assert printer.print_job(SLIP).confirmed_by is Confirm.WRITTEN
    assert printer.status().answered is False
    printer.close()


def test_the_status_names_near_end_before_the_roll_is_out(printer: EscposPrinter, mechanism: Mechanism) -> None:
    mechanism.near_end = True
    status = printer.status()
    assert status.paper is Paper.NEAR_END
    assert status.prints
    assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER


@pytest.mark.parametrize(
    ("knob", "value", "error"),
    [
        ("paper_out", True, PaperOut),
        ("cover_open", True, CoverOpen),
        ("offline", True, PrinterOffline),
        ("is_silent", True, PrinterSilent),
        ("error", 0x08, PrinterFault),
    ],
)
def test_no_byte_of_a_slip_goes_to_a_printer_that_cannot_print(
    printer: EscposPrinter, mechanism: Mechanism, knob: str, value: object, error: type[PrinterError]
) -> None:
    setattr(mechanism, knob, value)
    with pytest.raises(error) as refused:
        printer.print_job(SLIP)
    assert refused.value.sent is False
    setattr(mechanism, knob, type(value)())
    assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER
    assert mechanism.printed == SLIP


def test_a_cutter_error_is_named(printer: EscposPrinter, mechanism: Mechanism) -> None:
    mechanism.error = 0x08
    assert printer.status().error is Fault.CUTTER


def test_paper_out_in_mid_job_is_told_and_the_slip_still_comes_once(
    printer: EscposPrinter, mechanism: Mechanism
) -> None:
    mechanism.paper_left = 5
    with pytest.raises(PaperOut) as stopped:
        printer.print_job(SLIP, "slip 1")
    assert stopped.value.sent is True
    assert mechanism.printed == SLIP[:5]
    with pytest.raises(PaperOut):
        printer.print_job(SLIP, "slip 1")
    mechanism.paper_out = False
    assert printer.print_job(SLIP, "slip 1").confirmed_by is Confirm.ANSWER
    assert mechanism.printed == SLIP


def test_a_slip_finished_while_the_till_only_looked_is_not_printed_again(
    printer: EscposPrinter, mechanism: Mechanism
) -> None:
    mechanism.paper_left = 5
    with pytest.raises(PaperOut):
        printer.print_job(SLIP, "slip 1")
    mechanism.paper_out = False
    while mechanism.printed != SLIP:
        assert printer.status().answered
    assert printer.print_job(SLIP, "slip 1").confirmed_by is Confirm.ANSWER
    assert mechanism.printed == SLIP


def test_the_next_slip_waits_for_the_one_the_printer_still_holds(printer: EscposPrinter, mechanism: Mechanism) -> None:
    mechanism.paper_left = 5
    with pytest.raises(PaperOut):
        printer.print_job(SLIP, "slip 1")
    mechanism.paper_out = False
    assert printer.print_job(b"next\n", "slip 2").confirmed_by is Confirm.ANSWER
    assert mechanism.printed == SLIP + b"next\n"
    assert mechanism.inquiries == 2


def test_a_slip_lost_with_the_power_is_sent_again(peer: TcpPeer | SerialPeer) -> None:
    printer = printer_at(peer.address, patience=HASTY)
    peer.mechanism.paper_left = 5
    with pytest.raises(PaperOut):
        printer.print_job(SLIP, "slip 1")
    peer.mechanism.power_cycle()
    peer.mechanism.paper_out = False
    assert printer.print_job(SLIP, "slip 1").confirmed_by is Confirm.ANSWER
    assert peer.mechanism.printed == SLIP[:5] + SLIP
    printer.close()


def test_a_printer_that_only_never_confirms_gets_no_second_copy_until_a_person_says_so(
    peer: TcpPeer | SerialPeer,
) -> None:
    peer.mechanism.answers_behind = False
    printer = printer_at(peer.address, patience=HASTY)
    for _ in range(3):
        with pytest.raises(PrinterSilent) as unsure:
            printer.print_job(SLIP, "slip 1")
        assert unsure.value.sent is True
    assert peer.mechanism.printed == SLIP
    assert peer.mechanism.inquiries == 2, "asked once more, and no more than that"
    peer.mechanism.answers_behind = True
    assert not printer.came_out("slip 1")
    printer.give_up("slip 1")
    assert printer.print_job(SLIP, "slip 1").confirmed_by is Confirm.ANSWER
    assert printer.print_job(b"next\n", "slip 2").confirmed_by is Confirm.ANSWER
    assert peer.mechanism.printed == SLIP * 2 + b"next\n"
    printer.close()


def test_a_printer_that_was_switched_off_with_the_slip_in_it_gets_it_again(peer: TcpPeer | SerialPeer) -> None:
    printer = printer_at(peer.address, patience=HASTY)
    peer.mechanism.is_jammed = True
    with pytest.raises(PrinterSilent) as unsure:
        printer.print_job(SLIP, "slip 1")
    assert unsure.value.sent is True
    peer.mechanism.is_silent = True
    assert printer.status().answered is False
    with peer.lock:
        peer.mechanism.power_cycle()
    peer.mechanism.is_silent = peer.mechanism.is_jammed = False
    assert printer.print_job(SLIP, "slip 1").confirmed_by is Confirm.ANSWER
    assert peer.mechanism.printed == SLIP
    printer.close()


def test_a_slip_lost_with_its_connection_is_sent_again() -> None:
    with TcpPeer() as peer:
        printer = printer_at(peer.address, patience=HASTY)
        peer.mechanism.is_jammed = True
        with pytest.raises(PrinterSilent):
            printer.print_job(SLIP, "slip 1")
        peer.hang_up()
        with peer.lock:
            peer.mechanism.power_cycle()
        peer.mechanism.is_jammed = False
        assert printer.print_job(SLIP, "slip 1").confirmed_by is Confirm.ANSWER
        assert peer.mechanism.printed == SLIP
        printer.close()


def test_garbage_on_the_line_is_no_answer(printer: EscposPrinter, mechanism: Mechanism) -> None:
    mechanism.noise = b"\x7f\xff\x91U"
    assert printer.status().prints
    assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER


def test_garbage_alone_is_a_silent_printer(peer: TcpPeer | SerialPeer) -> None:
    peer.mechanism.answers_behind = False
    peer.mechanism.noise = b"\x7f\xff\x91U"
    printer = printer_at(peer.address, patience=HASTY)
    with pytest.raises(PrinterSilent):
        printer.print_job(SLIP)
    printer.close()


def test_the_drawer_opens_alone(printer: EscposPrinter, mechanism: Mechanism) -> None:
    printer.kick_drawer()
    assert printer.status().prints
    assert mechanism.kicks == 1


def test_a_drawer_that_would_open_later_is_refused(printer: EscposPrinter, mechanism: Mechanism) -> None:
    mechanism.paper_out = True
    with pytest.raises(PaperOut):
        printer.kick_drawer()
    mechanism.paper_out = False
    assert printer.status().prints
    assert mechanism.kicks == 0


@pytest.mark.parametrize(
    ("knobs", "strongest"),
    [
        ({}, Confirm.ANSWER),
        ({"answers_behind": False}, Confirm.STATUS),
        ({"is_silent": True}, Confirm.WRITTEN),
    ],
)
def test_the_installer_learns_what_the_printer_can_confirm(
    printer: EscposPrinter, mechanism: Mechanism, knobs: dict[str, bool], strongest: Confirm
) -> None:
    vars(mechanism).update(knobs)
    assert printer.strongest_confirm() is strongest
    assert mechanism.printed == b""


def test_closing_ends_a_wait_on_another_thread(peer: TcpPeer | SerialPeer) -> None:
    peer.mechanism.answers_behind = False
    printer = printer_at(peer.address, patience=Patience(answer=60.0, look=30.0))
    failed: list[PrinterError] = []
    waiting = threading.Thread(target=lambda: failed.append(error_of(printer)))
    waiting.start()
    assert peer.mechanism.was_asked.wait(10.0)
    printer.close()
    waiting.join(5.0)
    assert [type(error) for error in failed] == [PrinterClosed]
    assert failed[0].sent is True, "a till that leaves in the middle says copy when it comes back"


def error_of(printer: EscposPrinter) -> PrinterError:
    with pytest.raises(PrinterError) as failed:
        printer.print_job(SLIP)
    return failed.value


def test_a_connection_the_printer_closed_meanwhile_loses_no_slip() -> None:
    with TcpPeer() as peer:
        printer = printer_at(peer.address)
        printer.print_job(SLIP)
        peer.hang_up()
        while peer.connections == 1:
            printer.print_job(b"again\n")
        assert peer.mechanism.printed == SLIP + b"again\n"
        printer.close()


def test_a_refusing_network_printer_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp:127.0.0.1:{server.getsockname()[1]}"
    printer = printer_at(address)
    with pytest.raises(PrinterUnreachable):
        printer.print_job(SLIP)
    printer.close()


def test_a_network_printer_that_accepts_and_says_nothing_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        printer = printer_at(f"tcp:127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(PrinterSilent) as silent:
            printer.print_job(SLIP)
        assert silent.value.waited_ms == 1000
        printer.close()


def test_a_peer_that_resets_in_mid_job_is_unreachable_and_the_slip_is_sent_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp:127.0.0.1:{server.getsockname()[1]}"
        resetting = threading.Thread(target=reset_after_the_job, args=(server,))
        resetting.start()
        printer = printer_at(address)
        with pytest.raises(PrinterUnreachable) as lost:
            printer.print_job(SLIP, "slip 1")
        assert lost.value.sent is True
        resetting.join()
        printer.close()


def reset_after_the_job(server: socket.socket) -> None:
    mechanism = Mechanism()
    mechanism.answers_behind = False
    connection, _ = server.accept()
    while mechanism.inquiries == 0:
        connection.sendall(mechanism.take(connection.recv(4096)))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def test_a_serial_printer_that_takes_no_bytes_stalls_and_does_not_hang(tmp_path: Path) -> None:
    master, slave = raw_pty()
    (tmp_path / "printer").symlink_to(os.ttyname(slave))
    printer = printer_at(f"serial:{tmp_path / 'printer'}", Confirm.WRITTEN)
    with pytest.raises(WriteStalled) as stalled:
        printer.print_job(b"U" * 1_000_000)
    assert stalled.value.total == 1_000_000
    assert 0 < stalled.value.written < 1_000_000
    printer.close()
    os.close(slave)
    os.close(master)


def test_an_unplugged_serial_printer_prints_again_once_it_is_back(tmp_path: Path) -> None:
    link = tmp_path / "printer"
    printer = printer_at(f"serial:{link}")
    with pytest.raises(PrinterUnplugged):
        printer.print_job(SLIP)
    with SerialPeer(link) as first:
        assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER
    assert first.mechanism.printed == SLIP
    with pytest.raises(PrinterUnplugged):
        printer.print_job(SLIP)
    with SerialPeer(link) as second:
        assert printer.print_job(SLIP).confirmed_by is Confirm.ANSWER
        assert second.mechanism.printed == SLIP
    printer.close()


def test_two_tills_share_one_network_printer() -> None:
    with TcpPeer() as peer:
        tills = [printer_at(f"{peer.address}?shared=yes") for _ in range(2)]
        for till in tills * 2:
            assert till.status().prints
            assert till.print_job(SLIP).confirmed_by is Confirm.ANSWER
        assert peer.mechanism.printed == SLIP * 4
        for till in tills:
            till.close()


def test_a_shared_printer_is_held_on_to_while_a_slip_is_in_it() -> None:
    with TcpPeer() as peer:
        till = printer_at(f"{peer.address}?shared=yes")
        peer.mechanism.paper_left = 5
        with pytest.raises(PaperOut):
            till.print_job(SLIP, "slip 1")
        assert not till.status().prints
        peer.mechanism.paper_out = False
        assert till.print_job(SLIP, "slip 1").confirmed_by is Confirm.ANSWER
        assert peer.mechanism.printed == SLIP
        assert peer.connections == 1
        till.close()
