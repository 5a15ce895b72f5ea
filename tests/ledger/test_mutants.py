"""Each check of the kernel can fail: a mutant without it is noticed by its law."""

from __future__ import annotations

from typing import Final

import pytest

from ledger.errors import LedgerError
from tests.ledger import (
    mutants_of_money,
    mutants_of_offers,
    mutants_of_programmes,
    mutants_of_the_journal,
    mutants_of_the_shift,
    mutants_of_value,
)
from tests.ledger.mutant import Change, Mutant

MUTANTS: Final = (
    *mutants_of_money.MUTANTS,
    *mutants_of_offers.MUTANTS,
    *mutants_of_programmes.MUTANTS,
    *mutants_of_the_journal.MUTANTS,
    *mutants_of_value.MUTANTS,
    *mutants_of_the_shift.MUTANTS,
)
NOTICED: Final = (AssertionError, LedgerError, ValueError, pytest.fail.Exception)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.change.sentence)
def test_the_mutant_is_noticed_by_an_example_and_not_by_luck(mutant: Mutant) -> None:
    with mutant.alive(), pytest.raises(NOTICED):
        mutant.law.assert_by_example()


def test_no_mutant_is_there_twice_and_none_was_lost() -> None:
    assert len({(m.change.function, m.change.piece, m.change.becomes) for m in MUTANTS}) == len(MUTANTS) >= 170


def test_a_mutant_leaves_nothing_behind() -> None:
    mutant = MUTANTS[0]
    sound = mutant.change.function.__code__
    with mutant.alive():
        assert mutant.change.function.__code__ is not sound
    assert mutant.change.function.__code__ is sound
    mutant.law.assert_holds()


def test_a_change_that_changes_nothing_survives() -> None:
    change, law = MUTANTS[0].change, MUTANTS[0].law
    with Mutant(Change("nothing", change.function, change.piece, f"({change.piece})"), law).alive():
        law.assert_by_example()


def test_a_mutant_of_code_that_is_gone_is_an_error() -> None:
    stale = Mutant(Change("stale", MUTANTS[0].change.function, "no such code", ""), MUTANTS[0].law)
    with pytest.raises(AssertionError, match="0 times"), stale.alive():
        pass
