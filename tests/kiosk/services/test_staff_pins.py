"""A person changes their own PIN, a manager sets one anew, and who left comes in no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import staff_pins
from kiosk.services.errors import ApproverNotManager, PinUnfit, StaffLocked, UnknownStaff, WrongPin
from kiosk.services.pin_errors import NobodyLeftInCharge, PinsDiffer, PinTheSame
from kiosk.services.sign_in import sign_in, staff_on_duty
from kiosk.services.staff_pins import change_pin, let_go, require_manager, reset_pin, take_back
from tests.builders import CASHIER, MANAGER, OTHER_CASHIER, PIN, Shop, open_shop
from tests.kiosk.services.books import everything_written, refusals

WRONG, NEW = "1357", "97531"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return open_shop(tmp_path)


def test_a_person_changes_their_own_pin_and_the_old_one_opens_no_more(shop: Shop) -> None:
    assert change_pin(shop.counter, CASHIER, PIN, NEW, NEW).staff_id == CASHIER
    assert sign_in(shop.counter, CASHIER, NEW).staff_id == CASHIER
    with pytest.raises(WrongPin):
        sign_in(shop.counter, CASHIER, PIN)
    assert sign_in(shop.counter, OTHER_CASHIER, PIN).staff_id == OTHER_CASHIER


@pytest.mark.parametrize(
    ("old", "new", "again", "refused"),
    [
        (WRONG, NEW, NEW, WrongPin),
        (PIN, NEW, "97532", PinsDiffer),
        (PIN, PIN, PIN, PinTheSame),
        (PIN, "123", "123", PinUnfit),
        (PIN, "8888", "8888", PinUnfit),
    ],
)
def test_a_change_that_is_refused_leaves_the_pin(
    shop: Shop, old: str, new: str, again: str, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        change_pin(shop.counter, CASHIER, old, new, again)
    assert sign_in(shop.counter, CASHIER, PIN).staff_id == CASHIER


def test_guessing_at_the_change_of_a_pin_locks_the_number_as_at_the_door(shop: Shop) -> None:
    for _ in range(5):
        with pytest.raises((WrongPin, StaffLocked)):
            change_pin(shop.counter, CASHIER, WRONG, NEW, NEW)
    with pytest.raises(StaffLocked):
        sign_in(shop.counter, CASHIER, PIN)
    assert len(refusals(shop)) == 6


def test_a_pin_set_anew_lifts_the_lock_out(shop: Shop) -> None:
    for _ in range(5):
        with pytest.raises((WrongPin, StaffLocked)):
            sign_in(shop.counter, CASHIER, WRONG)
    reset_pin(shop.counter, CASHIER, NEW, NEW, by=MANAGER)
    assert sign_in(shop.counter, CASHIER, NEW).staff_id == CASHIER


def test_a_pin_is_set_anew_by_a_manager_for_somebody_who_is_here(shop: Shop) -> None:
    assert require_manager(shop.counter, MANAGER, PIN).staff_id == MANAGER
    with pytest.raises(ApproverNotManager):
        require_manager(shop.counter, CASHIER, PIN)
    with pytest.raises(UnknownStaff):
        reset_pin(shop.counter, "4711", NEW, NEW, by=MANAGER)
    with pytest.raises(PinsDiffer):
        reset_pin(shop.counter, CASHIER, NEW, PIN, by=MANAGER)


def test_who_left_comes_in_no_more_until_taken_back(shop: Shop) -> None:
    let_go(shop.counter, CASHIER)
    assert CASHIER not in [person.staff_id for person in staff_on_duty(shop.counter)]
    with pytest.raises(UnknownStaff):
        sign_in(shop.counter, CASHIER, PIN)
    with pytest.raises(UnknownStaff):
        let_go(shop.counter, CASHIER)
    with pytest.raises(UnknownStaff):
        reset_pin(shop.counter, CASHIER, NEW, NEW, by=MANAGER)
    take_back(shop.counter, CASHIER)
    assert sign_in(shop.counter, CASHIER, PIN).staff_id == CASHIER
    with pytest.raises(UnknownStaff):
        take_back(shop.counter, "4711")


def test_the_last_manager_does_not_leave(shop: Shop) -> None:
    with pytest.raises(NobodyLeftInCharge):
        let_go(shop.counter, MANAGER)
    assert sign_in(shop.counter, MANAGER, PIN).staff_id == MANAGER


def test_no_new_pin_is_written_down(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    change_pin(shop.counter, CASHIER, PIN, NEW, NEW)
    reset_pin(shop.counter, OTHER_CASHIER, NEW, NEW, by=MANAGER)
    assert NEW not in everything_written(shop)
    assert NEW not in caplog.text
    assert f"PIN of staff {OTHER_CASHIER} set by {MANAGER}" in caplog.text


def test_the_mutant_that_changes_a_pin_without_the_old_one_is_caught(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unasked(_counter: object, staff_id: str, _pin: str) -> object:
        return next(person for person in staff_on_duty(shop.counter) if person.staff_id == staff_id)

    monkeypatch.setattr(staff_pins, "sign_in", unasked)
    with pytest.raises(pytest.fail.Exception):
        test_a_change_that_is_refused_leaves_the_pin(shop, WRONG, NEW, NEW, WrongPin)
