"""Two languages, Chinese first: a phrase cannot be written in one of them only.

Times are shown in the store's zone; amounts come from `ledger.money` and look the same in both languages.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final, NamedTuple


class Language(StrEnum):
    """The languages of the counter; the value is what the config file says."""

    ZH = "zh"
    EN = "en"


class Phrase(NamedTuple):
    """One thing to say, in both languages; `{name}` marks what is filled in."""

    zh: str
    en: str

    def said(self, language: Language, **values: object) -> str:
        """Return the phrase in a language, filled in; raises KeyError for a value it needs and did not get."""
        return (self.zh if language is Language.ZH else self.en).format(**values)


_WEEKDAYS: Final = (
    Phrase("周一", "Mon"),
    Phrase("周二", "Tue"),
    Phrase("周三", "Wed"),
    Phrase("周四", "Thu"),
    Phrase("周五", "Fri"),
    Phrase("周六", "Sat"),
    Phrase("周日", "Sun"),
)


def weekday(day: date, language: Language) -> str:
    """Return the day of the week: `周五`, `Fri`."""
    return _WEEKDAYS[day.weekday()].said(language)


def clock_text(moment: datetime, zone: tzinfo) -> str:
    """Return an aware moment as a clock shows it in a zone: `14:02`."""
    return moment.astimezone(zone).strftime("%H:%M")


def day_text(moment: datetime, zone: tzinfo) -> str:
    """Return the day of an aware moment in a zone, without its year: `11-20`."""
    return moment.astimezone(zone).strftime("%m-%d")


def moment_text(moment: datetime, zone: tzinfo) -> str:
    """Return day and time of an aware moment in a zone: `11-20 14:02`."""
    return moment.astimezone(zone).strftime("%m-%d %H:%M")
