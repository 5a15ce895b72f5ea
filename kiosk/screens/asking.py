"""What head office did for a bill, in one line for the confirming sentence."""

from __future__ import annotations

from kiosk.i18n import Language, Phrase
from kiosk.screens import phrases_line as words
from kiosk.screens.phrases import word
from kiosk.services.errors import StoredValueStopped
from kiosk.services.prepare_payment import Help, Prepared
from ledger.money import format_minor


def help_note(prepared: Prepared, language: Language) -> str:
    """Return what is to be said before the money is taken; empty where nothing was asked."""
    if prepared.help is Help.STOPPED:
        return word(StoredValueStopped(prepared.reason or ""), language).what
    phrase = _phrase(prepared)
    if phrase is None:
        return ""
    return phrase.said(
        language,
        granted=format_minor(prepared.granted_minor),
        recalled=format_minor(prepared.recalled_minor),
        here=format_minor(prepared.quote.terms.available_before_minor),
        elsewhere=format_minor(prepared.elsewhere_minor),
    )


def _phrase(prepared: Prepared) -> Phrase | None:
    recalled = bool(prepared.recalled_minor)
    return {
        Help.NOT_NEEDED: None,
        Help.GRANTED: words.GRANTED,
        Help.PARTLY: words.PARTLY_RECALLED if recalled else words.PARTLY,
        Help.NONE: words.NONE_RECALLED if recalled else words.NONE,
        Help.CHECKING: words.CHECKING,
        Help.OFFLINE: words.AWAY if prepared.elsewhere_minor else words.AWAY_UNKNOWN,
    }[prepared.help]
