"""The paper: docs/performance.md, whose tables are written by the measurements themselves (`make performance`).

Between `<!-- bench.<name> -->` and `<!-- end -->` stands what that measurement returned last, with when, where and by which
command; all other text is people's.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure

PAPER = Path(__file__).parent.parent / "docs" / "performance.md"
_HEADING = "| what | measured | against | ratio | aim | |\n|---|---|---|---|---|---|\n"


def write(name: str, figures: list[Figure]) -> None:
    """Put a measurement's figures into their place in the paper; raises KeyError where it has none."""
    text = PAPER.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- bench\.{name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if place.search(text) is None:
        raise KeyError(name)
    rows = "".join(figure.row + "\n" for figure in figures)
    block = f"`python -m bench.{name}`, {occasion()}\n\n{_HEADING}{rows}"
    PAPER.write_text(place.sub(lambda found: found[1] + block + found[2], text), encoding="utf-8")


def places() -> list[str]:
    """Return the names of the measurements that have a place in the paper, in its order."""
    return re.findall(r"<!-- bench\.(\w+) -->", PAPER.read_text(encoding="utf-8"))


def occasion() -> str:
    """Return when and on what it is measured: the day, the commit, the machine, and how busy that is."""
    command = [shutil.which("git") or "git", "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    commit = found.stdout.strip() or "no commit"
    machine = f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {commit}, {machine}, load {os.getloadavg()[0]:.1f}"
