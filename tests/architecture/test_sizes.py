"""A module has one reason to exist, a function fits on a screen."""

from __future__ import annotations

import ast
from typing import Final

from tests.architecture.sources import ROOMS, Source, snippet, sources

MODULE_LINES: Final = 400
FUNCTION_LINES: Final = 70


def oversized(source: Source) -> list[str]:
    """Modules over 400 lines, functions over 70."""
    lines = len(source.text.splitlines())
    found = [f"{source.place}: {lines} lines"] if lines > MODULE_LINES else []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            long = (node.end_lineno or node.lineno) - node.lineno + 1
            if long > FUNCTION_LINES:
                found.append(f"{source.at(node)} {node.name}: {long} lines")
    return found


def test_every_module_and_function_is_small() -> None:
    assert [found for source in sources(*ROOMS) for found in oversized(source)] == []


def test_a_long_module_is_noticed() -> None:
    assert oversized(snippet("x = 1\n" * (MODULE_LINES + 1)))
    assert not oversized(snippet("x = 1\n" * MODULE_LINES))


def test_a_long_function_is_noticed() -> None:
    assert oversized(snippet("def act():\n" + "    pass\n" * FUNCTION_LINES))
    assert not oversized(snippet("def act():\n" + "    pass\n" * (FUNCTION_LINES - 1)))
