"""Numbers that members had in the system used before: found by them, proved by nothing else (P29).

A number of another system has no check character and is often counted up, so it finds a member and never stands for a card.
Source: `docs/operations/moving-in.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.model.errors import VerifyFailed
from kiosk.model.store import Store
from ledger.entries import Entry, EntryKind

_KEEP: Final = "INSERT INTO old_number (number, member_id, entry_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_HOLDER: Final = "SELECT member_id FROM old_number WHERE number = ?"


def holder(store: Store, number: str) -> str | None:
    """Return the id of the member who had a number, None for nobody."""
    found = store.execute(_HOLDER, (number,)).fetchone()
    return None if found is None else str(found[0])


def apply(store: Store, entry: Entry) -> None:
    """Keep the number an entry brought along, inside the write transaction; the first to bring it has it."""
    number = _number(entry)
    if number is not None:
        store.change(_KEEP, (number, entry.member_id, entry.entry_id))


@dataclass
class OldNumbers:
    """The fold `verify` compares the table with."""

    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Take the next entry in."""
        number = _number(entry)
        if number is not None:
            self.rows.setdefault(number, (str(entry.member_id), entry.entry_id))

    def compare(self, store: Store) -> None:
        """Prove that the table says the same; raises VerifyFailed with the first row that does not."""
        kept: Mapping[str, tuple[str, ...]] = {
            number: tuple(row) for number, *row in store.rows("SELECT number, member_id, entry_id FROM old_number")
        }
        for number in sorted(kept.keys() | self.rows.keys()):
            if kept.get(number) != self.rows.get(number):
                reason = "missing" if number not in kept else "does not match the journal"
                raise VerifyFailed("old_number", number, reason)


def _number(entry: Entry) -> str | None:
    number = entry.facts.get("old_number") if entry.kind is EntryKind.OPENED else None
    return str(number) if number else None
