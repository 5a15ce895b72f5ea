"""Staff: who signs in, in which role, and how many wrong PINs stand against a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from kiosk.model.errors import StaffTaken
from kiosk.model.store import Store
from ledger.clock import from_wire_time, to_wire_time

_SELECT: Final = "SELECT staff_id, name, role, pin_hash, failed_attempts, locked_until, active FROM staff"


class Role(StrEnum):
    """What a person may do: a manager approves what a cashier does."""

    CASHIER = "cashier"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Staff:
    """A person with a short number; `pin_hash` is opaque here, `locked_until` aware UTC or None."""

    staff_id: str
    name: str
    role: Role
    pin_hash: str
    failed_attempts: int
    locked_until: datetime | None
    active: bool


def add(store: Store, person: Staff) -> None:
    """Add a person, inside the write transaction; raises StaffTaken."""
    if get(store, person.staff_id) is not None:
        raise StaffTaken(person.staff_id)
    store.change(
        "INSERT INTO staff (staff_id, name, role, pin_hash, failed_attempts, locked_until, active)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            person.staff_id,
            person.name,
            person.role.value,
            person.pin_hash,
            person.failed_attempts,
            to_wire_time(person.locked_until) if person.locked_until else None,
            int(person.active),
        ),
    )


def get(store: Store, staff_id: str) -> Staff | None:
    """Return the person with a number, or None."""
    row = store.execute(f"{_SELECT} WHERE staff_id = ?", (staff_id,)).fetchone()
    return None if row is None else _staff(row)


def all_active(store: Store) -> list[Staff]:
    """Return everybody who may sign in, by number."""
    return [_staff(row) for row in store.rows(f"{_SELECT} WHERE active = 1 ORDER BY staff_id")]


def everybody(store: Store) -> list[Staff]:
    """Return everybody who ever had a number, by number."""
    return [_staff(row) for row in store.rows(f"{_SELECT} ORDER BY staff_id")]


def record_failure(store: Store, staff_id: str, failed_attempts: int, locked_until: datetime | None) -> None:
    """Keep how many wrong PINs stand against a number, and until when it is locked."""
    until = to_wire_time(locked_until) if locked_until else None
    sql = "UPDATE staff SET failed_attempts = ?, locked_until = ? WHERE staff_id = ?"
    store.change(sql, (failed_attempts, until, staff_id))


def clear_failures(store: Store, staff_id: str) -> None:
    """Forget wrong PINs after a right one."""
    record_failure(store, staff_id, 0, None)


def set_pin(store: Store, staff_id: str, pin_hash: str) -> None:
    """Give a person a new PIN and lift a lock-out."""
    sql = "UPDATE staff SET pin_hash = ?, failed_attempts = 0, locked_until = NULL WHERE staff_id = ?"
    store.change(sql, (pin_hash, staff_id))


def keep_pin_anew(store: Store, staff_id: str, pin_hash: str) -> None:
    """Keep the same PIN in other words; a lock-out stays."""
    store.change("UPDATE staff SET pin_hash = ? WHERE staff_id = ?", (pin_hash, staff_id))


def set_active(store: Store, staff_id: str, *, active: bool) -> None:
    """Let a person in from now on, or no more."""
    store.change("UPDATE staff SET active = ? WHERE staff_id = ?", (int(active), staff_id))


def _staff(row: tuple[Any, ...]) -> Staff:
    staff_id, name, role, pin_hash, failed, locked_until, active = row
    until = from_wire_time(locked_until) if locked_until else None
    return Staff(staff_id, name, Role(role), pin_hash, failed, until, bool(active))
