"""Set up: a new box with its identity, its programme and its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.model import programmes, staff
from kiosk.model.staff import Role, Staff
from kiosk.model.store import BoxIdentity, Store
from kiosk.services.pins import hash_pin
from ledger.rules.pack import parse_programme
from ledger.rules.programme import Programme


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who will sign in: a short number, a name, a role and a first PIN."""

    staff_id: str
    name: str
    role: Role
    pin: str


def create_box(path: Path, box: str, programme: bytes, people: tuple[NewPerson, ...], at: datetime) -> Store:
    """Create a box's database and return it open; refuses to overwrite one.

    Raises ProgrammeError for a programme that does not load, PinUnfit, StoreExists.
    """
    loaded = parse_programme(programme)
    hired = tuple(
        Staff(
            staff_id=person.staff_id,
            name=person.name,
            role=person.role,
            pin_hash=hash_pin(person.pin),
            failed_attempts=0,
            locked_until=None,
            active=True,
        )
        for person in people
    )
    store = Store.create(path, BoxIdentity(box=box, store=loaded.shop.store, epoch=1))
    with store.write():
        _put_in_force(store, loaded, programme, at)
        for person in hired:
            staff.add(store, person)
    return store


def load_programme(store: Store, content: bytes, at: datetime) -> Programme:
    """Put a programme in force and return it; what is in force already stays. Raises ProgrammeError, ProgrammeClash."""
    loaded = parse_programme(content)
    with store.write():
        _put_in_force(store, loaded, content, at)
    return loaded


def _put_in_force(store: Store, loaded: Programme, content: bytes, at: datetime) -> None:
    programmes.add(store, loaded.version, loaded.hash, content, at)
    programmes.add_terms(store, loaded.terms.text_hash, loaded.terms.text)
