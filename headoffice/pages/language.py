"""Two languages, Chinese first: a phrase cannot be written in one of them only."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """The languages of the pages; the value is what the cookie and the page's `lang` begin with."""

    ZH = "zh"
    EN = "en"

    @property
    def other(self) -> Language:
        """The one to switch to."""
        return Language.EN if self is Language.ZH else Language.ZH


class Phrase(NamedTuple):
    """One thing to say, in both languages; `{name}` marks what is filled in."""

    zh: str
    en: str

    def said(self, language: Language, **values: object) -> str:
        """Return the phrase in a language, filled in; raises KeyError for a value it needs and did not get."""
        return (self.zh if language is Language.ZH else self.en).format(**values)
