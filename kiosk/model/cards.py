"""Cards: a plastic code that stands for a member; blocking or replacing one never touches the balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kiosk.model.store import Store
from ledger.clock import from_wire_time, to_wire_time

_SELECT: Final = "SELECT code, member_id, state, issued_at, replaced_by FROM card WHERE "


class CardState(StrEnum):
    """What a card can do now."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Card:
    """A card and the member it stands for; `replaced_by` is the newer card's code."""

    code: str
    member_id: str
    state: CardState
    issued_at: datetime
    replaced_by: str | None


def add(store: Store, card: Card) -> None:
    """Add a card, inside the write transaction."""
    values = (card.code, card.member_id, card.state.value, to_wire_time(card.issued_at), card.replaced_by)
    store.change("INSERT INTO card (code, member_id, state, issued_at, replaced_by) VALUES (?, ?, ?, ?, ?)", values)


def by_code(store: Store, code: str) -> Card | None:
    """Return the card with a code, or None."""
    row = store.execute(_SELECT + "code = ?", (code,)).fetchone()
    return None if row is None else _card(row)


def of_member(store: Store, member_id: str) -> list[Card]:
    """Return a member's cards, oldest first."""
    rows = store.rows(_SELECT + "member_id = ? ORDER BY issued_at, code", (member_id,))
    return [_card(row) for row in rows]


def set_state(store: Store, code: str, state: CardState) -> None:
    """Block or unblock a card, inside the write transaction."""
    store.change("UPDATE card SET state = ? WHERE code = ?", (state.value, code))


def replace(store: Store, code: str, new_code: str) -> None:
    """Let a newer card take a card's place for good, inside the write transaction."""
    store.change("UPDATE card SET state = 'replaced', replaced_by = ? WHERE code = ?", (new_code, code))


def _card(row: tuple[str, str, str, str, str | None]) -> Card:
    code, member_id, state, issued_at, replaced_by = row
    return Card(code, member_id, CardState(state), from_wire_time(issued_at), replaced_by)
