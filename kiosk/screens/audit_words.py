"""What was refused, in words: the act, and the refusal as it was said at the till."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from kiosk.i18n import Language
from kiosk.screens import phrases_security as words
from kiosk.screens.phrases import WORDINGS, shown_field
from kiosk.screens.phrases_frame import ACTS, KINDS
from kiosk.screens.wording import Cases
from kiosk.services.audit import Attempt

_APPROVE: Final = "approve_"
_BY_NAME: Final = {error.__name__: wording for error, wording in WORDINGS.items()}
_KINDS: Final = {kind.value: phrase for kind, phrase in KINDS.items()}


def act_text(act: str, language: Language) -> str:
    """Return what was attempted; its name as it is journalled where it has no words."""
    if act == "sign_in":
        return words.SIGN_IN.said(language)
    if act.startswith(_APPROVE):
        return words.APPROVING.said(language, act=act_text(act.removeprefix(_APPROVE), language))
    phrase = ACTS.get(act) or _KINDS.get(act)
    return phrase.said(language) if phrase is not None else act


def refusal_text(attempt: Attempt, language: Language, zone: tzinfo) -> str:
    """Return what was said then; the error's name where it has no words any more."""
    wording = _BY_NAME.get(attempt.error)
    if wording is None:
        return attempt.error
    fields = dict(attempt.fields)
    try:
        chosen = wording.of(_as_error(fields)) if isinstance(wording, Cases) else wording
        values = {name: shown_field(name, value, language, zone) for name, value in fields.items()}
        return chosen.said(language, values).what
    except (KeyError, AttributeError, TypeError, ValueError):  # journalled by a version with other fields
        return attempt.error


def _as_error(fields: dict[str, object]) -> Exception:
    """Return something with an error's fields, for what is chosen by one of them."""
    error = Exception()
    error.__dict__.update(fields)
    return error
