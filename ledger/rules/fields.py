"""Fields of a programme's file: each key once, with what it takes, what it becomes and how a schema says it.

The reader, the list of known keys and the schema all come from these; there is no second list. Page: docs/rules/programme.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cache
from typing import Any, Final

from ledger.errors import BadValue
from ledger.rules.promises import Span
from ledger.rules.reading import Expected, Table, is_one_line, shown

Schema = dict[str, Any]
_NAME_SCHEMA: Final[Schema] = {"type": "string", "pattern": "^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$"}
_AMOUNT_SCHEMA: Final[Schema] = {
    "anyOf": [{"type": "string", "pattern": "^[0-9][0-9,]*(\\.[0-9]{1,2})?$"}, {"type": "integer", "minimum": 0}]
}
_ABOVE_ZERO_SCHEMA: Final[Schema] = {
    "anyOf": [
        {"type": "string", "pattern": "^(?=.*[1-9])[0-9][0-9,]*(\\.[0-9]{1,2})?$"},
        {"type": "integer", "minimum": 1},
    ]
}
_DAY_SCHEMA: Final[Schema] = {
    "type": "string",
    "format": "date",
    "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
}
_CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS: Final = re.compile(rf"({_CLOCK})-({_CLOCK})")
_HOURS_SCHEMA: Final[Schema] = {"type": "string", "pattern": f"^{_CLOCK}-{_CLOCK}$"}
_LINE_SCHEMA: Final[Schema] = {
    "type": "string",
    "pattern": "^[^\\x00-\\x1f\\x7f]*[^\\s\\x00-\\x1f\\x7f][^\\x00-\\x1f\\x7f]*$",
}
_NEVER: Final = object()
_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """What a key takes: how it is read from a table, and its schema."""

    read: Callable[[Table, str], Any]
    schema: Schema


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One key of a table: which attribute it becomes and what it takes; without a default it must be there."""

    key: str
    kind: Kind
    attribute: str = ""
    default: Any = _NEVER
    needed: bool = field(init=False)

    def __post_init__(self) -> None:
        """Settle once what every table asks again."""
        object.__setattr__(self, "attribute", self.attribute or self.key)
        object.__setattr__(self, "needed", self.default is _NEVER)


Fields = tuple[Field, ...]


def keys_of(fields: Fields) -> tuple[str, ...]:
    """Return the keys of a table."""
    return tuple(each.key for each in fields)


def read_fields(table: Table, fields: Fields) -> dict[str, Any]:
    """Return every attribute of a table's fields, the default of what is left out; raises what the kinds raise."""
    defaults, readers = _plan(fields)
    written, values = table.written(), defaults.copy()
    for key, attribute, read, needed in readers:
        if needed or key in written:
            values[attribute] = read(table, key)
    return values


@cache
def _plan(fields: Fields) -> tuple[dict[str, Any], list[tuple[str, str, Callable[[Table, str], Any], bool]]]:
    """Return the defaults and the readers of a table's fields, asked once: a programme has a thousand tables."""
    defaults = {each.attribute: each.default for each in fields}
    return defaults, [(each.key, each.attribute, each.kind.read, each.needed) for each in fields]


def schema_of(fields: Fields) -> Schema:
    """Return the JSON Schema of a table."""
    return {
        "type": "object",
        "properties": {each.key: each.kind.schema for each in fields},
        "required": [each.key for each in fields if each.needed],
        "additionalProperties": False,
    }


def optional(key: str, kind: Kind, default: Any = None, attribute: str = "") -> Field:
    """Return a field that may be left out."""
    return Field(key, kind, attribute, default)


NAME: Final = Kind(Table.name, _NAME_SCHEMA)
LINE: Final = Kind(Table.line, _LINE_SCHEMA)
FLAG: Final = Kind(Table.yes_or_no, {"type": "boolean"})
AMOUNT: Final = Kind(Table.amount, _AMOUNT_SCHEMA)
AMOUNT_ABOVE_ZERO: Final = Kind(Table.amount_above_zero, _ABOVE_ZERO_SCHEMA)
DAY: Final = Kind(Table.day, _DAY_SCHEMA)


def whole(lowest: int, highest: int, expected: str = Expected.WHOLE_NUMBER) -> Kind:
    """Return the kind of a whole number between two bounds."""
    return Kind(
        lambda table, key: table.whole(key, lowest, highest, expected),
        {"type": "integer", "minimum": lowest, "maximum": highest},
    )


def percent(lowest: int, highest: int) -> Kind:
    """Return the kind of a whole percentage."""
    return whole(lowest, highest, Expected.PERCENT)


def choice(choices: type[StrEnum]) -> Kind:
    """Return the kind of one of an enumeration."""
    return Kind(lambda table, key: choices(table.choice(key, choices)), {"enum": [one.value for one in choices]})


def several(choices: type[StrEnum]) -> Kind:
    """Return the kind of a list of an enumeration's values."""
    allowed = {one.value for one in choices}

    def read(table: Table, key: str) -> frozenset[Any]:
        return frozenset(choices(text) for text in _texts(table, key, "|".join(sorted(allowed)), allowed))

    return Kind(read, {"type": "array", "items": {"enum": sorted(allowed)}, "minItems": 1, "uniqueItems": True})


def names(pattern: Schema | None = None) -> Kind:
    """Return the kind of a list of names."""
    schema: Schema = {"type": "array", "items": pattern or _LINE_SCHEMA, "minItems": 1, "uniqueItems": True}
    return Kind(lambda table, key: frozenset(_texts(table, key, Expected.NAMES, None)), schema)


