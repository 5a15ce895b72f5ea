"""What a programme may not promise is said in words, in both languages: every reason the checks know, and no other."""

from __future__ import annotations

import pytest

from kiosk.i18n import Language
from kiosk.screens.phrases import word
from kiosk.screens.phrases_promises import REASONS
from ledger.errors import PromiseRefused
from tests.ledger.worked import worked_rows

REFUSED = {row["reason"] for row in worked_rows("promises.md", "What is refused", 61)}


def test_every_reason_of_the_page_has_words_and_no_words_are_left_over() -> None:
    assert set(REASONS) == REFUSED


@pytest.mark.parametrize("reason", sorted(REFUSED))
@pytest.mark.parametrize("language", list(Language))
def test_a_refusal_says_where_why_and_what_next(reason: str, language: Language) -> None:
    said = word(PromiseRefused("rules new", reason, "5"), language)
    assert "rules new" in said.what
    assert said.why
    assert "{" not in said.why
    assert said.next_step


@pytest.mark.parametrize(
    "reason",
    ["stored_value_is_never_given_so", "points_and_stored_value_are_never_sold", "points_are_never_cashed_out"],
)
def test_a_line_that_is_never_crossed_is_called_so(reason: str) -> None:
    error = PromiseRefused("mall cash", reason, "CNY")
    assert "法律红线" in word(error, Language.ZH).why
    assert "a line never crossed" in word(error, Language.EN).why
