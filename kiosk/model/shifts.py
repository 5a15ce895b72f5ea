"""Shifts, as a projection beside the journal: at most one open on a till."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from kiosk.model.store import Store
from ledger.clock import from_wire_time, to_wire_time

_COLUMNS: Final = "shift_id, till, cashier, number, business_date, opened_at, closed_at, float_minor, counted_minor"
_SELECT: Final = f"SELECT {_COLUMNS} FROM shift WHERE "


@dataclass(frozen=True, slots=True)
class Shift:
    """One cashier's period on one till, the `number`-th of its business date there; amounts in fen, times aware UTC."""

    shift_id: str
    till: str
    cashier: str
    number: int
    business_date: date
    opened_at: datetime
    closed_at: datetime | None
    float_minor: int
    counted_minor: int | None


def add(store: Store, shift: Shift) -> None:
    """Open a shift, inside the write transaction."""
    store.change(
        f"INSERT INTO shift ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, NULL, ?, NULL)",
        (
            shift.shift_id,
            shift.till,
            shift.cashier,
            shift.number,
            shift.business_date.isoformat(),
            to_wire_time(shift.opened_at),
            shift.float_minor,
        ),
    )


def close(store: Store, shift_id: str, closed_at: datetime, counted_minor: int) -> None:
    """Close a shift with the cash counted, inside the write transaction."""
    sql = "UPDATE shift SET closed_at = ?, counted_minor = ? WHERE shift_id = ? AND closed_at IS NULL"
    store.change(sql, (to_wire_time(closed_at), counted_minor, shift_id))


def get(store: Store, shift_id: str) -> Shift | None:
    """Return the shift with an id, or None."""
    return _one(store, "shift_id = ?", shift_id)


def open_on(store: Store, till: str) -> Shift | None:
    """Return the open shift of a till, or None."""
    return _one(store, "till = ? AND closed_at IS NULL", till)


def open_shifts(store: Store) -> list[Shift]:
    """Return every open shift of the box, by till."""
    return [_shift(row) for row in store.rows(_SELECT + "closed_at IS NULL ORDER BY till")]


def of_business_date(store: Store, business_date: date) -> list[Shift]:
    """Return a business date's shifts, by till and number."""
    where = "business_date = ? ORDER BY till, number"
    return [_shift(row) for row in store.rows(_SELECT + where, (business_date.isoformat(),))]


def first_business_date(store: Store, after: date | None) -> date | None:
    """Return the earliest business date with shifts, later than a date if one is given, or None."""
    sql = "SELECT min(business_date) FROM shift WHERE business_date > ?"
    found = store.execute(sql, (after.isoformat() if after else "",)).fetchone()[0]
    return date.fromisoformat(found) if found else None


def _one(store: Store, where: str, value: str) -> Shift | None:
    row = store.execute(_SELECT + where, (value,)).fetchone()
    return None if row is None else _shift(row)


def _shift(row: tuple[Any, ...]) -> Shift:
    shift_id, till, cashier, number, business_date, opened_at, closed_at, float_minor, counted_minor = row
    return Shift(
        shift_id=shift_id,
        till=till,
        cashier=cashier,
        number=number,
        business_date=date.fromisoformat(business_date),
        opened_at=from_wire_time(opened_at),
        closed_at=from_wire_time(closed_at) if closed_at else None,
        float_minor=float_minor,
        counted_minor=counted_minor,
    )
