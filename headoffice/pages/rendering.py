"""Templates filled in: escaped everywhere, every sentence from `phrases`, amounts in yuan, times in head office's zone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from headoffice.pages.desk import Shown, Visit
from headoffice.pages.language import Language
from headoffice.pages.phrases import PHRASES, told
from headoffice.pages.registry import navigation
from ledger.clock import from_wire_time
from ledger.money import format_minor

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"
_PHONE_TAIL: Final = 4
_SHORT: Final = 8


class Renderer:
    """Fills templates in for a visit."""

    def __init__(self) -> None:
        """Load the templates and note what the static files are by now."""
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "yuan": format_minor,
            "masked": masked_phone,
            "short": short_hash,
            "code": shown_code,
            "place": lambda text: quote(str(text), safe=""),
        }
        self._versions = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:_SHORT] for path in STATIC.iterdir()
        }

    def render(self, shown: Shown, visit: Visit) -> str:
        """Return the page's HTML."""
        language, person = visit.language, visit.person

        def say(key: str, /, **values: object) -> str:
            return PHRASES[key].said(language, **values)

        frame = {
            "t": say,
            "told": lambda group, name: told(group, name, language),
            "moment": _moments(visit.desk.zone),
            "ago": _ages(visit.now, say),
            "entry_no": entry_number,
            "static": lambda name: f"/static/{name}?v={self._versions[name]}",
            "language": language.value,
            "other_language": language.other.value,
            "html_language": "zh-CN" if language is Language.ZH else "en",
            "person": person,
            "csrf": visit.csrf,
            "path": visit.path,
            "navigation": [] if person is None else navigation(person.role),
            "notices": [] if visit.session is None else visit.session.take_notices(),
        }
        return self._templates.get_template(shown.template).render({**frame, **shown.values})


def masked_phone(phone: str | None) -> str:
    """Return a phone number with its middle hidden: `138****1234`; empty for none."""
    if not phone:
        return ""
    tail = phone[-_PHONE_TAIL:]
    if len(phone) < 2 * _PHONE_TAIL:
        return f"****{tail}" if len(phone) > _PHONE_TAIL else "*" * len(phone)
    return f"{phone[:3]}****{tail}"


def short_hash(content: bytes | str) -> str:
    """Return the first eight hex digits of a hash, as receipts show it."""
    return (content if isinstance(content, str) else content.hex())[:_SHORT]


def shown_code(code: str) -> str:
    """Return a member or card code as people read it, without its kind letter: `8F3K-72QX`."""
    return f"{code[1:5]}-{code[5:]}"


def entry_number(epoch: int, sequence: int) -> str:
    """Return an entry's number as it is printed on receipts: `1-000123`."""
    return f"{epoch}-{sequence:06d}"


def _moments(zone: tzinfo) -> Callable[..., str]:
    def moment(when: str | datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
        if when is None:
            return ""
        aware = from_wire_time(when) if isinstance(when, str) else when
        return aware.astimezone(zone).strftime(form)

    return moment


def _ages(now: datetime, say: Callable[..., str]) -> Callable[[str | None], str]:
    def ago(when: str | None) -> str:
        if when is None:
            return say("ago.never")
        age = now - from_wire_time(when)
        if age < timedelta(minutes=1):
            return say("ago.now")
        if age < timedelta(hours=1):
            return say("ago.minutes", count=age // timedelta(minutes=1))
        if age < timedelta(days=1):
            return say("ago.hours", count=age // timedelta(hours=1))
        return say("ago.days", count=age // timedelta(days=1))

    return ago
