"""The people who sign in to head office: who they are, what they may, and their passwords.

A password is kept as argon2id (RFC 9106, at the 19 MiB and two passes that OWASP advises); five wrong ones in a row lock
a person out for a quarter of an hour. Whatever hashes takes tens of milliseconds on purpose: call it in a worker thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from headoffice.errors import AlreadyThere, PasswordUnfit, PersonExists, PersonUnfit, SignInRefused
from headoffice.store.database import Database, Tx
from ledger.clock import from_wire_time, to_wire_time

SHORTEST: Final = 10
FAILURES: Final = 5
LOCKED_MINUTES: Final = 15
_LONGEST: Final = 256
_NAME_LONGEST: Final = 40
_PERSON_ID: Final = re.compile(r"\w[\w.-]{0,31}")
_RESERVED: Final = frozenset({"console"})
"""The command line acts under this name."""
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY: Final = _HASHER.hash("nobody signs in under this name")
_COLUMNS: Final = ("person_id", "name", "role", "password_hash", "active", "failed_attempts", "locked_until")
_PERSON: Final = "SELECT person_id, name, role, active, locked_until FROM person"


class Role(StrEnum):
    """What a person may: auditors look, operators act, owners also confirm releases and say who the people are."""

    OWNER = "owner"
    AUDITOR = "auditor"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in; `locked_until` is an aware moment, None for somebody who is not locked out."""

    person_id: str
    name: str
    role: Role
    active: bool = True
    locked_until: datetime | None = None

    @property
    def acts(self) -> bool:
        """Whether this person may change anything."""
        return self.role in {Role.OWNER, Role.OPERATOR}

    @property
    def owns(self) -> bool:
        """Whether this person may confirm releases and add people."""
        return self.role is Role.OWNER


Note = Callable[[Tx], object]
"""Writes the line in the trail of acts, in the same transaction as the act."""


def no_note(_: Tx) -> None:
    """Write nothing: whoever sits at the console is in the trail of the machine."""


def add_person(database: Database, person_id: str, name: str, role: str, password: str, note: Note = no_note) -> Person:
    """Add somebody who signs in as `person_id`; raises PersonUnfit, PasswordUnfit, PersonExists."""
    person = Person(_fit_id(person_id), _fit_name(name), _fit_role(role))
    hashed = _hash(person.person_id, password)
    try:
        with database.write() as tx:
            tx.insert("person", _COLUMNS, [(person.person_id, person.name, person.role.value, hashed, 1, 0, None)])
            note(tx)
    except AlreadyThere as exists:
        raise PersonExists(person.person_id) from exists
    return person


def check_password(database: Database, person_id: str, password: str, now: datetime) -> Person:
    """Return who signs in with a password, and count a failure; raises SignInRefused.

    The attempt is counted before the password is looked at, so that many at once are no way around the lock.
    """
    wanted = person_id.strip().lower()
    with database.write() as tx:
        tx.lock("person", ("person_id",), (wanted,))
        hashed, refused = _attempt(tx, wanted, now)
    matches = _matches(hashed, password)
    if refused is not None or not matches:
        raise SignInRefused(refused or "password", FAILURES, LOCKED_MINUTES)
    with database.write() as tx:
        tx.execute("UPDATE person SET failed_attempts = 0, locked_until = NULL WHERE person_id = ?", (wanted,))
    person = find_person(database, wanted)
    assert person is not None, "people are never deleted"
    return person


def change_password(
    database: Database, person_id: str, old: str, new: str, now: datetime, note: Note = no_note
) -> None:
    """Give a person a new password for the old one; raises SignInRefused, PasswordUnfit."""
    check_password(database, person_id, old, now)
    if old == new:
        raise PasswordUnfit("same", SHORTEST)
    hashed = _hash(person_id, new)
    with database.write() as tx:
        tx.execute("UPDATE person SET password_hash = ? WHERE person_id = ?", (hashed, person_id))
        note(tx)


def set_active(database: Database, person_id: str, *, active: bool, note: Note = no_note) -> None:
    """Let a person sign in, or no longer; raises PersonUnfit for nobody, or for the last owner who could."""
    with database.write() as tx:
        tx.lock("head_office", ("id",), (1,))  # two owners who let each other go at once
        owners = [row[0] for row in tx.rows("SELECT person_id FROM person WHERE role = 'owner' AND active = 1")]
        if not active and owners == [person_id]:
            raise PersonUnfit("active", person_id)
        sql = "UPDATE person SET active = ?, failed_attempts = 0, locked_until = NULL WHERE person_id = ?"
        if not tx.execute(sql, (int(active), person_id)):
            raise PersonUnfit("person_id", person_id)
        note(tx)


def find_person(database: Database, person_id: str) -> Person | None:
    """Return a person, active or not, or None."""
    with database.read() as tx:
        row = tx.one(f"{_PERSON} WHERE person_id = ?", (person_id,))
    return None if row is None else _person(row)


def people(database: Database) -> list[Person]:
    """Return everybody who signs in or once did, by id."""
    with database.read() as tx:
        return [_person(row) for row in tx.rows(f"{_PERSON} ORDER BY person_id")]


def _person(row: tuple[Any, ...]) -> Person:
    person_id, name, role, active, locked = row
    return Person(person_id, name, Role(role), bool(active), None if locked is None else from_wire_time(locked))


def _attempt(tx: Tx, person_id: str, now: datetime) -> tuple[str, str | None]:
    """Count an attempt; return the hash to compare with, and why it is refused whatever the password is."""
    sql = "SELECT password_hash, active, failed_attempts, locked_until FROM person WHERE person_id = ?"
    row = tx.one(sql, (person_id,))
    if row is None:
        return _NOBODY, "unknown"
    hashed, active, failed, locked = row
    if locked is not None and now < from_wire_time(locked):
        return hashed, "locked"
    failed = 1 if locked is not None else failed + 1
    until = to_wire_time(now + timedelta(minutes=LOCKED_MINUTES)) if failed >= FAILURES else None
    sql = "UPDATE person SET failed_attempts = ?, locked_until = ? WHERE person_id = ?"
    tx.execute(sql, (failed, until, person_id))
    return hashed, None if active else "inactive"


def _hash(person_id: str, password: str) -> str:
    if len(password) < SHORTEST:
        raise PasswordUnfit("short", SHORTEST)
    if len(password) > _LONGEST:
        raise PasswordUnfit("long", SHORTEST)
    if len(set(password)) < SHORTEST // 2 or person_id in password.lower():
        raise PasswordUnfit("simple", SHORTEST)
    return _HASHER.hash(password)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password[: _LONGEST + 1])
    except VerifyMismatchError:
        return False


def _fit_id(person_id: str) -> str:
    wanted = person_id.strip().lower()
    if _PERSON_ID.fullmatch(wanted) is None or wanted in _RESERVED:
        raise PersonUnfit("person_id", person_id[:_NAME_LONGEST])
    return wanted


def _fit_name(name: str) -> str:
    wanted = name.strip()
    if not 0 < len(wanted) <= _NAME_LONGEST or not wanted.isprintable():
        raise PersonUnfit("name", wanted[:_NAME_LONGEST])
    return wanted


def _fit_role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError as unknown:
        raise PersonUnfit("role", role[:_NAME_LONGEST]) from unknown
