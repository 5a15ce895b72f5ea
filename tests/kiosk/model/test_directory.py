"""Members, cards and people: written once, read as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.model import cards, members, staff
from kiosk.model.cards import Card, CardState
from kiosk.model.errors import PhoneTaken, StaffTaken, StoreBroken
from kiosk.model.members import Member
from kiosk.model.staff import Role, Staff
from tests.kiosk.model.books import MOMENT, TERMS_HASH, Books

ZHANG = Member("m1", "M2345678X", True, "张三", "zs", "13800001111", date(1990, 5, 21), MOMENT, TERMS_HASH)
NOBODY = Member("m2", "M8765432X", False, "", "", None, None, MOMENT, TERMS_HASH)
WANG = Staff("1001", "王芳", Role.CASHIER, "argon2id…", 0, None, True)


@pytest.fixture
def directory(books: Books) -> Books:
    with books.store.write():
        for member in (ZHANG, NOBODY):
            members.add(books.store, member)
        for number in ("K1", "K2"):
            cards.add(books.store, Card(number, "m1", CardState.ACTIVE, MOMENT, None))
        staff.add(books.store, WANG)
        staff.add(books.store, replace(WANG, staff_id="9001", role=Role.MANAGER))
        staff.add(books.store, replace(WANG, staff_id="1000", active=False))
    return books


def test_a_member_is_found_by_id_code_and_phone(directory: Books) -> None:
    store = directory.store
    assert (
        members.get(store, "m1")
        == members.by_code(store, ZHANG.code)
        == members.by_phone(store, "13800001111")
        == ZHANG
    )
    assert members.get(store, "m2") == NOBODY
    assert members.get(store, "m9") is members.by_code(store, "m1") is members.by_phone(store, "") is None


def test_many_people_without_a_phone_share_none(directory: Books) -> None:
    with directory.store.write():
        members.add(directory.store, replace(NOBODY, member_id="m3", code="M3"))
    assert members.count(directory.store) == 3


def test_a_phone_belongs_to_one_member_who_is_named(directory: Books) -> None:
    with pytest.raises(PhoneTaken) as refused, directory.store.write():
        members.add(directory.store, replace(ZHANG, member_id="m3", code="M3"))
    assert (refused.value.phone, refused.value.member_code) == ("13800001111", ZHANG.code)


def test_a_code_drawn_twice_is_never_written_and_never_called_a_taken_phone(directory: Books) -> None:
    with pytest.raises(StoreBroken, match=r"member\.code"), directory.store.write():
        members.add(directory.store, replace(NOBODY, member_id="m3"))
    assert members.count(directory.store) == 2


def test_a_card_is_blocked_found_and_replaced_for_good(directory: Books) -> None:
    store = directory.store
    with store.write():
        cards.set_state(store, "K1", CardState.BLOCKED)
    assert [card.state for card in cards.of_member(store, "m1")] == [CardState.BLOCKED, CardState.ACTIVE]
    with store.write():
        cards.replace(store, "K1", "K2")
    assert cards.by_code(store, "K1") == Card("K1", "m1", CardState.REPLACED, MOMENT, "K2")
    with pytest.raises(StoreBroken, match="CHECK"), store.write():
        cards.set_state(store, "K1", CardState.ACTIVE)
    assert cards.by_code(store, "K9") is None


@pytest.mark.parametrize(
    "card", [Card("K1", "m1", CardState.ACTIVE, MOMENT, None), Card("K3", "m9", CardState.ACTIVE, MOMENT, None)]
)
def test_a_card_has_a_code_of_its_own_and_a_member(directory: Books, card: Card) -> None:
    with pytest.raises(StoreBroken, match=r"UNIQUE|FOREIGN"), directory.store.write():
        cards.add(directory.store, card)
    assert len(cards.of_member(directory.store, "m1")) == 2


def test_who_may_sign_in_is_listed_by_number(directory: Books) -> None:
    assert [person.staff_id for person in staff.all_active(directory.store)] == ["1001", "9001"]
    assert staff.get(directory.store, "1001") == WANG
    assert staff.get(directory.store, "7") is None


def test_a_number_belongs_to_one_person(directory: Books) -> None:
    with pytest.raises(StaffTaken) as refused, directory.store.write():
        staff.add(directory.store, replace(WANG, name="别人"))
    assert refused.value.staff_id == "1001"


def test_wrong_pins_are_counted_until_a_right_one_or_a_new_one(directory: Books) -> None:
    store, until = directory.store, MOMENT + timedelta(minutes=5)
    with store.write():
        staff.record_failure(store, "1001", 5, until)
    assert staff.get(store, "1001") == replace(WANG, failed_attempts=5, locked_until=until)
    with store.write():
        staff.clear_failures(store, "1001")
    assert staff.get(store, "1001") == WANG
    with store.write():
        staff.record_failure(store, "1001", 5, until)
        staff.set_pin(store, "1001", "new")
    assert staff.get(store, "1001") == replace(WANG, pin_hash="new")


@pytest.mark.parametrize("text", ["１１１１", "１３８００００１１１１", "ｚｓ", " zs ", "Z S"])
def test_what_an_input_method_left_in_full_width_still_finds(directory: Books, text: str) -> None:
    assert members.search(directory.store, text) == [ZHANG]


@pytest.mark.parametrize(
    "text", ["\U0010ffff", "\ud7ff", "张\U0010ffff", "\x00", "、。", "🀄", "·", "一" * 5000, "138000011112"]
)
def test_whatever_is_typed_finds_somebody_or_nobody(directory: Books, text: str) -> None:
    assert members.search(directory.store, text) == []


@pytest.mark.parametrize("name", ["买买提·阿依古丽", "𠮷野家", "O'Neill 李", "Zoë", "é́"])
def test_a_member_of_any_name_is_found_by_it(directory: Books, name: str) -> None:
    member = replace(NOBODY, member_id="m3", code="M3", name=name, initials=members.initials_of(name))
    with directory.store.write():
        members.add(directory.store, member)
    assert members.search(directory.store, name) == [member]
    assert members.initials_of(name).isascii()


def test_a_list_is_cut_where_it_is_asked_to_be(directory: Books) -> None:
    with directory.store.write():
        for number in range(30):
            members.add(
                directory.store, replace(ZHANG, member_id=f"n{number}", code=f"N{number}", phone=f"139{number:08d}")
            )
    assert len(members.search(directory.store, "zs", limit=21)) == 21
    assert len(members.search(directory.store, "zs", limit=100)) == 31
