"""A disk that remembers: every write, truncation, sync and deletion SQLite makes, in order, beside what people were told.

apsw hands SQLite's own calls through; the files themselves lie in a folder as always. Shared memory is no disk, so the one
connection holds its locks for good (`locking_mode = exclusive`) and keeps the WAL's index in its own memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import apsw

from kiosk.model import store as store_module
from kiosk.model.store import BUSY_MS, PRAGMAS, _Database


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes at a place of a file."""

    file: str
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A file made so long."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """Everything written to a file so far is on the disk."""

    file: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """A file is gone."""

    file: str


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody was told that so many entries are in the books."""

    entries: int


Step = Wrote | Cut | Synced | Deleted | Told


@dataclass
class Tape:
    """What happened on a disk, in order, from a state that was safe: the files by name."""

    began: dict[str, bytes] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


class _File(apsw.VFSFile):
    def __init__(self, below: str, name: Any, flags: list[int], tape: Tape) -> None:
        super().__init__(below, name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self.name = Path(path).name if path else ""
        self.tape = tape

    def xWrite(self, content: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self.tape.steps.append(Wrote(self.name, offset, bytes(content)))
        super().xWrite(content, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's name
        self.tape.steps.append(Cut(self.name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        super().xSync(flags)
        self.tape.steps.append(Synced(self.name))


class _Disk(apsw.VFS):
    def __init__(self, name: str, tape: Tape) -> None:
        self.tape = tape
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        return _File("", name, flags, self.tape)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's name and arguments
        super().xDelete(filename, syncdir)
        self.tape.steps.append(Deleted(Path(filename).name))


@contextmanager
def recorded(folder: Path, **pragmas: int) -> Iterator[Tape]:
    """Open every store in the block through a disk that remembers; `pragmas` are set otherwise than the store does."""
    tape = Tape({path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()})
    name = f"tape-{id(tape)}"
    disk = _Disk(name, tape)
    set_so = {**PRAGMAS, **pragmas}

    def connect(path: Path) -> _Database:
        settings = (("locking_mode", "exclusive"), *set_so.items())
        database = _Database(str(path), pragmas=settings, timeout=BUSY_MS / 1000, vfs=name)
        database.connect()
        return database

    with patch.object(store_module, "_connect", connect), patch.object(store_module, "PRAGMAS", set_so):
        yield tape
    disk.unregister()
