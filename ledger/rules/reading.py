"""Reading a table of a file: every key known, every value of its kind, every complaint with the key's whole path."""

from __future__ import annotations

import re
from collections.abc import Iterable, KeysView, Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from ledger.errors import BadValue, MissingKey, MoneyError, UnknownKey
from ledger.money import format_minor, parse_amount

_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_SHOWN: Final = 60
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Expected(StrEnum):
    """What a key takes, as `BadValue.expected` and `MissingKey.expected` name it."""

    AMOUNT = "amount"
    QUOTED_AMOUNT = "quoted_amount"
    AMOUNT_ABOVE_ZERO = "amount_above_zero"
    WHOLE_NUMBER = "whole_number"
    PERCENT = "percent"
    DATE = "date"
    END_AFTER_START = "end_after_start"
    TIME_BEFORE_NOON = "time_before_noon"
    YES_OR_NO = "true_or_false"
    TEXT = "text"
    LINE = "one_line_text"
    NAME = "name"
    TABLE = "table"
    TABLES = "list_of_tables"
    BONUS_OR_PERCENT = "bonus_or_bonus_percent"
    SANE_BONUS = "bonus_below_ten_times_pay"
    UNIQUE = "unique"
    NO_OVERLAP = "no_overlapping_period"
    SOME_RUNG = "at_least_one_rung"
    KEEP = "everything_auto_or_amount"
    NAMES = "list_of_names"
    NUMBERS = "list_of_whole_numbers"
    HOURS = "list_of_hours"
    THRESHOLDS = "four_rising_values"
    KEEP_BELOW_REACH = "keep_not_above_reach"
    FITTING = "values_that_fit_together"