def lines() -> Kind:
    """Return the kind of a list of one-line texts, in their order."""
    schema: Schema = {"type": "array", "items": _LINE_SCHEMA, "minItems": 1, "uniqueItems": True}
    return Kind(lambda table, key: tuple(_texts(table, key, Expected.NAMES, None)), schema)


def _texts(table: Table, key: str, expected: str, allowed: set[str] | None) -> list[str]:
    listed = table.value(key, expected)
    if not isinstance(listed, list) or not listed or len(set(map(str, listed))) != len(listed):
        raise table.bad(key, expected)
    for text in listed:
        if not isinstance(text, str) or not text.strip() or not is_one_line(text) or text not in (allowed or listed):
            raise BadValue(table.path(key), shown(text), expected)
    return listed


def numbers(lowest: int, highest: int) -> Kind:
    """Return the kind of a list of whole numbers between two bounds."""

    def read(table: Table, key: str) -> frozenset[int]:
        expected = f"{Expected.NUMBERS} {lowest}-{highest}"
        listed = table.value(key, expected)
        if not isinstance(listed, list) or not listed:
            raise table.bad(key, expected)
        for number in listed:
            if isinstance(number, bool) or not isinstance(number, int) or not lowest <= number <= highest:
                raise BadValue(table.path(key), shown(number), expected)
        return frozenset(listed)

    items: Schema = {"type": "integer", "minimum": lowest, "maximum": highest}
    return Kind(read, {"type": "array", "items": items, "minItems": 1, "uniqueItems": True})


def thresholds(lowest: int, highest: int) -> Kind:
    """Return the kind of four rising whole numbers."""

    def read(table: Table, key: str) -> tuple[int, ...]:
        expected = f"{Expected.THRESHOLDS} {lowest}-{highest}"
        listed = table.value(key, expected)
        if not isinstance(listed, list) or any(isinstance(n, bool) or not isinstance(n, int) for n in listed):
            raise table.bad(key, expected)
        if len(listed) != _STEPS or listed != sorted(set(listed)) or not lowest <= listed[0] <= listed[-1] <= highest:
            raise table.bad(key, expected)
        return tuple(listed)

    items: Schema = {"type": "integer", "minimum": lowest, "maximum": highest}
    return Kind(read, {"type": "array", "items": items, "minItems": _STEPS, "maxItems": _STEPS})


def _amounts(table: Table, key: str) -> tuple[int, ...]:
    listed = table.value(key, Expected.THRESHOLDS)
    if not isinstance(listed, list) or len(listed) != _STEPS:
        raise table.bad(key, Expected.THRESHOLDS)
    rising = tuple(Table({"each": each}, table.path(key), ("each",)).amount("each") for each in listed)
    if list(rising) != sorted(set(rising)):
        raise table.bad(key, Expected.THRESHOLDS)
    return rising


AMOUNTS: Final = Kind(_amounts, {"type": "array", "items": _AMOUNT_SCHEMA, "minItems": _STEPS, "maxItems": _STEPS})


def _hours(table: Table, key: str) -> tuple[tuple[time, time], ...]:
    spans = []
    for text in _texts(table, key, Expected.HOURS, None):
        written = _HOURS.fullmatch(text)
        if written is None or written[1] == written[2]:
            raise BadValue(table.path(key), shown(text), Expected.HOURS)
        spans.append((time.fromisoformat(written[1]), time.fromisoformat(written[2])))
    return tuple(spans)


HOURS: Final = Kind(_hours, {"type": "array", "items": _HOURS_SCHEMA, "minItems": 1})


def table_of(fields: Fields, make: Callable[..., Any], known: Callable[[], Sequence[str]]) -> Kind:
    """Return the kind of a table within; `make` takes its attributes."""
    keys = keys_of(fields)

    def read(table: Table, key: str) -> Any:
        inner = table.table(key, keys, known())
        return made(inner, key, table, fields, make)

    return Kind(read, schema_of(fields))


def tables_of(fields: Fields, make: Callable[..., Any], known: Callable[[], Sequence[str]]) -> Kind:
    """Return the kind of a list of tables within."""
    keys = keys_of(fields)

    def read(table: Table, key: str) -> tuple[Any, ...]:
        inner = table.tables(key, keys, known())
        return tuple(made(each, key, table, fields, make) for each in inner)

    return Kind(read, {"type": "array", "items": schema_of(fields)})


def made(inner: Table, key: str, outer: Table, fields: Fields, make: Callable[..., Any]) -> Any:
    """Return what a table's attributes make; a ValueError of theirs is a bad value of the table."""
    try:
        return make(**read_fields(inner, fields))
    except ValueError as unfit:
        raise BadValue(outer.path(key), str(unfit)[:60], Expected.FITTING) from unfit


SPAN: Final[Fields] = (
    optional("after_days", whole(0, 3650), 0),
    optional("valid_days", whole(1, 36_500)),
)
"""From when to when something given can be used."""


def with_span(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return a maker that takes the two keys of a span as one."""

    def making(after_days: int, valid_days: int | None, **rest: Any) -> Any:
        return make(span=Span(after_days, valid_days), **rest)

    return making


def as_plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file's content as JSON can hold it: dates and times as text."""
    return {key: _plain(value) for key, value in content.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return as_plain(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, (date, time)) else value
