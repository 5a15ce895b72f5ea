"""Gifts between members: what may be given goes over whole, with its terms, and comes back by a void."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model import purses
from kiosk.services import enrol, gift, redeem, void
from kiosk.services.acts import Done
from kiosk.services.offer_errors import GiftToSelf, NotGiftable
from kiosk.services.values import Member
from ledger.errors import CodeCheckFailed, CodeUnreadable, UnitsTooFew, ValueAlreadySpent
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop
from tests.kiosk.services.books import last_refusal, sound
from tests.kiosk.services.promising import balance, give_points, held, promise, sells, uses


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter)
    shop.open_shift()
    return shop


def gives(shop: Shop, giver: Member, into: str, asset: str, units: int = 1) -> Done:
    return gift.give(shop.counter, shop.act(), gift.Gift(giver.member_id, into, asset, units))


def test_visits_go_over_with_their_lots_and_earn_the_price_all_the_same(shop: Shop) -> None:
    giver, friend = shop.enrol(), shop.enrol("王朋", "13912341234")
    sells(shop, giver)
    uses(shop, giver, units=3)
    done = gives(shop, giver, friend.code, "VISIT:wash", 4)
    assert (held(shop, giver)["VISIT:wash"], held(shop, friend)["VISIT:wash"]) == (3, 4)
    (mine,) = (h.lot for h in purses.holdings(shop.counter.store, giver.member_id) if h.lot.asset == "VISIT:wash")
    (theirs,) = (h.lot for h in purses.holdings(shop.counter.store, friend.member_id) if h.lot.asset == "VISIT:wash")
    assert mine.same_terms(theirs)
    assert done.recorded.entry.facts["into"] == friend.member_id
    for who in (giver, friend, giver, friend):
        uses(shop, who)
    uses(shop, giver)
    uses(shop, friend, units=2)
    assert (balance(shop, "presold:xuhui"), balance(shop, "sales:xuhui")) == (0, 99_999)
    assert sound(shop) == 0


def test_a_gift_is_voided_until_the_friend_uses_it(shop: Shop) -> None:
    giver, friend = shop.enrol(), shop.enrol("王朋", "13912341234")
    sells(shop, giver)
    done = gives(shop, giver, friend.code, "VISIT:wash", 4)
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
    assert (held(shop, giver)["VISIT:wash"], held(shop, friend).get("VISIT:wash", 0)) == (10, 0)
    again = gives(shop, giver, friend.code, "VISIT:wash", 4)
    uses(shop, friend)
    with pytest.raises(ValueAlreadySpent):
        void.void(shop.counter, shop.approved(ApprovedAct.VOID), again.recorded.entry.entry_id)
    assert sound(shop) == 0


def test_the_same_act_twice_gives_once(shop: Shop) -> None:
    giver, friend, act = shop.enrol(), shop.enrol("王朋", "13912341234"), shop.act()
    give_points(shop, giver, 500)
    before = held(shop, giver)["PTS"], held(shop, friend).get("PTS", 0)
    asked = gift.Gift(giver.member_id, friend.code, "PTS", 60)
    assert [gift.give(shop.counter, act, asked).repeated for _ in range(2)] == [False, True]
    assert (held(shop, giver)["PTS"], held(shop, friend)["PTS"]) == (before[0] - 60, before[1] + 60)


@pytest.mark.parametrize(
    ("asset", "units", "error"),
    [("GOODS:moon", 1, NotGiftable), ("VISIT:none", 1, NotGiftable), ("VISIT:wash", 11, UnitsTooFew)],
)
def test_what_may_not_be_given_stays(shop: Shop, asset: str, units: int, error: type[Exception]) -> None:
    giver, friend = shop.enrol(), shop.enrol("王朋", "13912341234")
    sells(shop, giver)
    with pytest.raises(error):
        gives(shop, giver, friend.code, asset, units)
    assert last_refusal(shop)["error"] == error.__name__
    assert held(shop, giver)["VISIT:wash"] == 10


def test_nobody_gives_to_themselves_nor_to_a_name_from_a_list(shop: Shop) -> None:
    giver, friend = shop.enrol(), shop.enrol("王朋", "13912341234")
    with pytest.raises(GiftToSelf):
        gives(shop, giver, giver.code, "PTS")
    with pytest.raises(CodeUnreadable):
        gives(shop, giver, "13912341234", "PTS")
    wrong = friend.code[:-1] + ("2" if friend.code[-1] != "2" else "3")
    with pytest.raises(CodeCheckFailed):
        gives(shop, giver, wrong, "PTS")


def test_an_anonymous_card_can_be_given_to_by_its_code(shop: Shop) -> None:
    giver, made = shop.enrol(), enrol.enrol_anonymous(shop.counter, shop.act())
    sells(shop, giver)
    assert made.card is not None
    gives(shop, giver, made.card.code, "VISIT:wash", 2)
    redeem.redeem(shop.counter, shop.act(), redeem.Use(made.member.member_id, "VISIT:wash", 2))
    assert sound(shop) == 0
