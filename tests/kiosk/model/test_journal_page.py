"""docs/rules/journal.md, table by table; its lists of columns are run by `test_verify.py`."""

from __future__ import annotations

from kiosk.model import errors, tables
from kiosk.model.store import PRAGMAS
from tests.ledger.worked import PAGES, worked_rows

PAGE = "journal.md"


def test_the_page_names_every_table() -> None:
    named = [row["table"] for row in worked_rows(PAGE, "Tables", 30)]
    assert named == [table._meta.table_name for table in tables.TABLES]


def test_the_page_names_the_settings_every_connection_has() -> None:
    told = {row["setting"]: row["value"] for row in worked_rows(PAGE, "Opening", 8)}
    assert told == {name: str(value) for name, value in PRAGMAS.items() if name in told}
    assert set(PRAGMAS) - set(told) <= {"wal_autocheckpoint", "cache_size"}, "speed, not safety"


def test_every_refusal_on_the_page_is_one_of_the_models() -> None:
    page = (PAGES / PAGE).read_text(encoding="utf-8")
    refused = page[page.index("| refused |") : page.index("## What verify proves")]
    answers = [line.split("|")[2].strip() for line in refused.splitlines()[2:] if line.startswith("|")]
    assert len(answers) == 5
    assert [name for name in answers if not issubclass(getattr(errors, name), errors.ModelError)] == []
