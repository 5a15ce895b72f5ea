"""The secret that PINs are kept under: a copied database tells no PIN, a lost file locks nobody out for good."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.model import staff
from kiosk.services import pins
from kiosk.services.pepper_file import PepperFile
from kiosk.services.pin_errors import PepperMissing, PepperUnfit, PepperUnknown
from kiosk.services.pins import Pepper, PepperLacking, hash_pin, is_out_of_date, is_peppered, pin_matches
from kiosk.services.set_up import NewPerson, create_box, hire
from kiosk.services.sign_in import begin_pepper, needed_pepper, sign_in
from kiosk.services.staff_pins import change_pin, reset_pin
from kiosk.services.values import Role
from tests.builders import BAKERY, CASHIER, MANAGER, OTHER_CASHIER, PEOPLE, PIN, Shop, open_shop
from tests.kiosk.services.books import everything_written, refusals

OURS, OTHERS = Pepper((b"o" * 32,)), Pepper((b"x" * 32,))
NEW_PIN = "97531"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop from before there was a secret, which finds one at its next start."""
    shop = open_shop(tmp_path)
    file = PepperFile(tmp_path / "state" / "pins.pepper")
    shop = replace(shop, counter=replace(shop.counter, pepper_file=file))
    begin_pepper(shop.counter)
    return shop


def file_of(shop: Shop) -> PepperFile:
    assert shop.counter.pepper_file is not None
    return shop.counter.pepper_file


def kept(shop: Shop, staff_id: str = CASHIER) -> str:
    person = staff.get(shop.counter.store, staff_id)
    assert person is not None
    return person.pin_hash


def guessed(pin_hash: str, pepper: Pepper | None) -> str | None:
    """The PIN that a thief with a hash finds among some of the 10,000, the right one among them."""
    for pin in ("1357", "8642", PIN, "9753"):
        try:
            if pin_matches(pin_hash, pin, pepper):
                return pin
        except PepperLacking:
            continue
    return None


def test_a_pin_kept_before_there_was_a_secret_is_kept_under_it_at_the_next_sign_in(shop: Shop) -> None:
    assert not is_peppered(kept(shop))
    assert sign_in(shop.counter, CASHIER, PIN).staff_id == CASHIER
    assert is_peppered(kept(shop))
    assert sign_in(shop.counter, CASHIER, PIN).staff_id == CASHIER
    assert not is_peppered(kept(shop, OTHER_CASHIER))


def test_whoever_copied_the_database_alone_cannot_try_pins(shop: Shop) -> None:
    before = kept(shop)
    sign_in(shop.counter, CASHIER, PIN)
    assert guessed(before, None) == PIN
    assert guessed(kept(shop), None) is None
    assert guessed(kept(shop), OTHERS) is None
    forged = kept(shop).partition("$")[2]
    assert guessed(f"${forged}", None) is None
    assert guessed(f"pepper:{OTHERS.current}:${forged}", OTHERS) is None
    assert guessed(kept(shop), file_of(shop).read()) == PIN


def test_a_lost_secret_is_said_counts_against_nobody_and_is_cured_by_a_new_pin(shop: Shop) -> None:
    for person in (CASHIER, MANAGER):
        sign_in(shop.counter, person, PIN)
    file_of(shop).path.unlink()
    for _ in range(7):
        with pytest.raises(PepperMissing):
            sign_in(shop.counter, MANAGER, PIN)
    with pytest.raises(PepperMissing) as missing:
        sign_in(shop.counter, MANAGER, PIN)
    assert missing.value.path == str(file_of(shop).path)
    begin_pepper(shop.counter)
    assert file_of(shop).read() is None, "a new secret in place of a lost one would hide that it was lost"
    reset_pin(shop.counter, MANAGER, NEW_PIN, NEW_PIN, by="root")
    assert sign_in(shop.counter, MANAGER, NEW_PIN).staff_id == MANAGER
    with pytest.raises(PepperUnknown):
        sign_in(shop.counter, CASHIER, PIN)
    reset_pin(shop.counter, CASHIER, NEW_PIN, NEW_PIN, by=MANAGER)
    assert sign_in(shop.counter, CASHIER, NEW_PIN).staff_id == CASHIER


def test_somebody_whose_pin_has_no_secret_yet_still_comes_in_while_the_file_is_lost(shop: Shop) -> None:
    sign_in(shop.counter, CASHIER, PIN)
    file_of(shop).path.unlink()
    assert sign_in(shop.counter, OTHER_CASHIER, PIN).staff_id == OTHER_CASHIER
    assert not is_peppered(kept(shop, OTHER_CASHIER))


