"""Who stands at the till: a number and a PIN, and a lock-out that nothing but time undoes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.model import staff
from kiosk.model.staff import Role
from kiosk.model.store import Store
from kiosk.services import sign_in as service
from kiosk.services.errors import PinUnfit, StaffLocked, UnknownStaff, WrongPin
from kiosk.services.pins import Pepper, hash_pin, pin_matches
from kiosk.services.set_up import NewPerson, hire
from kiosk.services.sign_in import sign_in, staff_on_duty
from ledger.entries import EntryKind
from tests.builders import CASHIER, MANAGER, PIN, Shop, open_shop
from tests.kiosk.services.books import entries, everything_written, last_refusal, refusals

WRONG = "1357"
ATTEMPTS = 5
LOCK_OUT = timedelta(minutes=15)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return open_shop(tmp_path)


def try_wrong(shop: Shop, times: int, staff_id: str = CASHIER) -> None:
    for _ in range(times):
        with pytest.raises((WrongPin, StaffLocked)):
            sign_in(shop.counter, staff_id, WRONG)


def test_the_right_pin_lets_a_person_in(shop: Shop) -> None:
    person = sign_in(shop.counter, MANAGER, PIN)
    assert (person.staff_id, person.name, person.role) == (MANAGER, "赵敏", Role.MANAGER)
    assert not refusals(shop)


def test_those_on_duty_are_shown_by_number(shop: Shop) -> None:
    assert [person.staff_id for person in staff_on_duty(shop.counter)] == ["1001", "1002", "9001"]


def test_a_number_that_nobody_has_is_refused(shop: Shop) -> None:
    with pytest.raises(UnknownStaff) as unknown:
        sign_in(shop.counter, "4711", PIN)
    assert unknown.value.staff_id == "4711"
    assert refusals(shop) == [("sign_in", "UnknownStaff")]


def test_each_wrong_pin_says_how_many_tries_are_left(shop: Shop) -> None:
    for left in range(ATTEMPTS - 1, 0, -1):
        with pytest.raises(WrongPin) as wrong:
            sign_in(shop.counter, CASHIER, WRONG)
        assert (wrong.value.staff_id, wrong.value.attempts_left) == (CASHIER, left)


def test_the_last_wrong_pin_locks_the_number_and_the_right_one_no_longer_opens_it(shop: Shop) -> None:
    try_wrong(shop, ATTEMPTS)
    with pytest.raises(StaffLocked) as locked:
        sign_in(shop.counter, CASHIER, PIN)
    assert (locked.value.staff_id, locked.value.until) == (CASHIER, shop.clock.now() + LOCK_OUT)
    assert refusals(shop) == [("sign_in", "WrongPin")] * (ATTEMPTS - 1) + [("sign_in", "StaffLocked")] * 2


def test_a_right_pin_forgets_the_wrong_ones_before_it(shop: Shop) -> None:
    try_wrong(shop, ATTEMPTS - 1)
    sign_in(shop.counter, CASHIER, PIN)
    with pytest.raises(WrongPin) as wrong:
        sign_in(shop.counter, CASHIER, WRONG)
    assert wrong.value.attempts_left == ATTEMPTS - 1


def test_a_lock_out_survives_that_the_box_is_switched_off(shop: Shop) -> None:
    try_wrong(shop, ATTEMPTS)
    shop.counter.store.close()
    reopened = replace(shop, counter=replace(shop.counter, store=Store.open(shop.path)))
    with pytest.raises(StaffLocked):
        sign_in(reopened.counter, CASHIER, PIN)


def test_a_lock_out_ends_by_itself_and_a_new_count_begins(shop: Shop) -> None:
    try_wrong(shop, ATTEMPTS)
    shop.clock.forward(minutes=15)
    with pytest.raises(WrongPin) as wrong:
        sign_in(shop.counter, CASHIER, WRONG)
    assert wrong.value.attempts_left == ATTEMPTS - 1
    assert sign_in(shop.counter, CASHIER, PIN).staff_id == CASHIER


def locked_for(shop: Shop) -> timedelta:
    person = staff.get(shop.counter.store, CASHIER)
    assert person is not None
    assert person.locked_until is not None
    return person.locked_until - shop.clock.now()


def test_each_lock_out_in_a_row_lasts_twice_as_long_up_to_eight_times(shop: Shop) -> None:
    found = []
    for _ in range(5):
        try_wrong(shop, ATTEMPTS)
        found.append(locked_for(shop) // LOCK_OUT)
        shop.clock.forward(seconds=int(locked_for(shop).total_seconds()))
    assert found == [1, 2, 4, 8, 8]
    sign_in(shop.counter, CASHIER, PIN)
    try_wrong(shop, ATTEMPTS)
    assert locked_for(shop) == LOCK_OUT


def test_a_longer_lock_out_holds_to_its_end(shop: Shop) -> None:
    try_wrong(shop, ATTEMPTS)
    shop.clock.forward(minutes=15)
    try_wrong(shop, ATTEMPTS)
    shop.clock.forward(minutes=29)
    with pytest.raises(StaffLocked):
        sign_in(shop.counter, CASHIER, PIN)
    shop.clock.forward(minutes=1)
    assert sign_in(shop.counter, CASHIER, PIN).staff_id == CASHIER


def test_the_mutant_whose_lock_outs_do_not_grow_is_caught(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_LONGEST_ROUNDS", 1)
    with pytest.raises(AssertionError):
        test_each_lock_out_in_a_row_lasts_twice_as_long_up_to_eight_times(shop)


def test_a_clock_set_back_for_years_does_not_lock_the_manager_out_for_years(shop: Shop) -> None:
    try_wrong(shop, ATTEMPTS, MANAGER)
    shop.clock.forward(days=-2_000)
    assert sign_in(shop.counter, MANAGER, PIN).staff_id == MANAGER


def test_wrong_pins_at_two_tills_count_together(shop: Shop) -> None:
    other = shop.till("2")
    for turn in range(ATTEMPTS - 1):
        try_wrong((shop, other)[turn % 2], 1)
    with pytest.raises(StaffLocked):
        sign_in(other.counter, CASHIER, WRONG)
    with pytest.raises(StaffLocked):
        sign_in(shop.counter, CASHIER, PIN)


def test_a_pin_that_is_being_compared_while_the_number_is_locked_elsewhere_does_not_count(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = pin_matches
    once = iter([True])

    def slowly(pin_hash: str, pin: str, pepper: Pepper | None) -> bool:
        if next(once, False):
            try_wrong(shop.till("2"), ATTEMPTS)
        return really(pin_hash, pin, pepper)

    monkeypatch.setattr(service, "pin_matches", slowly)
    with pytest.raises(StaffLocked):
        sign_in(shop.counter, CASHIER, PIN)


def test_a_wrong_pin_compared_while_the_number_was_locked_elsewhere_leaves_the_lock(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = iter([True])

    def slowly(pin_hash: str, pin: str, pepper: Pepper | None) -> bool:
        if next(once, False):
            try_wrong(shop.till("2"), ATTEMPTS)
        return pin_matches(pin_hash, pin, pepper)

    monkeypatch.setattr(service, "pin_matches", slowly)
    with pytest.raises(StaffLocked) as locked:
        sign_in(shop.counter, CASHIER, WRONG)
    assert locked.value.until == shop.clock.now() + LOCK_OUT


def test_somebody_who_left_is_nobody(shop: Shop) -> None:
    with shop.counter.store.write():
        shop.counter.store.change("UPDATE staff SET active = 0 WHERE staff_id = ?", (CASHIER,))
    with pytest.raises(UnknownStaff):
        sign_in(shop.counter, CASHIER, PIN)
    assert CASHIER not in {person.staff_id for person in staff_on_duty(shop.counter)}


def test_no_pin_is_ever_written_down(shop: Shop) -> None:
    try_wrong(shop, ATTEMPTS)
    sign_in(shop.counter, MANAGER, PIN)
    assert WRONG not in everything_written(shop)
    assert PIN not in everything_written(shop)
    person = staff.get(shop.counter.store, CASHIER)
    assert person is not None
    assert person.pin_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    "typed", ["13812341234", "138 1234 1234", "+8613812341234", "１３８１２３４１２３４", "+86 138-1234-1234"]
)
def test_a_phone_typed_as_a_number_is_not_kept(shop: Shop, typed: str) -> None:
    with pytest.raises(UnknownStaff):
        sign_in(shop.counter, typed, PIN)
    assert last_refusal(shop)["fields"] == {"staff_id": "138****1234"}
    assert typed not in everything_written(shop)


def test_what_was_typed_is_kept_in_part_only(shop: Shop) -> None:
    with pytest.raises(UnknownStaff):
        sign_in(shop.counter, "x" * 5_000, PIN)
    assert len(everything_written(shop)) < 2_000


def test_refused_sign_ins_before_any_shift_belong_to_the_business_date(shop: Shop) -> None:
    try_wrong(shop, 1)
    refused = entries(shop, EntryKind.REFUSED)[0]
    assert (refused.shift_id, refused.business_date.isoformat(), refused.cashier) == (None, "2026-11-20", CASHIER)


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        ("", "digits"),
        ("12a4", "digits"),
        ("１２３４", "digits"),
        ("-123", "digits"),
        ("123", "length"),
        ("1" * 13, "length"),
        ("0000", "same_digit"),
        ("7777777", "same_digit"),
    ],
)
def test_a_pin_that_anybody_would_guess_is_refused(shop: Shop, pin: str, reason: str) -> None:
    with pytest.raises(PinUnfit) as unfit:
        hire(shop.counter.store, NewPerson("1003", "孙涛", Role.CASHIER, pin))
    assert unfit.value.reason == reason
    assert "1003" not in {person.staff_id for person in staff_on_duty(shop.counter)}


def test_the_same_pin_is_never_kept_in_the_same_words() -> None:
    assert hash_pin(PIN) != hash_pin(PIN)
