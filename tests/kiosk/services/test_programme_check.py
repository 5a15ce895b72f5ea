"""Checking a programme's file: every fault is told with the line where a person finds it."""

from __future__ import annotations

import tomllib
from typing import Any, Final

import pytest

from kiosk.services.programme_check import check_programme
from kiosk.services.programme_places import places_of
from ledger.errors import BadValue, ProgrammeUnreadable, PromiseRefused, UnknownKey, VoidClause
from ledger.rules.pack import programme_json
from tests.builders import PROGRAMMES
from tests.ledger.programmes import SMALLEST_FILE
from tests.ledger.worked import PAGES, Row, worked_rows

FILES: Final = sorted(path.stem for path in PROGRAMMES.glob("*.toml"))
TRICKY: Final = '''\
# a comment with [brackets] and "quotes"
title = "a # is no comment" # but this is
'quoted key' = 'literal \\' # the literal ends at the quote before this
dotted . "key" = 1
[table] # comment
multi = """
fake = "not a key"
[not.a.table]
two quotes "" and three \\""" end""""
raw = \'\'\'
x = 1\'\'\'
empty = []
[ table.deeper ]
list = [ # comment ]
  { id = "one", when = { hours = ["1", "2"] } },
  # between
  { id = "two" },
]
[[many]]
id = "a"
[[many.inner]]
id = "a1"
[[many.inner]]
id = "a2"
[[many]]
id = "b"
[many.plain]
key = 2026-09-01
[[many.inner]]
id = "b1"
'''


def _text(trade: str) -> str:
    return (PROGRAMMES / f"{trade}.toml").read_text(encoding="utf-8")


def _paths(content: Any, path: str = "") -> dict[str, Any]:
    """Return every path of a parsed file, with its value."""
    found = {path: content} if path else {}
    if isinstance(content, dict):
        for key, value in content.items():
            found |= _paths(value, f"{path}.{key}" if path else key)
    elif isinstance(content, list):
        for place, value in enumerate(content, start=1):
            found |= _paths(value, f"{path}[{place}]")
    return found


@pytest.mark.parametrize("text", [TRICKY, *map(_text, FILES)], ids=["tricky", *FILES])
def test_the_scan_finds_every_key_that_the_parser_finds_and_no_other(text: str) -> None:
    assert set(places_of(text).lines) == set(_paths(tomllib.loads(text)))


@pytest.mark.parametrize("text", [TRICKY, *map(_text, FILES)], ids=["tricky", *FILES])
def test_a_key_stands_on_the_line_that_the_scan_names(text: str) -> None:
    lines = text.splitlines()
    for path, number in places_of(text).lines.items():
        last = path.rpartition(".")[2]
        if "[" not in last:
            assert last in lines[number - 1], path
    values = {path: value for path, value in _paths(tomllib.loads(text)).items() if isinstance(value, str)}
    for path, value in values.items():
        if "\n" not in value and "\\" not in value:
            assert places_of(text).texts[path] == value


def test_a_programme_that_fits_has_no_faults() -> None:
    checked = check_programme(_text("beauty").encode())
    assert checked.faults == ()
    assert checked.programme is not None
    assert checked.programme.version == "beauty-2026.1"


@pytest.mark.parametrize(
    ("was", "becomes", "kind"),
    [
        ('by = "visits"\nreach = 12', 'bye = "visits"\nreach = 12', UnknownKey),
        ("percent = 4, scope", "percent = 4000, scope", BadValue),
        ('thanks = "今天', 'thanks = "最终解释权归本店，今天', VoidClause),
        ("本金不设有效期", "本金过期作废", VoidClause),
        ('complaint_phone = "021-5550 3311"', 'complaint_phone = "021', ProgrammeUnreadable),
        ('scope = "class", after_days', 'scope = "lesson", after_days', PromiseRefused),
    ],
)
def test_a_fault_is_told_with_its_line(was: str, becomes: str, kind: type[Exception]) -> None:
    text = _text("fitness")
    assert text.count(was) == 1
    checked = check_programme(text.replace(was, becomes).encode())
    assert checked.programme is None
    assert [type(fault.error) for fault in checked.faults] == [kind]
    line = checked.faults[0].line
    assert line is not None
    assert text.replace(was, becomes).splitlines()[line - 1].find(becomes.splitlines()[0][:8]) >= 0


def test_a_missing_key_is_told_with_the_line_of_its_table() -> None:
    text = _text("retail").replace('by = "spent"\nreach = "6000.00"\n', 'by = "spent"\n')
    (fault,) = check_programme(text.encode()).faults
    assert fault.line is not None
    assert text.splitlines()[fault.line - 1] == "[[tiers]]"
    assert 'id = "gold"' in text.splitlines()[fault.line]


def test_what_is_missing_at_the_top_has_no_line() -> None:
    (fault,) = check_programme(SMALLEST_FILE.replace('version = "1"\n', "").encode()).faults
    assert fault.line is None


def test_all_contradictions_are_told_at_once_in_the_files_order() -> None:
    text = _text("retail").replace('scope = "daily"', 'scope = "dayly"')
    faults = check_programme(text.encode()).faults
    assert len(faults) == text.count('scope = "dayly"')
    assert [fault.line for fault in faults] == [
        number for number, line in enumerate(text.splitlines(), start=1) if 'scope = "dayly"' in line
    ]


def test_an_id_that_is_used_twice_is_told_where_it_is_used_again() -> None:
    text = _text("plain") + '\n[[goods]]\nid = "a"\nname = "一"\ncategory = "c"\nprice = 1\n'
    text += '\n[[goods]]\nid = "a"\nname = "二"\ncategory = "c"\nprice = 2\n'
    (fault,) = check_programme(text.encode()).faults
    assert fault.line == len(text.splitlines()) - 3


def test_the_json_form_is_checked_too_but_has_no_lines() -> None:
    content = programme_json(_text("catering").encode())
    assert check_programme(content).faults == ()
    (fault,) = check_programme(content.replace(b'"family"', b'"familly"', 1)).faults
    assert fault.line is None
    (cut_off,) = check_programme(content[:-1]).faults
    assert cut_off.line == 1


@pytest.mark.parametrize("row", worked_rows("promises.md", "What is refused", 61), ids=lambda row: row["reason"])
def test_every_refusal_of_the_page_names_a_line_of_the_table_it_is_about(row: Row) -> None:
    base = (
        SMALLEST_FILE + "\n" + (PAGES / "promises.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    )
    text = f"{base}\n{row['example'].replace('; ', chr(10))}\n"
    fault = check_programme(text.encode()).faults[0]
    assert fault.line is not None
    assert fault.line > len(base.splitlines()), "the added lines are at fault, not what stood there"
