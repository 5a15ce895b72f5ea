"""What is said of units that are brought here from other stores: what is asked for, and what came of it."""

from __future__ import annotations

from kiosk.i18n import Language, Phrase
from kiosk.screens import phrases_bring as words
from kiosk.screens.phrases import word
from kiosk.screens.wording import Refusal
from kiosk.services.bring_here import Brought, Help, Spread
from kiosk.services.errors import StoredValueStopped
from ledger.money import PTS


def counted(asset: str, name: str, units: int, language: Language) -> str:
    """Return so many units as a sentence names them."""
    phrase = words.POINTS if asset == PTS.code else words.UNITS
    return phrase.said(language, name=name, units=f"{units:,}")


def where(spread: Spread, language: Language) -> str:
    """Return how many are here and how many in other stores."""
    return words.SPREAD.said(language, here=f"{spread.here:,}", elsewhere=f"{spread.elsewhere:,}")


def asking(wanted: Spread, units: int, language: Language) -> Refusal:
    """Return what is said while head office is asked."""
    what = counted(wanted.asset, wanted.name, units, language)
    return Refusal(
        words.ASKING.said(language, what=what), words.ASKING_WHY.said(language), words.ASKING_NEXT.said(language)
    )


def outcome(brought: Brought, language: Language) -> Refusal:
    """Return what came of asking, and what can be done."""
    if brought.help is Help.STOPPED:
        return word(StoredValueStopped(brought.reason or ""), language)
    what, why, next_step = _phrases(brought)
    asset, name = brought.spread.asset, brought.spread.name
    values = {
        "what": counted(asset, name, brought.asked or brought.spread.elsewhere, language),
        "granted": counted(asset, name, brought.granted, language),
        "recalled": counted(asset, name, brought.recalled, language),
        "here": f"{brought.spread.here:,}",
        "elsewhere": f"{brought.spread.elsewhere:,}",
        "name": name,
    }
    return Refusal(what.said(language, **values), why.said(language, **values), next_step.said(language, **values))


def _phrases(brought: Brought) -> tuple[Phrase, Phrase, Phrase]:
    recalled = words.RECALLED_WHY if brought.recalled else None
    return {
        Help.GRANTED: (words.GRANTED, words.SPREAD, words.GRANTED_NEXT),
        Help.PARTLY: (words.PARTLY, recalled or words.SPREAD, words.PARTLY_NEXT),
        Help.NONE: (words.NONE, recalled or words.NONE_WHY, words.NONE_NEXT),
        Help.CHECKING: (words.CHECKING, words.CHECKING_WHY, words.CHECKING_NEXT),
        Help.OFFLINE: (words.OFFLINE, words.SPREAD, words.OFFLINE_NEXT),
        Help.NOT_NEEDED: (words.NOT_NEEDED, words.SPREAD, words.NOT_NEEDED_NEXT),
    }[brought.help]
