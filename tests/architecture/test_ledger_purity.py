"""The ledger is pure: standard library only, no floats, no clock, no randomness, no I/O."""

from __future__ import annotations

import ast
import sys
from typing import Final

import pytest

from tests.architecture.sources import Source, snippet, sources

IMPURE_MODULES: Final = frozenset(
    {
        *(
            "asyncio",
            "concurrent",
            "contextvars",
            "ctypes",
            "http",
            "io",
            "logging",
            "multiprocessing",
            "os",
            "pathlib",
        ),
        *("random", "secrets", "select", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile"),
        *("threading", "time", "urllib", "uuid", "warnings", "fractions", "decimal", "statistics", "cmath"),
    },
)
IMPURE_CALLS: Final = frozenset(
    {"open", "print", "input", "float", "complex", "exec", "eval", "breakpoint", "__import__"},
)
CLOCK_METHODS: Final = frozenset({"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"})
CLOCK_OWNERS: Final = frozenset({"datetime", "date"})


def impurities(source: Source) -> list[str]:
    """Everything in a ledger module that money may not rest on."""
    return [
        f"{source.at(node)} {found}"
        for node in ast.walk(source.tree)
        for found in (*_imported(node), *_computed(node), *_called(node))
    ]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or "a relative import"]
    else:
        return []
    tops = [name.partition(".")[0] for name in names]
    return [
        f"imports {top}"
        for top in tops
        if top in IMPURE_MODULES or (top not in sys.stdlib_module_names and top not in {"ledger", "__future__"})
    ]


def _computed(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        return [f"float {node.value}"]
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        return ["true division"]
    return []


def _called(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Call):
        return []
    call = node.func
    if isinstance(call, ast.Name) and call.id in IMPURE_CALLS:
        return [f"calls {call.id}"]
    if isinstance(call, ast.Attribute) and call.attr in CLOCK_METHODS:
        owner = call.value
        name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
        return [f"reads the clock by {name}.{call.attr}"] if name in CLOCK_OWNERS else []
    return []


def test_the_ledger_is_pure() -> None:
    assert [found for source in sources("ledger") for found in impurities(source)] == []


@pytest.mark.parametrize(
    "offence",
    [
        "rate = 0.5",
        "share = paid / total",
        "share /= 2",
        "share = float(paid)",
        "from datetime import datetime\nmoment = datetime.now(UTC)",
        "import datetime\nday = datetime.date.today()",
        "import time",
        "import random",
        "from secrets import token_bytes",
        "import os.path",
        "from pathlib import Path",
        "text = open('book').read()",
        "import peewee",
        "from kiosk.config import Config",
        "from . import money",
    ],
)
def test_an_impure_line_is_noticed(offence: str) -> None:
    assert impurities(snippet(offence))


def test_whole_numbers_and_a_clock_handed_in_are_fine() -> None:
    fine = "from datetime import datetime\nfrom ledger.money import Money\nhalf = paid // 2\nmoment = clock.now()"
    assert impurities(snippet(fine)) == []
