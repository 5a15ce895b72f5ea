"""The disk of a simulated machine: a real database file that can lose its power, be copied and be put back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from kiosk.model.store import Store
from kiosk.services.set_up import create_box
from tests.builders import BAKERY, OPENING, PEOPLE

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - only where the files lie: each run makes its own folder in it
_SUFFIXES: Final = ("", "-wal", "-shm")


class PowerCut(BaseException):
    """The machine stops here, between two statements; no `except Exception` may see it."""


class Fuse:
    """Blows after a number of statements; None holds for ever."""

    def __init__(self) -> None:
        self.left: int | None = None

    def burn(self) -> None:
        """Count one statement; raises PowerCut when none was left."""
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            raise PowerCut


class SimulatedStore(Store):
    """A box's real database, whose machine can lose its power before any statement."""

    fuse: Fuse | None = None

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        if self.fuse is not None:
            self.fuse.burn()
        return super().execute(sql, parameters)


def working_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for a run's files, in memory where the machine has such a place."""
    return tempfile.TemporaryDirectory(prefix="simulation-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None)


@cache
def _templates() -> tempfile.TemporaryDirectory[str]:
    return working_folder()


def template_folder() -> Path:
    """Return where this process keeps databases that were just laid."""
    return Path(_templates().name)


@cache
def _template(box: str, store: str, keep: str) -> Path:
    """Return the file of a box that was just installed: making one costs 160 ms, mostly PINs."""
    path = template_folder() / f"{box}-{store}-{keep}.db"
    create_box(path, box, programme(store, keep), PEOPLE, OPENING).close()
    return path


def programme(store: str, keep: str, version: str = "2026.2") -> bytes:
    """Return a version of the bakery's programme for a store, with what the home store keeps of a member's value."""
    text = BAKERY.read_text(encoding="utf-8")
    text = text.replace('version = "2026.2"', f'version = "{version}"')
    return text.replace('store = "xuhui"', f'store = "{store}"').replace('"everything"  ', f'"{keep}"  ').encode()


def install(path: Path, box: str, store: str, keep: str, epoch: int) -> None:
    """Lay a new box's database at a path, in a life of its journal."""
    path.parent.mkdir(exist_ok=True)
    remove(path)
    shutil.copyfile(_template(box, store, keep), path)
    if epoch > 1:
        fresh = Store.open(path)
        with fresh.write():
            fresh.change("UPDATE box SET epoch = ?", (epoch,))
        fresh.close()


def remove(path: Path) -> None:
    """Destroy a database with what lies beside it."""
    for suffix in _SUFFIXES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def copy(source: Path, target: Path) -> None:
    """Copy a database that nobody has open, with what lies beside it."""
    remove(target)
    for suffix in _SUFFIXES:
        beside = source.with_name(source.name + suffix)
        if beside.exists():
            shutil.copyfile(beside, target.with_name(target.name + suffix))
