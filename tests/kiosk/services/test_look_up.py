"""Who is not known here is asked for at head office; who was merged is found as the one that stands for them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.model import cards, directory, members
from kiosk.model.cards import Card, CardState
from kiosk.model.members import Member
from kiosk.model.verify import verify
from kiosk.services.errors import CardUnknown
from kiosk.services.find_member import Candidates, MemberFound, NothingFound, Via, find
from kiosk.services.look_up import can_look_up, holder_of, look_up
from kiosk.services.open_member import open_member
from ledger.codes import CodeKind, make_code
from ledger.entries import EntryKind
from tests.builders import Shop, open_shop
from tests.kiosk.office import Office, record_of

ELSEWHERE = datetime(2026, 11, 19, 1, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return Office(shop).join()


def stranger(office: Office, phone: str = "13700001111") -> Member:
    """A member of another store, known to head office alone."""
    counter = office.shop.counter
    code = make_code(CodeKind.MEMBER, counter.entropy)
    member = Member(counter.mint(), code.text, True, "周迅", "zx", phone, None, ELSEWHERE, "t" * 64, "box-2")
    office.people[member.member_id] = record_of(member)
    return member


def test_a_code_from_another_store_is_known_after_asking(office: Office) -> None:
    member, counter = stranger(office), office.shop.counter
    missed = find(counter, member.code)
    assert isinstance(missed, NothingFound)
    assert can_look_up(counter, missed)
    found = look_up(counter, office, missed)
    assert isinstance(found, MemberFound)
    assert (found.member.member_id, found.via) == (member.member_id, Via.MEMBER_CODE)
    assert find(counter, member.code) == found
    assert verify(counter.store).members == 0


def test_a_phone_is_asked_for_when_all_of_it_is_there(office: Office) -> None:
    member, counter = stranger(office), office.shop.counter
    missed = find(counter, "13700001111")
    assert isinstance(missed, NothingFound)
    found = look_up(counter, office, missed)
    assert isinstance(found, MemberFound)
    assert (found.member.name, found.via) == (member.name, Via.SEARCH)
    part = find(counter, "9999")
    assert isinstance(part, NothingFound)
    assert not can_look_up(counter, part)


def test_a_card_from_another_store_is_asked_for_by_its_code(office: Office) -> None:
    counter, code = office.shop.counter, make_code(CodeKind.CARD, office.shop.counter.entropy)
    with pytest.raises(CardUnknown) as unknown:
        find(counter, code.text)
    assert can_look_up(counter, unknown.value)
    assert look_up(counter, office, unknown.value) is None
    assert office.looked_up == [{"member_id": "", "code": code.text, "phone": ""}]


def test_a_card_head_office_does_not_tell_of_stays_unknown(office: Office) -> None:
    counter = office.shop.counter
    member, code = stranger(office), make_code(CodeKind.CARD, counter.entropy).text
    office.people[member.member_id] = record_of(member, code=code)
    assert look_up(counter, office, CardUnknown(code)) is None


def test_whoever_enrols_is_asked_for_at_head_office_first(office: Office) -> None:
    member, counter = stranger(office), office.shop.counter
    held = holder_of(counter, office, "13700001111")
    assert held is not None
    assert held.member_id == member.member_id
    assert holder_of(counter, office, "13755554444") is None
    office.set_online(online=False)
    assert holder_of(counter, office, "13700001111") == held
    assert holder_of(counter, office, "13755554444") is None
    assert len(office.looked_up) == 2


def test_nobody_is_asked_while_the_line_is_down(office: Office) -> None:
    member = stranger(office)
    missed = find(office.shop.counter, member.code)
    office.set_online(online=False)
    assert isinstance(missed, NothingFound)
    assert not can_look_up(office.shop.counter, missed)


def test_nobody_at_head_office_is_nobody(office: Office) -> None:
    missed = find(office.shop.counter, "13755554444")
    assert isinstance(missed, NothingFound)
    assert look_up(office.shop.counter, office, missed) is None


@pytest.fixture
def pair(office: Office) -> tuple[Member, Member]:
    """One person enrolled twice, with value, a payment and a card under each record."""
    shop = office.shop
    both = (shop.enrol("李雪", "13812341234"), shop.enrol("李小雪", "13912341234"))
    for member in both:
        shop.clock.forward(minutes=1)
        shop.top_up(member, 10_000)
        shop.pay(member, 500)
    return both


def test_a_merged_member_is_found_as_the_one_that_stands_for_them(office: Office, pair: tuple[Member, Member]) -> None:
    old, new = pair
    counter = office.shop.counter
    code = make_code(CodeKind.CARD, counter.entropy).text
    with counter.store.write():
        cards.add(counter.store, Card(code, old.member_id, CardState.ACTIVE, ELSEWHERE, None))
    office.merge(old.member_id, new.member_id)
    for text in (old.code, new.code, code, "李雪", "lx", "13912341234"):
        found = find(counter, text)
        assert isinstance(found, MemberFound), text
        assert found.member.member_id == new.member_id
    assert isinstance(find(counter, "1234"), MemberFound)
    assert not isinstance(find(counter, "李"), Candidates)


def test_a_merged_members_value_and_history_are_shown_with_the_one_that_stands(
    office: Office, pair: tuple[Member, Member]
) -> None:
    old, new = pair
    office.merge(old.member_id, new.member_id)
    view = open_member(office.shop.counter, old.member_id)
    assert view.member.member_id == new.member_id
    assert (view.here_minor, view.unmoved_minor) == (20_000, 0)
    kinds = [line.recorded.entry.kind for line in view.recent]
    assert kinds.count(EntryKind.TOP_UP) == 2
    assert kinds.count(EntryKind.SPEND) == 2
    assert kinds[0] is EntryKind.MERGED
    assert view.recent[0].delta_minor == 0
    assert verify(office.shop.counter.store).total_minor == 20_000


def test_what_has_not_moved_yet_is_owned_but_cannot_be_spent(office: Office, pair: tuple[Member, Member]) -> None:
    old, new = pair
    office.merge(old.member_id, new.member_id, move=False)
    view = open_member(office.shop.counter, new.member_id)
    assert (view.here_minor, view.unmoved_minor, view.total_minor) == (10_000, 10_000, 20_000)


def test_a_top_up_and_a_payment_meant_for_the_merged_record_count_for_the_one_that_stands(
    office: Office, pair: tuple[Member, Member]
) -> None:
    old, new = pair
    office.merge(old.member_id, new.member_id)
    assert office.shop.top_up(old, 10_000).recorded.entry.member_id == new.member_id
    paid = office.shop.pay(old, 5_000)
    assert paid.done.recorded.entry.member_id == new.member_id
    assert verify(office.shop.counter.store).members == 2


def test_a_phone_that_two_records_share_ends_with_the_one_that_stands(office: Office) -> None:
    shop = office.shop
    mine = shop.enrol("李雪", "13812341234")
    theirs = stranger(office, "13812341234")
    with shop.counter.store.write():
        directory.take(shop.counter.store, office.people[theirs.member_id])
    assert members.by_phone(shop.counter.store, "13812341234") == members.get(shop.counter.store, mine.member_id)
    office.merge(mine.member_id, theirs.member_id)
    found = find(shop.counter, "13812341234")
    assert isinstance(found, MemberFound)
    assert found.member.member_id == theirs.member_id


def test_a_merged_record_told_of_with_its_phone_does_not_hide_the_one_that_stands(office: Office) -> None:
    shop, gone, stands = office.shop, stranger(office), stranger(office)
    told = (record_of(gone, merged_into=stands.member_id), record_of(stands))
    with shop.counter.store.write():
        for record in told:
            directory.take(shop.counter.store, record)
    found = find(shop.counter, "13700001111")
    assert isinstance(found, MemberFound)
    assert found.member.member_id == stands.member_id


def test_a_shop_is_not_confused_by_a_merge_into_somebody_it_does_not_know(office: Office) -> None:
    shop: Shop = office.shop
    member = shop.enrol()
    office.merge(member.member_id, "m-elsewhere", move=False)
    found = find(shop.counter, member.code)
    assert isinstance(found, MemberFound)
    assert found.member.member_id == member.member_id
