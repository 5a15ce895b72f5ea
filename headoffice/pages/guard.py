"""What stands before every page: who asks, whether the form is ours, whether the role fits, and how it is answered.

A deed needs our own origin, the form's token and a role that may act (OWASP, cross-site request forgery); whoever tries
without leaves a line in `refused`. Every answer forbids frames, foreign scripts and caches.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit

from aiohttp import web

from headoffice.doors.flood import Flood
from headoffice.errors import HeadOfficeError, MemberUnknown, StoreError
from headoffice.pages.desk import Answer, Desk, File, Goto, NotThere, Shown, Visit
from headoffice.pages.language import Language
from headoffice.pages.phrases import word
from headoffice.pages.registry import Deed, Page
from headoffice.pages.rendering import Renderer
from headoffice.pages.sessions import LONGEST
from headoffice.people import Person, find_person
from headoffice.store.database import Database
from ledger.clock import to_wire_time
from ledger.errors import LedgerError

SESSION: Final = "__Host-guitai"
DOOR: Final = "__Host-guitai-door"
LANGUAGE: Final = "__Host-guitai-language"
_WORKERS: Final = 8
_YEAR: Final = 365 * 24 * 3600
_ERROR: Final = 500
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_log: Final = logging.getLogger("headoffice.pages")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of a request the worker thread needs."""

    path: str
    places: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    cookies: Mapping[str, str]
    remote: str


class Guard:
    """Answers for pages and deeds over one desk."""

    def __init__(self, desk: Desk) -> None:
        """Stand before a desk."""
        self._desk = desk
        self._renderer = Renderer()
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="pages")
        self._flood = Flood()

    async def close(self, _: web.Application) -> None:
        """Let what is under way end."""
        self._workers.shutdown(wait=True)

    def looks(self, page: Page) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Return the handler that shows a page."""

        async def look(request: web.Request) -> web.StreamResponse:
            return await self.run(partial(self._look, page, _asked(request, {})))

        return look

    def does(self, deed: Deed) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Return the handler that does a deed."""

        async def do(request: web.Request) -> web.StreamResponse:
            own = _own_origin(request)
            form = await _form(request)
            return await self.run(partial(self._do, deed, _asked(request, form), own=own))

        return do

    @web.middleware
    async def answering(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Give every answer its headers, and every failure a page."""
        try:
            response = await handler(request)
        except web.HTTPException as refused:
            if refused.status >= _ERROR:
                raise
            response = await self.run(partial(self._message, request, refused.status))
        except Exception:  # noqa: BLE001 - the outermost boundary: every browser gets a page, the log the cause
            _log.exception("unexpected: %s %s", request.method, request.path)
            response = await self.run(partial(self._message, request, _ERROR))
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    async def run(self, act: Callable[[], R]) -> R:
        """Run what blocks in a worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, act)

    def _look(self, page: Page, asked: _Asked) -> web.Response:
        visit = self._visit(asked)
        if visit.person is None and not page.door:
            return self._sign_in_first(visit)
        if visit.person is not None and visit.person.role not in page.roles:
            return self._respond(visit, _refusal(403, "refused.role"))
        try:
            answer = page.show(visit)
        except (NotThere, MemberUnknown):
            answer = _refusal(404, "refused.missing")
        except StoreError as away:
            answer = Shown("message.html", {"title": "refused.busy", "why": word(away, visit.language)}, 503)
        except (HeadOfficeError, LedgerError) as refused:
            answer = Shown("message.html", {"title": "refused.cannot", "why": word(refused, visit.language)}, 409)
        return self._respond(visit, answer)

    def _do(self, deed: Deed, asked: _Asked, *, own: bool) -> web.Response:
        visit = self._visit(asked)
        if not own:
            return self._refuse(visit, asked, "origin")
        if visit.person is None and not deed.door:
            return self._sign_in_first(replace(visit, path="/"))
        if not hmac.compare_digest(asked.form.get("csrf", "").encode(), visit.csrf.encode()):
            return self._refuse(visit, asked, "csrf")
        if visit.person is not None and visit.person.role not in deed.roles:
            return self._refuse(visit, asked, "role")
        try:
            answer = deed.do(visit)
        except (HeadOfficeError, LedgerError) as refused:
            return self._say_refusal(visit, asked, deed, refused)
        return self._respond(visit, answer)

    def _say_refusal(
        self, visit: Visit, asked: _Asked, deed: Deed, refused: HeadOfficeError | LedgerError
    ) -> web.Response:
        said = word(refused, visit.language)
        if visit.session is None:
            self._note(asked, "sign_in", str(refused))
            back = Shown("sign_in.html", {"refused": said, "next": visit.form.get("next", "/")}, 403)
            return self._respond(visit, back)
        visit.notice("notice.plain", refused=True, text=said)
        return self._respond(visit, Goto.to(deed.back, **visit.places))

    def _visit(self, asked: _Asked) -> Visit:
        desk, now = self._desk, self._desk.clock.now()
        token = asked.cookies.get(SESSION, "")
        session = desk.sessions.find(token, now) if token else None
        person = None if session is None else _somebody(desk.database, session.person_id)
        if person is None:
            session = None
        said = _language_asked(asked.query) or asked.cookies.get(LANGUAGE)
        language = Language.EN if said == Language.EN.value else Language.ZH
        door = asked.cookies.get(DOOR) or secrets.token_urlsafe(32)
        return Visit(
            *(desk, language, asked.path, asked.places, asked.query, asked.form, now),
            person=person,
            session=session,
            door=door,
            token=token,
        )

    def _sign_in_first(self, visit: Visit) -> web.Response:
        path = "/sign-in" if visit.path == "/" else f"/sign-in?next={quote(visit.path, safe='/')}"
        return self._respond(visit, Goto(path))

    def _refuse(self, visit: Visit, asked: _Asked, what: str) -> web.Response:
        who = "" if visit.person is None else visit.person.person_id
        self._note(asked, what, f"{asked.path} {who}")
        return self._respond(visit, _refusal(403, f"refused.{what}"))

    def _note(self, asked: _Asked, what: str, detail: str) -> None:
        """Keep a refusal, but of a flood only its beginning: a stranger does not fill the disk."""
        if not self._flood.counts(asked.remote, what):
            return
        desk = self._desk
        row = (desk.mint(), to_wire_time(desk.clock.now()), asked.remote[:64], None, f"page_{what}", detail[:200])
        with desk.database.write() as tx:
            tx.insert("refused", ("id", "at", "remote", "box", "what", "detail"), [row])

    def _message(self, request: web.Request, status: int) -> web.Response:
        key = {400: "unreadable", 413: "large"}.get(status, "broken" if status >= _ERROR else "missing")
        asked = _asked(request, {})
        try:
            visit = self._visit(asked)
        except StoreError:
            visit = self._visit(replace(asked, cookies={LANGUAGE: asked.cookies.get(LANGUAGE, "")}))
        return self._respond(visit, _refusal(status, f"refused.{key}"))

    def _respond(self, visit: Visit, answer: Answer) -> web.Response:
        if isinstance(answer, File):
            named = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
            return web.Response(text=answer.content, content_type=answer.content_type, headers=named)
        if isinstance(answer, Shown):
            content = self._renderer.render(answer, visit)
            response = web.Response(text=content, content_type="text/html", status=answer.status)
            if visit.session is None:
                _set_cookie(response, DOOR, visit.door, None)
            _keep_language(response, _language_asked(visit.query))
            return response
        response = web.Response(status=303, headers={"Location": answer.path})
        _keep_language(response, answer.language or _language_asked(visit.query))
        if answer.token is not None:
            _set_cookie(response, SESSION, answer.token, int(LONGEST.total_seconds()) if answer.token else 0)
        return response


