"""One mutant for each check of an import: left out, the tests of the import notice it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from kiosk.model import journal, members
from kiosk.services import opening, opening_revert
from ledger.ids import derived_id
from tests.builders import Shop
from tests.kiosk.services.test_opening import (
    UNFIT,
    brings_and_takes_back,
    shop,
)
from tests.kiosk.services.test_opening import (
    test_a_control_total_that_differs_by_one_writes_nothing as a_control_total_that_differs_by_one_writes_nothing,
)
from tests.kiosk.services.test_opening import (
    test_a_member_who_is_known_here_is_not_enrolled_again as a_member_who_is_known_here_is_not_enrolled_again,
)
from tests.kiosk.services.test_opening import (
    test_a_row_that_cannot_be_taken_is_named_and_nothing_of_its_page_is_written as a_row_that_cannot_be_taken_is_named_and_nothing_of_its_page_is_written,
)
from tests.kiosk.services.test_opening import (
    test_an_import_is_taken_back_whole_and_once as an_import_is_taken_back_whole_and_once,
)
from tests.kiosk.services.test_opening import (
    test_an_import_that_was_cut_off_goes_on_and_doubles_nothing as an_import_that_was_cut_off_goes_on_and_doubles_nothing,
)
from tests.kiosk.services.test_opening import (
    test_an_import_whose_balances_were_used_stays_and_says_whose as an_import_whose_balances_were_used_stays_and_says_whose,
)

__all__ = ["shop"]


def _ids_of_the_moment(patch: pytest.MonkeyPatch) -> None:
    counted = iter(range(1 << 20))
    named = "kiosk.services.opening.derived_id"
    patch.setattr(named, lambda cause, purpose: derived_id(cause, f"{purpose} {next(counted)}"))


def _no_control_totals(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(opening, "fields", lambda _: ())


def _one_lot_too_few(patch: pytest.MonkeyPatch) -> None:
    really = opening._lots
    patch.setattr(opening, "_lots", lambda *asked: list(really(*asked))[:1])


def _passes_owe_nothing(patch: pytest.MonkeyPatch) -> None:
    really = opening._postings
    patch.setattr(opening, "_postings", lambda *asked: [p for p in really(*asked) if "presold" not in p.credit])


def _nobody_is_known(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(opening, "known_member", lambda *_: None)


def _used_or_not(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(opening_revert, "_refuse_used", lambda *_: None)


def _taken_back_and_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(journal, "reversal_of", lambda *_: None)


def _names_do_not_matter(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(opening, "known_member", lambda counter, told, _: members.by_phone(counter.store, told.phone))


def _control_total(shop: Shop) -> None:
    a_control_total_that_differs_by_one_writes_nothing(shop, "points")


def _comes_and_goes(_: Shop) -> None:
    assert brings_and_takes_back([(5, 6, 7, 8, True), (9, 0, 0, 2, False)], 1) == 0


def _cut_off(shop: Shop) -> None:
    with pytest.MonkeyPatch.context() as patch:
        an_import_that_was_cut_off_goes_on_and_doubles_nothing(shop, 2, patch)


def _someone_else(shop: Shop) -> None:
    a_row_that_cannot_be_taken_is_named_and_nothing_of_its_page_is_written(shop, UNFIT[0][1], UNFIT[0][2])


MUTANTS: Final = [
    (_ids_of_the_moment, _cut_off),
    (_no_control_totals, _control_total),
    (_one_lot_too_few, _comes_and_goes),
    (_passes_owe_nothing, _comes_and_goes),
    (_nobody_is_known, a_member_who_is_known_here_is_not_enrolled_again),
    (_used_or_not, an_import_whose_balances_were_used_stays_and_says_whose),
    (_taken_back_and_again, an_import_is_taken_back_whole_and_once),
    (_names_do_not_matter, _someone_else),
]


@pytest.mark.parametrize(("mutate", "check"), MUTANTS, ids=[mutate.__name__.strip("_") for mutate, _ in MUTANTS])
def test_a_check_that_is_left_out_is_noticed(
    shop: Shop, mutate: Callable[[pytest.MonkeyPatch], None], check: Callable[[Shop], None]
) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises((Exception, pytest.fail.Exception)):
        mutate(patch)
        check(shop)
