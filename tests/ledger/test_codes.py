"""docs/rules/codes.md, table by table."""

from __future__ import annotations

import secrets

import pytest

from ledger.codes import ALPHABET, CodeKind, check_character, looks_like_code, make_code, read_code
from ledger.errors import CodeError, CodeUnreadable
from tests.ledger.worked import Row, worked_rows

PAGE = "codes.md"


def test_the_page_shows_the_alphabet_and_the_kinds_in_use() -> None:
    shape = {row["value"]: row["meaning"] for row in worked_rows(PAGE, "Shape", 4)}
    assert f"`{ALPHABET}`" in shape["alphabet"]
    assert {row["kind"]: row["letter"] for row in worked_rows(PAGE, "Kinds", 3)} == {k.name: k.value for k in CodeKind}


@pytest.mark.parametrize("row", worked_rows(PAGE, "Worked codes", 5), ids=lambda row: row["code"])
def test_the_check_character_is_the_pages(row: Row) -> None:
    kind = CodeKind[row["kind"]]
    code = read_code(row["code"])
    assert check_character(kind.value + row["random part"]) == row["check"]
    assert (code.kind, code.text, code.shown) == (kind, row["code"], row["shown"])


@pytest.mark.parametrize("row", worked_rows(PAGE, "What is read", 12), ids=lambda row: row["typed or scanned"])
def test_what_is_typed_or_scanned_gets_the_pages_answer(row: Row) -> None:
    try:
        code = read_code(row["typed or scanned"])
        answer = f"{code.kind.name} {code.text}"
    except CodeError as error:
        answer = type(error).__name__ + (f" {error.reason}" if isinstance(error, CodeUnreadable) else "")
    assert answer == row["answer"]


def test_a_fresh_code_can_be_read_back_and_is_of_its_kind() -> None:
    for kind in CodeKind:
        code = make_code(kind, secrets.token_bytes)
        assert read_code(code.text) == read_code(code.shown.lower()) == code
        assert code.kind is kind


def test_a_name_is_not_taken_for_a_code_and_a_mistyped_code_not_for_a_name() -> None:
    assert looks_like_code("M8F3K72QH")
    assert looks_like_code("m8f3-k72qj"), "mistyped, still meant as a code"
    assert not looks_like_code("MARGARETA"), "nine letters of a name"
    assert not looks_like_code("13812341234")
    assert not looks_like_code("王小明")
