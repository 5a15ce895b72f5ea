"""A test that asserts nothing proves nothing."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import Source, snippet, sources


def toothless(source: Source) -> list[str]:
    """Tests that can only fail by accident."""
    tests = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    return [f"{source.at(node)} {node.name}" for node in tests if not any(map(_asserts, ast.walk(node)))]


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    call = node.func
    name = call.attr if isinstance(call, ast.Attribute) else call.id if isinstance(call, ast.Name) else ""
    return name in {"raises", "run_state_machine_as_test"} or name.startswith(("assert_", "expect_"))


def test_every_test_asserts_something() -> None:
    assert [found for source in sources("tests") for found in toothless(source)] == []


def test_a_test_without_an_assertion_is_noticed() -> None:
    assert toothless(snippet("def test_top_up():\n    top_up(30_000)"))
    assert toothless(snippet("class TestPay:\n    async def test_pay(self):\n        await pay()"))


@pytest.mark.parametrize(
    "line",
    ["assert paid == 1", "with pytest.raises(ValueError): pay()", "expect_balance(shop, 1)", "books.assert_chain()"],
)
def test_a_test_with_an_assertion_is_fine(line: str) -> None:
    assert toothless(snippet(f"def test_pay():\n    {line}")) == []
