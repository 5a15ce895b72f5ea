"""Who is signed in: sessions in this process's memory, found by a token that only the browser's cookie holds.

A restart signs everybody out; a session ends 8 hours after it began, or after half an hour in which nothing was asked.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

LONGEST: Final = timedelta(hours=8)
IDLE: Final = timedelta(minutes=30)
_BYTES: Final = 32
_AT_ONCE: Final = 10
"""Browsers of one person; the oldest goes when another comes."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said on top of the next page: a phrase, what fills it in, and whether it is a refusal."""

    phrase: str
    values: dict[str, object]
    refused: bool = False


@dataclass(slots=True)
class Session:
    """One person in one browser; moments are aware UTC. `csrf` stands in every form."""

    person_id: str
    began_at: datetime
    seen_at: datetime
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES))
    notices: list[Notice] = field(default_factory=list)

    def notice(self, phrase: str, *, refused: bool = False, **values: object) -> None:
        """Have something said on top of the next page."""
        self.notices.append(Notice(phrase, values, refused))

    def take_notices(self) -> list[Notice]:
        """Return what is to be said, once."""
        said, self.notices = self.notices, []
        return said


class Sessions:
    """All sessions of this process; safe from several threads."""

    def __init__(self) -> None:
        """Begin with nobody signed in."""
        self._sessions: dict[bytes, Session] = {}
        self._lock = Lock()
        self._secret = secrets.token_bytes(_BYTES)

    def open(self, person_id: str, now: datetime) -> str:
        """Begin a session and return its token (256 random bits, in URL-safe base64)."""
        token = secrets.token_urlsafe(_BYTES)
        with self._lock:
            self._sweep(now)
            mine = [key for key, session in self._sessions.items() if session.person_id == person_id]
            for key in mine[: max(0, len(mine) - _AT_ONCE + 1)]:
                del self._sessions[key]
            self._sessions[_key(token)] = Session(person_id, now, now)
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        """Return the session of a token and note that it was asked for, None for one that ended or never was."""
        with self._lock:
            session = self._sessions.get(_key(token))
            if session is None or _ended(session, now):
                return None
            session.seen_at = now
            return session

    def close(self, token: str) -> None:
        """Sign out."""
        with self._lock:
            self._sessions.pop(_key(token), None)

    def close_others(self, person_id: str, kept: Session | None = None) -> None:
        """Sign a person out everywhere, but for one session."""
        with self._lock:
            for key, session in list(self._sessions.items()):
                if session.person_id == person_id and session is not kept:
                    del self._sessions[key]

    def door_token(self, door: str) -> str:
        """Return what the sign-in form must hold for a browser whose door cookie this is: nobody is signed in yet."""
        return hmac.new(self._secret, door.encode(), hashlib.sha256).hexdigest()

    def _sweep(self, now: datetime) -> None:
        for key, session in list(self._sessions.items()):
            if _ended(session, now):
                del self._sessions[key]


def _ended(session: Session, now: datetime) -> bool:
    return now - session.began_at >= LONGEST or now - session.seen_at >= IDLE


def _key(token: str) -> bytes:
    """Return what a token is kept under: memory that leaks gives nobody a cookie."""
    return hashlib.sha256(token.encode()).digest()
