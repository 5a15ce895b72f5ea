"""The shape of a refusal: one line of what, one of why, one of what to do next, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.i18n import Language, Phrase

_QUOTED: Final = 24


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal in words; every part is one line and none is empty."""

    what: str
    why: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The three phrases of a refusal; `{field}` stands for a field of the error."""

    what: Phrase
    why: Phrase
    next_step: Phrase

    def said(self, language: Language, values: Mapping[str, object]) -> Refusal:
        """Return the refusal in a language."""
        what, why, next_step = (part.said(language, **values) for part in (self.what, self.why, self.next_step))
        return Refusal(_begun(what), _begun(why), _begun(next_step))


@dataclass(frozen=True, slots=True)
class Cases:
    """Wordings that depend on one field of the error: its known values, and what is said for any other."""

    field: str
    by: Mapping[str, Wording]
    otherwise: Wording

    def of(self, error: Exception) -> Wording:
        """Return the wording for an error."""
        return self.by.get(str(getattr(error, self.field)), self.otherwise)


def _begun(sentence: str) -> str:
    """Return a sentence that begins with a capital, as English ones do."""
    return sentence[:1].upper() + sentence[1:]


def wording(what: tuple[str, str], why: tuple[str, str], next_step: tuple[str, str]) -> Wording:
    """Return a wording from three pairs of Chinese and English."""
    return Wording(Phrase(*what), Phrase(*why), Phrase(*next_step))


def shortened(scanned: str) -> str:
    """Return a scanned text as a sentence quotes it: a QR code can hold a page."""
    return scanned if len(scanned) <= _QUOTED else f"{scanned[:_QUOTED]}..."
