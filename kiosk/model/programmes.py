"""Programmes and terms as bytes and text; the model stores them and interprets nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.model.errors import ProgrammeClash
from kiosk.model.store import Store
from ledger.clock import from_wire_time, to_wire_time

_IN_FORCE: Final = "programme in force"
_SELECT: Final = "SELECT version, hash, content, activated_at FROM programme "


@dataclass(frozen=True, slots=True)
class StoredProgramme:
    """A programme version as it came: its file's bytes and their hash."""

    version: str
    hash: str
    content: bytes
    activated_at: datetime


def add(store: Store, version: str, hash_: str, content: bytes, activated_at: datetime) -> None:
    """Put a version in force, inside the write transaction; the same again changes nothing. Raises ProgrammeClash."""
    known = get(store, version)
    if known is not None:
        if known.hash != hash_:
            raise ProgrammeClash(version)
        return
    store.change(
        "INSERT INTO programme (version, hash, content, activated_at, number)"
        " SELECT ?, ?, ?, ?, 1 + coalesce(max(number), 0) FROM programme",
        (version, hash_, content, to_wire_time(activated_at)),
    )
    store.forget(_IN_FORCE)


def current(store: Store) -> StoredProgramme | None:
    """Return the version in force, or None."""
    return _one(store, "ORDER BY number DESC LIMIT 1", ())


def current_hash(store: Store) -> str | None:
    """Return the hash of the version in force, or None: cheap enough to ask before every act, and read once in it."""

    def read() -> str | None:
        row = store.execute("SELECT hash FROM programme ORDER BY number DESC LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    return store.once(_IN_FORCE, read)


def get(store: Store, version: str) -> StoredProgramme | None:
    """Return a version, in force or past, or None."""
    return _one(store, "WHERE version = ?", (version,))


def add_terms(store: Store, text_hash: str, text: str) -> None:
    """Keep the text of terms under its hash, inside the write transaction; the same again changes nothing."""
    sql = "INSERT INTO terms (text_hash, text) VALUES (?, ?) ON CONFLICT (text_hash) DO NOTHING"
    store.change(sql, (text_hash, text))


def terms(store: Store, text_hash: str) -> str | None:
    """Return the text of terms by its hash, or None."""
    row = store.execute("SELECT text FROM terms WHERE text_hash = ?", (text_hash,)).fetchone()
    return None if row is None else str(row[0])


def _one(store: Store, where: str, values: tuple[object, ...]) -> StoredProgramme | None:
    row = store.execute(_SELECT + where, values).fetchone()
    if row is None:
        return None
    version, hash_, content, activated_at = row
    return StoredProgramme(version, hash_, content, from_wire_time(activated_at))
