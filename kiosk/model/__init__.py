"""The store database: the only room that knows peewee; it keeps rows and invariants and interprets no rule."""

from __future__ import annotations

import sys
from typing import Final

_DRIVERS: Final = ("psycopg2", "psycopg", "pymysql", "MySQLdb")
"""Drivers of servers that peewee loads wherever they are installed; a box has no server to speak with."""


def _load_peewee_alone() -> None:
    """Load peewee without them: a tenth of the till's start and of its memory."""
    hidden = [name for name in _DRIVERS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None is how an import is refused
    try:
        import peewee  # noqa: F401, PLC0415 - loaded here and now, so that it never loads them
    finally:
        for name in hidden:
            del sys.modules[name]


_load_peewee_alone()
