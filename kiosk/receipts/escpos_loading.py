"""Loading python-escpos: late, quick, and without the side effects of its import.

Measured on 3.1: its import takes 0.5 s (0.13 s with its printer table cached), makes a temporary directory that nobody
removes, even where a cache is named, and calls `logging.basicConfig()`, after which log lines land on the full-screen
terminal. A table cut short by a power failure would keep it from ever being imported again.
"""

from __future__ import annotations

import importlib
import logging
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol

_VARIABLE: Final = "ESCPOS_CAPABILITIES_PICKLE_DIR"
_CUT_SHORT: Final = (EOFError, pickle.UnpicklingError, ValueError, IndexError, KeyError, AttributeError, ImportError)
_loading = Lock()
_makers: list[Callable[[], Collector]] = []


class Collector(Protocol):
    """What we use of python-escpos' `Dummy`: a printer that keeps its bytes."""

    @property
    def output(self) -> bytes:
        """All bytes so far."""
        ...

    def put(self, content: bytes) -> None:
        """Add bytes as they are."""
        ...

    def set(self, **style: object) -> None:
        """Change what is named, and nothing else."""
        ...

    def qr(self, content: str, *, ec: int, size: int, native: bool) -> None:
        """Add a QR code the printer draws."""
        ...

    def cashdraw(self, pin: int) -> None:
        """Kick the drawer on pin 2 or 5."""
        ...

    def print_and_feed(self, n: int) -> None:
        """Feed n lines."""
        ...

    def cut(self, mode: str) -> None:
        """Feed past the cutter and cut: `FULL` or `PART`."""
        ...


def load_collector(cache_dir: Path) -> Collector:
    """Return a fresh printer that only collects bytes; `cache_dir` keeps the library's printer table from then on."""
    with _loading:
        if not _makers:
            _makers.append(_load(cache_dir))
    return _makers[0]()


def _load(cache_dir: Path) -> Callable[[], Collector]:
    cache_dir.mkdir(parents=True, exist_ok=True)
    with _quiet(cache_dir):
        printers = _import(cache_dir)
    logging.getLogger("escpos").addHandler(logging.NullHandler())

    class Kept(printers.Dummy):  # type: ignore[misc,name-defined]  # the class is only there once the library is
        def put(self, content: bytes) -> None:
            self._raw(content)

    return Kept


def _import(cache_dir: Path) -> Any:
    try:
        return importlib.import_module("escpos.printer")
    except _CUT_SHORT:
        tables = list(cache_dir.glob("*.capabilities.pickle"))
        if not tables:
            raise
        for table in tables:
            table.unlink()
        return importlib.import_module("escpos.printer")


@contextmanager
def _quiet(cache_dir: Path) -> Iterator[None]:
    """Keep the import from touching the root logger, the environment and the temporary directory.

    `basicConfig()` does nothing where the root logger has a handler, so it is lent one that is silent.
    """
    root, silent = logging.getLogger(), logging.NullHandler()
    make_directory, before = tempfile.mkdtemp, os.environ.get(_VARIABLE)
    root.addHandler(silent)
    os.environ[_VARIABLE] = str(cache_dir)
    tempfile.mkdtemp = lambda *_, **__: str(cache_dir)  # type: ignore[assignment]  # an overload we do not need
    try:
        yield
    finally:
        tempfile.mkdtemp = make_directory
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before
        root.removeHandler(silent)
