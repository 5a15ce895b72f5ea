"""The project's own files as the architecture tests read them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("ledger", "kiosk", "line", "syncd", "headoffice")
ROOMS: Final = (*PACKAGES, "tests", "bench")


@dataclass(frozen=True)
class Source:
    """One Python file: where it lies below the root, and what stands in it."""

    place: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file's syntax tree."""
        return ast.parse(self.text, self.place)

    @property
    def module(self) -> str:
        """The dotted name it is imported by."""
        return self.place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def at(self, node: ast.AST) -> str:
        """Say where a node stands, as an editor understands it."""
        return f"{self.place}:{getattr(node, 'lineno', 1)}"


def snippet(text: str, place: str = "ledger/offender.py") -> Source:
    """A file that breaks a rule, to see the check fail."""
    return Source(place, text)


@cache
def sources(*rooms: str) -> tuple[Source, ...]:
    """Every Python file below these rooms."""
    found = tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
    )
    assert found, rooms
    return found
