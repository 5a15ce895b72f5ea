"""Set up: a new box with its identity, its programme and its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.model import programmes, staff
from kiosk.model.staff import Role, Staff
from kiosk.model.store import BoxIdentity, Store
from kiosk.services.errors import ProgrammeNotBegun
from kiosk.services.pins import Pepper, hash_pin
from ledger.rules.pack import parse_programme
from ledger.rules.programme import Programme

CONFIG_TEMPLATE: Final = """\
# The counter of this till. Every key may be left out; what is shown is the default.
[kiosk]
database = "shop.db"
state = "state"
till = "1"
language = "zh"            # zh | en
zone = "Asia/Shanghai"
training = false           # marks every slip
# daemon = "state/syncd.sock"  # where the store has a head office
# key_file = "books.key"   # books and backups that nobody reads without it: docs/operations/encryption.md

[scanner]
address = "none:"          # serial:/dev/kiosk/scanner | input:/dev/kiosk/wedge (a keyboard scanner, below the terminal)
wedge = true               # scans that come through the keyboard are told by their speed
wedge_prefix = ""          # one character that the scanner sends first, where it can

[printer]
# serial:/dev/kiosk/printer?baud=9600 | tcp:192.168.1.50:9100 | usb:/dev/usb/lp0 | file:/var/slips/
# several tills on one printer: add ?shared=yes to its address
address = "none:"
columns = 32               # 32 for 58 mm, 48 for 80 mm
encoding = "gbk"           # gbk | gb18030
qr = "native"              # native | image
font = "printer"           # printer | raster
confirm = "answer"         # answer | status | written
cut = true

[display]
# two lines of twenty for the customer; a second terminal needs nothing here: `kiosk display`
line = "none:"             # serial:/dev/kiosk/display | tcp:192.168.1.51:9100
baud = 9600
encoding = "ascii"         # ascii | gb18030

[backup]
# taken at each day close, by `kiosk backup`, and by its timer; the last of so many days, weeks and months is kept
folder = "backups"
second = ""                # a folder on another medium: /media/kiosk-backup/guitai
keep_daily = 14
keep_weekly = 8
keep_monthly = 12
warn_days = 2              # the counter says so after so many days without a good one
"""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who will sign in: a short number, a name, a role and a first PIN."""

    staff_id: str
    name: str
    role: Role
    pin: str


def create_box(
    path: Path, box: str, programme: bytes, people: tuple[NewPerson, ...], at: datetime, pepper: Pepper | None = None
) -> Store:
    """Create a box's database, PINs kept under its secret, and return it open; refuses to overwrite one.

    Raises ProgrammeError for a programme that does not load, PinUnfit, StoreExists.
    """
    loaded = parse_programme(programme)
    hired = tuple(_staff(person, pepper) for person in people)
    store = Store.create(path, BoxIdentity(box=box, store=loaded.shop.store, epoch=1))
    with store.write():
        _put_in_force(store, loaded, programme, at)
        for person in hired:
            staff.add(store, person)
    return store


def load_programme(store: Store, content: bytes, at: datetime) -> Programme:
    """Put a programme in force at once and return it; what is in force already stays.

    `at` is aware in the store's zone. Raises ProgrammeError, ProgrammeClash, ProgrammeNotBegun.
    """
    loaded = parse_programme(content)
    if loaded.starts_on > at.date():
        raise ProgrammeNotBegun(loaded.version, loaded.starts_on)
    with store.write():
        _put_in_force(store, loaded, content, at)
    return loaded


def hire(store: Store, person: NewPerson, pepper: Pepper | None = None) -> None:
    """Add somebody who signs in; raises PinUnfit, StaffTaken."""
    newcomer = _staff(person, pepper)
    with store.write():
        staff.add(store, newcomer)


def _staff(person: NewPerson, pepper: Pepper | None) -> Staff:
    return Staff(
        staff_id=person.staff_id,
        name=person.name,
        role=person.role,
        pin_hash=hash_pin(person.pin, pepper),
        failed_attempts=0,
        locked_until=None,
        active=True,
    )


def _put_in_force(store: Store, loaded: Programme, content: bytes, at: datetime) -> None:
    programmes.add(store, loaded.version, loaded.hash, content, at)
    programmes.add_terms(store, loaded.terms.text_hash, loaded.terms.text)
