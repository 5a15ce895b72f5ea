"""Gift cards of value: one card, one value, paid by a tender, within the law's thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import sell_gift_card
from kiosk.services.errors import CardTaken, NoOpenShift, QuoteChanged
from kiosk.services.sell_gift_card import GiftCard, GiftCardSold, look_at_gift_card, quote_gift_card, value_id
from ledger.accounts import Tender
from ledger.errors import LimitExceeded
from tests.builders import Shop, open_shop
from tests.kiosk.office import Office
from tests.kiosk.services.books import rows, sound


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


def card_of(shop: Shop, value_minor: int = 30_000) -> GiftCard:
    bonus = quote_gift_card(shop.counter, value_minor, Tender.WECHAT).bonus_minor
    return GiftCard(value_minor, Tender.WECHAT, bonus)


def sells(shop: Shop, asked: GiftCard) -> GiftCardSold:
    return sell_gift_card.sell_gift_card(shop.counter, shop.act(), asked)


def test_a_gift_card_is_a_card_with_its_value_in_two_entries_of_one_act(shop: Shop) -> None:
    sold = sells(shop, card_of(shop))
    assert sold.enrolled.card is not None
    assert sold.value.recorded.entry.entry_id == value_id(sold.enrolled.done.recorded.entry.entry_id)
    seen = look_at_gift_card(shop.counter, sold.enrolled.card.code)
    assert (seen.balance_minor, seen.is_claimed) == (sound(shop), False)
    assert shop.pay(sold.enrolled.member, 10_000).done.recorded.entry.facts["stored_minor"] == 10_000


def test_the_same_act_twice_and_a_crash_between_make_one_card_with_its_value_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, asked = shop.act(), card_of(shop)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr(sell_gift_card, "top_up", cut)
        with pytest.raises(KeyboardInterrupt):
            sell_gift_card.sell_gift_card(shop.counter, act, asked)
    assert (rows(shop)["card"], sound(shop)) == (1, 0)
    for _ in range(2):
        sell_gift_card.sell_gift_card(shop.counter, act, asked)
    assert (rows(shop)["card"], rows(shop)["lot"]) == (1, 1)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (GiftCard(100_001, Tender.WECHAT), LimitExceeded),
        (GiftCard(30_000, Tender.WECHAT, 1), QuoteChanged),
    ],
)
def test_what_does_not_fit_is_refused(shop: Shop, asked: GiftCard, error: type[Exception]) -> None:
    with pytest.raises(error):
        sells(shop, asked)
    assert sound(shop) == 0


def test_a_card_past_the_laws_thousand_is_refused_before_it_is_handed_over(shop: Shop) -> None:
    with pytest.raises(LimitExceeded):
        sells(shop, GiftCard(100_001, Tender.WECHAT))
    assert rows(shop)["card"] == 0


def test_a_plastic_card_that_is_somebodys_and_a_closed_till_are_refused(shop: Shop) -> None:
    sold = sells(shop, card_of(shop))
    assert sold.enrolled.card is not None
    with pytest.raises(CardTaken):
        sells(shop, GiftCard(10_000, Tender.CASH, 0, sold.enrolled.card.code))
    other = shop.till("4")
    with pytest.raises(NoOpenShift):
        sell_gift_card.sell_gift_card(other.counter, other.act(), card_of(shop))


def test_its_value_becomes_a_members_when_head_office_merges_the_two(shop: Shop) -> None:
    member, sold = shop.enrol(), sells(shop, card_of(shop))
    assert sold.enrolled.card is not None
    before = look_at_gift_card(shop.counter, sold.enrolled.card.code).balance_minor
    Office(shop).join().merge(sold.enrolled.member.member_id, member.member_id)
    seen = look_at_gift_card(shop.counter, sold.enrolled.card.code)
    assert (seen.holder.member_id, seen.balance_minor, seen.is_claimed) == (member.member_id, before, True)
    assert sound(shop) == before
