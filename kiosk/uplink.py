"""Asks the daemon on this box over its unix socket, within a budget: a dead or slow daemon costs that long and no more.

The standard library alone: the counter starts no event loop for it. Every answer is a value; nothing here raises what a
network can do. Source: `docs/protocol.md`, what runs where; the daemon's side is `syncd`.
"""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

from ledger.clock import from_wire_time
from ledger.money import CNY

BUDGET_MS: Final = 1000
"""What a customer at the counter can be asked to wait for head office, in milliseconds."""
_LARGEST_ANSWER: Final = 64 * 1024
_OK: Final = 200


class GrantOutcome(StrEnum):
    """What became of an ask: value came, some of it, none; nobody knows yet; it was not asked at all."""

    GRANTED = "granted"
    PARTLY = "partly"
    NONE = "none"
    CHECKING = "checking"
    OFFLINE = "offline"


class RefreshOutcome(StrEnum):
    """What head office knows of a member: they are in the database now, nobody, or it cannot be asked."""

    FOUND = "found"
    NOBODY = "nobody"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class GrantAnswer:
    """What an ask brought here, and what other stores were told to give back for it (fen, or units)."""

    outcome: GrantOutcome
    granted_minor: int = 0
    recalled_minor: int = 0


@dataclass(frozen=True, slots=True)
class DaemonState:
    """Where the daemon says this box stands; `pending_minor` in fen, `last_contact_at` aware UTC."""

    mode: str
    online: bool
    pending: int
    pending_minor: int
    stop_reason: str | None
    last_contact_at: datetime | None


class NoDaemon:
    """The line of a box without a head office: everything it has is here."""

    def grant(
        self,
        ask_id: str,  # noqa: ARG002 - the port's shape
        member_id: str,  # noqa: ARG002 - the port's shape
        amount_minor: int,  # noqa: ARG002 - the port's shape
        asset: str = CNY.code,  # noqa: ARG002 - the port's shape
    ) -> GrantAnswer:
        """Ask nobody."""
        return GrantAnswer(GrantOutcome.OFFLINE)

    def refresh(self, *, member_id: str = "", code: str = "", phone: str = "") -> RefreshOutcome:  # noqa: ARG002 - the port's shape
        """Ask nobody."""
        return RefreshOutcome.OFFLINE

    def state(self) -> DaemonState | None:
        """Return None: there is nobody to say."""
        return None


class SyncDaemon:
    """The daemon behind a unix socket; safe to use from several threads, each call is a connection of its own."""

    def __init__(self, path: Path, budget_ms: int = BUDGET_MS) -> None:
        """Take the socket's path and what one call may take from connecting to the last byte (milliseconds)."""
        self._path = path
        self._budget_ms = budget_ms

    def grant(self, ask_id: str, member_id: str, amount_minor: int, asset: str = CNY.code) -> GrantAnswer:
        """Ask head office for value of a member (fen, or units) under an id that makes asking twice asking once.

        CHECKING after the question left and before an answer came: the daemon goes on asking under the same id.
        """
        body = {"ask_id": ask_id, "member_id": member_id, "amount_minor": amount_minor, "budget_ms": self._budget_ms}
        body |= {"asset": asset} if asset != CNY.code else {}
        try:
            answer = self._call("POST", "/grant", body)
            granted, recalled = answer["granted_minor"], answer["recalled_minor"]
            return GrantAnswer(GrantOutcome(answer["outcome"]), _whole(granted), _whole(recalled))
        except _NotSent:
            return GrantAnswer(GrantOutcome.OFFLINE)
        except _UNANSWERED:
            return GrantAnswer(GrantOutcome.CHECKING)

    def refresh(self, *, member_id: str = "", code: str = "", phone: str = "") -> RefreshOutcome:
        """Have head office tell of one member, by whichever is named; what it tells is in the database then."""
        wanted = {"member_id": member_id, "code": code, "phone": phone}
        try:
            answer = self._call("POST", "/refresh", {name: value for name, value in wanted.items() if value})
            return RefreshOutcome(answer["outcome"])
        except (_NotSent, *_UNANSWERED):
            return RefreshOutcome.OFFLINE

    def state(self) -> DaemonState | None:
        """Return where the daemon says this box stands, None where it says nothing."""
        try:
            answer = self._call("GET", "/state", None)
            at = answer["last_contact_at"]
            return DaemonState(
                mode=str(answer["mode"]),
                online=answer["online"] is True,
                pending=_whole(answer["pending"]),
                pending_minor=_whole(answer["pending_minor"]),
                stop_reason=None if answer["stop_reason"] is None else str(answer["stop_reason"]),
                last_contact_at=None if at is None else from_wire_time(at),
            )
        except (_NotSent, *_UNANSWERED):
            return None

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        """Return the answer's object; raises _NotSent where nothing can have arrived, else one of _UNANSWERED."""
        connection = _Connection(self._path, time.monotonic() + self._budget_ms / 1000)
        try:
            connection.connect()
        except OSError as refused:
            raise _NotSent from refused
        try:
            sent = None if body is None else json.dumps(body, separators=(",", ":")).encode()
            connection.request(method, path, sent, {"Content-Type": "application/json"} if sent else {})
            response = connection.getresponse()
            content = response.read(_LARGEST_ANSWER + 1)
        finally:
            connection.close()
        if response.status != _OK or len(content) > _LARGEST_ANSWER:
            raise ValueError(response.status)
        answer = json.loads(content)
        if not isinstance(answer, dict):
            raise TypeError(type(answer).__name__)
        return answer


class _NotSent(Exception):
    """Nothing was asked: the daemon does not listen."""


_UNANSWERED: Final = (OSError, HTTPException, ValueError, KeyError, TypeError, RecursionError)
"""What asking can end in besides an answer: silence, half a line, something that is no answer."""


class _Connection(HTTPConnection):
    """An HTTP connection over a unix socket that ends at a moment, however slowly the other side talks."""

    def __init__(self, path: Path, deadline: float) -> None:
        super().__init__("localhost")
        self._path = path
        self._deadline = deadline

    def connect(self) -> None:
        """Connect within what is left."""
        line = _Line(socket.AF_UNIX, socket.SOCK_STREAM)
        line.deadline = self._deadline
        try:
            line.settimeout(line.left())
            line.connect(str(self._path))
        except OSError:
            line.close()
            raise
        self.sock = line


class _Line(socket.socket):
    """A socket whose every wait is cut to what is left until a deadline (monotonic seconds)."""

    deadline: float = 0.0

    def left(self) -> float:
        """Return the seconds left; raises TimeoutError for none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def sendall(self, content: Any, flags: int = 0, /) -> None:
        """Send everything within what is left."""
        self.settimeout(self.left())
        super().sendall(content, flags)

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        """Receive within what is left."""
        self.settimeout(self.left())
        return super().recv_into(*arguments, **named)


def _whole(value: object) -> int:
    """Return a whole number ≥ 0 as it came; raises TypeError, ValueError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(type(value).__name__)
    if value < 0:
        raise ValueError(value)
    return value