async def _form(request: web.Request) -> dict[str, str]:
    """Return the fields of a form as our own pages send it; raises HTTPBadRequest."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPBadRequest
    try:
        posted = await request.post()
    except (ValueError, LookupError) as unreadable:
        raise web.HTTPBadRequest from unreadable
    return {name: value for name, value in posted.items() if isinstance(value, str)}


def _asked(request: web.Request, form: Mapping[str, str]) -> _Asked:
    places, query, filled = (_text_alone(found) for found in (request.match_info, request.query, form))
    return _Asked(request.path, places, query, filled, dict(request.cookies), request.remote or "")


def _text_alone(found: Mapping[str, str]) -> dict[str, str]:
    """Return what was sent without what no database keeps as text: the zero character, halves of characters."""
    return {name: value.replace("\0", "").encode(errors="ignore").decode() for name, value in found.items()}


def _own_origin(request: web.Request) -> bool:
    """Tell whether a form was sent from a page of this very site, as the browser says."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return urlsplit(said).netloc == request.host and urlsplit(said).scheme == request.scheme and site == "same-origin"


def _somebody(database: Database, person_id: str) -> Person | None:
    person = find_person(database, person_id)
    return person if person is not None and person.active else None


def _refusal(status: int, phrase: str) -> Shown:
    return Shown("message.html", {"title": phrase, "why": None}, status)


def _language_asked(query: Mapping[str, str]) -> Language | None:
    """Return the language that `?lang=` names, None for none or one we do not speak."""
    said = query.get("lang", "")
    return Language(said) if said in set(Language) else None


def _keep_language(response: web.Response, language: Language | None) -> None:
    if language is not None:
        _set_cookie(response, LANGUAGE, language.value, _YEAR)


def _set_cookie(response: web.Response, name: str, value: str, age: int | None) -> None:
    response.set_cookie(name, value, max_age=age, path="/", secure=True, httponly=True, samesite="Strict")
