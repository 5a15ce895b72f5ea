"""Mutants: a wrong variant of the kernel's code for each check it relies on, under the law that must notice it.

A change names a piece of a function's source and what it becomes. The running function is given the changed code, so every
caller sees it. A piece that is not in the source, once exactly, is an error: a mutant can go stale, but not unnoticed.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from tests.ledger.law import Law


@dataclass(frozen=True)
class Change:
    """What is wrong with the variant, the function, the piece of its source, and what it becomes."""

    sentence: str
    function: Callable[..., Any]
    piece: str
    becomes: str


@dataclass(frozen=True)
class Mutant:
    """A change, and the law it breaks."""

    change: Change
    law: Law

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Let the function run its changed code for a while."""
        function = self.change.function
        assert isinstance(function, FunctionType)
        source = textwrap.dedent(inspect.getsource(function))
        found = source.count(self.change.piece)
        assert found == 1, f"{self.change.sentence}: the piece stands {found} times in {function.__qualname__}"
        sound = function.__code__
        function.__code__ = _compiled(function, source.replace(self.change.piece, self.change.becomes))
        _forget()
        try:
            yield
        finally:
            function.__code__ = sound
            _forget()


def breaking(law: Law, *changes: Change) -> tuple[Mutant, ...]:
    """Return the mutants that a law must notice."""
    return tuple(Mutant(change, law) for change in changes)


def getter(owner: type, name: str) -> Callable[..., Any]:
    """Return the function behind a property."""
    function: Callable[..., Any] = vars(owner)[name].fget
    return function


def _forget() -> None:
    """Let the kernel forget every answer it keeps: a mutant neither hears the sound function's nor leaves its own behind."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "ledger":
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _compiled(function: FunctionType, source: str) -> CodeType:
    tree = ast.parse(source)
    [definition] = tree.body
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    scope = dict(function.__globals__)
    exec(compile(tree, "<mutant>", "exec", __future__.annotations.compiler_flag), scope)  # noqa: S102 - code is what it is
    code: CodeType = scope[definition.name].__code__
    return code
