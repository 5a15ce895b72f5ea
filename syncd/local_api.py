"""What the counter asks this daemon, over a unix socket that only its own user can open.

`POST /grant`, `POST /refresh`, `POST /nudge`, `GET /state`; JSON, each field checked, anything else is refused with 400.
The counter's side is `kiosk/uplink.py`.
"""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from aiohttp import web

from kiosk.model import uplink
from kiosk.model.downlink import OpenAsk
from ledger.clock import to_wire_time
from ledger.errors import WireUnreadable
from ledger.ids import is_id
from ledger.money import CNY
from ledger.protocol.messages import read_value
from ledger.specials import is_asset
from syncd.asks import Asks, Sought
from syncd.errors import AnotherDaemon
from syncd.link import Link

_LARGEST_QUESTION: Final = 4096
_LONGEST_TEXT: Final = 64
_LARGEST_AMOUNT: Final = 1_000_000_000
_LONGEST_BUDGET_MS: Final = 10_000
_REFRESH_MS: Final = 1000
_USED_OF_BUDGET: Final = 0.9
"""The rest of the budget is for the answer's way back to the counter."""
Q = TypeVar("Q")


@dataclass(frozen=True, slots=True)
class GrantQuestion:
    """The counter wants value for a member (fen, or units of another asset), and waits so long (milliseconds)."""

    ask_id: str
    member_id: str
    amount_minor: int
    budget_ms: int
    asset: str


class LocalApi:
    """Answers the counter."""

    def __init__(self, link: Link, asks: Asks) -> None:
        """Take the link, whose state is told, and what asks head office."""
        self._link = link
        self._asks = asks

    def application(self) -> web.Application:
        """Return the routes."""
        application = web.Application(client_max_size=_LARGEST_QUESTION)
        application.router.add_post("/grant", self.grant)
        application.router.add_post("/refresh", self.refresh)
        application.router.add_post("/nudge", self.nudge)
        application.router.add_get("/state", self.state)
        return application

    async def grant(self, request: web.Request) -> web.Response:
        """Ask for value within the counter's patience."""
        content = await _content(request)
        question = _read(GrantQuestion, {"asset": CNY.code, **content} if isinstance(content, dict) else content)
        fits = (
            is_id(question.ask_id)
            and _short(question.member_id)
            and 0 < question.amount_minor <= _LARGEST_AMOUNT
            and 0 <= question.budget_ms <= _LONGEST_BUDGET_MS
            and is_asset(question.asset)
        )
        if not fits:
            raise _bad("GrantQuestion")
        ask = OpenAsk(question.ask_id, question.member_id, question.amount_minor, question.asset)
        granted = await self._asks.grant(ask, question.budget_ms / 1000 * _USED_OF_BUDGET)
        return _answer(
            outcome=granted.outcome.value,
            granted_minor=granted.granted_minor,
            recalled_minor=granted.recalled_minor,
        )

    async def refresh(self, request: web.Request) -> web.Response:
        """Ask who somebody is, by exactly one of code, phone and id."""
        content = await _content(request)
        if not isinstance(content, dict) or len(content) != 1:
            raise _bad("Sought")
        sought = _read(Sought, {"code": None, "phone": None, "member_id": None, **content})
        if not _short(*content.values()):
            raise _bad("Sought")
        found = await self._asks.refresh(sought, _REFRESH_MS / 1000 * _USED_OF_BUDGET)
        return _answer(outcome=found.value)

    async def nudge(self, _: web.Request) -> web.Response:
        """Look at the journal now."""
        self._link.grown.set()
        return _answer()

    async def state(self, _: web.Request) -> web.Response:
        """Tell where this box stands."""
        standing = await self._link.do(uplink.state, self._link.engine.store)
        waiting = await self._link.do(uplink.pending, self._link.engine.store)
        contact_at = self._link.health.contact_at or standing.last_contact_at
        return _answer(
            mode=standing.mode.value,
            online=self._link.health.online,
            pending=waiting.entries,
            pending_minor=waiting.minor,
            stop_reason=standing.stop_reason,
            last_contact_at=None if contact_at is None else to_wire_time(contact_at),
        )


def unix_socket(path: Path) -> socket.socket:
    """Return a listening socket of mode 0600 in place of a dead one; raises AnotherDaemon for a live one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
        else:
            raise AnotherDaemon(str(path))
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    return listening


async def _content(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError) as unreadable:
        raise _bad("json") from unreadable


def _read(kind: type[Q], content: object) -> Q:
    try:
        return read_value(kind, content)
    except WireUnreadable as unfit:
        raise _bad(unfit.reason) from unfit


def _short(*texts: object) -> bool:
    return all(isinstance(text, str) and 0 < len(text) <= _LONGEST_TEXT and text.isprintable() for text in texts)


def _bad(field: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(
        text=json.dumps({"error": "bad_request", "field": field}), content_type="application/json"
    )


def _answer(**content: object) -> web.Response:
    return web.json_response(content)
