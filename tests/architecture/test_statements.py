"""Statements and handlers that would let a mistake pass in silence."""

from __future__ import annotations

import ast
import re
from typing import Final

import pytest

from tests.architecture.sources import PACKAGES, ROOMS, Source, snippet, sources

REPLACING: Final = re.compile(r"\bINSERT\s+OR\s+REPLACE\b|\bREPLACE\s+INTO\b", re.IGNORECASE)
"""A replacing insert deletes the row it meets, past an append-only trigger."""
REPLACING_CALLS: Final = frozenset({"replace_many", "on_conflict_replace"})
BOUNDARIES: Final[frozenset[str]] = frozenset(
    {
        "headoffice/doors/boxes.py:_refusing",
        "headoffice/pages/guard.py:answering",
        "line/signatures.py:verify_request",  # a stranger's bytes may make the library raise anything
    }
)
"""The outermost handlers of a process, a thread or a stranger's request: the only ones that may catch everything."""
EVERYTHING: Final = frozenset({"Exception", "BaseException"})
EXEMPTION: Final = re.compile(
    r"#\s*(noqa|type:\s*ignore)(?P<codes>(:\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*)|\[[^\]]*\])?(?P<reason>.*)"
)


def replacing(source: Source) -> list[str]:
    """Statements that overwrite a row."""
    return [source.at(node) for node in ast.walk(source.tree) if _replaces(node)]


def _replaces(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and REPLACING.search(node.value) is not None
    return isinstance(node, ast.Attribute) and node.attr in REPLACING_CALLS


def catching_everything(source: Source) -> list[str]:
    """Handlers that keep whatever comes, with the function they stand in; one that clears up and raises on is fine."""
    found: list[str] = []
    for function in ast.walk(source.tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
            continue
        where = f"{source.place}:{getattr(function, 'name', 'module')}"
        found += [where for handler in _handlers(function) if _keeps_everything(handler)]
    return found


def _handlers(scope: ast.AST) -> list[ast.ExceptHandler]:
    inside: list[ast.ExceptHandler] = []
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.ExceptHandler):
            inside.append(child)
        inside += _handlers(child)
    return inside


def _keeps_everything(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    raises_on = isinstance(last, ast.Raise) and last.exc is None
    return _catches_everything(handler.type) and not raises_on


def _catches_everything(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_catches_everything(part) for part in caught.elts)
    return caught is None or (isinstance(caught, ast.Name) and caught.id in EVERYTHING)


def unreasoned(source: Source) -> list[str]:
    """Exemptions from the linter or the type checker that do not say why."""
    found = []
    for number, line in enumerate(source.text.splitlines(), start=1):
        exemption = EXEMPTION.search(line)
        if exemption and not (exemption["codes"] and re.search(r"\w{2,}", exemption["reason"])):
            found.append(f"{source.place}:{number} {exemption[0]}")
    return found


def test_no_statement_overwrites_a_row() -> None:
    assert [found for source in sources(*PACKAGES) for found in replacing(source)] == []


@pytest.mark.parametrize(
    "offence",
    ['sql = "insert or replace into purse"', 'sql = f"REPLACE  INTO {table}"', "Purse.replace_many(rows)"],
)
def test_an_overwriting_statement_is_noticed(offence: str) -> None:
    assert replacing(snippet(offence))


def test_only_an_outermost_boundary_catches_everything() -> None:
    caught = {found for source in sources(*PACKAGES) for found in catching_everything(source)}
    assert caught == BOUNDARIES


@pytest.mark.parametrize("caught", ["Exception", "BaseException", "(OSError, Exception)", ""])
def test_a_handler_that_catches_everything_is_noticed(caught: str) -> None:
    text = f"def act():\n    try:\n        pass\n    except {caught}:\n        pass"
    assert catching_everything(snippet(text)) == ["ledger/offender.py:act"]


def test_a_handler_that_names_its_errors_is_fine() -> None:
    assert catching_everything(snippet("try:\n    pass\nexcept (OSError, ValueError):\n    pass")) == []


def test_a_handler_that_clears_up_and_raises_on_is_fine() -> None:
    assert catching_everything(snippet("try:\n    pass\nexcept BaseException:\n    line.close()\n    raise")) == []


def test_every_exemption_says_why() -> None:
    architecture = "tests/architecture/"
    everywhere = [source for source in sources(*ROOMS) if not source.place.startswith(architecture)]
    assert [found for source in everywhere for found in unreasoned(source)] == []


@pytest.mark.parametrize("exemption", ["noqa", "noqa: S608", "type: ignore", "type: ignore[misc]", "noqa because"])
def test_an_exemption_without_a_reason_is_noticed(exemption: str) -> None:
    assert unreasoned(snippet(f"x = 1  # {exemption}"))


@pytest.mark.parametrize("exemption", ["noqa: S311 - invents customers", "type: ignore[misc]  # the class is lazy"])
def test_an_exemption_with_a_reason_is_fine(exemption: str) -> None:
    assert unreasoned(snippet(f"x = 1  # {exemption}")) == []


def loading_by_name(source: Source) -> list[str]:
    """Imports that the import contracts cannot see."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    names = [
        (node, node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
        for node in calls
    ]
    return [source.at(node) for node, name in names if name in {"import_module", "__import__"}]


def test_only_the_printer_library_and_the_pages_are_loaded_by_name() -> None:
    loading = [found for source in sources(*PACKAGES) for found in loading_by_name(source)]
    assert {place.partition(":")[0] for place in loading} == {
        "headoffice/pages/registry.py",  # one file a page: a new page is found by being there
        "kiosk/receipts/escpos_loading.py",
    }


@pytest.mark.parametrize("offence", ['importlib.import_module("peewee")', '__import__("peewee")'])
def test_an_import_by_name_is_noticed(offence: str) -> None:
    assert loading_by_name(snippet(offence))
