"""The door for boxes: signed messages in, answers after the commit out; whatever does not fit is refused by name.

A refusal changes nothing but its own line in `refused`. No bad input is the server's fault: it is a 4xx that says what
to do. Source: `docs/protocol.md`; `docs/decisions/0016-requests-are-signed-not-dated.md`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar

from aiohttp import web

from headoffice.doors.flood import Flood
from headoffice.doors.waiting import Waiting
from headoffice.errors import CodeRefused, CommitUnknown, HeadOfficeError, LifeUnknown, StoreError
from headoffice.office import Office
from ledger.errors import WireUnreadable
from ledger.protocol.messages import (
    Ask,
    Enrol,
    Hello,
    Items,
    JournalAsk,
    Lookup,
    Pull,
    from_plain,
    to_plain,
)
from ledger.protocol.page import Page, read_page, write_page
from ledger.wire import canonical
from line.errors import LineFault, PageTooLarge, PageUnreadable
from line.packing import unpack
from line.signatures import read_key_id, verify_request

MESSAGE_BYTES: Final = 64 * 1024
PACKED_BYTES: Final = 4 * 1024 * 1024
PAGE_BYTES: Final = 32 * 1024 * 1024
LINE_BYTES: Final = 1024 * 1024
PAGE_ENTRIES: Final = 10_000
"""An honest page has 500 entries of a few hundred bytes; each line of a page costs far more than its bytes to read."""
BODY_SECONDS: Final = 60.0
"""How long a body may take: three times what a box gives a push."""
_ANY_NAME: Final = "head.office"
"""Nobody signs the name head office was reached by, and what a stranger calls it may be no name at all."""
_LONGEST_WAIT: Final = 30
_WORKERS: Final = 8
_log: Final = logging.getLogger("headoffice.doors")
M = TypeVar("M")
R = TypeVar("R")
_NEXT: Final = {
    "signature": "enrol this box again, or check that its key is the one it enrolled with",
    "unknown_life": "enrol this box",
    "code": "ask head office for a new code",
    "message": "update the program on this box",
    "too_large": "send smaller pages",
    "too_slow": "try again",
    "busy": "try again",
}


class Refused(Exception):
    """An answer that says no: its status, its code and what of the request did not fit."""

    def __init__(self, status: int, code: str, detail: str = "") -> None:
        """Take the HTTP status, the code in `_NEXT` and a detail for the log of refusals."""
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail


class BoxDoor:
    """The routes of the boxes over one office."""

    def __init__(self, office: Office, waiting: Waiting, on_doubt: Callable[[], object] = lambda: None) -> None:
        """Stand before an office; `waiting` wakes those that pull, `on_doubt` is told of a commit that nobody knows of."""
        self._on_doubt = on_doubt
        self._office = office
        self._waiting = waiting
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="office")
        self._flood = Flood()

    def application(self) -> web.Application:
        """Return the application that listens to boxes."""
        made = web.Application(client_max_size=PACKED_BYTES, middlewares=[self._refusing])
        for name, handler in {
            "enrol": self._enrol,
            "hello": self._hello,
            "push": self._push,
            "pull": self._pull,
            "ask": self._ask,
            "lookup": self._lookup,
            "journal": self._journal,
        }.items():
            made.router.add_post(f"/v1/box/{name}", handler)
        made.on_startup.append(self._begin)
        made.on_shutdown.append(self._end)
        made.on_cleanup.append(self._close)
        return made

    async def _begin(self, _: web.Application) -> None:
        self._waiting.begin()

    async def _end(self, _: web.Application) -> None:
        self._waiting.wake_all()

    async def _close(self, _: web.Application) -> None:
        self._workers.shutdown(wait=True)

    async def _enrol(self, request: web.Request) -> web.Response:
        body = await _body(request, MESSAGE_BYTES)
        asked = _message(Enrol, body)
        try:
            key = bytes.fromhex(asked.public_key)
        except ValueError as unfit:
            raise Refused(400, "message", "public_key") from unfit
        if len(key) != 32:  # noqa: PLR2004 - an Ed25519 key
            raise Refused(400, "message", "public_key")
        await self._run(partial(_verify, request, body, lambda _: key))
        return _answer(await self._run(partial(self._office.enrol, asked)))

    async def _hello(self, request: web.Request) -> web.Response:
        box, epoch, body = await self._signed(request, MESSAGE_BYTES)
        hello = _message(Hello, body)
        return _answer(await self._run(partial(self._office.hello, box, epoch, hello)))

    async def _push(self, request: web.Request) -> web.Response:
        box, epoch, body = await self._signed(request, PACKED_BYTES)
        if request.headers.get("Content-Encoding") != "zstd":
            raise Refused(415, "message", "content-encoding")
        return _answer(await self._run(partial(self._take_page, box, epoch, body)))

    def _take_page(self, box: str, epoch: int, body: bytes) -> Any:
        page = _page(unpack(body, PAGE_BYTES))
        if page.header.epoch != epoch:
            raise Refused(409, "message", "epoch")
        return self._office.push(box, epoch, page)

    async def _pull(self, request: web.Request) -> web.Response:
        box, epoch, body = await self._signed(request, MESSAGE_BYTES)
        asked = _message(Pull, body)
        event = self._waiting.listen(box)
        try:
            items: Items = await self._run(partial(self._office.pull, box, epoch, asked))
            wait = min(max(asked.wait_seconds, 0), _LONGEST_WAIT)
            if not items.items and wait and items.ho_epoch == asked.ho_epoch:
                try:
                    async with asyncio.timeout(wait):
                        await event.wait()
                except TimeoutError:
                    return _answer(items)
                items = await self._run(partial(self._office.pull, box, epoch, asked))
            return _answer(items)
        finally:
            self._waiting.leave(box, event)

    async def _ask(self, request: web.Request) -> web.Response:
        box, epoch, body = await self._signed(request, MESSAGE_BYTES)
        asked = _message(Ask, body)
        return _answer(await self._run(partial(self._office.ask, box, epoch, asked)))

    async def _lookup(self, request: web.Request) -> web.Response:
        box, epoch, body = await self._signed(request, MESSAGE_BYTES)
        asked = _message(Lookup, body)
        if sum(way is not None for way in (asked.code, asked.phone, asked.member_id)) != 1:
            raise Refused(400, "message", "exactly one of code, phone, member_id")
        return _answer(await self._run(partial(self._office.lookup, box, epoch, asked)))

    async def _journal(self, request: web.Request) -> web.Response:
        box, epoch, body = await self._signed(request, MESSAGE_BYTES)
        asked = _message(JournalAsk, body)
        page = await self._run(partial(self._office.journal, box, epoch, asked.after))
        content = write_page(page.header, page.bodies)
        return web.Response(body=content, content_type="application/x-guitai-page")

    async def _signed(self, request: web.Request, limit: int) -> tuple[str, int, bytes]:
        """Return (box, epoch, body) of a request whose signature holds; raises Refused."""
        body = await _body(request, limit)
        named = await self._run(partial(_verify, request, body, self._public_key))
        box, epoch = read_key_id(named)
        return box, epoch, body

    def _public_key(self, named: str) -> bytes | None:
        box, epoch = read_key_id(named)
        return self._office.public_key(box, epoch)

    async def _run(self, act: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._workers, act)

    @web.middleware
    async def _refusing(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as unknown:
            if unknown.status >= 500:  # noqa: PLR2004 - aiohttp's own failures
                raise
            refused = Refused(unknown.status, "message", unknown.reason)
            await self._note(request, refused)
            return _refusal(refused)
        except Exception as failed:  # noqa: BLE001 - the outermost boundary: every box gets an answer it can act on
            refused = _as_refusal(failed)
            if isinstance(failed, CommitUnknown):
                self._on_doubt()
            if refused.status >= 500:  # noqa: PLR2004 - the server's own fault, told apart from a stranger's
                _log.warning("%s %s: %s", request.method, request.path, refused.detail)
                return _refusal(refused)
            await self._note(request, refused)
            return _refusal(refused)

    async def _note(self, request: web.Request, refused: Refused) -> None:
        """Keep a refusal, but of a flood only its beginning: a stranger does not fill the disk."""
        if not self._flood.counts(request.remote or "", refused.code):
            return
        detail = ascii(f"{request.path} {refused.detail}")[1:-1]  # no database holds every character a stranger sends
        try:
            await self._run(partial(self._office.note_refused, request.remote or "", None, refused.code, detail))
        except StoreError as away:
            _log.warning("a refusal could not be noted: %s", away)


def _as_refusal(failed: Exception) -> Refused:
    """Return how a failure is answered."""
    answers: tuple[tuple[type[Exception], int, str], ...] = (
        (PageTooLarge, 413, "too_large"),
        (PageUnreadable, 400, "message"),
        (LineFault, 401, "signature"),
        (WireUnreadable, 400, "message"),
        (LifeUnknown, 404, "unknown_life"),
        (CodeRefused, 403, "code"),
        (CommitUnknown, 503, "busy"),
        (StoreError, 503, "busy"),
        (HeadOfficeError, 409, "message"),
    )
    if isinstance(failed, Refused):
        return failed
    for kind, status, code in answers:
        if isinstance(failed, kind):
            return Refused(status, code, str(failed)[:160])
    _log.error("unexpected", exc_info=failed)
    return Refused(500, "busy", type(failed).__name__)


def _refusal(refused: Refused) -> web.Response:
    content = {"error": refused.code, "next": _NEXT[refused.code]}
    answer = web.Response(status=refused.status, body=canonical(content), content_type="application/json")
    if refused.code == "too_slow":
        answer.force_close()
    return answer


async def _body(request: web.Request, limit: int) -> bytes:
    if (request.content_length or 0) > limit:
        raise Refused(413, "too_large", str(request.content_length))
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.content.iter_chunked(1 << 16):
                body += part
                if len(body) > limit:
                    raise Refused(413, "too_large", str(len(body)))
    except TimeoutError as late:
        raise Refused(408, "too_slow", str(len(body))) from late
    except OSError as cut:
        raise Refused(400, "message", "cut off") from cut
    return bytes(body)


def _verify(request: web.Request, body: bytes, key_of: Callable[[str], bytes | None]) -> str:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        if name.lower() in headers:
            raise Refused(400, "signature", f"two headers {name[:40]}")
        headers[name.lower()] = value
    if request.rel_url.raw_query_string:
        raise Refused(400, "signature", "a query, which nobody signs")
    url = f"https://{_ANY_NAME}{request.rel_url.raw_path}"
    return verify_request(request.method, url, headers, body, key_of)


def _page(content: bytes) -> Page:
    """Return a page, if its lines are as many and as long as an honest one's could be."""
    if content.count(b"\n") > PAGE_ENTRIES or max(map(len, content.split(b"\n"))) > LINE_BYTES:
        raise Refused(413, "too_large", "lines")
    return read_page(content)


def _message(kind: type[M], body: bytes) -> M:
    try:
        return from_plain(kind, json.loads(body))
    except (ValueError, RecursionError) as unreadable:
        raise Refused(400, "message", "no JSON") from unreadable


def _answer(message: Any) -> web.Response:
    return web.Response(body=canonical(to_plain(message)), content_type="application/json")
