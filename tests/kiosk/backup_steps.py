"""Steps of a process on files: counted, and each of them the last one there is, as a power cut would have it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

_COUNTED: Final = ("os.rename", "os.link", "os.remove")
_FLAGS: Final = os.O_WRONLY | os.O_RDWR


def killed_at(step: int, folder: Path, act: Callable[[], object]) -> bool:
    """Do an act in a child that is killed at its n-th step on files below a folder; tell whether it was.

    Steps are files opened for writing or created, renamed, linked, removed, and every fsync.
    """
    child = os.fork()
    if child == 0:
        try:
            _count(step, folder)
            act()
        except BaseException:  # noqa: BLE001 - the outermost boundary of the child, which must not go on as pytest
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the act went through or was killed"
    return False


def _count(step: int, folder: Path) -> None:
    """Kill this process at its n-th step; the hook lasts as long as the process."""
    done = 0

    def took_one() -> None:
        nonlocal done
        done += 1
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _FLAGS
        if (event in _COUNTED or writes) and str(arguments[0]).startswith(str(folder)):
            took_one()

    really = os.fsync

    def fsync(descriptor: int) -> None:
        took_one()
        really(descriptor)

    sys.addaudithook(heard)
    os.fsync = fsync  # type: ignore[assignment]  # a child's own, for as long as it lives


@contextmanager
def small_disk(place: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a disk of so many kilobytes; skips, and says so, where this machine lets nobody mount one."""
    place.mkdir()
    options = f"size={kilobytes}k,mode=0700"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)
