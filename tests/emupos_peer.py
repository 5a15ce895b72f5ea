"""A printer, a drawer and a scanner that nobody here wrote: `emupos` 0.4.0, in a Python 3.13 environment of its own.

The environment is made once under `.cache/emupos`. A machine without Python 3.13, or that cannot install the package,
skips these tests loudly. Use:

    @pytest.fixture
    def emupos(request, tmp_path):
        with running_emupos(request, tmp_path) as peer:
            yield peer
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest

_ROOT: Final = Path(__file__).resolve().parents[1]
_HOME: Final = _ROOT / ".cache" / "emupos"
_SOON: Final = 20.0


class NoEmupos(Exception):
    """Why the emulator cannot run here."""


@dataclass
class Emupos:
    """A running emulator: one printer with its drawer on TCP and on a pty, one serial scanner."""

    folder: Path
    printer_port: int
    api_port: int
    _process: subprocess.Popen[str]
    _lines: list[str] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def network_address(self) -> str:
        """The printer's address on the network."""
        return f"tcp:127.0.0.1:{self.printer_port}"

    @property
    def serial_address(self) -> str:
        """The printer's address on a serial line."""
        return f"serial:{self.folder / 'emupos' / 'front'}"

    @property
    def scanner_address(self) -> str:
        """The scanner's address on a serial line."""
        return f"serial:{self.folder / 'emupos' / 'lane'}"

    def set_fault(self, fault: str) -> None:
        """Set `paper-out`, `paper-near-end`, `cover-open` or `offline`."""
        self._ask("PUT", f"devices/front/faults/{fault}")

    def clear_fault(self, fault: str) -> None:
        """Take a fault back; held slips come out."""
        self._ask("DELETE", f"devices/front/faults/{fault}")

    def close_drawer(self) -> None:
        """Push the drawer shut."""
        self._ask("POST", "devices/front/drawer/close")

    @property
    def drawer(self) -> str:
        """`open` or `closed`."""
        return str(json.loads(self._ask("GET", "devices/front"))["state"]["drawer"])

    def scan(self, text: str) -> None:
        """Let the scanner read a code, now."""
        self._ask("POST", "devices/lane/scans", {"data": text, "countdown_seconds": 0})

    def wait_for_slips(self, count: int) -> list[str]:
        """Return the texts of the slips that came out, oldest first, once there are so many; Chinese as Chinese."""
        self.wait_for_event("printer.job.completed", count)
        slips = json.loads(self._ask("GET", "devices/front/receipts"))
        return [self._text_of(slip["id"]) for slip in reversed(slips)]

    def slip_picture(self) -> bytes:
        """Return the newest slip as PNG."""
        return self._ask("GET", "devices/front/receipts/latest/image")

    def count(self, event: str) -> int:
        """Return how often an event was told, e.g. `drawer.opened`."""
        with self._changed:
            return sum(event in line for line in self._lines)

    def wait_for_event(self, event: str, count: int = 1) -> None:
        """Return once an event was told so often."""
        with self._changed:
            came = self._changed.wait_for(lambda: sum(event in line for line in self._lines) >= count, _SOON)
            assert came, f"{event} came not {count} times:\n" + "".join(self._lines)

    def _text_of(self, slip_id: str) -> str:
        text = self._ask("GET", f"devices/front/receipts/{slip_id}/text").decode()
        return "\n".join(chinese(line) for line in text.splitlines())

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.api_port}/api/v1/{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Content-Type": "application/json"} if body is not None else {},
        )
        with urllib.request.urlopen(request, timeout=_SOON) as answer:  # noqa: S310 - the emulator on this machine
            return bytes(answer.read())

    def _follow(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()


def chinese(line: str) -> str:
    """Return a line as it was printed: the emulator reads GB18030 as code page 437, which loses nothing."""
    return line.encode("cp437", errors="replace").decode("gb18030", errors="replace")


@contextmanager
def running_emupos(request: pytest.FixtureRequest, folder: Path, profile: str = "xprinter-xp80t") -> Iterator[Emupos]:
    """Run the emulator for one test, or skip the test loudly."""
    try:
        programme = installed_emupos()
    except NoEmupos as reason:
        skip_loudly(request, f"EMUPOS TESTS DID NOT RUN: {reason}")
    with tempfile.TemporaryDirectory(prefix="emu", dir=folder) as home:
        peer = _started(programme, Path(home), profile)
        try:
            peer.wait_for_event("Showing events")
            yield peer
        finally:
            _ended(peer)


def skip_loudly(request: pytest.FixtureRequest, reason: str) -> NoReturn:
    """Skip, with a line on the terminal that nobody overlooks."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"\n!!! {reason}", red=True, bold=True)
    pytest.skip(reason)


def installed_emupos() -> Path:
    """Return the emulator's programme, installing it from its lock on first use; raises NoEmupos."""
    programme = _HOME / "bin" / "emupos"
    _HOME.parent.mkdir(exist_ok=True)
    with (_HOME.parent / "emupos.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not programme.exists():
            _install()
    return programme


def _install() -> None:
    done = subprocess.run([_ROOT / "deploy" / "lay-emupos"], capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(_HOME, ignore_errors=True)
        raise NoEmupos((done.stderr.strip().splitlines() or ["it cannot be installed"])[-1])
    if not _HOME.exists():
        raise NoEmupos("no Python 3.13 or newer on the path or under pyenv")


def _started(programme: Path, home: Path, profile: str) -> Emupos:
    printer_port, api_port = _free_ports()
    config = home / "emupos.yaml"
    config.write_text(
        json.dumps(
            {
                "schema": 1,
                "api": {"host": "127.0.0.1", "port": api_port},
                "devices": [
                    {
                        "id": "front",
                        "type": "printer",
                        "profile": profile,
                        "receipts_dir": str(home / "receipts"),
                        "connections": [{"tcp": {"port": printer_port}}, {"serial": {"pty": True}}],
                    },
                    {"id": "lane", "type": "scanner", "mode": "serial", "connections": [{"serial": {"pty": True}}]},
                ],
            }
        )
    )
    process = subprocess.Popen(
        [programme, "run", "--config", config],
        cwd=home,
        env={**os.environ, "TMPDIR": str(home), "PYTHONUNBUFFERED": "1", "COLUMNS": "400", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peer = Emupos(home, printer_port, api_port, process)
    threading.Thread(target=peer._follow, daemon=True).start()
    return peer


def _ended(peer: Emupos) -> None:
    process = peer._process
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_SOON)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    process.stdout.close()


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        return first.getsockname()[1], second.getsockname()[1]
