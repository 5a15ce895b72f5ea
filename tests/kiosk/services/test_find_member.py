"""One input finds a member: a scan, a phone, its last four digits, a name or its initials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.services import cards, enrol
from kiosk.services.errors import CardIsBlocked, CardUnknown, CardWasReplaced
from kiosk.services.find_member import Candidates, MemberFound, NothingFound, Via, find, find_scanned
from ledger.codes import ALPHABET, CODE_LENGTH, CodeKind, check_character, make_code
from ledger.errors import CodeCheckFailed, CodeUnreadable
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


def test_the_code_of_a_member_proves_that_the_member_is_here(shop: Shop) -> None:
    member = shop.enrol()
    assert find(shop.counter, member.code) == MemberFound(member, Via.MEMBER_CODE)


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.lower(),
        lambda code: f"  {code}\r\n",
        lambda code: code[1:],
        lambda code: f"{code[1:5]}-{code[5:]}",
        lambda code: f"{code[0]} {code[1:5]} {code[5:]}",
        lambda code: "".join(chr(ord(letter) + 0xFEE0) for letter in code),
    ],
    ids=["lower case", "blanks around", "no kind letter", "as printed", "in groups", "full width"],
)
def test_a_code_is_found_however_it_is_typed(shop: Shop, typed: Callable[[str], str]) -> None:
    member = shop.enrol()
    assert find(shop.counter, typed(member.code)) == MemberFound(member, Via.MEMBER_CODE)


def test_a_card_stands_for_its_holder(shop: Shop) -> None:
    member = shop.enrol()
    card = cards.issue_card(shop.counter, shop.act(), member.member_id).card
    assert find(shop.counter, card.code.lower()) == MemberFound(member, Via.CARD, card.code)


@pytest.mark.parametrize(
    "typed",
    [
        "13812341234", "138 1234 1234", "138-1234-1234", "+8613812341234", "+86 138 1234 1234", "１３８１２３４１２３４",
        "1234", "13812", "138123412", "李雪", "李", "lx", "LX", " 李雪 ",
    ],
)  # fmt: skip
def test_a_search_finds_the_member(shop: Shop, typed: str) -> None:
    member = shop.enrol("李雪", "13812341234")
    shop.enrol("王强", "13900005678")
    assert find(shop.counter, typed) == MemberFound(member, Via.SEARCH)


def test_several_who_fit_are_offered(shop: Shop) -> None:
    both = {shop.enrol("李雪", "13812341234"), shop.enrol("李想", "13900001234")}
    for typed in ("1234", "lx", "李"):
        found = find(shop.counter, typed)
        assert isinstance(found, Candidates)
        assert (set(found.members), found.more) == (both, False)


def test_a_long_list_is_cut_and_says_so(shop: Shop) -> None:
    for number in range(21):
        shop.enrol("李雪", f"138{number:04d}1234")
    found = find(shop.counter, "1234")
    assert isinstance(found, Candidates)
    assert (len(found.members), found.more) == (20, True)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", "name"),
        ("   ", "name"),
        ("赵六", "name"),
        ("13999999999", "phone"),
        ("139-9999-9999", "phone"),
        ("6901234567892", "goods"),
        ("69012345", "goods"),
        ("9999", "digits"),
        ("1", "digits"),
        ("🍞", "name"),
        ("%' OR 1=1 --", "name"),
        ("龘" * 200, "name"),
        ("\U0010ffff", "name"),
    ],
)
def test_nobody_fits(shop: Shop, typed: str, kind: str) -> None:
    shop.enrol()
    found = find(shop.counter, typed)
    assert isinstance(found, NothingFound)
    assert found.kind == kind


def well_formed_by_chance(kind: CodeKind, payload: str) -> str:
    """Eight characters whose last one happens to be the check character of a kind."""
    return payload + check_character(kind.value + payload)


@pytest.mark.parametrize("kind", CodeKind)
@pytest.mark.parametrize("payload", ["2345678", "ZHANGSA", "9876543"])
def test_eight_characters_that_could_be_a_code_and_are_none_of_ours_are_just_not_found(
    shop: Shop, kind: CodeKind, payload: str
) -> None:
    typed = well_formed_by_chance(kind, payload)
    found = find(shop.counter, typed)
    assert isinstance(found, NothingFound)
    assert found.kind == ("goods" if typed.isdigit() else "name")


def test_a_name_of_letters_that_passes_as_a_code_is_searched_as_a_name(shop: Shop) -> None:
    latin = next(
        body + check_character(body)
        for letter in ALPHABET
        if (body := f"MARSHAU{letter}") and check_character(body).isalpha() and letter.isalpha()
    )
    member = shop.enrol(latin.title())
    assert len(latin) == CODE_LENGTH
    assert find(shop.counter, latin.title()) == MemberFound(member, Via.SEARCH)


def test_an_unknown_member_code_is_said_to_be_one(shop: Shop) -> None:
    code = make_code(CodeKind.MEMBER, lambda _: bytes(16)).text
    assert find(shop.counter, code) == NothingFound(code, "member_code")


def test_a_coupon_is_no_member(shop: Shop) -> None:
    code = make_code(CodeKind.COUPON, lambda _: bytes(16)).text
    assert find(shop.counter, code) == NothingFound(code, "coupon")


@pytest.mark.parametrize("entropy", [lambda _: bytes(16), lambda _: bytes([200] * 16)], ids=["digits", "any"])
def test_a_scanned_card_that_nobody_issued_is_unknown(shop: Shop, entropy: Callable[[int], bytes]) -> None:
    code = make_code(CodeKind.CARD, entropy).text
    with pytest.raises(CardUnknown) as unknown:
        find(shop.counter, code)
    assert unknown.value.card_code == code


def test_a_scanned_card_of_letters_only_that_nobody_issued_is_unknown_too(shop: Shop) -> None:
    body = next(f"KABCDEF{x}" for x in "ABCDEFGHJKMN" if check_character(f"KABCDEF{x}").isalpha())
    with pytest.raises(CardUnknown):
        find(shop.counter, body + check_character(body))


def test_a_mistyped_code_is_said_to_be_mistyped(shop: Shop) -> None:
    code = shop.enrol().code
    with pytest.raises(CodeCheckFailed):
        find(shop.counter, code[:-1] + ("2" if code[-1] != "2" else "3"))
    with pytest.raises(CodeUnreadable) as unreadable:
        find(shop.counter, "K12345670")
    assert unreadable.value.reason == "alphabet"


def test_a_blocked_card_says_whose_it_is_and_lets_nobody_in(shop: Shop) -> None:
    member = shop.enrol()
    card = cards.issue_card(shop.counter, shop.act(), member.member_id).card
    cards.block_card(shop.counter, shop.act(), card.code)
    for typed in (card.code, card.code[1:], card.code.lower()):
        with pytest.raises(CardIsBlocked) as blocked:
            find(shop.counter, typed)
        assert (blocked.value.card_code, blocked.value.member_id) == (card.code, member.member_id)


def test_a_replaced_card_names_the_new_one(shop: Shop) -> None:
    member = shop.enrol()
    old = cards.issue_card(shop.counter, shop.act(), member.member_id).card
    new = cards.replace_card(shop.counter, shop.approved(ApprovedAct.CARD_REPLACE), old.code).card
    with pytest.raises(CardWasReplaced) as replaced:
        find(shop.counter, old.code)
    assert (replaced.value.card_code, replaced.value.replaced_by) == (old.code, new.code)
    assert find(shop.counter, new.code) == MemberFound(member, Via.CARD, new.code)


def test_the_holder_of_an_anonymous_card_is_found_by_card_and_code_alone(shop: Shop) -> None:
    enrolled = enrol.enrol_anonymous(shop.counter, shop.act())
    assert enrolled.card is not None
    assert find(shop.counter, enrolled.card.code) == MemberFound(enrolled.member, Via.CARD, enrolled.card.code)
    assert find(shop.counter, enrolled.member.code) == MemberFound(enrolled.member, Via.MEMBER_CODE)


@pytest.mark.parametrize("piece", ["1234", "zs", "0", "法式"])
def test_a_scan_that_broke_off_finds_nobody_by_four_digits_or_initials(shop: Shop, piece: str) -> None:
    shop.enrol("张三", "13812341234")
    assert find_scanned(shop.counter, piece) == NothingFound(piece, "part")


def test_a_whole_code_is_scanned_as_it_is_typed(shop: Shop) -> None:
    member = shop.enrol()
    assert find_scanned(shop.counter, member.code) == MemberFound(member, Via.MEMBER_CODE)
