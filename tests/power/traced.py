"""The kernel itself refuses or kills: strace stands behind a process that does an act, at the n-th call of one kind."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import pytest

from kiosk.model.errors import ModelError
from tests.power.acts import Bench

_ALLOW_TRACER: Final = 0x59616D61
"""PR_SET_PTRACER, see prctl(2): a kernel that guards its processes lets strace in."""
_TOLD: Final = "told"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a traced process said before its end: whether the act was told of, which error refused it, whether it was killed."""

    told: bool
    refusal: str
    killed: bool


def under_strace(shop: Bench, act: str, path: Path, injection: str) -> Answer:
    """Do an act in a process whose calls strace tampers with (`fdatasync:error=EIO:when=1`); skips where it cannot."""
    if shutil.which("strace") is None:
        pytest.skip("STRACE IS MISSING: apt-get install strace")
    hears, tells = os.pipe()
    waits, begins = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(shop, act, path, waits, tells)
    os.close(tells)
    os.close(waits)
    with _tracer(child, injection) as tracer:
        os.write(begins, b"go")
        os.close(begins)
        _, status = os.waitpid(child, 0)
        with os.fdopen(hears) as pipe:
            said = pipe.read().split()
        tracer.communicate()
    refusals = [word for word in said if word != _TOLD]
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or os.WEXITSTATUS(status) == 0, "the act failed in its process"
    return Answer(_TOLD in said, "".join(refusals), killed)


def _tracer(child: int, injection: str) -> subprocess.Popen[str]:
    """Start strace behind a process that waits; returns once it holds it."""
    call = injection.split(":", maxsplit=1)[0]
    command = ["strace", "-f", "-p", str(child), "-e", f"trace={call}", "-e", f"inject={injection}"]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
    assert tracer.stderr is not None, "it was asked for"
    said = tracer.stderr.readline()
    if "attached" not in said:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        tracer.communicate()
        pytest.skip(f"STRACE MAY NOT TRACE HERE: {said.strip()}")
    return tracer


def _be_the_child(shop: Bench, act: str, path: Path, waits: int, tells: int) -> NoReturn:
    ctypes.CDLL(None).prctl(_ALLOW_TRACER, ctypes.c_ulong(-1), 0, 0, 0)
    try:
        os.read(waits, 2)
        try:
            shop.do(act, path, lambda: os.write(tells, f"{_TOLD} ".encode()))
        except ModelError as refused:
            os.write(tells, type(refused).__name__.encode())
    except BaseException:  # noqa: BLE001 - outermost: the child must not go on as the test
        os._exit(1)
    os._exit(0)
