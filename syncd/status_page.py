"""The status page on 127.0.0.1: how the line is, what waits, what went wrong and what to do next; no script, no names.

It tells no member and takes no command; a request under another host name is refused, so that no web page can read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from kiosk.i18n import Language, Phrase, moment_text
from kiosk.model import downlink, journal, uplink
from kiosk.model.uplink import Mode, Pending, Uplink
from ledger.money import format_minor
from ledger.protocol.messages import Verdict
from syncd import phrases
from syncd.health import Mishap
from syncd.link import Link

_HOSTS: Final = frozenset({"127.0.0.1", "localhost"})
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGE: Final = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>{title}</title><style>
body{{font:16px/1.6 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}}
h1{{font-size:1.4rem}}th{{text-align:left;font-weight:normal;color:#555;padding-right:2rem;vertical-align:top}}
td{{font-variant-numeric:tabular-nums}}.go{{color:#17693a}}.off{{color:#8a5a00}}.stop{{color:#a11;font-weight:bold}}
</style></head><body><h1>{title}</h1><table>{rows}</table><p><a href="?lang={other}">{other_name}</a></p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says, read in one go."""

    standing: Uplink
    waiting: Pending
    box: str
    epoch: int
    sequence: int
    positions: dict[str, int]


class StatusPage:
    """Draws the page anew for each request."""

    def __init__(self, link: Link, language: Language, zone: ZoneInfo) -> None:
        """Take the link, the language unless the request names another, and the store's zone."""
        self._link = link
        self._language = language
        self._zone = zone

    def application(self) -> web.Application:
        """Return the one route."""
        application = web.Application(client_max_size=1024)
        application.router.add_get("/", self.page)
        return application

    async def page(self, request: web.Request) -> web.Response:
        """Return the page."""
        if request.host.partition(":")[0] not in _HOSTS:
            raise web.HTTPForbidden
        asked = request.query.get("lang", "")
        language = Language(asked) if asked in tuple(Language) else self._language
        other = Language.EN if language is Language.ZH else Language.ZH
        lines = self._lines(await self._link.do(self._read), language)
        text = _PAGE.format(
            lang=language.value,
            title=escape(phrases.TITLE.said(language)),
            rows="".join(_row(label.said(language), *cells) for label, *cells in lines),
            other=other.value,
            other_name=phrases.OTHER_LANGUAGE.said(language),
        )
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    def _read(self) -> Shown:
        store = self._link.engine.store
        with store.snapshot():
            standing = uplink.state(store)
            positions = downlink.positions(store, standing.ho_epoch)
            sequence = journal.head(store)[1]
            return Shown(standing, uplink.pending(store), store.identity.box, store.identity.epoch, sequence, positions)

    def _lines(self, shown: Shown, language: Language) -> list[tuple[Phrase, *tuple[tuple[str, str], ...]]]:
        """Return each line's label and its cells: a class of the style sheet and a text."""
        standing, health = shown.standing, self._link.health
        state, style, todo = self._state(standing, language)
        contact = health.contact_at or standing.last_contact_at
        lines: list[tuple[Phrase, *tuple[tuple[str, str], ...]]] = [(phrases.LINE, (style, f"{shown.box} · {state}"))]
        if todo:
            lines.append((phrases.NEXT, ("", todo)))
        lines += [
            (phrases.CONTACT, ("", self._moment(contact, language))),
            (phrases.PENDING, ("", self._pending(shown.waiting, language))),
            (phrases.UPWARD, ("", f"{shown.sequence} / {standing.cursor}")),
            (phrases.DOWNWARD, ("", ", ".join(f"{at}: {number}" for at, number in shown.positions.items()) or "–")),
            (phrases.LIVES, ("", f"{shown.epoch} / {standing.ho_epoch}")),
        ]
        mishaps = tuple(("", self._mishap(mishap, language)) for mishap in reversed(health.mishaps))
        lines.append((phrases.ERRORS, *(mishaps or (("", phrases.NOTHING.said(language)),))))
        return lines

    def _state(self, standing: Uplink, language: Language) -> tuple[str, str, str]:
        """Return the state in words, its style, and what to do about it."""
        if standing.mode is Mode.ALONE:
            return phrases.ALONE.said(language), "off", ""
        if standing.mode is Mode.STOPPED:
            reason = standing.stop_reason or ""
            return f"{phrases.STOPPED.said(language)} ({reason})", "stop", phrases.next_step(reason, language)
        if not self._link.health.online:
            return phrases.OFFLINE.said(language), "off", phrases.OFFLINE_NEXT.said(language)
        if self._link.health.verdict == Verdict.PENDING:
            return phrases.NOT_CONFIRMED_YET.said(language), "off", phrases.PENDING_NEXT.said(language)
        if self._link.health.verdict == Verdict.WAIT:
            return phrases.WAITING.said(language), "off", phrases.WAIT_NEXT.said(language)
        return phrases.ONLINE.said(language), "go", ""

    def _moment(self, moment: datetime | None, language: Language) -> str:
        return phrases.NEVER.said(language) if moment is None else moment_text(moment, self._zone)

    def _pending(self, waiting: Pending, language: Language) -> str:
        if not waiting.entries:
            return phrases.NOTHING.said(language)
        since, amount = self._moment(waiting.since, language), format_minor(waiting.minor)
        return phrases.PENDING_IS.said(language, entries=waiting.entries, amount=amount, since=since)

    def _mishap(self, mishap: Mishap, language: Language) -> str:
        said = f"{moment_text(mishap.at, self._zone)} {phrases.word(mishap.what, language)}"
        return said if mishap.times == 1 else f"{said} · {phrases.TIMES.said(language, times=mishap.times)}"


def _row(label: str, *cells: tuple[str, str]) -> str:
    inside = "<br>".join(f'<span class="{style}">{escape(text)}</span>' for style, text in cells)
    return f"<tr><th>{escape(label)}</th><td>{inside}</td></tr>"
