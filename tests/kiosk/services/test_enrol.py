"""A member is enrolled with name, phone and consent; who they are stays in the directory and out of the journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.model import members
from kiosk.model.errors import EntryConflict, PhoneTaken
from kiosk.services.acts import Act
from kiosk.services.cards import issue_card
from kiosk.services.enrol import Enrolled, Enrolment, enrol, enrol_anonymous, read_birthday, read_phone
from kiosk.services.errors import (
    BirthdayUnreadable,
    CardTaken,
    ConsentMissing,
    MemberRefused,
    NameMissing,
    PhoneUnreadable,
)
from ledger.codes import CodeKind, make_code, read_code
from ledger.entries import EntryKind
from ledger.errors import CodeCheckFailed, CodeUnreadable
from tests.builders import Shop, open_shop
from tests.kiosk.services.books import entries, everything_written, last_refusal, refusals, rows, sound

PHONE = "13812341234"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


def asked(**told: Any) -> Enrolment:
    return replace(Enrolment("李雪", PHONE, date(1990, 5, 21), consented=True), **told)


def do(shop: Shop, enrolment: Enrolment, act: Act | None = None) -> Enrolled:
    return enrol(shop.counter, act or shop.act(), enrolment)


def test_a_member_is_enrolled_under_the_printed_terms(shop: Shop) -> None:
    enrolled = do(shop, asked(name="  李   雪 ", phone="138-1234-1234"))
    member, terms_hash = enrolled.member, shop.counter.programme().terms.text_hash
    assert (member.name, member.phone, member.birthday) == ("李 雪", PHONE, date(1990, 5, 21))
    assert (member.registered, member.initials, member.consent_terms_hash) == (True, "lx", terms_hash)
    assert read_code(member.code).kind is CodeKind.MEMBER
    assert enrolled.done.job_id is not None, "the member takes the terms home"
    assert enrolled.done.recorded.entry.facts == {
        "member_code": member.code,
        "registered": True,
        "terms_hash": terms_hash,
    }


def test_the_journal_knows_neither_name_nor_phone_nor_birthday(shop: Shop) -> None:
    do(shop, asked())
    with pytest.raises(PhoneTaken):
        do(shop, asked())
    with pytest.raises(BirthdayUnreadable):
        do(shop, asked(phone="13900005678", birthday=date(1890, 5, 21)))
    written = everything_written(shop)
    for personal in ("李雪", "\\u674e", PHONE, "13900005678", "1990", "1890-05-21"):
        assert personal not in written


@pytest.mark.parametrize(
    ("told", "error", "fields"),
    [
        ({"name": ""}, NameMissing, {"name": ""}),
        ({"name": " \u3000 "}, NameMissing, {"name": " \u3000 "}),
        ({"phone": ""}, PhoneUnreadable, {"phone": ""}),
        ({"phone": "1381234123"}, PhoneUnreadable, {"phone": "1381234123"}),
        ({"phone": "138123412345"}, PhoneUnreadable, {"phone": "138123412345"}),
        ({"phone": "12812341234"}, PhoneUnreadable, {"phone": "12812341234"}),
        ({"phone": "021-55501234"}, PhoneUnreadable, {"phone": "021-55501234"}),
        ({"birthday": date(2026, 11, 21)}, BirthdayUnreadable, {"birthday": "2026-11-21"}),
        ({"birthday": date(1899, 12, 31)}, BirthdayUnreadable, {"birthday": "1899-12-31"}),
        ({"consented": False}, ConsentMissing, {"terms_version": "2026.2"}),
    ],
)
def test_an_enrolment_is_refused(
    shop: Shop, told: dict[str, Any], error: type[MemberRefused], fields: dict[str, str]
) -> None:
    before = rows(shop)
    with pytest.raises(error) as refused:
        do(shop, asked(**told))
    assert vars(refused.value) == fields
    assert refusals(shop) == [("member_enrolled", error.__name__)]
    assert rows(shop) == before | {"journal": before["journal"] + 1}


def test_a_phone_belongs_to_one_member(shop: Shop) -> None:
    first = do(shop, asked()).member
    with pytest.raises(PhoneTaken) as taken:
        do(shop, asked(name="王强", phone="+86 138 1234 1234"))
    assert (taken.value.phone, taken.value.member_code) == (PHONE, first.code)
    assert last_refusal(shop)["fields"] == {"phone": "138****1234", "member_code": first.code}
    assert members.count(shop.counter.store) == 1


def test_enter_twice_enrols_once(shop: Shop) -> None:
    act = shop.act()
    first, again = do(shop, asked(), act), do(shop, asked(), act)
    assert (first.done.repeated, again.done.repeated) == (False, True)
    assert first.member == again.member
    assert first.done.job_id == again.done.job_id
    assert members.count(shop.counter.store) == 1


def test_an_id_that_enrolled_one_enrols_no_other(shop: Shop) -> None:
    act = shop.act()
    do(shop, asked(), act)
    with pytest.raises(EntryConflict):
        do(shop, asked(phone="13900005678"), act)


@pytest.mark.parametrize(
    "typed", [PHONE, " 138 1234 1234 ", "138-1234-1234", "+8613812341234", "（138）12341234", "１３８１２３４１２３４"]
)
def test_a_phone_is_read_as_people_write_it(typed: str) -> None:
    assert read_phone(typed) == PHONE


@pytest.mark.parametrize("typed", ["13812341234\n5", "1381234123a", "१३८१२३४१२३४", "+113812341234", "1 3"])
def test_what_is_no_mainland_mobile_is_not_read(typed: str) -> None:
    with pytest.raises(PhoneUnreadable) as unreadable:
        read_phone(typed)
    assert unreadable.value.phone == typed


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("19900521", date(1990, 5, 21)),
        ("1990-05-21", date(1990, 5, 21)),
        ("1990/05/21", date(1990, 5, 21)),
        ("１９９００５２１", date(1990, 5, 21)),
        ("20000229", date(2000, 2, 29)),
        ("20261120", date(2026, 11, 20)),
        ("", None),
        ("  ", None),
    ],
)
def test_a_birthday_is_read(typed: str, day: date | None) -> None:
    assert read_birthday(typed, date(2026, 11, 20)) == day


@pytest.mark.parametrize(
    "typed", ["19000229", "19901301", "1990521", "199005211", "20261121", "18991231", "五月", "0521", "1990-5-21"]
)
def test_what_is_no_day_anybody_was_born_on_is_not_read(typed: str) -> None:
    with pytest.raises(BirthdayUnreadable) as unreadable:
        read_birthday(typed, date(2026, 11, 20))
    assert unreadable.value.birthday == typed


@pytest.mark.parametrize(
    "name",
    ["𠮷野", "O'Neil", "Zoë", "阿布都·热西提", "🍞", "名" * 300, "a\tb", "李\x1bp雪", "%s{0}", "'; DROP TABLE--"],
)
def test_any_name_is_taken_and_comes_back(shop: Shop, name: str) -> None:
    member = do(shop, asked(name=name)).member
    assert members.get(shop.counter.store, member.member_id) == member
    shop.top_up(member)
    assert sound(shop) == 35_000


def test_an_anonymous_card_needs_nobodys_name(shop: Shop) -> None:
    enrolled = enrol_anonymous(shop.counter, shop.act())
    assert enrolled.card is not None
    member = enrolled.member
    assert (member.registered, member.name, member.phone, member.initials) == (False, "", None, "")
    assert enrolled.card.member_id == member.member_id
    assert entries(shop, EntryKind.MEMBER_ENROLLED)[0].facts["card_code"] == enrolled.card.code


def test_an_anonymous_card_may_be_one_of_the_drawers_plastic(shop: Shop) -> None:
    plastic = make_code(CodeKind.CARD, lambda _: bytes(16)).text
    act = shop.act()
    enrolled = [enrol_anonymous(shop.counter, act, plastic.lower()) for _ in range(2)]
    assert [one.card.code if one.card else "" for one in enrolled] == [plastic, plastic]
    with pytest.raises(CardTaken) as taken:
        enrol_anonymous(shop.counter, shop.act(), plastic)
    assert taken.value.card_code == plastic
    assert members.count(shop.counter.store) == 1


@pytest.mark.parametrize(
    ("scanned", "error"),
    [
        (lambda: make_code(CodeKind.MEMBER, lambda _: bytes(16)).text, CodeUnreadable),
        (lambda: "6901234567892", CodeUnreadable),
        (lambda: "K22222222", CodeCheckFailed),
    ],
)
def test_what_is_no_card_is_not_handed_over_as_one(
    shop: Shop, scanned: Callable[[], str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        enrol_anonymous(shop.counter, shop.act(), scanned())
    assert members.count(shop.counter.store) == 0


def test_a_phone_typed_where_a_card_belongs_is_not_kept(shop: Shop) -> None:
    member = do(shop, asked()).member
    with pytest.raises(CodeUnreadable):
        issue_card(shop.counter, shop.act(), member.member_id, PHONE)
    assert last_refusal(shop)["fields"]["text"] == "138****1234"
    assert PHONE not in everything_written(shop)
