"""Everything a counter does with what members own follows, entry by entry, from what head office knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model import journal, purses
from kiosk.services import claim, follow_up, gift, lapse, sell, void
from kiosk.services.enrol import Enrolment, enrol
from kiosk.services.sell_gift_card import GiftCard, quote_gift_card, sell_gift_card
from kiosk.services.tendering import Tendering
from ledger.accounts import Tender
from ledger.errors import NothingToPay
from ledger.protocol.judge import Standing, judge
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import Product, Promises
from ledger.wire import read_entry
from tests.builders import CASHIER, Shop, open_shop
from tests.kiosk.services.books import sound
from tests.kiosk.services.promising import exchanges, promise, sells, uses


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter)
    shop.open_shift()
    return shop


def live(shop: Shop) -> str:
    """A day with everything in it; return somebody whose purse moved."""
    counter, referrer = shop.counter, shop.enrol()
    friend = referrer
    for number in range(3):
        asked = Enrolment(f"王{number}", f"1391234000{number}", None, consented=True, referrer_code=referrer.code)
        friend = enrol(counter, shop.act(), asked).member
        done = shop.top_up(friend)
        follow_up.follow_up(counter, CASHIER, done.recorded)
        if not number:
            void.void(counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
            follow_up.follow_up(counter, CASHIER, shop.top_up(friend).recorded)
    claim.claim(counter, shop.act(), claim.Claim(referrer.member_id))
    for product_id, price in (("wash10", 99_999), ("vip", 3_000), ("drinks3", 5_000)):
        sells(shop, referrer, product_id, price, Tender.CASH)
    used = uses(shop, referrer, units=3)
    void.void(counter, shop.approved(ApprovedAct.VOID), used.recorded.entry.entry_id)
    uses(shop, referrer, "EXCHANGE:drink", goods="tea")
    for item, points, price in (("cup", 50, 0), ("cake", 30, 0), ("bag", 20, 990)):
        exchanges(shop, referrer, item, points, price)
    given = gift.give(counter, shop.act(), gift.Gift(referrer.member_id, friend.code, "VISIT:wash", 2))
    void.void(counter, shop.approved(ApprovedAct.VOID), given.recorded.entry.entry_id)
    gift.give(counter, shop.act(), gift.Gift(referrer.member_id, friend.code, "VISIT:wash", 2))
    uses(shop, friend)
    card = GiftCard(10_000, Tender.CASH, quote_gift_card(counter, 10_000, Tender.CASH).bonus_minor)
    sell_gift_card(counter, shop.act(), card)
    shop.clock.forward(days=90)
    lapse.lapse(counter, CASHIER, counter.business_date(shop.clock.now()))
    return referrer.member_id


def test_head_office_takes_all_of_it_and_its_mirror_is_the_purse(shop: Shop) -> None:
    member_id, store = live(shop), shop.counter.store
    rows = [(row.sequence, read_entry(row.body)) for row in journal.page(store, 0, 1_000)]
    standing = Standing("box-1", "xuhui", {})
    judge(standing, rows)
    mirrored = {key: held for key, held in standing.mirror.items() if key.member_id == member_id}
    assert mirrored == purses.lines(store, member_id)
    sound(shop)


def test_what_costs_nothing_is_given_and_never_sold(shop: Shop) -> None:
    promise(shop.counter, Promises(products=(Product("free", "免费", "RIGHT:vip", 1, 0),)))
    member = shop.enrol()
    with pytest.raises(NothingToPay):
        sell.sell(shop.counter, shop.act(), sell.Sale(member.member_id, "free", 0, Tendering(Tender.CASH)))
