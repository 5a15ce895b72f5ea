"""Encryption at rest: books, drafts and backups that nobody reads without the box's key, where a shop wants it.

A key holds for the whole process, which opens the books of one box: `use` names it before anything is opened, else the
environment does, and every connection is unlocked with it as it is made. The form on the disk is SQLCipher's fourth, written by SQLite3 Multiple Ciphers.
A library without ciphers passes over a key in silence and would write plain books, so it is refused first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw

from kiosk.config import KEY_VARIABLE
from kiosk.model.errors import CiphersMissing, KeyMissing
from kiosk.model.secret_file import SecretFile

FORM: Final = "guitai-books-key-1"


@dataclass(slots=True)
class _Process:
    """What this process opens books with; no key for plain books."""

    key: bytes | None = None
    file: Path | None = None
    is_named: bool = False


_process: Final = _Process()


def use(key_file: Path | None) -> None:
    """Open every book of this process with the key in a file, None for plain books.

    Raises CiphersMissing, KeyMissing, SecretUnfit.
    """
    _process.is_named = True
    if key_file is None:
        _process.key = _process.file = None
        return
    refuse_without_ciphers()
    found = SecretFile(key_file, FORM).read()
    if found is None:
        raise KeyMissing(str(key_file))
    _process.key, _process.file = found[0], key_file


def lay_key(key_file: Path) -> None:
    """Make a key where there is none yet; raises CiphersMissing, SecretUnfit, OSError."""
    refuse_without_ciphers()
    SecretFile(key_file, FORM).lay()


def in_use() -> bool:
    """Tell whether this process opens books with a key."""
    _name_by_environment()
    return _process.key is not None


def key_file() -> Path | None:
    """Return the file of the key in use, for a process that this one starts."""
    _name_by_environment()
    return _process.file


def refuse_without_ciphers() -> None:
    """Refuse a library that would pass over a key in silence; raises CiphersMissing."""
    if not hasattr(apsw, "mc_version"):
        raise CiphersMissing(apsw.sqlite_lib_version())


def attach_old(connection: apsw.Connection, path: Path) -> None:
    """Open other books of this box beside a connection's own, as `old`."""
    if in_use() and _process.key is not None:
        connection.execute("ATTACH DATABASE ? AS old KEY ?", (str(path), f"x'{_process.key.hex()}'"))
    else:
        connection.execute("ATTACH DATABASE ? AS old", (str(path),))


@contextmanager
def opening_with(key_file: Path | None) -> Iterator[None]:
    """Open books for a moment with another key, None for plain ones; raises what `use` raises."""
    _name_by_environment()
    before = (_process.key, _process.file)
    use(key_file)
    try:
        yield
    finally:
        _process.key, _process.file = before


def uri_of(draft: Path) -> str:
    """Return where SQLite writes a copy to, under the key in use, plain where there is none; it is in no log."""
    name = str(draft).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    if not in_use() or _process.key is None:
        return f"file:{name}?key="
    return f"file:{name}?cipher=sqlcipher&legacy=4&key=x%27{_process.key.hex()}%27"


def _name_by_environment() -> None:
    """Take the key that the environment names, in a process that was not told of one."""
    if not _process.is_named:
        named = os.environ.get(KEY_VARIABLE)
        use(Path(named) if named else None)


def _unlock(connection: apsw.Connection) -> None:
    _name_by_environment()
    if _process.key is None or not connection.db_filename("main"):
        return
    for pragma in ("cipher = 'sqlcipher'", "legacy = 4", f"key = \"x'{_process.key.hex()}'\""):
        connection.execute(f"PRAGMA {pragma}").fetchall()


apsw.connection_hooks.append(_unlock)
