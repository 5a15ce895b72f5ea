"""File modes: what others on this computer could read or change of the box's books, logs, sockets, slips and backups."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from kiosk.model.errors import OpenToOthers

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WAY_IN = stat.S_IXGRP | stat.S_IXOTH
_WRITING = stat.S_IWGRP | stat.S_IWOTH


def refuse_open_files(database: Path, state: Path, backups: Path) -> None:
    """See that nobody else reaches the books, what lies beside them, the state folder or the backups; raises OpenToOthers.

    A file below a folder that is closed to others is out of their reach, whatever its own mode says.
    """
    for path in (*_of_database(database), *_below(state), *_below(backups)):
        if _is_open(path):
            raise OpenToOthers(str(path), str(path if path in {state, backups} else path.parent))


def refuse_changeable(config: Path) -> None:
    """See that nobody else can put other settings in place, and with them another database; raises OpenToOthers."""
    for path in (config, config.parent):
        if _mode(path) & _WRITING and not _mode(path) & stat.S_ISVTX and _is_open(path):
            raise OpenToOthers(str(path), str(config.parent))


def _of_database(database: Path) -> Iterator[Path]:
    yield from (database.with_name(f"{database.name}{tail}") for tail in ("", "-wal", "-shm", "-turns"))


def _below(folder: Path) -> Iterator[Path]:
    yield folder
    if folder.is_dir():
        yield from folder.iterdir()


def _is_open(path: Path) -> bool:
    return bool(_mode(path) & _OTHERS) and all(_mode(folder) & _WAY_IN for folder in path.resolve().parents)


def _mode(path: Path) -> int:
    """Return a path's mode; nothing for what is not there, and for a link, which has none of its own."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return 0
    return 0 if stat.S_ISLNK(status.st_mode) else status.st_mode
