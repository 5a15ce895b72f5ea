"""A network printer whose packets vanish on the way: no goodbye, no refusal, nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.devices.addresses import parse_address
from kiosk.devices.errors import PrinterSilent, PrinterUnreachable, WriteStalled
from kiosk.devices.escpos_printer import EscposPrinter, Patience
from kiosk.devices.ports import Confirm
from kiosk.devices.transports import transport_to

pytestmark = [pytest.mark.namespaces, pytest.mark.skipif(os.geteuid() != 0, reason="laying a network takes root")]

QUICK = Patience(status=0.3, answer=1.0, stall=1.0, look=0.1, ask_again=0.1)
_HERE, _THERE = "10.78.9.1/30", "10.78.9.2"
_DROP = b"table inet gone { chain in { type filter hook input priority 0; drop; }; }"
_PRINTER = """
import socket, sys, threading
from contextlib import suppress
from tests.kiosk.devices.printer_peer import Mechanism
server, mechanism = socket.create_server((sys.argv[1], 9100)), Mechanism()
def serve(connection):
    with connection, suppress(OSError):
        while arrived := connection.recv(4096):
            connection.sendall(mechanism.take(arrived))
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=server.accept()[:1], daemon=True).start()
"""


def run(*command: str, told: bytes = b"") -> None:
    subprocess.run(command, check=True, input=told)


class Cable:
    """The way to a printer in a namespace of its own."""

    def __init__(self, space: str) -> None:
        self.space = space

    def swallow(self) -> None:
        """Let every packet vanish at the printer's door."""
        run("ip", "netns", "exec", self.space, "nft", "-f", "-", told=_DROP)

    def mend(self) -> None:
        """Let them through again."""
        run("ip", "netns", "exec", self.space, "nft", "flush", "ruleset")


@pytest.fixture
def cable() -> Iterator[Cable]:
    tag = f"hp{os.getpid() % 10_000}"
    run("ip", "netns", "add", tag)
    try:
        run("ip", "link", "add", f"{tag}a", "type", "veth", "peer", "name", f"{tag}b", "netns", tag)
        run("ip", "addr", "add", _HERE, "dev", f"{tag}a")
        run("ip", "link", "set", f"{tag}a", "up")
        run("ip", "-n", tag, "addr", "add", f"{_THERE}/30", "dev", f"{tag}b")
        run("ip", "-n", tag, "link", "set", f"{tag}b", "up")
        with printing_in(tag):
            yield Cable(tag)
    finally:
        subprocess.run(
            ["ip", "link", "del", f"{tag}a"], check=False
        )  # a namespace takes its own end away only in a while
        run("ip", "netns", "del", tag)


@contextmanager
def printing_in(space: str) -> Iterator[None]:
    """Run a printer there."""
    command = ["ip", "netns", "exec", space, sys.executable, "-c", _PRINTER, _THERE]
    with subprocess.Popen(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE) as peer:
        assert peer.stdout is not None
        assert peer.stdout.readline() == b"ready\n"
        try:
            yield
        finally:
            peer.kill()


@pytest.mark.parametrize("confirm", [Confirm.ANSWER, Confirm.WRITTEN])
def test_what_vanishes_on_the_way_is_no_slip_and_the_way_back_is_found(cable: Cable, confirm: Confirm) -> None:
    printer = EscposPrinter(transport_to(parse_address(f"tcp:{_THERE}")), confirm, patience=QUICK)
    assert printer.print_job(b"one\n", "slip 1").confirmed_by is confirm
    cable.swallow()
    with pytest.raises(PrinterSilent if confirm is Confirm.ANSWER else WriteStalled) as lost:
        printer.print_job(b"two\n", "slip 2")
    assert lost.value.sent is (confirm is Confirm.WRITTEN), "asked first, nothing goes to a printer that is silent"
    with pytest.raises(PrinterUnreachable):
        printer.print_job(b"two\n", "slip 2")
    cable.mend()
    assert printer.print_job(b"two\n", "slip 2").confirmed_by is confirm
    printer.close()
