"""What a page stands on, what it is asked, and what it can answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from urllib.parse import quote

from headoffice.errors import HeadOfficeError
from headoffice.pages.deeds_port import Deeds
from headoffice.pages.language import Language
from headoffice.pages.queries import Places
from headoffice.pages.sessions import Session, Sessions
from headoffice.people import Person
from headoffice.store.database import Database, Tx
from ledger.clock import Clock, to_wire_time
from ledger.ids import EntryId


@dataclass(frozen=True, slots=True)
class Desk:
    """What all pages share.

    `figures` returns where all value lies; `fingerprint` what a box's screen shows too (box, epoch); `silence` for how
    many seconds its line has been closed (None: not known here); `zone` is where head office's clocks hang.
    """

    database: Database
    deeds: Deeds
    clock: Clock
    zone: tzinfo
    sessions: Sessions
    figures: Callable[[datetime], Places]
    mint: Callable[[], EntryId]
    fingerprint: Callable[[str, int], str]
    silence: Callable[[str], float | None]
    claim_days: int = 7


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: who asks, in which language, and with what; `person` is None before the door."""

    desk: Desk
    language: Language
    path: str
    places: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    now: datetime
    person: Person | None = None
    session: Session | None = None
    token: str = ""
    door: str = ""
    """What the door cookie of a browser holds in which nobody is signed in."""

    @property
    def csrf(self) -> str:
        """Return what every form of this browser must hold."""
        return self.desk.sessions.door_token(self.door) if self.session is None else self.session.csrf

    @property
    def who(self) -> Person:
        """Who is signed in."""
        assert self.person is not None, "a page behind the door has somebody before it"
        return self.person

    def notice(self, phrase: str, *, refused: bool = False, **values: object) -> None:
        """Have something said on top of the next page."""
        assert self.session is not None, "a page behind the door has a session"
        self.session.notice(phrase, refused=refused, **values)

    def trail(self, what: str, **detail: object) -> Callable[[Tx], None]:
        """Return what writes the line of a deed into the trail of acts, in the deed's own transaction."""
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
        row = (self.desk.mint(), self.who.person_id, what, text, to_wire_time(self.now))

        def write(tx: Tx) -> None:
            tx.insert("act", ("id", "person_id", "what", "detail", "at"), [row])

        return write

    def number(self, name: str, otherwise: int = 1, most: int = 1_000_000) -> int:
        """Return a whole number from the query, within 1 and `most`."""
        text = self.query.get(name, "")
        return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise  # noqa: PLR2004 - digits of a page number

    def day(self, name: str, otherwise: date) -> date:
        """Return a date from the query."""
        try:
            return date.fromisoformat(self.query.get(name, ""))
        except ValueError:
            return otherwise


@dataclass(frozen=True, slots=True)
class Shown:
    """Answer with a page: its template, what fills it in, and the HTTP status."""

    template: str
    values: dict[str, object] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Goto:
    """Answer with the way to a page of this site; `token` signs somebody in, an empty one out; `language` is kept."""

    path: str
    token: str | None = None
    language: Language | None = None

    @classmethod
    def to(cls, path: str, **places: str) -> Goto:
        """Return the way to a path whose `{name}` places are filled in, safe in an address."""
        return cls(path.format(**{name: quote(place, safe="") for name, place in places.items()}))


@dataclass(frozen=True, slots=True)
class File:
    """Answer with a file to keep."""

    name: str
    content: str
    content_type: str


Answer = Shown | Goto | File
Handler = Callable[[Visit], Answer]


class NotThere(HeadOfficeError):
    """There is no such page."""
