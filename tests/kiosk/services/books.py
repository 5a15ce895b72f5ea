"""What a test looks up in the books: refusals as they were journalled, and whether anything at all was left behind."""

from __future__ import annotations

import json
from typing import Any

from kiosk.model import journal
from kiosk.model.verify import verify
from ledger.entries import Entry, EntryKind
from tests.builders import Shop

TABLES = ("journal", "posting", "lot", "purse", "member", "card", "shift", "day", "print_job", "terms")


def entries(shop: Shop, kind: EntryKind | None = None) -> list[Entry]:
    """Every entry of a kind, oldest first."""
    found = [recorded.entry for recorded in reversed(journal.recent(shop.counter.store, 1 << 30))]
    return [entry for entry in found if kind is None or entry.kind is kind]


def refusals(shop: Shop) -> list[tuple[str, str]]:
    """What was refused, oldest first: the act and the error's name."""
    return [(entry.facts["act"], entry.facts["error"]) for entry in entries(shop, EntryKind.REFUSED)]


def last_refusal(shop: Shop) -> dict[str, Any]:
    """The facts of the latest refusal."""
    return entries(shop, EntryKind.REFUSED)[-1].facts


def everything_written(shop: Shop) -> str:
    """Every byte of the journal as text, to look for what must not be in it."""
    return "\n".join(json.dumps(recorded.row.body.decode()) for recorded in journal.recent(shop.counter.store, 1 << 30))


def rows(shop: Shop) -> dict[str, int]:
    """How many rows each table has."""
    store = shop.counter.store
    return {table: store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def sound(shop: Shop) -> int:
    """Verify the books and return what the shop owes its members (fen)."""
    return verify(shop.counter.store).total_minor
