"""Every public module, class and function says what it is."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import PACKAGES, Source, snippet, sources


def undocumented(source: Source) -> list[str]:
    """Public names without a docstring; what a function defines inside itself is its own affair."""
    found = [] if ast.get_docstring(source.tree) or not source.text.strip() else [f"{source.place}: module"]
    return found + _undocumented_in(source, source.tree)


def _undocumented_in(source: Source, scope: ast.Module | ast.ClassDef) -> list[str]:
    found: list[str] = []
    for node in scope.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            found.append(f"{source.at(node)} {node.name}")
        if isinstance(node, ast.ClassDef):
            found += _undocumented_in(source, node)
    return found


def test_every_public_name_says_what_it_is() -> None:
    assert [found for source in sources(*PACKAGES) for found in undocumented(source)] == []


@pytest.mark.parametrize(
    "offence",
    [
        "x = 1",
        '"""A module."""\ndef act(): ...',
        '"""A module."""\nasync def act(): ...',
        '"""A module."""\nclass Act: ...',
        '"""A module."""\nclass Act:\n    """A class."""\n    def do(self): ...',
    ],
)
def test_a_silent_public_name_is_noticed(offence: str) -> None:
    assert undocumented(snippet(offence))
