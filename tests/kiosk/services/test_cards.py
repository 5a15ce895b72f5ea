"""A card stands for a member; what happens to it never touches the balance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.model import cards as model
from kiosk.services.acts import Act
from kiosk.services.cards import block_card, issue_card, replace_card, unblock_card
from kiosk.services.errors import (
    ApprovalNeeded,
    CardIsBlocked,
    CardNotBlocked,
    CardTaken,
    CardUnknown,
    CardWasReplaced,
    MemberUnknown,
)
from kiosk.services.open_member import open_member
from kiosk.services.values import CardState, Member
from ledger.codes import CodeKind, make_code
from ledger.entries import EntryKind
from ledger.errors import CodeCheckFailed, CodeUnreadable
from ledger.rules.programme import ApprovedAct
from tests.builders import MANAGER, Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows, sound

PLASTIC = make_code(CodeKind.CARD, lambda _: bytes([7] * 16)).text


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


@pytest.fixture
def member(shop: Shop) -> Member:
    member = shop.enrol()
    shop.top_up(member)
    return member


def issuing(shop: Shop) -> Act:
    return shop.approved(ApprovedAct.CARD_ISSUE)


def unblock(shop: Shop) -> Act:
    return shop.approved(ApprovedAct.CARD_UNBLOCK)


def replacing(shop: Shop) -> Act:
    return shop.approved(ApprovedAct.CARD_REPLACE)


def test_a_card_is_lost_found_lost_and_replaced_and_the_money_stays(shop: Shop, member: Member) -> None:
    old = issue_card(shop.counter, issuing(shop), member.member_id, PLASTIC.lower()).card
    assert (old.code, old.state, old.replaced_by) == (PLASTIC, CardState.ACTIVE, None)
    assert block_card(shop.counter, shop.act(), old.code[1:]).card.state is CardState.BLOCKED
    assert unblock_card(shop.counter, unblock(shop), old.code).card.state is CardState.ACTIVE
    block_card(shop.counter, shop.act(), old.code)
    replaced = replace_card(shop.counter, replacing(shop), old.code)
    view = open_member(shop.counter, member.member_id)
    by_code = {card.code: (card.state, card.replaced_by) for card in view.cards}
    assert by_code == {
        old.code: (CardState.REPLACED, replaced.card.code),
        replaced.card.code: (CardState.ACTIVE, None),
    }
    assert view.here_minor == 35_000
    entry = replaced.done.recorded.entry
    assert (entry.facts, entry.approver) == ({"card_code": replaced.card.code, "replaces": old.code}, MANAGER)
    assert sound(shop) == 35_000


def test_a_card_has_one_holder(shop: Shop, member: Member) -> None:
    issue_card(shop.counter, issuing(shop), member.member_id, PLASTIC)
    other = shop.enrol("王强", "13900005678")
    for holder in (member, other):
        with pytest.raises(CardTaken) as taken:
            issue_card(shop.counter, issuing(shop), holder.member_id, PLASTIC)
        assert taken.value.card_code == PLASTIC
    lost = issue_card(shop.counter, issuing(shop), other.member_id).card
    with pytest.raises(CardTaken):
        replace_card(shop.counter, replacing(shop), lost.code, PLASTIC)
    assert model.by_code(shop.counter.store, lost.code) == lost


def test_a_card_goes_to_nobody_unknown(shop: Shop) -> None:
    with pytest.raises(MemberUnknown) as unknown:
        issue_card(shop.counter, issuing(shop), "nobody")
    assert unknown.value.member_id == "nobody"


def test_what_was_never_issued_is_unknown(shop: Shop) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: block_card(shop.counter, shop.act(), PLASTIC),
        lambda: unblock_card(shop.counter, unblock(shop), PLASTIC),
        lambda: replace_card(shop.counter, replacing(shop), PLASTIC),
    ]
    for act in attempts:
        with pytest.raises(CardUnknown) as unknown:
            act()
        assert unknown.value.card_code == PLASTIC


def test_a_lost_card_is_reported_once(shop: Shop, member: Member) -> None:
    card = issue_card(shop.counter, issuing(shop), member.member_id).card
    with pytest.raises(CardNotBlocked) as active:
        unblock_card(shop.counter, unblock(shop), card.code)
    assert active.value.card_code == card.code
    block_card(shop.counter, shop.act(), card.code)
    with pytest.raises(CardIsBlocked) as blocked:
        block_card(shop.counter, shop.act(), card.code)
    assert (blocked.value.card_code, blocked.value.member_id) == (card.code, member.member_id)


def test_a_replaced_card_is_dead_for_good(shop: Shop, member: Member) -> None:
    old = issue_card(shop.counter, issuing(shop), member.member_id).card
    new = replace_card(shop.counter, replacing(shop), old.code).card
    attempts: list[Callable[[], object]] = [
        lambda: block_card(shop.counter, shop.act(), old.code),
        lambda: unblock_card(shop.counter, unblock(shop), old.code),
        lambda: replace_card(shop.counter, replacing(shop), old.code),
    ]
    for act in attempts:
        with pytest.raises(CardWasReplaced) as dead:
            act()
        assert (dead.value.card_code, dead.value.replaced_by) == (old.code, new.code)


def test_a_manager_is_asked_before_a_card_lives_again(shop: Shop, member: Member) -> None:
    card = issue_card(shop.counter, issuing(shop), member.member_id).card
    block_card(shop.counter, shop.act(), card.code)
    before = rows(shop)
    attempts: list[tuple[Callable[[], object], str]] = [
        (lambda: unblock_card(shop.counter, shop.act(), card.code), "card_unblock"),
        (lambda: replace_card(shop.counter, shop.act(), card.code), "card_replace"),
    ]
    for act, wanted in attempts:
        with pytest.raises(ApprovalNeeded) as needed:
            act()
        assert needed.value.act == wanted
    assert rows(shop) == before


@pytest.mark.parametrize(
    ("code", "error"), [("", CodeUnreadable), ("K22222222", CodeCheckFailed), ("李雪", CodeUnreadable)]
)
def test_what_is_no_code_is_no_card(shop: Shop, code: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        block_card(shop.counter, shop.act(), code)
    assert refusals(shop) == [("card_blocked", error.__name__)]


def test_enter_twice_issues_one_card(shop: Shop, member: Member) -> None:
    act = issuing(shop)
    first, again = (issue_card(shop.counter, act, member.member_id) for _ in range(2))
    assert (first.card, again.done.repeated) == (again.card, True)
    assert first.done.job_id == again.done.job_id
    act = replacing(shop)
    first, again = (replace_card(shop.counter, act, first.card.code) for _ in range(2))
    assert (first.card, again.done.repeated) == (again.card, True)
    assert len(open_member(shop.counter, member.member_id).cards) == 2


def test_a_repeated_answer_shows_the_card_as_it_is_now(shop: Shop, member: Member) -> None:
    act = issuing(shop)
    card = issue_card(shop.counter, act, member.member_id).card
    block_card(shop.counter, shop.act(), card.code)
    assert issue_card(shop.counter, act, member.member_id).card.state is CardState.BLOCKED
    assert len(entries(shop, EntryKind.CARD_ISSUED)) == 1


def test_no_cashier_cuts_a_key_to_somebody_elses_balance_alone(shop: Shop, member: Member) -> None:
    with pytest.raises(ApprovalNeeded) as needed:
        issue_card(shop.counter, shop.act(), member.member_id, PLASTIC)
    assert (needed.value.act, needed.value.amount_minor) == ("card_issue", 35_000)
    assert model.by_code(shop.counter.store, PLASTIC) is None


def test_a_new_member_gets_a_card_without_a_manager(shop: Shop) -> None:
    newcomer = shop.enrol("王强", "13900005678")
    assert issue_card(shop.counter, shop.act(), newcomer.member_id, PLASTIC).card.code == PLASTIC
