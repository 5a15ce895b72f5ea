"""No whole mobile number where somebody who need not know it can read it: screens, displays, slips, wire, papers.

The goldens hold every screen in every language, every slip and every frame of the customer's display; the members in them have
numbers, so one that is shown whole stands there whole.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
WHOLE: Final = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])")
TYPED: Final = {
    "enrol-consent": "the number is read back to the customer before it is kept",
    "home-nobody": "what was typed and is nobody's",
    "looking-up": "what was typed and is looked for at head office",
}
"""The states in which the number is the one just typed, and why it stays readable."""


def whole_phones(text: str) -> list[str]:
    """Return every mobile number that can be read whole, whatever its digits and gaps look like."""
    return WHOLE.findall(unicodedata.normalize("NFKC", text))


def goldens() -> list[Path]:
    return sorted(path for path in (ROOT / "tests" / "golden").rglob("*") if path.is_file())


def papers() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def state_of(path: Path) -> str:
    return path.name.partition(".")[0]


@pytest.mark.parametrize(
    "shown",
    [
        "13812341234",
        "138 1234 1234",
        "138-1234-1234",
        "+86 13812341234",
        "+8613812341234",
        "１３８１２３４１２３４",
        "电话13812341234。",
    ],
)
def test_a_whole_number_is_seen_in_every_form(shown: str) -> None:
    assert whole_phones(shown) != []


@pytest.mark.parametrize(
    "shown", ["138****1234", "****1234", "1-002625", "2026-11-20 13:45:12", "12812341234", "138123412345"]
)
def test_what_is_no_number_or_not_whole_is_left_alone(shown: str) -> None:
    assert whole_phones(shown) == []


def test_no_screen_slip_display_or_message_shows_a_whole_number_but_the_one_being_typed() -> None:
    read = {path: path.read_bytes().decode("utf-8", "ignore") for path in goldens()}
    assert len(read) > 300, "the goldens are all there"
    shown = {path: found for path, text in read.items() if (found := whole_phones(text))}
    assert {path: found for path, found in shown.items() if state_of(path) not in TYPED} == {}
    assert {state_of(path) for path in shown} == set(TYPED), "an exception that nothing needs any more"


def test_members_stand_masked_in_the_goldens_so_the_walk_looks_at_something() -> None:
    masked = [path for path in goldens() if "****" in path.read_bytes().decode("utf-8", "ignore")]
    assert len(masked) > 50


def test_no_paper_shows_a_whole_number() -> None:
    assert papers()
    assert {path.name: found for path in papers() if (found := whole_phones(path.read_text(encoding="utf-8")))} == {}
