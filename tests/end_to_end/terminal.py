"""The real program in a real terminal: tmux types and shows, a pseudo-terminal stands for the serial scanner."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.05


class NeverShown(AssertionError):
    """The screen never said what was waited for."""


@dataclass
class Terminal:
    """A private tmux server with one window in which a command of the kiosk runs."""

    name: str
    command: list[str]
    size: tuple[int, int] = (80, 24)
    exit_file: Path = field(default_factory=Path)

    def start(self) -> None:
        """Run the command."""
        program = " ".join([sys.executable, "-m", "kiosk", *self.command])
        line = f"{program}; echo left with $? > {self.exit_file}; exec sleep 60"
        columns, rows = self.size
        self._tmux("-f", "/dev/null", "-u", "new-session", "-d", "-s", "k", "-x", str(columns), "-y", str(rows), line)

    def keys(self, *keys: str) -> None:
        """Press keys by tmux' names (`Enter`, `F3`, `Escape`); anything else is typed as it stands."""
        for key in keys:
            self._tmux("send-keys", "-t", "k", key)

    def paste(self, text: str) -> None:
        """Send characters as fast as a scanner does, then Enter."""
        self._tmux("send-keys", "-t", "k", "-l", text, ";", "send-keys", "-t", "k", "Enter")

    def screen(self) -> str:
        """Return what stands on the screen."""
        return self._tmux("capture-pane", "-p", "-t", "k")

    def wait_for(self, *texts: str) -> str:
        """Return the screen once it shows every text; raises NeverShown with what it showed instead."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            shown = self.screen()
            if all(text in shown for text in texts):
                return shown
            time.sleep(_LOOK_SECONDS)
        raise NeverShown(f"{texts} not in:\n{self.screen()}")

    def wait_for_exit(self) -> str:
        """Return `left with <exit code>` once the program ended."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self.exit_file.is_file() and self.exit_file.read_text().strip():
                return self.exit_file.read_text().strip()
            time.sleep(_LOOK_SECONDS)
        raise NeverShown(f"the program did not end:\n{self.screen()}")

    def program_pid(self) -> int:
        """Return the process id of the kiosk itself."""
        shell = self._tmux("list-panes", "-t", "k", "-F", "#{pane_pid}").strip()
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        return int(children[0])

    def stop(self) -> None:
        """End the tmux server and everything in it; it is gone when this returns, and the next one may start."""
        asked = ["tmux", "-L", self.name, "display-message", "-p", "#{pid}"]
        server = subprocess.run(asked, check=False, capture_output=True, encoding="utf-8").stdout.strip()
        subprocess.run(["tmux", "-L", self.name, "kill-server"], check=False, capture_output=True)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while server and Path(f"/proc/{server}").exists() and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.name, *arguments], check=True, capture_output=True, encoding="utf-8", cwd=ROOT
        )
        return done.stdout


class PtyScanner:
    """A serial scanner at a place that can be unplugged and plugged in again."""

    def __init__(self, place: Path) -> None:
        """Plug it in."""
        self.place = place
        self.plug_in()

    def plug_in(self) -> None:
        """Stand at the place."""
        self._master, self._slave = pty.openpty()
        self.place.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        """Go away while being listened to."""
        self.place.unlink()
        os.close(self._slave)
        os.close(self._master)

    def scan(self, code: str) -> None:
        """Send a code in fragments of three bytes, as slow adapters do."""
        sent = code.encode() + b"\r\n"
        for start in range(0, len(sent), 3):
            os.write(self._master, sent[start : start + 3])
            time.sleep(0.005)

    def send(self, said: bytes) -> None:
        """Send bytes as they are, all at once."""
        os.write(self._master, said)
