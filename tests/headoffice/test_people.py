"""People of head office: passwords, and the lock after too many wrong ones; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from headoffice import people
from headoffice.errors import PasswordUnfit, PersonExists, PersonUnfit, SignInRefused
from headoffice.store.database import Database
from tests.builders import OPENING

PASSWORD = "four plain words here"  # noqa: S105 - the password of invented people


def test_a_person_signs_in_with_their_password_whatever_the_case_of_their_name(database: Database) -> None:
    people.add_person(database, "Wang.Li", "王丽", "owner", PASSWORD)
    person = people.check_password(database, " WANG.LI ", PASSWORD, OPENING)
    assert (person.person_id, person.name, person.owns, person.acts) == ("wang.li", "王丽", True, True)


def test_the_database_keeps_no_password_only_its_argon2id_hash(database: Database) -> None:
    people.add_person(database, "wang", "王丽", "owner", PASSWORD)
    with database.read() as tx:
        row = tx.one("SELECT password_hash FROM person")
    assert row is not None
    assert str(row[0]).startswith("$argon2id$")


def test_five_wrong_passwords_lock_a_person_out_for_a_quarter_of_an_hour(database: Database) -> None:
    people.add_person(database, "wang", "王丽", "operator", PASSWORD)
    for _ in range(people.FAILURES):
        with pytest.raises(SignInRefused):
            people.check_password(database, "wang", "not this one", OPENING)
    with pytest.raises(SignInRefused) as refused:
        people.check_password(database, "wang", PASSWORD, OPENING + timedelta(minutes=14, seconds=59))
    assert refused.value.reason == "locked"
    later = OPENING + timedelta(minutes=15)
    assert people.check_password(database, "wang", PASSWORD, later).locked_until is None


def test_a_right_password_forgets_the_wrong_ones_before_it(database: Database) -> None:
    people.add_person(database, "wang", "王丽", "operator", PASSWORD)
    for _ in range(3):
        for _ in range(people.FAILURES - 1):
            with pytest.raises(SignInRefused):
                people.check_password(database, "wang", "not this one", OPENING)
        assert people.check_password(database, "wang", PASSWORD, OPENING).name == "王丽"


def test_nobody_and_somebody_with_a_wrong_password_are_told_the_same(database: Database) -> None:
    people.add_person(database, "wang", "王丽", "operator", PASSWORD)
    told = []
    for person_id in ("wang", "nobody"):
        with pytest.raises(SignInRefused) as refused:
            people.check_password(database, person_id, "not this one", OPENING)
        told.append((refused.value.failures, refused.value.minutes))
    assert told[0] == told[1]


def test_whoever_left_signs_in_no_more(database: Database) -> None:
    people.add_person(database, "wang", "王丽", "operator", PASSWORD)
    people.set_active(database, "wang", active=False)
    with pytest.raises(SignInRefused):
        people.check_password(database, "wang", PASSWORD, OPENING)
    people.set_active(database, "wang", active=True)
    assert people.check_password(database, "wang", PASSWORD, OPENING).active


def test_the_last_owner_stays(database: Database) -> None:
    people.add_person(database, "wang", "王丽", "owner", PASSWORD)
    with pytest.raises(PersonUnfit):
        people.set_active(database, "wang", active=False)
    people.add_person(database, "zhao", "赵敏", "owner", PASSWORD)
    people.set_active(database, "wang", active=False)
    assert [person.active for person in people.people(database)] == [False, True]


def test_a_new_password_takes_the_old_one(database: Database) -> None:
    people.add_person(database, "wang", "王丽", "owner", PASSWORD)
    with pytest.raises(SignInRefused):
        people.change_password(database, "wang", "not this one", "another good one", OPENING)
    with pytest.raises(PasswordUnfit):
        people.change_password(database, "wang", PASSWORD, PASSWORD, OPENING)
    people.change_password(database, "wang", PASSWORD, "another good one", OPENING)
    assert people.check_password(database, "wang", "another good one", OPENING).owns


@pytest.mark.parametrize("password", ["short", "a" * 20, "wang wang 1", "x" * 300])
def test_a_password_that_is_easily_guessed_is_refused(database: Database, password: str) -> None:
    with pytest.raises(PasswordUnfit):
        people.add_person(database, "wang", "王丽", "owner", password)
    assert people.people(database) == []


def test_two_people_never_share_a_name_to_sign_in_with(database: Database) -> None:
    people.add_person(database, "wang", "王丽", "owner", PASSWORD)
    with pytest.raises(PersonExists):
        people.add_person(database, "WANG", "王芳", "owner", PASSWORD)
    for unfit in (("", "王"), ("a b", "王"), ("wang2", " "), ("*", "王"), ("console", "王")):
        with pytest.raises(PersonUnfit):
            people.add_person(database, *unfit, "owner", PASSWORD)
    with pytest.raises(PersonUnfit):
        people.add_person(database, "wang3", "王", "boss", PASSWORD)
    assert len(people.people(database)) == 1
