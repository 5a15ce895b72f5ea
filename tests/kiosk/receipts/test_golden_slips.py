"""Golden files: every slip, in both languages, on both papers; `GUITAI_WRITE_GOLDEN=1` writes them anew.

A changed file here is a changed receipt and has a line in the changelog.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.receipts.document import Document
from kiosk.receipts.escpos_bytes import PaperProfile, render
from kiosk.receipts.plain import to_text
from tests.kiosk.receipts import sample_slips
from tests.kiosk.receipts.paper_reader import read_paper

GOLDEN = Path(__file__).parents[2] / "golden" / "receipts"
LANGUAGES = ("zh", "en")
PAPERS = (32, 48)


def held(name: str, made: bytes) -> bytes:
    """Return the golden bytes, having written them first where that was asked for."""
    path = GOLDEN / name
    if os.environ.get("GUITAI_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made)
    return path.read_bytes()


@pytest.mark.parametrize("columns", PAPERS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sample_slips.ALL)
def test_a_slip_is_printed_as_it_always_was(name: str, language: str, columns: int, tmp_path: Path) -> None:
    document = sample_slips.ALL[name](language)
    printed = render(document, PaperProfile(tmp_path, columns))
    assert held(f"{name}-{language}-{columns}.bin", printed) == printed
    text = to_text(document, columns).encode()
    assert held(f"{name}-{language}-{columns}.txt", text) == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sample_slips.ALL)
def test_a_slip_stored_years_ago_prints_the_same_today(name: str, language: str, tmp_path: Path) -> None:
    document = sample_slips.ALL[name](language)
    stored = held(f"{name}-{language}.json", document.to_json())
    assert document.to_json() == stored
    assert render(Document.from_json(stored), PaperProfile(tmp_path)) == render(document, PaperProfile(tmp_path))


def test_no_golden_file_is_left_of_a_slip_that_is_no_more() -> None:
    kinds = [f"-{language}-{columns}" for language in LANGUAGES for columns in PAPERS]
    expected = {f"{name}{kind}.{form}" for name in sample_slips.ALL for kind in kinds for form in ("bin", "txt")}
    expected |= {f"{name}-{language}.json" for name in sample_slips.ALL for language in LANGUAGES}
    assert {path.name for path in GOLDEN.iterdir()} == expected


@pytest.mark.parametrize("name", sample_slips.ALL)
def test_every_printed_line_fits_the_paper_and_reads_as_the_text_does(name: str, tmp_path: Path) -> None:
    for columns in PAPERS:
        paper = read_paper(render(sample_slips.ALL[name]("zh"), PaperProfile(tmp_path, columns)))
        assert max(paper.widths) <= columns
        assert "〓" not in "".join(paper.lines)
