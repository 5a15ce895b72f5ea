"""Each safety of a family can fail: a counter without it is noticed by a test of families."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.model import family as table
from kiosk.services import family, pay
from ledger.family import NO_LIMITS, FamilyChange, FamilySpend, Limits, family_change, family_spend
from tests.builders import open_shop
from tests.kiosk.services import test_family_merged as merged
from tests.kiosk.services.test_family_merged import Home

Patch = pytest.MonkeyPatch
Mutation = Callable[[Patch], None]
Sound = Callable[[Home], None]


def look_at_no_limit(patch: Patch) -> None:
    patch.setattr(pay, "check_person", lambda _counter, _programme, person, *_: person)


def forget_the_persons_own_limits(patch: Patch) -> None:
    really = Limits.within
    patch.setattr(Limits, "within", lambda _, other: really(NO_LIMITS, other))


def forget_the_programmes_limits(patch: Patch) -> None:
    patch.setattr(Limits, "within", lambda own, _: own)


def keep_no_spending(patch: Patch) -> None:
    patch.setattr(table, "family_spend", lambda *_: None)


def give_nothing_back_for_a_void(patch: Patch) -> None:
    def only_spends(entry: Any, original: Any) -> FamilySpend | None:
        return family_spend(entry, original) if entry.reverses is None else None

    patch.setattr(table, "family_spend", only_spends)


def count_a_day_for_a_month(patch: Patch) -> None:
    really: Any = table.spent

    def today_alone(*asked: Any) -> tuple[int, int]:
        today, _ = really(*asked)
        return today, today

    patch.setattr(table, "spent", today_alone)


def count_one_record_alone(patch: Patch) -> None:
    really: Any = table.spent
    patch.setattr(table, "spent", lambda store, records, on: really(store, records[:1], on))


def know_a_person_by_one_record(patch: Patch) -> None:
    really: Any = table.rows_of_person
    patch.setattr(table, "rows_of_person", lambda store, records: really(store, records[:1]))


def let_go_of_one_record_alone(patch: Patch) -> None:
    really = family_change

    def one(entry: Any) -> FamilyChange | None:
        change = really(entry)
        return change if change is None else replace(change, also=())

    patch.setattr(table, "family_change", one)


def let_the_younger_family_count(patch: Patch) -> None:
    really: Any = table.rows_of_person
    patch.setattr(table, "rows_of_person", lambda *asked: really(*asked)[::-1])


def take_anybody_in(patch: Patch) -> None:
    patch.setattr(family, "_require_free", lambda *_: 4)


def take_a_limit_below_zero(patch: Patch) -> None:
    patch.setattr(family, "_require_limits", lambda _: None)


def let_everybody_stay(patch: Patch) -> None:
    patch.setattr(table, "_changed", lambda family, _: family)


CAUGHT: list[tuple[Mutation, Sound]] = [
    (look_at_no_limit, merged.test_what_a_person_spent_under_both_records_counts_against_one_limit),
    (forget_the_persons_own_limits, merged.test_what_a_person_spent_under_both_records_counts_against_one_limit),
    (forget_the_programmes_limits, merged.test_the_programmes_month_holds_over_days_and_a_void_gives_room_back),
    (keep_no_spending, merged.test_what_a_person_spent_under_both_records_counts_against_one_limit),
    (give_nothing_back_for_a_void, merged.test_the_programmes_month_holds_over_days_and_a_void_gives_room_back),
    (count_a_day_for_a_month, merged.test_the_programmes_month_holds_over_days_and_a_void_gives_room_back),
    (count_one_record_alone, merged.test_what_a_person_spent_under_both_records_counts_against_one_limit),
    (know_a_person_by_one_record, merged.test_a_person_leaves_by_whichever_record_is_named),
    (let_go_of_one_record_alone, merged.test_a_person_recorded_twice_in_a_family_is_one_and_leaves_it_wholly),
    (let_go_of_one_record_alone, merged.test_two_owners_who_are_one_have_one_family_that_dissolves_wholly),
    (let_the_younger_family_count, merged.test_two_records_in_two_families_are_in_the_older_one),
    (take_anybody_in, merged.test_two_records_in_two_families_are_in_the_older_one),
    (take_a_limit_below_zero, merged.test_a_limit_below_zero_is_refused_in_words_and_zero_lets_nothing_be_spent),
    (let_everybody_stay, merged.test_a_person_leaves_by_whichever_record_is_named),
]


def _name(found: object) -> str:
    return str(getattr(found, "__name__", ""))


@pytest.mark.parametrize(("mutant", "test"), CAUGHT, ids=_name)
def test_the_mutant_is_noticed(mutant: Mutation, test: Sound, tmp_path: Path, monkeypatch: Patch) -> None:
    home = Home(open_shop(tmp_path))
    mutant(monkeypatch)
    with pytest.raises((Exception, pytest.fail.Exception)):
        test(home)


@pytest.mark.parametrize("test", sorted({test for _, test in CAUGHT}, key=_name), ids=_name)
def test_without_a_mutant_it_holds(test: Sound, tmp_path: Path) -> None:
    home = Home(open_shop(tmp_path))
    test(home)
    assert home.shop.counter.store.writing is False
