"""Closed business dates; a closed day is never opened again."""

from __future__ import annotations

from datetime import date

from kiosk.model.errors import DayClosedAlready
from kiosk.model.store import Store


def add(store: Store, business_date: date, entry_id: str) -> None:
    """Close a business date, inside the write transaction; raises DayClosedAlready when another till did so before."""
    if is_closed(store, business_date):
        raise DayClosedAlready(business_date)
    store.change("INSERT INTO day (business_date, entry_id) VALUES (?, ?)", (business_date.isoformat(), entry_id))


def is_closed(store: Store, business_date: date) -> bool:
    """Tell whether a business date is closed."""
    sql = "SELECT 1 FROM day WHERE business_date = ?"
    return store.execute(sql, (business_date.isoformat(),)).fetchone() is not None


def last_closed(store: Store) -> date | None:
    """Return the latest closed business date, or None."""
    found = store.execute("SELECT max(business_date) FROM day").fetchone()[0]
    return date.fromisoformat(found) if found else None
