"""Members, cards and people: written once, read as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.model import cards, directory, members, staff
from kiosk.model.cards import Card, CardState
from kiosk.model.errors import PhoneTaken, StaffTaken, StoreBroken
from kiosk.model.members import Member
from kiosk.model.staff import Role, Staff
from ledger.protocol.messages import CardRecord, MemberRecord
from tests.kiosk.model.books import MOMENT, TERMS_HASH, Books

ZHANG = Member("m1", "M2345678X", True, "张三", "zs", "13800001111", date(1990, 5, 21), MOMENT, TERMS_HASH)
NOBODY = Member("m2", "M8765432X", False, "", "", None, None, MOMENT, TERMS_HASH)
WANG = Staff("1001", "王芳", Role.CASHIER, "argon2id…", 0, None, True)


@pytest.fixture
def directory_of_two(books: Books) -> Books:
    with books.store.write():
        for member in (ZHANG, NOBODY):
            members.add(books.store, member)
        for number in ("K1", "K2"):
            cards.add(books.store, Card(number, "m1", CardState.ACTIVE, MOMENT, None))
        staff.add(books.store, WANG)
        staff.add(books.store, replace(WANG, staff_id="9001", role=Role.MANAGER))
        staff.add(books.store, replace(WANG, staff_id="1000", active=False))
    return books


def test_a_member_is_found_by_id_code_and_phone(directory_of_two: Books) -> None:
    store = directory_of_two.store
    assert (
        members.get(store, "m1")
        == members.by_code(store, ZHANG.code)
        == members.by_phone(store, "13800001111")
        == ZHANG
    )
    assert members.get(store, "m2") == NOBODY
    assert members.get(store, "m9") is members.by_code(store, "m1") is members.by_phone(store, "") is None


def test_many_people_without_a_phone_share_none(directory_of_two: Books) -> None:
    with directory_of_two.store.write():
        members.add(directory_of_two.store, replace(NOBODY, member_id="m3", code="M3"))
    assert members.count(directory_of_two.store) == 3


def test_a_phone_belongs_to_one_member_who_is_named(directory_of_two: Books) -> None:
    with pytest.raises(PhoneTaken) as refused, directory_of_two.store.write():
        members.add(directory_of_two.store, replace(ZHANG, member_id="m3", code="M3"))
    assert (refused.value.phone, refused.value.member_code) == ("13800001111", ZHANG.code)


def test_a_code_drawn_twice_is_never_written_and_never_called_a_taken_phone(directory_of_two: Books) -> None:
    with pytest.raises(StoreBroken, match=r"member\.code"), directory_of_two.store.write():
        members.add(directory_of_two.store, replace(NOBODY, member_id="m3"))
    assert members.count(directory_of_two.store) == 2


def test_a_card_is_blocked_found_and_replaced_for_good(directory_of_two: Books) -> None:
    store = directory_of_two.store
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
def test_a_card_has_a_code_of_its_own_and_a_member(directory_of_two: Books, card: Card) -> None:
    with pytest.raises(StoreBroken, match=r"UNIQUE|FOREIGN"), directory_of_two.store.write():
        cards.add(directory_of_two.store, card)
    assert len(cards.of_member(directory_of_two.store, "m1")) == 2


def test_who_may_sign_in_is_listed_by_number(directory_of_two: Books) -> None:
    assert [person.staff_id for person in staff.all_active(directory_of_two.store)] == ["1001", "9001"]
    assert staff.get(directory_of_two.store, "1001") == WANG
    assert staff.get(directory_of_two.store, "7") is None


def test_a_number_belongs_to_one_person(directory_of_two: Books) -> None:
    with pytest.raises(StaffTaken) as refused, directory_of_two.store.write():
        staff.add(directory_of_two.store, replace(WANG, name="别人"))
    assert refused.value.staff_id == "1001"


def test_wrong_pins_are_counted_until_a_right_one_or_a_new_one(directory_of_two: Books) -> None:
    store, until = directory_of_two.store, MOMENT + timedelta(minutes=5)
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
def test_what_an_input_method_left_in_full_width_still_finds(directory_of_two: Books, text: str) -> None:
    assert members.search(directory_of_two.store, text) == [ZHANG]


@pytest.mark.parametrize(
    "text", ["\U0010ffff", "\ud7ff", "张\U0010ffff", "\x00", "、。", "🀄", "·", "一" * 5000, "138000011112"]
)
def test_whatever_is_typed_finds_somebody_or_nobody(directory_of_two: Books, text: str) -> None:
    assert members.search(directory_of_two.store, text) == []


@pytest.mark.parametrize("name", ["买买提·阿依古丽", "𠮷野家", "O'Neill 李", "Zoë", "é́"])
def test_a_member_of_any_name_is_found_by_it(directory_of_two: Books, name: str) -> None:
    member = replace(NOBODY, member_id="m3", code="M3", name=name, initials=members.initials_of(name))
    with directory_of_two.store.write():
        members.add(directory_of_two.store, member)
    assert members.search(directory_of_two.store, name) == [member]
    assert members.initials_of(name).isascii()


def test_a_list_is_cut_where_it_is_asked_to_be(directory_of_two: Books) -> None:
    with directory_of_two.store.write():
        for number in range(30):
            members.add(
                directory_of_two.store,
                replace(ZHANG, member_id=f"n{number}", code=f"N{number}", phone=f"139{number:08d}"),
            )
    assert len(members.search(directory_of_two.store, "zs", limit=21)) == 21
    assert len(members.search(directory_of_two.store, "zs", limit=100)) == 31


FAR = MemberRecord(
    "m7", "M7777777X", True, "张三丰", "13900002222", "1990-05-21", "2026-11-19T01:00:00.000Z", None, "box-2", None
)


def take(books: Books, *records: MemberRecord) -> None:
    """Head office tells of people."""
    with books.store.write():
        for record in records:
            directory.take(books.store, record)


def test_who_was_enrolled_here_is_told_to_head_office_in_order_and_nobody_else(directory_of_two: Books) -> None:
    store = directory_of_two.store
    take(directory_of_two, FAR)
    through, told = directory.changes(store, 0, 10)
    assert [(record.member_id, record.home_box) for record in told] == [("m1", "box-1"), ("m2", "box-1")]
    assert directory.changes(store, through, 10) == (through, ())
    first, one = directory.changes(store, 0, 1)
    assert ([record.member_id for record in one], first) == (["m1"], through - 1)
    assert told[0] == MemberRecord(
        "m1",
        ZHANG.code,
        True,
        "张三",
        "13800001111",
        "1990-05-21",
        "2026-11-20T06:02:11.123Z",
        TERMS_HASH,
        "box-1",
        None,
    )


def test_a_member_of_another_store_is_found_here_every_way(directory_of_two: Books) -> None:
    take(directory_of_two, FAR)
    store = directory_of_two.store
    found = members.get(store, "m7")
    assert found is not None
    assert (found.initials, found.home_box, found.merged_into) == ("zsf", "box-2", None)
    assert members.by_code(store, "M7777777X") == members.by_phone(store, "13900002222") == found
    assert members.search(store, "zsf") == members.search(store, "2222") == [found]
    assert directory.home_box(store, "m7") == "box-2"
    assert (directory.home_box(store, "m1"), directory.home_box(store, "m9")) == ("box-1", None)


def test_a_record_told_again_keeps_what_never_changes(directory_of_two: Books) -> None:
    take(directory_of_two, FAR, replace(FAR, name="张君宝", phone="13900003333", code="M0000000X", home_box="box-3"))
    found = members.get(directory_of_two.store, "m7")
    assert found is not None
    assert (found.name, found.phone, found.code, found.home_box) == ("张君宝", "13900003333", "M7777777X", "box-3")
    assert found.initials == "zjb"


def test_a_phone_that_somebody_holds_here_stays_with_them(directory_of_two: Books) -> None:
    take(directory_of_two, replace(FAR, phone="13800001111"))
    store = directory_of_two.store
    assert members.by_phone(store, "13800001111") == ZHANG
    found = members.get(store, "m7")
    assert found is not None
    assert found.phone is None


def test_a_record_of_ones_own_that_head_office_tells_keeps_its_phone(directory_of_two: Books) -> None:
    store = directory_of_two.store
    _, told = directory.changes(store, 0, 1)
    take(directory_of_two, told[0])
    found = members.get(store, "m1")
    assert found == replace(ZHANG, home_box="box-1")


def test_of_two_records_one_stands_for_the_other_and_takes_its_phone_over(directory_of_two: Books) -> None:
    store = directory_of_two.store
    take(directory_of_two, replace(FAR, phone="13800001111"))
    with store.write():
        directory.merge(store, "m1", "m7")
    stands = members.by_phone(store, "13800001111")
    assert stands is not None
    assert stands.member_id == "m7"
    assert directory.merged_into(store, "m1") == "m7"
    assert directory.merged_into(store, "m7") is directory.merged_into(store, "m9") is None
    assert members.search(store, "zs") == members.search(store, "1111") == [stands]


def test_a_phone_of_its_own_is_kept_by_the_record_that_stands(directory_of_two: Books) -> None:
    store = directory_of_two.store
    take(directory_of_two, FAR)
    with store.write():
        directory.merge(store, "m1", "m7")
    assert members.by_phone(store, "13800001111") is None
    assert members.search(store, "2222") != []


def test_merges_are_followed_to_their_end_and_out_of_a_ring(directory_of_two: Books) -> None:
    store = directory_of_two.store
    take(directory_of_two, FAR)
    with store.write():
        directory.merge(store, "m1", "m2")
        directory.merge(store, "m2", "m7")
    first, last = members.get(store, "m1"), members.get(store, "m7")
    assert first is not None
    assert members.standing(store, first) == last
    assert set(members.merged_ids(store, "m7")) == {"m1", "m2"}
    with store.write():
        directory.merge(store, "m7", "m1")
    assert members.standing(store, first).member_id in {"m1", "m2", "m7"}
    assert set(members.merged_ids(store, "m7")) == {"m1", "m2"}


def test_a_card_of_another_store_is_known_and_follows_what_is_told(directory_of_two: Books) -> None:
    store = directory_of_two.store
    take(directory_of_two, FAR)
    with store.write():
        directory.take_card(store, CardRecord("K7", "m7", "active", "2026-11-19T01:00:00.000Z", None))
    assert [card.code for card in cards.of_member(store, "m7")] == ["K7"]
    with store.write():
        directory.take_card(store, CardRecord("K7", "m7", "blocked", "2026-11-19T01:00:00.000Z", None))
        directory.take_card(store, CardRecord("K1", "m1", "active", "2026-11-20T06:02:11.123Z", None))
    known = cards.by_code(store, "K7")
    assert known is not None
    assert known.state is CardState.BLOCKED
    assert store.rows("SELECT code FROM card WHERE from_head_office = 1") == [("K7",)]


def test_a_card_of_somebody_unknown_is_refused(directory_of_two: Books) -> None:
    with pytest.raises(StoreBroken, match="FOREIGN"), directory_of_two.store.write():
        directory.take_card(directory_of_two.store, CardRecord("K7", "m9", "active", "2026-11-19T01:00:00.000Z", None))
