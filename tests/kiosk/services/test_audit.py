"""The audit view: every refusal is there once, with who, when, what and how much, and the counts add up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.services import audit as service
from kiosk.services.audit import MOST, audit, days_back
from kiosk.services.errors import ServiceError
from kiosk.services.sign_in import sign_in
from kiosk.services.top_up import TopUp, top_up
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.errors import LimitExceeded
from tests.builders import CASHIER, MANAGER, OTHER_CASHIER, PIN, Shop, open_shop
from tests.kiosk.services.books import entries

NUMBERS = (CASHIER, OTHER_CASHIER, MANAGER, "4711")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return open_shop(tmp_path)


def wrong(shop: Shop, staff_id: str = CASHIER) -> None:
    with pytest.raises(ServiceError):
        sign_in(shop.counter, staff_id, "1357")


def today(shop: Shop, cashier: str | None = None) -> service.AuditView:
    return audit(shop.counter, days_back(shop.counter, 0), cashier)


def test_a_refused_act_is_shown_with_who_what_and_how_much(shop: Shop) -> None:
    shop.open_shift()
    member = shop.enrol()
    asked = TopUp(member.member_id, 30_000_000, Tender.CASH, None, 0)
    with pytest.raises(LimitExceeded):
        top_up(shop.counter, shop.act(), asked)
    attempt = today(shop).attempts[0]
    assert (attempt.cashier, attempt.act, attempt.at) == (CASHIER, "top_up", shop.clock.now())
    assert attempt.amount_minor is not None
    assert attempt.attempted_id is not None
    assert "13812341234" not in repr(attempt)


def test_the_newest_comes_first_and_a_person_is_shown_alone(shop: Shop) -> None:
    for number in (CASHIER, OTHER_CASHIER, CASHIER):
        wrong(shop, number)
        shop.clock.forward(minutes=1)
    assert [one.cashier for one in today(shop).attempts] == [CASHIER, OTHER_CASHIER, CASHIER]
    assert today(shop).attempts[0].at > today(shop).attempts[2].at
    alone = today(shop, OTHER_CASHIER)
    assert ([one.cashier for one in alone.attempts], alone.count) == ([OTHER_CASHIER], 1)
    assert [one.cashier for one in alone.people] == [CASHIER, OTHER_CASHIER]


def test_an_earlier_day_is_shown_when_it_is_asked_for(shop: Shop) -> None:
    wrong(shop)
    shop.clock.forward(days=2)
    assert today(shop).count == 0
    since = days_back(shop.counter, 2)
    assert audit(shop.counter, since).count == 1
    assert audit(shop.counter, since + timedelta(days=1)).count == 0


def test_a_long_list_is_cut_and_its_counts_are_not(shop: Shop) -> None:
    for _ in range(4):
        wrong(shop, "4711")
    view = audit(shop.counter, days_back(shop.counter, 0), most=3)
    assert (len(view.attempts), view.count, view.people[0].refused) == (3, 4, 4)
    assert view.count < MOST


@settings(max_examples=8)
@given(tries=st.lists(st.sampled_from(NUMBERS), max_size=8))
def test_every_refusal_is_counted_once(tries: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    sign_in(shop.counter, MANAGER, PIN)
    for number in tries:
        wrong(shop, number)
    view = today(shop)
    assert view.count == len(tries) == len(entries(shop, EntryKind.REFUSED)) == sum(one.refused for one in view.people)
    assert {one.cashier: one.at_the_door for one in view.people} == {number: tries.count(number) for number in tries}
    assert all(one.in_acts == 0 for one in view.people)


def test_the_mutant_that_counts_one_person_alone_is_caught(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    really = service._people
    monkeypatch.setattr(service, "_people", lambda found: really(found)[:1])
    with pytest.raises(AssertionError):
        test_the_newest_comes_first_and_a_person_is_shown_alone(shop)
