"""The two forms of a programme's file, read into plain tables: TOML as people write it, JSON as it goes over the wire.

Page: docs/rules/programme.md, two forms. No TOML file begins with a brace, so the first sign tells them apart.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from ledger.errors import ProgrammeUnreadable
from ledger.rules.fields import as_plain
from ledger.wire import canonical

LARGEST_FILE: Final = 256 * 1024
"""Bytes; a programme is a page or two."""


def plain_content(content: bytes) -> dict[str, Any]:
    """Return a file's top table, of either form; raises ProgrammeUnreadable."""
    if len(content) > LARGEST_FILE:
        raise ProgrammeUnreadable(f"{len(content)} > {LARGEST_FILE} bytes")
    try:
        text = content.decode("utf-8-sig")
        return _json(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as unreadable:
        raise ProgrammeUnreadable(str(unreadable)) from unreadable
    except RecursionError as too_deep:
        raise ProgrammeUnreadable("nested too deeply") from too_deep


def json_form(content: Mapping[str, Any]) -> bytes:
    """Return a top table as canonical JSON (UTF-8): dates and times as text."""
    return canonical(as_plain(content))


def _json(text: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    if "\\u" in text:
        json.dumps(content, ensure_ascii=False).encode()  # half a surrogate pair is no text: ValueError
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"twice: {next(key for key in keys if keys.count(key) > 1)}")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"no number: {text}")