class Table:
    """One table of a file under its path; refuses unknown keys at once, with the nearest known one."""

    def __init__(
        self, content: Mapping[str, object], path: str, known: Iterable[str], elsewhere: Iterable[str] = ()
    ) -> None:
        """Take the table, its path and its known keys; `elsewhere` are whole paths of keys in other tables.

        Raises UnknownKey.
        """
        self._content = content
        self._path = path
        keys = known if isinstance(known, tuple) else tuple(known)
        for key in content:
            if key not in keys:
                raise UnknownKey(self.path(key), self._nearest(key, keys, tuple(elsewhere)))

    def path(self, key: str) -> str:
        """Return a key's whole path: `ladder.rungs[2].bonus`."""
        return f"{self._path}.{key}" if self._path else key

    def has(self, key: str) -> bool:
        """Tell whether the file writes a key."""
        return key in self._content

    def written(self) -> KeysView[str]:
        """Return the keys the file writes."""
        return self._content.keys()

    def value(self, key: str, expected: str) -> object:
        """Return a key's value as the file has it; raises MissingKey."""
        if key not in self._content:
            raise MissingKey(self.path(key), expected)
        return self._content[key]

    def bad(self, key: str, expected: str) -> BadValue:
        """Return the error for a key's value."""
        return BadValue(self.path(key), shown(self._content.get(key, "")), expected)

    def text(self, key: str) -> str:
        """Return a text of one or more lines, its outer blank lines off; raises BadValue, MissingKey."""
        value = self.value(key, Expected.TEXT)
        if not isinstance(value, str) or not value.strip() or _CONTROL.search(value.replace("\r\n", "\n")):
            raise self.bad(key, Expected.TEXT)
        return "\n".join(line.rstrip() for line in value.strip().splitlines())

    def line(self, key: str, *, empty: bool = False) -> str:
        """Return a text of one line; where it may be empty it may be left out. Raises BadValue, MissingKey."""
        if empty and not self.has(key):
            return ""
        value = self.value(key, Expected.LINE)
        if not isinstance(value, str) or not is_one_line(value) or not (empty or value.strip()):
            raise self.bad(key, Expected.LINE)
        return value.strip()

    def name(self, key: str) -> str:
        """Return a short name of letters, digits, dot, dash and underscore; raises BadValue, MissingKey."""
        value = self.value(key, Expected.NAME)
        if not isinstance(value, str) or _NAME.fullmatch(value) is None:
            raise self.bad(key, Expected.NAME)
        return value

    def amount(self, key: str) -> int:
        """Return an amount in fen, ≥ 0, written `"300.00"` or as whole yuan `300`; raises BadValue, MissingKey."""
        value = self.value(key, Expected.AMOUNT)
        if isinstance(value, float):
            raise self.bad(key, Expected.QUOTED_AMOUNT)
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise self.bad(key, Expected.AMOUNT)
        try:
            return parse_amount(str(value))
        except MoneyError as unreadable:
            raise self.bad(key, Expected.AMOUNT) from unreadable

    def amount_above_zero(self, key: str) -> int:
        """Return an amount in fen, > 0; raises BadValue, MissingKey."""
        minor = self.amount(key)
        if minor == 0:
            raise self.bad(key, Expected.AMOUNT_ABOVE_ZERO)
        return minor

    def whole(self, key: str, lowest: int, highest: int, expected: str = Expected.WHOLE_NUMBER) -> int:
        """Return a whole number between two bounds, both included; raises BadValue, MissingKey."""
        label = f"{expected} {lowest}-{highest}"
        value = self.value(key, label)
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise self.bad(key, label)
        return value

    def day(self, key: str) -> date:
        """Return a date; raises BadValue, MissingKey."""
        value = self.value(key, Expected.DATE)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value if _DAY.fullmatch(value) else "")
            except ValueError as unreadable:
                raise self.bad(key, Expected.DATE) from unreadable
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.bad(key, Expected.DATE)
        return value

    def day_or_none(self, key: str) -> date | None:
        """Return a date, or None where the file has none; raises BadValue."""
        return self.day(key) if self.has(key) else None

    def morning(self, key: str) -> time:
        """Return a time of day before noon, written `04:00:00` or `"04:00"`; raises BadValue, MissingKey."""
        value = self.value(key, Expected.TIME_BEFORE_NOON)
        if isinstance(value, str):
            try:
                value = time.fromisoformat(value)
            except ValueError as unreadable:
                raise self.bad(key, Expected.TIME_BEFORE_NOON) from unreadable
        if not isinstance(value, time) or value.tzinfo is not None or value >= time(12):
            raise self.bad(key, Expected.TIME_BEFORE_NOON)
        return value

    def yes_or_no(self, key: str) -> bool:
        """Return true or false; raises BadValue, MissingKey."""
        value = self.value(key, Expected.YES_OR_NO)
        if not isinstance(value, bool):
            raise self.bad(key, Expected.YES_OR_NO)
        return value

    def choice(self, key: str, choices: type[StrEnum]) -> str:
        """Return one of an enumeration's values; raises BadValue listing them, MissingKey."""
        allowed = [member.value for member in choices]
        listed = "|".join(allowed)
        value = self.value(key, listed)
        if value not in allowed:
            raise self.bad(key, listed)
        return str(value)

    def table(self, key: str, known: Iterable[str], elsewhere: Iterable[str] = (), *, optional: bool = False) -> Table:
        """Return a table within; an optional one that is left out is empty. Raises BadValue, MissingKey, UnknownKey."""
        value = {} if optional and not self.has(key) else self.value(key, Expected.TABLE)
        if not isinstance(value, dict):
            raise self.bad(key, Expected.TABLE)
        return Table(value, self.path(key), known, elsewhere)

    def tables(self, key: str, known: Iterable[str], elsewhere: Iterable[str] = ()) -> tuple[Table, ...]:
        """Return a list of tables (`[[ladder.rungs]]`, counted from 1), empty if left out; raises BadValue, UnknownKey."""
        value = self._content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.bad(key, Expected.TABLES)
        keys = tuple(known)
        return tuple(
            Table(item, f"{self.path(key)}[{place}]", keys, elsewhere) for place, item in enumerate(value, start=1)
        )

    def _nearest(self, key: str, keys: tuple[str, ...], elsewhere: tuple[str, ...]) -> str | None:
        """Return the path of the known key that a key resembles: of this table first, then of any other."""
        near = get_close_matches(key, keys, n=1)
        if near:
            return self.path(near[0])
        last_parts = {path.rpartition(".")[2]: path for path in reversed(elsewhere)}
        near = get_close_matches(key, last_parts, n=1)
        return last_parts[near[0]] if near else None


def is_one_line(text: str) -> bool:
    """Tell whether a text can be printed on one line: no break, no sign that steers a printer."""
    return "\n" not in text and _CONTROL.search(text) is None


def shown(value: object) -> str:
    """Return a value as its file would write it, at most 60 characters, for an error's fields."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, (date, time)):
        text = value.isoformat()
    elif isinstance(value, dict):
        text = "{…}"
    elif isinstance(value, list):
        text = "[…]"
    else:
        text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def shown_minor(minor: int) -> str:
    """Return fen as a file writes them, for an error's fields: `1000.00`."""
    return format_minor(minor).replace(",", "")
