"""docs/rules/promises.md: every key with what it takes, and every refusal by an example that causes it."""

from __future__ import annotations

import inspect
import re
from typing import Final

import pytest

from ledger.errors import ProgrammeError, PromiseRefused, VoidClause
from ledger.rules import offers_check, rules_check, when_check
from ledger.rules.offers_fields import PROMISE_PATHS
from ledger.rules.pack import parse_programme
from ledger.rules.pack_fields import schema_of_programme
from tests.ledger.programmes import SMALLEST_FILE, said
from tests.ledger.worked import PAGES, Row, worked_rows

PAGE: Final = "promises.md"
TABLES: Final = {
    "at the top": 18,
    "rules": 20,
    "conditions of a rule": 33,
    "caps and effects of a rule": 29,
    "groups, goods, scopes": 13,
    "coupons, passes, vouchers, cards, rights": 37,
    "products, mall, lotteries": 30,
    "points, tiers, family, tags": 31,
}
KEYS: Final = [row for title, rows in TABLES.items() for row in worked_rows(PAGE, f"Keys: {title}", rows)]
UNREAD: Final = worked_rows(PAGE, "What is not read", 14)
REFUSED: Final = worked_rows(PAGE, "What is refused", 61)


def _base() -> str:
    text = (PAGES / PAGE).read_text(encoding="utf-8")
    return SMALLEST_FILE + "\n" + text.split("```toml\n")[1].split("```")[0]


def _schema(path: str) -> dict[str, object]:
    """Return the schema of a key by its whole path."""
    at: dict[str, object] = schema_of_programme()
    for key in path.split("."):
        at = at.get("items", at)  # type: ignore[assignment]  # schemas are plain JSON
        at = at["properties"][key]  # type: ignore[index]  # the same
    return at


def test_the_page_lists_every_key_of_the_promises_once() -> None:
    assert [row["key"] for row in KEYS if not row["中文"]] == []
    assert sorted(row["key"] for row in KEYS) == sorted(PROMISE_PATHS)


@pytest.mark.parametrize("row", KEYS, ids=lambda row: row["key"])
def test_what_a_key_takes_is_what_its_schema_says(row: Row) -> None:
    schema, takes = _schema(row["key"]), row["takes"]
    items = schema.get("items")
    numbers = items if isinstance(items, dict) else schema
    if "minimum" in numbers:
        assert f"whole number {numbers['minimum']}–{numbers['maximum']}" in takes.replace("numbers", "number")
    for choice in [*schema.get("enum", []), *numbers.get("enum", [])]:  # type: ignore[misc]  # lists of plain JSON
        assert f"`{choice}`" in takes
    assert takes.startswith(("list", "four rising")) == (schema.get("type") == "array")
    assert takes.startswith("table") == (schema.get("type") == "object")
    assert takes.startswith("`true` or `false`") == (schema.get("type") == "boolean")
    assert takes.startswith("amount") == ("anyOf" in schema)


@pytest.mark.parametrize("row", KEYS, ids=lambda row: row["key"])
def test_the_page_says_which_keys_are_needed(row: Row) -> None:
    table, _, key = row["key"].rpartition(".")
    if not table:
        assert ", needed" not in row["takes"]
        return
    inside = _schema(table)
    inside = inside.get("items", inside)  # type: ignore[assignment]  # schemas are plain JSON
    assert (", needed" in row["takes"]) == (key in inside["required"])  # type: ignore[operator]  # the same


def test_the_programme_the_examples_are_added_to_loads() -> None:
    assert parse_programme(_base().encode()).promises.tiers


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: f"{row['reason']} {row['example'][-40:]}")
def test_a_promise_that_contradicts_itself_is_refused_by_place_and_reason(row: Row) -> None:
    added = row["example"].replace("; ", "\n")
    with pytest.raises(PromiseRefused) as refused:
        parse_programme(f"{_base()}\n{added}\n".encode())
    assert (refused.value.reason, refused.value.where) == (row["reason"], row["where"])


@pytest.mark.parametrize("row", UNREAD, ids=lambda row: row["refused as"])
def test_what_no_key_or_value_can_say_is_named_by_its_whole_path(row: Row) -> None:
    with pytest.raises(ProgrammeError) as refused:
        parse_programme(f"{_base()}\n{row['example'].replace('; ', chr(10))}\n".encode())
    assert said(refused.value).replace("|", "/") == row["refused as"]


def test_every_reason_of_a_refusal_has_its_example() -> None:
    source = "".join(map(inspect.getsource, (offers_check, rules_check, when_check)))
    known = set(re.findall(r'yield [^\n]*?, "([a-z_]+)",', source)) | set(re.findall(r'\("(no_such_[a-z]+)",', source))
    assert {row["reason"] for row in REFUSED} == known
    assert all(row["why"] for row in REFUSED)


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ('name = "拿铁"', 'name = "拿铁（概不退款）"'),
        ('name = "饮品"', 'name = "饮品，售出不退"'),
        ('name = "减 5 元"', 'name = "减 5 元，解释权归本店"'),
        ('name = "银卡"', 'name = "银卡，不得转让"'),
        ('name = "麦香里"', 'name = "麦香里（不退不换）"'),
    ],
)
def test_a_void_clause_is_found_in_every_name_a_customer_reads(written: str, becomes: str) -> None:
    with pytest.raises(VoidClause):
        parse_programme(_base().replace(written, becomes, 1).encode())


def test_what_the_shop_says_of_handouts_and_prizes_is_read_for_void_clauses_too() -> None:
    rule = '[[rules]]\nid = "gift"\nname = "礼"\non = "claim"\nhandout = ["{text}"]\n'
    draw = '[[lotteries]]\nid = "l"\nname = "抽"\nof = 10\nprizes = [{{ id = "a", name = "{text}", weight = 1 }}]\n'
    for section in (rule, draw):
        assert parse_programme(f"{_base()}\n{section.format(text='糖')}".encode()).version
        with pytest.raises(VoidClause):
            parse_programme(f"{_base()}\n{section.format(text='糖，最终解释权归本店')}".encode())
