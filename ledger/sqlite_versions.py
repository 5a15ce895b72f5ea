"""Which SQLite may hold a journal: below 3.51.3 the WAL reset can corrupt a file that two processes share.

Source: `docs/decisions/0001-sqlite-through-apsw.md`. The box and head office ask the same question here.
"""

from __future__ import annotations

from typing import Final

FIXED: Final = "3.51.3"
"""The first release with the fix; 3.44.6 and 3.50.7 brought it back to two older lines."""
_FIXED_LINES: Final = {(3, 44): 6, (3, 50): 7}


def is_safe_sqlite(version: str) -> bool:
    """Tell whether a SQLite of this version (`3.54.1`) is free of the WAL-reset corruption."""
    major, minor, patch = _parts(version)
    line_fix = _FIXED_LINES.get((major, minor))
    return (major, minor, patch) >= _parts(FIXED) or (line_fix is not None and patch >= line_fix)


def _parts(version: str) -> tuple[int, int, int]:
    major, minor, patch = (int(part) for part in version.split(".")[:3])
    return major, minor, patch
