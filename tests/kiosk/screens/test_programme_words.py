"""What a programme file's key takes is said in words, in both languages."""

from __future__ import annotations

from kiosk.i18n import Language
from kiosk.screens.phrases import word
from kiosk.screens.phrases_programme import EXPECTED
from ledger.errors import AmountNotOnLadder, BadValue, UnknownKey
from ledger.rules.reading import Expected


def test_every_expectation_has_words() -> None:
    assert set(EXPECTED) == {expected.value for expected in Expected}


def test_a_bad_value_says_what_the_key_takes_with_its_range() -> None:
    refusal = word(BadValue("sign_in.attempts", "100", "whole_number 3-10"), Language.ZH)
    assert refusal.why == "应当是：整数 3-10"
    choice = word(BadValue("spend_order", "bonus_first", "oldest_lot_proportional"), Language.EN)
    assert choice.why == "It takes: oldest_lot_proportional"


def test_an_unknown_key_without_a_relative_does_not_name_none() -> None:
    assert "None" not in word(UnknownKey("approvals.refund", None), Language.EN).why
    assert "version" in word(UnknownKey("verison", "version"), Language.EN).why


def test_an_amount_below_the_minimum_says_from_which_amount_it_is_sold() -> None:
    fixed = word(AmountNotOnLadder(4_000, (10_000, 30_000)), Language.ZH)
    free = word(AmountNotOnLadder(4_000, (10_000, 30_000), 5_000), Language.ZH)
    assert fixed.why == "本店的档位是 100.00 / 300.00"
    assert free.why == "档位是 100.00 / 300.00，其他金额从 50.00 起"
