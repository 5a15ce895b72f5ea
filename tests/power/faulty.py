"""A disk that fails at one call, the n-th of its kind: the process dies there, or the call answers as a broken or full disk does."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from unittest.mock import patch

import apsw

from kiosk.model import store as store_module
from kiosk.model.store import BUSY_MS, PRAGMAS, _Database, mapped_errors


class Calls(StrEnum):
    """Which calls are counted."""

    READS = "reads"
    WRITES = "writes"
    SYNCS = "syncs"
    CHANGES = "changes"
    """Everything that changes what a restart finds: writes, truncations, syncs, deletions."""


class Fault(StrEnum):
    """What happens at the call."""

    DIES = "dies"
    BROKEN = "broken"
    FULL = "full"


@dataclass
class Plan:
    """At the `at`-th call of a kind (from 0) the fault happens, and for `lasts` calls; `calls` counts what came."""

    kind: Calls
    at: int
    fault: Fault
    lasts: int = 1
    calls: int = 0

    @property
    def happened(self) -> bool:
        """Whether the faulty call was reached."""
        return self.calls > self.at

    def reached(self, *kinds: Calls) -> None:
        """Count a call, and let the fault happen where it is due."""
        if self.kind not in kinds:
            return
        due = self.at <= self.calls < self.at + self.lasts
        self.calls += 1
        if not due:
            return
        if self.fault is Fault.DIES:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault is Fault.FULL:
            raise apsw.FullError("no space is left")
        raise apsw.IOError("the disk does not answer")


class _File(apsw.VFSFile):
    def __init__(self, below: str, name: Any, flags: list[int], plan: Plan) -> None:
        super().__init__(below, name, flags)
        self.plan = plan

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's name
        self.plan.reached(Calls.READS)
        return super().xRead(amount, offset)

    def xWrite(self, content: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self.plan.reached(Calls.WRITES, Calls.CHANGES)
        super().xWrite(content, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's name
        self.plan.reached(Calls.CHANGES)
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        self.plan.reached(Calls.SYNCS, Calls.CHANGES)
        super().xSync(flags)


class _Disk(apsw.VFS):
    def __init__(self, name: str, plan: Plan) -> None:
        self.plan = plan
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        return _File("", name, flags, self.plan)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's name
        self.plan.reached(Calls.CHANGES)
        super().xDelete(filename, syncdir)


@contextmanager
def on_a_faulty_disk(plan: Plan) -> Iterator[None]:
    """Open every store in the block on a disk that follows a plan."""
    name = f"faulty-{id(plan)}"
    disk = _Disk(name, plan)

    def connect(path: Path) -> _Database:
        settings = (("locking_mode", "exclusive"), *PRAGMAS.items())
        database = _Database(str(path), pragmas=settings, timeout=BUSY_MS / 1000, vfs=name)
        with mapped_errors(path):
            database.connect()
        return database

    with patch.object(store_module, "_connect", connect):
        yield
    disk.unregister()
