"""Festivals: which festivals and solar terms a date is, and which animal a year of birth has, without any network.

Source: `docs/rules/activity.md`, festivals. The Chinese calendar is Borax's, from 1900 to 2100.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ledger.rules.festival_names import TERMS, ZODIACS

if TYPE_CHECKING:
    from borax.calendars.lunardate import LunarDate

_SOLAR: Final = {
    (1, 1): "new_year",
    (2, 14): "valentine",
    (3, 8): "women_day",
    (5, 1): "labour_day",
    (5, 2): "labour_day",
    (6, 1): "children_day",
    (9, 10): "teachers_day",
    (10, 1): "national_day",
    (10, 2): "national_day",
    (10, 3): "national_day",
    (11, 11): "double_eleven",
    (12, 12): "double_twelve",
    (12, 25): "christmas",
}
_LUNAR: Final = {
    (1, 1): "spring_festival",
    (1, 2): "spring_festival",
    (1, 3): "spring_festival",
    (1, 15): "lantern",
    (5, 5): "dragon_boat",
    (7, 7): "qixi",
    (8, 15): "mid_autumn",
    (9, 9): "double_ninth",
    (12, 8): "laba",
}
_FIRST_DAY, _LAST_DAY = date(1900, 1, 31), date(2100, 12, 31)
"""Between these the calendar is known."""
_RAT_YEAR: Final = 2020


@lru_cache(maxsize=1024)
def festivals(on: date) -> frozenset[str]:
    """Return the names (`ledger.rules.festival_names`) of a date's festivals and solar terms; outside 1900–2100 solar ones.

    Statutory days count each: the eve and the first three days of spring festival, two of labour day, three of national day.
    """
    return frozenset(_names(on))


@lru_cache(maxsize=4096)
def zodiac(birthday: date) -> str:
    """Return the animal of a birth date, whose year begins at the lunar new year; empty outside 1900–2100."""
    lunar = _lunar(birthday)
    return "" if lunar is None else ZODIACS[(lunar.year - _RAT_YEAR) % len(ZODIACS)]


def _names(on: date) -> Iterator[str]:
    solar = _SOLAR.get((on.month, on.day))
    if solar is not None:
        yield solar
    today = _lunar(on)
    if today is None:
        return
    tomorrow = _lunar(on + timedelta(days=1))
    if not today.leap and (today.month, today.day) in _LUNAR:
        yield _LUNAR[today.month, today.day]
    if tomorrow is not None and tomorrow.year > today.year:
        yield "new_year_eve"
        yield "spring_festival"
    if today.term:
        from borax.calendars.lunardate import TERMS_CN  # noqa: PLC0415 - loaded by now, see below

        yield TERMS[TERMS_CN.index(today.term)]


def _lunar(on: date) -> LunarDate | None:
    """Return a date of the Chinese calendar, None where that is not known."""
    from borax.calendars.lunardate import LunarDate  # noqa: PLC0415 - 30 ms that only a shop with festivals pays

    return LunarDate.from_solar(on) if _FIRST_DAY <= on <= _LAST_DAY else None
