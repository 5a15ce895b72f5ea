"""Each safety of an offer's booking can fail: a counter without it is noticed by a test of test_offers.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.model import activity, journal
from kiosk.services import pay, top_up
from kiosk.services.giving import Booked, book_gifts, use_units
from kiosk.services.values import Member
from ledger.rules.bill import bill_terms
from tests.builders import Shop, open_shop
from tests.kiosk.services import test_offers as sound

Patch = pytest.MonkeyPatch
Mutation = Callable[[Patch], None]
Sound = Callable[[Shop, Member], None]


def use_up_no_units(patch: Patch) -> None:
    patch.setattr(pay, "use_units", lambda *_: ())


def use_units_twice(patch: Patch) -> None:
    really: Any = use_units
    patch.setattr(pay, "use_units", lambda *asked: (*really(*asked), *really(*asked)))


def book_no_gift(patch: Patch) -> None:
    patch.setattr(top_up, "book_gifts", lambda *_, **__: Booked())


def give_later_at_once(patch: Patch) -> None:
    really: Any = book_gifts

    def now(*asked: Any, **named: Any) -> Booked:
        *place, given = asked
        at_once = [g if g.special is None else replace(g, special=replace(g.special, usable_from=None)) for g in given]
        booked: Booked = really(*place, at_once, **named)
        return booked

    patch.setattr(top_up, "book_gifts", now)


def take_a_price_nobody_saw(patch: Patch) -> None:
    patch.setattr(pay, "_check", lambda *_: None)


def count_no_use(patch: Patch) -> None:
    patch.setattr(activity, "apply", lambda *_: None)


def count_a_void_as_another_use(patch: Patch) -> None:
    really: Any = activity.apply
    patch.setattr(activity, "apply", lambda store, entry, _: really(store, entry, None))


def forget_which_rules_cut(patch: Patch) -> None:
    patch.setattr(pay, "cut_facts", lambda *_: ())


def answer_a_repetition_anew(patch: Patch) -> None:
    patch.setattr(journal, "find", lambda *_: None)


def weigh_under_todays_points(patch: Patch) -> None:
    really: Any = bill_terms
    patch.setattr(pay, "bill_terms", lambda promises, seen, purse: really(replace(promises, points=None), seen, purse))


CAUGHT: list[tuple[Mutation, Sound]] = [
    (use_up_no_units, sound.test_a_bill_is_cut_by_price_and_coupon_and_earns_points_on_what_was_really_paid),
    (use_units_twice, sound.test_a_bill_is_cut_by_price_and_coupon_and_earns_points_on_what_was_really_paid),
    (book_no_gift, sound.test_a_top_up_brings_everything_it_promised_in_one_entry),
    (give_later_at_once, sound.test_a_top_up_brings_everything_it_promised_in_one_entry),
    (take_a_price_nobody_saw, sound.test_a_price_that_is_no_longer_the_one_shown_is_not_taken),
    (count_no_use, sound.test_a_gift_that_is_given_once_is_given_once),
    (count_a_void_as_another_use, sound.test_a_void_gives_back_the_coupon_and_takes_back_the_points),
    (forget_which_rules_cut, sound.test_a_bill_is_cut_by_price_and_coupon_and_earns_points_on_what_was_really_paid),
    (answer_a_repetition_anew, sound.test_the_same_payment_sent_twice_uses_one_coupon),
    (weigh_under_todays_points, sound.test_a_bill_is_cut_by_price_and_coupon_and_earns_points_on_what_was_really_paid),
]


def _name(found: object) -> str:
    return str(getattr(found, "__name__", ""))


def fresh(folder: Path) -> Shop:
    shop = open_shop(folder)
    shop.open_shift()
    sound.promise(shop, sound.PROMISES)
    return shop


@pytest.mark.parametrize(("mutant", "test"), CAUGHT, ids=_name)
def test_the_mutant_is_noticed(mutant: Mutation, test: Sound, tmp_path: Path, monkeypatch: Patch) -> None:
    shop = fresh(tmp_path)
    member = shop.enrol()
    mutant(monkeypatch)
    with pytest.raises((Exception, pytest.fail.Exception)):
        test(shop, member)


@pytest.mark.parametrize("test", sorted({test for _, test in CAUGHT}, key=_name), ids=_name)
def test_without_a_mutant_it_holds(test: Sound, tmp_path: Path) -> None:
    shop = fresh(tmp_path)
    test(shop, shop.enrol())
    assert shop.counter.store.writing is False
