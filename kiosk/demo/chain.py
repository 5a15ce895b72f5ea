"""The demo shop's head office and daemon: made once on loopback, started with the demo and ended with it.

They are the real programs, run as their own processes: what an installer types is typed here.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.demo.shop import BOX, programme_of

OWNER: Final = "boss"
PASSWORD: Final = "guitai-demo-2026"  # noqa: S105 - of the demo shop, printed where it is needed
_STORE: Final = "xuhui"
_PATIENCE_SECONDS: Final = 60.0
_MADE: Final = "made"


class DemoChainBroken(Exception):
    """A program of the demo chain did not do its part; the message is its own."""


@dataclass(frozen=True, slots=True)
class DemoChain:
    """Where the demo shop's head office lives, and who the box is."""

    folder: Path
    config: Path

    @property
    def office(self) -> Path:
        """Head office's folder."""
        return self.folder / "office"

    @contextmanager
    def running(self, say: Callable[[str], None]) -> Iterator[None]:
        """Run head office and the daemon while the demo is open; made first where they are not."""
        made = self.office / _MADE
        if not made.is_file():
            say("总部 head office …")
            self._make_office()
        with self._kept(self._office("run"), "office.log"):
            self._wait(lambda: _listens(self._port("boxes_port")), "head office listens")
            if not made.is_file():
                self._enrol()
                made.touch()
            with self._kept(self._syncd("run"), "syncd.log"):
                say(f"总部网页 head office: https://127.0.0.1:{self._port('pages_port')}  {OWNER} / {PASSWORD}")
                yield

    def _make_office(self) -> None:
        if not (self.office / "headoffice.toml").is_file():
            ports = ["--boxes-port", str(_free_port()), "--pages-port", str(_free_port())]
            self._run(self._office("init", "--owner", OWNER, "--host", "127.0.0.1", *ports), typed=PASSWORD + "\n")

    def _enrol(self) -> None:
        """Let the demo box in as an installer would: code, fingerprint on both sides, programme from above."""
        code = self._run(self._office("box", "code", _STORE, BOX)).strip()
        log = self.folder / "enrol.log"
        command = self._syncd("enrol", f"https://127.0.0.1:{self._port('boxes_port')}", "--code", code)
        with log.open("wb") as output:
            enrolling = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        self._wait(lambda: enrolling.poll() is not None or bool(_digits(log)), "the box shows its fingerprint")
        confirmed = self._run(self._office("box", "confirm", BOX, "--same"))
        if _digits(log) not in confirmed or enrolling.wait(_PATIENCE_SECONDS):
            raise DemoChainBroken(log.read_text(encoding="utf-8"))
        self._run(self._office("programme", str(programme_of(self.folder))))

    @contextmanager
    def _kept(self, command: Sequence[str], log: str) -> Iterator[None]:
        with (self.folder / log).open("ab") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _run(self, command: Sequence[str], typed: str = "") -> str:
        done = subprocess.run(command, input=typed, capture_output=True, text=True, check=False)
        if done.returncode:
            raise DemoChainBroken(done.stderr or done.stdout)
        return done.stdout

    def _wait(self, true: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while not true():
            if time.monotonic() > end:
                raise DemoChainBroken(what)
            time.sleep(0.05)

    def _port(self, name: str) -> int:
        text = (self.office / "headoffice.toml").read_text(encoding="utf-8")
        found = re.search(rf"^{name} = (\d+)", text, re.MULTILINE)
        if found is None:
            raise DemoChainBroken(f"headoffice.toml has no {name}")
        return int(found[1])

    def _office(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "headoffice", "--home", str(self.office), *arguments]

    def _syncd(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "syncd", "--config", str(self.config), *arguments]


def _digits(log: Path) -> str:
    """Return the fingerprint the box shows, empty before it does."""
    found = re.search(r"\d{4}(?: \d{4}){7}", log.read_text(encoding="utf-8"))
    return found[0] if found else ""


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as knocking:
        knocking.settimeout(0.2)
        with suppress(OSError):
            knocking.connect(("127.0.0.1", port))
            return True
    return False
