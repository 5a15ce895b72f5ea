"""A program on a pseudo-terminal of 80×24: what it paints is read as bytes, what it is told is typed."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE_SECONDS = 30.0
_SIZE = struct.pack("HHHH", 24, 80, 0, 0)


def _installed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which modules are compiled once, as on an installed box, and not at every start."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Terminal:
    """Runs a program; use it in a `with` block, at whose end the program is told to leave."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        """Start the program; `started_ns` is when."""
        self.started_ns = time.perf_counter_ns()
        self.process, self._screen = pty.fork()
        if self.process == 0:
            os.execvpe(command[0], command, {**_installed(os.environ), "TERM": "xterm-256color", **environment})
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, _SIZE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.kill(self.process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while os.waitpid(self.process, os.WNOHANG)[0] == 0 and time.monotonic() < deadline:
            self._read(0.05)
        os.close(self._screen)

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self._screen, keys.encode())

    def painted(self, text: str) -> int:
        """Wait until a text is painted and return when, in nanoseconds; raises TimeoutError with what was painted."""
        wanted, seen = text.encode(), b""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while wanted not in seen:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{text!r} was not painted: {seen[-2000:]!r}")
            seen += self._read(0.5)
        return time.perf_counter_ns()

    def settle(self, seconds: float = 0.15) -> None:
        """Read until nothing has been painted for so long."""
        while self._read(seconds):
            pass

    def resident_kib(self) -> int:
        """Return the program's resident memory in KiB."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._screen], [], [], seconds)
        if not ready:
            return b""
        try:
            return os.read(self._screen, 1 << 16)
        except OSError:
            return b""
