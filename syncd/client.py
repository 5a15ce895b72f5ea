"""The line to head office: one signed HTTPS request a message, one typed answer or one typed error.

Source: `docs/protocol.md`, up, down, hello; signatures are RFC 9421 with a content digest (RFC 9530).
"""

from __future__ import annotations

import errno
import json
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from ledger.errors import WireUnreadable
from ledger.protocol.messages import (
    Ask,
    AskAnswer,
    Enrol,
    EnrolAnswer,
    Hello,
    HelloAnswer,
    Items,
    JournalAsk,
    Lookup,
    LookupAnswer,
    Pull,
    PushAnswer,
    from_plain,
    to_plain,
)
from ledger.protocol.page import Page, read_page, write_page
from ledger.wire import canonical
from syncd.errors import AnswerUnreadable, LineDown, Refused

Sign = Callable[[str, str, Mapping[str, str], bytes], Mapping[str, str]]
"""Takes a request's method, URL, headers and body; returns all headers to send with it, signed."""
Pack = Callable[[bytes], bytes]
"""Makes a page small (zstd)."""
A = TypeVar("A")

_JSON: Final = {"Content-Type": "application/json"}
_PAGE: Final = {"Content-Type": "application/x-guitai-page", "Content-Encoding": "zstd"}
_OK: Final = 200
_LARGEST_ANSWER: Final = 4 * 1024 * 1024
_LARGEST_PAGE: Final = 32 * 1024 * 1024
_LARGEST_REFUSAL: Final = 4 * 1024
_LONGEST_CODE: Final = 40
_CONNECT_SECONDS: Final = 10.0
_ANSWER_SECONDS: Final = 15.0
_PUSH_SECONDS: Final = 20.0
_CONNECTIONS: Final = 6
_KEPT_SECONDS: Final = 50.0
_PROBES: Final = (
    (socket.TCP_KEEPIDLE, 5),
    (socket.TCP_KEEPINTVL, 5),
    (socket.TCP_KEEPCNT, 2),
    (socket.TCP_USER_TIMEOUT, 15_000),
)


class HeadOffice:
    """Head office as this box reaches it."""

    def __init__(self, url: str, sign: Sign, pack: Pack, tls: ssl.SSLContext | None) -> None:
        """Take head office's URL without a path, the signer, the packer and the trusted TLS (None: plain, for tests)."""
        self._url = url.rstrip("/")
        self._sign = sign
        self._pack = pack
        self._tls = tls
        self._session: ClientSession | None = None

    async def hello(self, hello: Hello) -> HelloAnswer:
        """Say who this box is and how far; raises LineError, as every question here."""
        return await self._message("hello", hello, HelloAnswer)

    async def push(self, page: Page) -> PushAnswer:
        """Send a page of the journal."""
        packed = self._pack(write_page(page.header, page.bodies))
        return _read(PushAnswer, await self._post("push", _PAGE, packed, _PUSH_SECONDS))

    async def pull(self, pull: Pull) -> Items:
        """Ask for items; head office may let this wait as long as the message says."""
        return await self._message("pull", pull, Items, pull.wait_seconds + _ANSWER_SECONDS)

    async def ask(self, ask: Ask) -> AskAnswer:
        """Ask for a grant."""
        return await self._message("ask", ask, AskAnswer)

    async def lookup(self, lookup: Lookup) -> LookupAnswer:
        """Ask who somebody is."""
        return await self._message("lookup", lookup, LookupAnswer)

    async def enrol(self, enrol: Enrol) -> EnrolAnswer:
        """Ask to be let in."""
        return await self._message("enrol", enrol, EnrolAnswer)

    async def journal(self, ask: JournalAsk) -> Page:
        """Ask for a page of what head office holds of this box's journal."""
        content = await self._post("journal", _JSON, canonical(to_plain(ask)), _PUSH_SECONDS, _LARGEST_PAGE)
        try:
            return read_page(content)
        except WireUnreadable as unfit:
            raise AnswerUnreadable(unfit.reason) from unfit

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _message(self, name: str, message: Any, kind: type[A], seconds: float = _ANSWER_SECONDS) -> A:
        return _read(kind, await self._post(name, _JSON, canonical(to_plain(message)), seconds))

    async def _post(
        self, name: str, headers: Mapping[str, str], body: bytes, seconds: float, largest: int = _LARGEST_ANSWER
    ) -> bytes:
        """Return the bytes of an answer of status 200; raises LineError."""
        url = f"{self._url}/v1/box/{name}"
        signed = self._sign("POST", url, headers, body)
        limits = ClientTimeout(total=seconds, connect=_CONNECT_SECONDS)
        try:
            async with self._open().post(
                url, data=body, headers=signed, timeout=limits, allow_redirects=False
            ) as answer:
                wanted = answer.status == _OK
                content = await _bounded(answer, largest if wanted else _LARGEST_REFUSAL)
        except TimeoutError as late:
            raise LineDown("timeout") from late
        except (ClientError, OSError) as failed:
            raise LineDown(_reason(failed)) from failed
        if not wanted:
            raise Refused(answer.status, _code(content))
        return content

    def _open(self) -> ClientSession:
        """Return the session; it is made with the first question, inside the event loop."""
        if self._session is None:
            connector = TCPConnector(
                ssl=True if self._tls is None else self._tls,
                limit=_CONNECTIONS,
                keepalive_timeout=_KEPT_SECONDS,
                socket_factory=_probed_socket,
            )
            self._session = ClientSession(
                connector=connector, cookie_jar=DummyCookieJar(), auto_decompress=False, trust_env=False
            )
        return self._session


def _probed_socket(address: Any) -> socket.socket:
    """Return a socket that notices within 15 seconds that the other side is gone, also while it only listens."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _PROBES:
        made.setsockopt(socket.IPPROTO_TCP, option, value)
    return made


async def _bounded(answer: ClientResponse, limit: int) -> bytes:
    """Return an answer's body; raises AnswerUnreadable for more than `limit` bytes or a packed one."""
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise AnswerUnreadable("content encoding")
    content = bytearray()
    async for part in answer.content.iter_any():
        content += part
        if len(content) > limit:
            raise AnswerUnreadable("too large")
    return bytes(content)


def _read(kind: type[A], content: bytes) -> A:
    try:
        return from_plain(kind, json.loads(content))
    except WireUnreadable as unfit:
        raise AnswerUnreadable(unfit.reason) from unfit
    except (ValueError, RecursionError) as unreadable:
        raise AnswerUnreadable("no JSON") from unreadable


def _code(content: bytes) -> str:
    """Return head office's code for a refusal: `{"error": "code"}` or `{"error": {"code": "code"}}`."""
    try:
        error = json.loads(content)["error"]
        code = error["code"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError, RecursionError):
        return "unreadable"
    return code[:_LONGEST_CODE] if isinstance(code, str) else "unreadable"


def _reason(failed: Exception) -> str:
    """Return what failed as a word for logs and the status page: the system's name for it, or the error's class."""
    cause = getattr(failed, "certificate_error", None) or getattr(failed, "os_error", None) or failed
    if isinstance(cause, ssl.SSLError):
        return f"certificate: {cause.reason or type(cause).__name__}"
    number = getattr(cause, "errno", None)
    return errno.errorcode.get(number or 0, type(cause).__name__)
