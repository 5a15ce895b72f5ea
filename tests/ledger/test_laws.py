"""Every law of the ledger, held against whatever Hypothesis invents."""

from __future__ import annotations

import pytest

from tests.ledger import (
    laws_of_caps,
    laws_of_gifts,
    laws_of_identity,
    laws_of_money,
    laws_of_offers,
    laws_of_points,
    laws_of_programmes,
    laws_of_refusals,
    laws_of_the_journal,
    laws_of_the_shift,
    laws_of_value,
)
from tests.ledger.law import LAWS, Law

ROOMS = (
    laws_of_caps,
    laws_of_gifts,
    laws_of_points,
    laws_of_refusals,
    laws_of_identity,
    laws_of_money,
    laws_of_offers,
    laws_of_programmes,
    laws_of_the_journal,
    laws_of_the_shift,
    laws_of_value,
)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.sentence)
def test_the_law_holds(law: Law) -> None:
    law.assert_holds()


def test_no_law_is_left_out() -> None:
    enacted = [value for room in ROOMS for value in vars(room).values() if isinstance(value, Law)]
    assert {law.sentence for law in enacted} == {law.sentence for law in LAWS}
    assert len(LAWS) >= 50
