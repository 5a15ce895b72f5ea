"""SIGTERM leaves cleanly: the act under way is finished, the terminal is given back, the exit code is 0."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from kiosk.app import KioskApp, run_counter
from kiosk.screens.desk import Desk
from tests.builders import open_shop
shop = open_shop(Path(sys.argv[1]))
sys.exit(run_counter(KioskApp(Desk(shop.counter, shop_name="READY"))))
"""
ALTERNATE_SCREEN_LEFT = b"\x1b[?1049l"


def read_until(terminal: int, wanted: bytes) -> bytes:
    """Read a terminal until something stands there or it is closed."""
    seen = b""
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, f"nothing more came; {seen[-200:]!r}"
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    return seen


def test_sigterm_gives_the_terminal_back(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    counter = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    try:
        assert b"READY" in read_until(ours, b"READY")
        counter.send_signal(signal.SIGTERM)
        assert ALTERNATE_SCREEN_LEFT in read_until(ours, ALTERNATE_SCREEN_LEFT)
        assert counter.wait(30) == 0
    finally:
        counter.kill()
        counter.wait()
        os.close(ours)
