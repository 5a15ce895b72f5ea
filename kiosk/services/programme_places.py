"""Where in a programme's TOML text a key, an id or a clause stands: a scan of text that the parser has accepted already; pure.

The standard library's parser tells no lines. What is found here only helps a person's eye; nothing is decided by it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ledger.errors import (
    BadValue,
    MissingKey,
    ProgrammeError,
    ProgrammeUnreadable,
    PromiseRefused,
    UnknownKey,
    VoidClause,
)

_PARSERS: Final = re.compile(r"line (\d+)")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PLAIN: Final = re.compile(r"[^,\]}\n#]*")
_QUOTES: Final = ('"""', "'''", '"', "'")
_USE: Final = "use."
_SECTIONS: Final = {
    "COUPON": "coupons",
    "VISIT": "passes",
    "GOODS": "vouchers",
    "EXCHANGE": "exchange_cards",
    "RIGHT": "rights",
}


@dataclass
class Places:
    """Where keys stand: their whole paths (`ladder.rungs[2].bonus`) with line numbers from 1, and short texts by path."""

    lines: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def nearest(self, path: str) -> int | None:
        """Return the line of a path, or of the closest table around it; None for what belongs at the top."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path)

    def of_id(self, section: str, key: str, wanted: str, *, last: bool = False) -> str | None:
        """Return the path of a list's table by one of its keys: `rules[3]`; the last of several where asked for."""
        found = [
            path.removesuffix(f".{key}")
            for path, text in self.texts.items()
            if text == wanted and re.fullmatch(rf"{section}\[\d+\]\.{key}", path)
        ]
        return found[-1 if last else 0] if found else None

    def ends(self, path: str, text_lines: int) -> int:
        """Return the last line that can belong to a table: the one before the next table's first."""
        begins = self.lines[path]
        later = [line for other, line in self.lines.items() if line > begins and not other.startswith(f"{path}.")]
        return min(later, default=text_lines + 1) - 1


def line_of(text: str, error: ProgrammeError) -> int | None:
    """Return the line of a programme's text that an error is about, from 1; None where no line can be named."""
    if isinstance(error, ProgrammeUnreadable):
        named = _PARSERS.search(error.detail)
        return int(named[1]) if named else None
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return None  # the JSON form is one line
    if isinstance(error, VoidClause):
        return _line_of_words(text, error.clause)
    places = places_of(text)
    match error:
        case UnknownKey() | MissingKey() | BadValue():
            return places.nearest(error.key)
        case PromiseRefused():
            return _line_of_promise(text, places, error)
        case _:
            return None


def _line_of_words(text: str, words: str) -> int | None:
    found = text.find(words)
    if found < 0:
        found = text.find(words.splitlines()[0].strip()) if words.strip() else -1
    return text.count("\n", 0, found) + 1 if found >= 0 else None


def _line_of_promise(text: str, places: Places, error: PromiseRefused) -> int | None:
    section, _, wanted = error.where.partition(" ")
    section, _, key = section.partition(".")
    if wanted.startswith(_USE):
        wanted = wanted.removeprefix(_USE).replace(".", ":", 1)
        section = "assets"
    if section == "assets":
        prefix, _, wanted = wanted.partition(":")
        section = _SECTIONS.get(prefix, section)
    path = places.of_id(section, key or "id", wanted, last=error.reason == "twice") if wanted else section
    if path is None or path not in places.lines:
        return places.nearest(section)
    if error.reason == "twice":
        return places.lines.get(f"{path}.{key or 'id'}", places.lines[path])
    return _line_of_detail(text, places, path, error.detail) or places.lines[path]


def _line_of_detail(text: str, places: Places, path: str, detail: str) -> int | None:
    """Return the line inside a table that writes what an error names, in quotes or as a key."""
    lines = text.splitlines()
    if not detail:
        return None
    written = re.compile(rf"[\"']{re.escape(detail)}[\"']|\b{re.escape(detail)}\b\s*=")
    for number in range(places.lines[path], places.ends(path, len(lines)) + 1):
        if written.search(lines[number - 1]):
            return number
    return None


def places_of(text: str) -> Places:
    """Return where every key of a TOML text stands; the text must be one that the parser accepts."""
    scan = _Scan(text)
    scan.document()
    return scan.places


class _Scan:
    """One pass over the signs of a text; every reading function begins where the last one ended."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 1 if text.startswith("\ufeff") else 0
        self.places = Places()
        self._counts: dict[str, int] = {}
        self._breaks = [found.start() for found in re.finditer("\n", text)]

    def document(self) -> None:
        prefix = ""
        self._space()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                prefix = self._header()
            else:
                self._pair(prefix)
            self._space()

    def _note(self, path: str, at: int) -> None:
        self.places.lines.setdefault(path, bisect_right(self._breaks, at - 1) + 1)

    def _header(self) -> str:
        begin = self.at
        doubled = self.text.startswith("[[", self.at)
        self.at += 2 if doubled else 1
        parts = list(self._key())
        self.at += 2 if doubled else 1
        path = ""
        for place, part in enumerate(parts):
            path = f"{path}.{part}" if path else part
            if doubled and place == len(parts) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
                self._note(path, begin)
            if path in self._counts:
                path = f"{path}[{self._counts[path]}]"
        self._note(path, begin)
        return path

    def _pair(self, prefix: str) -> None:
        begin = self.at
        path = prefix
        for part in self._key():
            path = f"{path}.{part}" if path else part
            self._note(path, begin)
        self.at += 1  # the equals sign
        self._value(path)

    def _key(self) -> Iterator[str]:
        """Give the parts of a dotted key and stand behind it."""
        while True:
            self._space()
            bare = _BARE_KEY.match(self.text, self.at)
            if bare is None:
                yield self._string()
            else:
                self.at = bare.end()
                yield bare[0]
            self._space()
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def _value(self, path: str) -> None:
        self._space()
        sign = self.text[self.at : self.at + 1]
        if sign in {'"', "'"}:
            self.places.texts[path] = self._string()
        elif sign == "[":
            self._array(path)
        elif sign == "{":
            self._inline(path)
        else:
            plain = _PLAIN.match(self.text, self.at)
            assert plain is not None, "the pattern takes the empty text too"
            self.at = plain.end()

    def _array(self, path: str) -> None:
        self.at += 1
        self._space()
        place = 0
        while not self.text.startswith("]", self.at):
            place += 1
            self._note(f"{path}[{place}]", self.at)
            self._value(f"{path}[{place}]")
            self._comma()
        self.at += 1

    def _inline(self, path: str) -> None:
        self.at += 1
        self._space()
        while not self.text.startswith("}", self.at):
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        self._space()
        if self.text.startswith(",", self.at):
            self.at += 1
            self._space()

    def _space(self) -> None:
        space = _SPACE.match(self.text, self.at)
        assert space is not None, "the pattern takes the empty text too"
        self.at = space.end()

    def _string(self) -> str:
        """Return what stands between quotes, its escapes as they are written, and stand behind it."""
        quote = next(quote for quote in _QUOTES if self.text.startswith(quote, self.at))
        begin = end = self.at + len(quote)
        while not self.text.startswith(quote, end):
            end += 2 if quote[0] == '"' and self.text[end] == "\\" else 1
        while len(quote) > 1 and self.text.startswith(quote, end + 1):
            end += 1  # up to two quotes may stand before the three that close
        self.at = end + len(quote)
        return self.text[begin:end].removeprefix("\n") if len(quote) > 1 else self.text[begin:end]
