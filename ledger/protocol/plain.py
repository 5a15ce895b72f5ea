"""Messages as plain JSON content and back: strict, by the fields' own types, so that nothing unmeant comes through."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from ledger.errors import WireUnreadable

FORMAT: Final = 1
_LARGEST: Final = 1 << 62
_LONGEST_LIST: Final = 10_000
Plain = dict[str, Any]
M = TypeVar("M")


def to_plain(message: Any) -> Plain:
    """Return a message as plain content, with its format number."""
    return {"format": FORMAT, **_plain_fields(message)}


def body_of(value: Any) -> Plain:
    """Return an item's body as plain content: a message of `ITEM_BODIES` without a format number of its own."""
    return _plain_fields(value)


def from_plain(kind: type[M], content: object) -> M:
    """Return the message in plain content; raises WireUnreadable naming the field that does not fit."""
    if not isinstance(content, dict) or content.get("format") != FORMAT or content["format"] is True:
        raise WireUnreadable("format")
    return read_value(kind, {key: value for key, value in content.items() if key != "format"})


def read_value(kind: type[M], content: object) -> M:
    """Return a value of a message's kind from plain content without a format; raises WireUnreadable."""
    value: M = _read(kind, content, kind.__name__)
    return value


def _plain_fields(value: Any) -> Plain:
    return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return value


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, content: object, path: str) -> Any:
    if get_origin(kind) in {types.UnionType, Union}:
        return _read_optional(kind, content, path)
    if get_origin(kind) is tuple:
        return _read_list(get_args(kind)[0], content, path)
    if get_origin(kind) is Mapping:
        return _read_map(get_args(kind)[1], content, path)
    if is_dataclass(kind):
        return _read_object(kind, content, path)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _read_choice(kind, content, path)
    if kind is Any:
        return content
    if type(content) is not kind or (isinstance(content, int) and abs(content) >= _LARGEST):
        raise WireUnreadable(path)
    if isinstance(content, str) and not _is_text(content):
        raise WireUnreadable(path)
    return content


def _is_text(content: str) -> bool:
    """Tell whether every database can hold a text: no NUL, and no half of a surrogate pair, which JSON lets through."""
    try:
        return b"\x00" not in content.encode()
    except UnicodeEncodeError:
        return False


def _read_optional(kind: Any, content: object, path: str) -> Any:
    (inner,) = (part for part in get_args(kind) if part is not type(None))
    return None if content is None else _read(inner, content, path)


def _read_list(kind: Any, content: object, path: str) -> Any:
    if not isinstance(content, list) or len(content) > _LONGEST_LIST:
        raise WireUnreadable(path)
    return tuple(_read(kind, part, f"{path}[{place}]") for place, part in enumerate(content))


def _read_map(kind: Any, content: object, path: str) -> Any:
    if not isinstance(content, dict) or len(content) > _LONGEST_LIST or not all(map(_is_text, content)):
        raise WireUnreadable(path)
    return {key: _read(kind, part, f"{path}.{key}") for key, part in content.items()}


def _read_choice(kind: type[StrEnum], content: object, path: str) -> StrEnum:
    try:
        return kind(str(content))
    except ValueError as unknown:
        raise WireUnreadable(path) from unknown


def _read_object(kind: Any, content: object, path: str) -> Any:
    hints = _hints(kind)
    if not isinstance(content, dict) or set(content) != set(hints):
        raise WireUnreadable(path)
    return kind(**{name: _read(hint, content[name], f"{path}.{name}") for name, hint in hints.items()})
