"""docs/rules/programme.md, two forms: TOML and JSON say the same, and the schema knows what the reader knows."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kiosk.services.programme_check import check_programme
from ledger.errors import ProgrammeError, ProgrammeUnreadable
from ledger.rules.forms import json_form, plain_content
from ledger.rules.offers_check import contradictions
from ledger.rules.pack import parse_programme, programme_json, read_programme
from ledger.rules.pack_fields import schema_of_programme
from tests.ledger.programmes import SMALLEST_FILE, said
from tests.ledger.promise_files import PROMISES, as_content, as_toml
from tests.ledger.test_trades import PROGRAMMES, TRADES
from tests.ledger.worked import Row, worked_rows

SCHEMA: Final = schema_of_programme()
VALIDATOR: Final = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
FILES: Final = (*TRADES, "plain")


def _file(trade: str) -> bytes:
    return (PROGRAMMES / f"{trade}.toml").read_bytes()


@pytest.mark.parametrize("trade", FILES)
def test_both_forms_of_a_file_are_the_same_programme(trade: str) -> None:
    written = parse_programme(_file(trade))
    sent = parse_programme(programme_json(_file(trade)))
    assert replace(sent, hash=written.hash) == written
    assert sent.hash != written.hash


@pytest.mark.parametrize("trade", FILES)
def test_the_json_form_of_a_json_form_is_itself(trade: str) -> None:
    once = programme_json(_file(trade))
    assert programme_json(once) == once


@pytest.mark.parametrize("trade", FILES)
def test_a_programme_that_loads_fits_the_schema(trade: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(programme_json(_file(trade))))] == []


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@pytest.mark.parametrize("row", worked_rows("programme.md", "Two forms", 6), ids=lambda row: row["JSON"])
def test_json_that_does_not_fit_is_refused_like_the_page_says(row: Row) -> None:
    with pytest.raises(ProgrammeError) as refused:
        parse_programme(row["JSON"].strip("`").encode())
    detail = f" {refused.value.detail}" if isinstance(refused.value, ProgrammeUnreadable) else ""
    assert f"{said(refused.value)}{detail}" == row["answer"]


@pytest.mark.parametrize(
    "content",
    [b'{"version": "1"', b'{"a": "\\ud800"}', b"{" * 100_000, b'{"a": 1} more', b'\xef\xbb\xbf{"a": \xff}'],
    ids=["cut off", "half a sign", "nested", "more behind", "no utf-8"],
)
def test_json_that_is_none_is_unreadable(content: bytes) -> None:
    with pytest.raises(ProgrammeUnreadable):
        parse_programme(content)


def test_a_json_file_with_a_byte_order_mark_and_spaces_loads() -> None:
    content = programme_json(SMALLEST_FILE.encode())
    assert parse_programme(b"\xef\xbb\xbf \n" + content).version == "1"


def test_a_file_that_is_refused_has_no_json_form() -> None:
    with pytest.raises(ProgrammeError):
        programme_json(SMALLEST_FILE.replace("本金随时可退", "概不退款").encode())


Place = tuple[Any, Any]


def _places(content: Any) -> list[Place]:
    """Return every place of a document as (where it stands, its key)."""
    keys = (
        list(content) if isinstance(content, dict) else list(range(len(content))) if isinstance(content, list) else []
    )
    return [(content, key) for key in keys] + [place for key in keys for place in _places(content[key])]


NO_VALUES: Final = (None, 1.5, [None], {"odd": 1}, "\n")
NEEDED: Final = ("version", "starts_on", "day_ends", "spend_order", "shop", "ladder", "sign_in", "terms")


def _broken(content: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return a programme with one key misspelt, one needed key gone, or one value that no key takes."""
    random, after = Random(seed), deepcopy(content)
    inside, key = random.choice([(where, name) for where, name in _places(after) if isinstance(where, dict)])
    match random.randrange(3):
        case 0:
            inside[f"{key}x"] = inside.pop(key)
        case 1:
            maybe_empty = key in {"branch", "thanks", "script"}
            inside[key] = random.choice(NO_VALUES[:-1] if maybe_empty else NO_VALUES)
        case _:
            del after[random.choice(NEEDED)]
    return after


@given(st.sampled_from(FILES), st.integers(0, 2**32))
def test_a_broken_programme_fits_neither_the_schema_nor_the_reader(trade: str, seed: int) -> None:
    broken = _broken(json.loads(programme_json(_file(trade))), seed)
    with pytest.raises(ProgrammeError):
        parse_programme(json_form(broken) if _canonical(broken) else json.dumps(broken).encode())
    assert not VALIDATOR.is_valid(broken)


def _canonical(content: Any) -> bool:
    return not any(isinstance(inside[key], float) for inside, key in _places(content))


def test_dates_in_a_file_become_text_on_the_wire() -> None:
    content = json.loads(json_form(plain_content(SMALLEST_FILE.encode())))
    assert (content["starts_on"], content["day_ends"]) == ("2026-01-01", "04:00:00")


def test_the_programmes_of_all_trades_are_small_enough_for_one_message() -> None:
    assert all(len(programme_json(_file(trade))) < 64 * 1024 for trade in FILES)
    assert {path.stem for path in Path(PROGRAMMES).glob("*.toml")} == set(FILES)


@pytest.mark.parametrize("section", PROMISES)
@given(invented=st.data())
def test_any_promises_that_are_written_down_are_read_again_in_both_forms(section: str, invented: st.DataObject) -> None:
    promises = invented.draw(PROMISES[section])
    content = plain_content(SMALLEST_FILE.encode()) | as_content(promises)
    written = as_toml(content).encode()
    assert read_programme(written).promises == promises
    assert read_programme(json_form(content)).promises == promises
    assert VALIDATOR.is_valid(json.loads(json_form(plain_content(written))))


@pytest.mark.parametrize("section", PROMISES)
@given(invented=st.data())
def test_every_fault_of_any_promises_has_its_line(section: str, invented: st.DataObject) -> None:
    promises = invented.draw(PROMISES[section])
    text = as_toml(plain_content(SMALLEST_FILE.encode()) | as_content(promises))
    faults = check_programme(text.encode()).faults
    assert all(fault.line is not None for fault in faults)
    assert len(faults) == len(list(contradictions(promises)))
