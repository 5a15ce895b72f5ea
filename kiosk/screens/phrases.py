"""What is said for an error or a reason: the only place where a refusal becomes sentences.

An error carries fields; `word` finds its wording by class and fills the fields in as people read them. A class without
a wording is a mistake of the program and raises Unworded: a test walks every error tree so that it never happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.i18n import Language, Phrase, clock_text, weekday
from kiosk.screens import (
    phrases_backup,
    phrases_devices,
    phrases_ledger,
    phrases_model,
    phrases_offers,
    phrases_programme,
    phrases_reasons,
    phrases_security,
    phrases_services,
    phrases_why,
)
from kiosk.screens.phrases_frame import ACTS, KINDS
from kiosk.screens.wording import Cases, Refusal, Wording
from ledger.codes import CODE_LENGTH, looks_like_code
from ledger.entries import EntryKind
from ledger.money import format_minor
from ledger.rules.reasons import Reason

SHOP_ZONE: Final = ZoneInfo("Asia/Shanghai")

WORDINGS: Final[Mapping[type[Exception], Wording | Cases]] = {
    **phrases_ledger.WORDINGS,
    **phrases_services.WORDINGS,
    **phrases_model.WORDINGS,
    **phrases_devices.WORDINGS,
    **phrases_backup.WORDINGS,
    **phrases_security.WORDINGS,
}
"""Every error class that can reach a person, each with its words."""


@dataclass
class Unworded(Exception):
    """Nobody wrote what to say for this; `subject` names the class or code."""

    subject: str


FINAL: Final = phrases_model.FINAL
"""Errors after which this process must not go on: it ends, and the box starts it again."""

TOLD: Final = tuple(WORDINGS)
"""The errors that people are told about; anything else is a mistake of the program and ends it."""


def word(error: Exception, language: Language, zone: tzinfo = SHOP_ZONE) -> Refusal:
    """Return what happened, why, and what to do next; raises Unworded for a class that has no words."""
    wording = WORDINGS.get(type(error))
    if wording is None:
        raise Unworded(type(error).__name__)
    if isinstance(wording, Cases):
        wording = wording.of(error)
    values = {name: shown_field(name, value, language, zone) for name, value in vars(error).items()}
    return wording.said(language, values)


def word_reason(reason: Reason, language: Language, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return one step of an explanation as a sentence; raises Unworded for a code that has no words.

    `names` are a programme's own, by id: tiers, goods, assets.
    """
    phrase = phrases_reasons.REASONS.get(reason.code) or phrases_offers.OFFERS.get(reason.code)
    if phrase is None:
        raise Unworded(reason.code)
    values = dict(reason.values)
    if values.get("found") == "":
        phrase = phrases_why.UNKNOWN.get(reason.code, phrase)
    elif reason.code == "offer.cap_member" and not values["per_days"]:
        phrase = phrases_why.FOR_EVER
    return phrase.said(language, **_shown_values(reason, language, names))


def word_step(reason: Reason, language: Language, names: Mapping[str, str], *, on_top_up: bool = False) -> str:
    """Return the nearest change that would flip a refusal, as a sentence; raises Unworded for a code without words."""
    phrase = phrases_why.NEARER_TOP_UP.get(reason.code) if on_top_up else None
    phrase = phrase or phrases_why.NEARER.get(reason.code)
    if phrase is None:
        raise Unworded(reason.code)
    values = _shown_values(reason, language, names)
    missing = values.get("missing_minor") or values.get("missing", "")
    return phrase.said(language, **values | {"missing": missing})


def word_condition(reason: Reason, language: Language, names: Mapping[str, str]) -> str:
    """Return a condition as it is, without what was found; raises Unworded for a code that has no words."""
    phrase = phrases_offers.OFFERS.get(reason.code)
    if phrase is None:
        raise Unworded(reason.code)
    bare = Phrase(phrase.zh.partition("（")[0], phrase.en.partition(" (")[0])
    return bare.said(language, **_shown_values(reason, language, names))


def _shown_values(reason: Reason, language: Language, names: Mapping[str, str]) -> dict[str, str]:
    """Return a reason's figures as people read them."""
    if reason.code in phrases_offers.MONEY:
        given = [(f"{name}_minor" if name in _FIGURES else name, value) for name, value in reason.values]
    elif reason.code == "when.weekdays":
        given = [(name, value if name == "missing" else _weekdays(value, language)) for name, value in reason.values]
    else:
        given = [(name, _named(value, language, names)) for name, value in reason.values]
    return {name: shown_field(name, value, language, SHOP_ZONE) for name, value in given}


_MONDAY: Final = date(2024, 1, 1)
_FIGURES: Final = frozenset({"needed", "found", "missing"})


def _named(value: str | int, language: Language, names: Mapping[str, str]) -> str | int:
    """Return ids as people know them: a programme's own names, ours for festivals, animals and tags."""
    if isinstance(value, int):
        return value
    ours = {part: phrase.said(language) for part, phrase in phrases_offers.NAMES.items()}
    parts = value.split(", ") if value else []
    return ("、" if language is Language.ZH else ", ").join(
        names.get(part) or ours.get(part, part) for part in parts
    ) or "-"


def _weekdays(days: str | int, language: Language) -> str:
    """Return days of the week as people call them: `3 5` from Monday, which is 1."""
    named = (weekday(_MONDAY + timedelta(days=int(day) - 1), language) for day in str(days).split())
    return ("、" if language is Language.ZH else ", ").join(named)


def shown_field(name: str, value: object, language: Language, zone: tzinfo) -> str:
    """Return an error's field as people read it: fen as money, moments as clock times, codes of acts as words."""
    if name.endswith("_minor") and isinstance(value, int):
        return format_minor(value)
    if name.endswith("_minor") and isinstance(value, tuple):
        return " / ".join(format_minor(minor) for minor in value)
    if isinstance(value, datetime):
        return clock_text(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return " / ".join(str(part) for part in value)
    if name in {"card_code", "replaced_by", "member_code"} and looks_like_code(str(value)):
        return f"{value[1:5]}-{value[5:]}" if isinstance(value, str) and len(value) == CODE_LENGTH else str(value)
    known = _known_word(name, value)
    return known.said(language) if known else str(value)


def _known_word(name: str, value: object) -> Phrase | None:
    if not isinstance(value, str):
        return None
    if name in {"act", "approved_act"}:
        return ACTS.get(value)
    if name == "kind" and value in set(EntryKind):
        return KINDS[EntryKind(value)]
    if name == "expected":
        return phrases_programme.expectation(value)
    return phrases_ledger.LIMITS.get(value) if name == "limit" else None
