"""One word per idea: names say what a thing is, and the words that say nothing are banned."""

from __future__ import annotations

import ast
import re
from typing import Final

import pytest

from tests.architecture.sources import ROOMS, Source, snippet, sources

BANNED: Final = frozenset({"data", "info", "util", "utils", "helper", "helpers", "transaction", "transactions"})
"""Nowhere in a name. `manager` is a person (the role), never a class that looks after things."""
MARKS: Final = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")

ITSELF: Final = "tests/architecture/test_names.py"


def words(name: str) -> list[str]:
    """Split snake_case and CamelCase into lower-case words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word.lower() for word in spaced.split("_") if word]


def is_banned(name: str) -> bool:
    """Tell whether a name holds a banned word, or is a class that calls itself a manager."""
    parts = words(name)
    is_keeper = parts[-1:] == ["manager"] and not name.isupper() and parts[-2:-1] not in ([], ["not"])
    return not BANNED.isdisjoint(parts) or (is_keeper and name[:1].isupper())


def named(tree: ast.Module) -> list[tuple[str, ast.AST]]:
    """Every name that a module gives: functions, classes, arguments, variables, attributes it sets."""
    found: list[tuple[str, ast.AST]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append((node.name, node))
        elif isinstance(node, ast.arg):
            found.append((node.arg, node))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append((node.id, node))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.append((node.attr, node))
        elif isinstance(node, ast.alias) and node.asname:
            found.append((node.asname, node))
    return found


def badly_named(source: Source) -> list[str]:
    """Names and modules made of words that say nothing, and marks of unfinished work."""
    found = [f"{source.at(node)} {name}" for name, node in named(source.tree) if is_banned(name)]
    found += [f"{source.place}: module" for part in source.module.split(".") if is_banned(part)]
    found += [
        f"{source.place}:{number} {line.strip()}"
        for number, line in enumerate(source.text.splitlines(), start=1)
        if MARKS.search(line)
    ]
    return found


def test_every_name_says_what_it_is() -> None:
    assert [found for source in sources(*ROOMS) if source.place != ITSELF for found in badly_named(source)] == []


@pytest.mark.parametrize(
    "offence",
    [
        "member_data = 1",
        "def info(): ...",
        "class ShiftManager: ...",
        "class PrintUtils: ...",
        "def act(helper): ...",
        "for transaction in journal: ...",
        "import ledger.money as utils",
        "paid = 1  # TODO: round",
    ],
)
def test_a_name_that_says_nothing_is_noticed(offence: str) -> None:
    assert badly_named(snippet(offence))


def test_a_module_that_says_nothing_is_noticed() -> None:
    assert badly_named(snippet("", place="kiosk/services/utils.py"))


def test_the_manager_is_a_person() -> None:
    assert badly_named(snippet("MANAGER = 1\nmanager_pin = 2\nclass ApproverNotManager: ...")) == []