def become_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.chmod(0o640), "mode"),
        (lambda path: path.chmod(0o604), "mode"),
        (lambda path: path.write_text(""), "content"),
        (lambda path: path.write_text("guitai-pepper-1 " + "0" * 63 + "\n"), "content"),
        (lambda path: path.write_bytes(path.read_bytes() + b"guitai-pepper-9 ff\n"), "content"),
        (lambda path: (path.rename(path.with_name("real")), path.symlink_to("real")), "content"),
        (lambda path: (path.unlink(), path.mkdir()), "content"),
        (become_a_pipe, "content"),
    ],
)
def test_a_secret_that_does_not_serve_lets_nobody_in_and_says_why(shop: Shop, spoil: object, reason: str) -> None:
    sign_in(shop.counter, CASHIER, PIN)
    assert callable(spoil)
    spoil(file_of(shop).path)
    with pytest.raises(PepperUnfit) as unfit:
        sign_in(shop.counter, CASHIER, PIN)
    assert unfit.value.reason == reason
    assert refusals(shop) == [("sign_in", "PepperUnfit")]


def test_a_new_secret_takes_each_pin_over_as_its_owner_signs_in(shop: Shop) -> None:
    sign_in(shop.counter, CASHIER, PIN)
    sign_in(shop.counter, MANAGER, PIN)
    before, old = kept(shop), file_of(shop).read()
    rotated = file_of(shop).rotate()
    assert old is not None
    assert rotated.secrets[1:] == old.secrets
    assert sign_in(shop.counter, CASHIER, PIN).staff_id == CASHIER
    assert kept(shop) != before
    assert not is_out_of_date(kept(shop), rotated)
    assert is_out_of_date(kept(shop, MANAGER), rotated)
    assert sign_in(shop.counter, MANAGER, PIN).staff_id == MANAGER


def test_the_file_is_its_owners_alone_and_never_in_the_books(shop: Shop, tmp_path: Path) -> None:
    assert stat.S_IMODE(file_of(shop).path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file_of(shop).path.parent.stat().st_mode) == 0o700
    sign_in(shop.counter, CASHIER, PIN)
    secret = file_of(shop).path.read_text().split()[1]
    assert secret not in everything_written(shop)
    assert secret not in repr(file_of(shop).read())
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["pins.pepper"]


def test_two_tills_that_start_at_once_end_with_one_secret(tmp_path: Path) -> None:
    file = PepperFile(tmp_path / "state" / "pins.pepper")
    with ThreadPoolExecutor(8) as tills:
        laid = {pepper.secrets for pepper in tills.map(lambda _: file.lay(), range(24))}
    known = file.read()
    assert known is not None
    assert laid == {known.secrets}


def test_a_new_box_keeps_its_first_managers_pin_under_the_secret(tmp_path: Path) -> None:
    at = open_shop(tmp_path).clock.now()
    store = create_box(tmp_path / "new.db", "box-2", BAKERY.read_bytes(), PEOPLE, at, OURS)
    assert all(is_peppered(person.pin_hash) for person in staff.everybody(store))


@settings(max_examples=6)
@given(
    pin=st.from_regex(r"[0-9]{4,12}", fullmatch=True).filter(lambda pin: len(set(pin)) > 1),
    secret=st.binary(min_size=32, max_size=32),
)
def test_a_pin_is_known_again_under_its_own_secret_and_no_other(pin: str, secret: bytes) -> None:
    pepper = Pepper((secret,))
    pin_hash = hash_pin(pin, pepper)
    assert pin_matches(pin_hash, pin, pepper)
    assert not pin_matches(pin_hash, pin + "0", pepper)
    assert pin not in pin_hash.partition("$")[0]
    with pytest.raises(PepperLacking):
        pin_matches(pin_hash, pin, Pepper((bytes([secret[0] ^ 1]) + secret[1:],)))


def test_the_mutant_that_leaves_the_secret_out_lets_the_thief_guess(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "_keyed", lambda _secret, pin: pin)
    sign_in(shop.counter, CASHIER, PIN)
    forged = "$" + kept(shop).partition("$")[2]
    assert guessed(forged, None) == PIN


def test_somebody_new_is_kept_under_the_secret(shop: Shop) -> None:
    hire(shop.counter.store, NewPerson("1003", "孙涛", Role.CASHIER, PIN), file_of(shop).read())
    assert sign_in(shop.counter, "1003", PIN).staff_id == "1003"
    assert is_peppered(kept(shop, "1003"))


def test_nobody_new_is_kept_without_the_secret_while_it_is_lost(shop: Shop) -> None:
    sign_in(shop.counter, CASHIER, PIN)
    file_of(shop).path.unlink()
    with pytest.raises(PepperMissing):
        needed_pepper(shop.counter)
    with pytest.raises(PepperMissing):
        change_pin(shop.counter, OTHER_CASHIER, PIN, NEW_PIN, NEW_PIN)
    assert kept(shop, OTHER_CASHIER).startswith("$argon2id$")
