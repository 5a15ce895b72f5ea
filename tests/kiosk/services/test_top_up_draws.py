"""Draws of a top-up, and a top-up for a friend: prize and principal stand and fall together; the payer learns no balance."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model import print_queue
from kiosk.receipts.document import Document
from kiosk.receipts.plain import to_text
from kiosk.services import top_up, void
from kiosk.services.acts import Done
from kiosk.services.draws import as_drawn
from kiosk.services.giving import rule_fact
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.rules.occasion import Event
from ledger.rules.offers import Given, GivenKind
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import Caps, Draw, Lottery, Prize, Promises, Rule, UnitsGift
from tests.builders import Shop, open_shop
from tests.kiosk.services.books import sound
from tests.kiosk.services.promising import PROMISES, held, promise

SPIN = Rule("spin", "充值抽奖", Event.TOP_UP, (Draw("wheel"), Draw("wheel")), caps=Caps(per_member=2))
WHEEL = Lottery("wheel", "转盘", 10, (Prize("only", "积分", 10, UnitsGift("PTS", 7), stock=3),))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter, Promises(rules=(SPIN,), assets=PROMISES.assets, lotteries=(WHEEL,)))
    shop.open_shift()
    return shop


def pays_for(shop: Shop, friend: Member, payer: str) -> Done:
    bonus = top_up.quote(shop.counter, friend.member_id, 30_000).bonus_minor
    asked = top_up.TopUp(friend.member_id, 30_000, Tender.CASH, None, bonus, payer=payer)
    return top_up.top_up(shop.counter, shop.act(), asked)


def paper(shop: Shop, done: Done) -> str:
    (job,) = print_queue.of_entry(shop.counter.store, done.recorded.entry.entry_id)
    return to_text(Document.from_json(job.document), 48)


def test_a_top_up_draws_in_its_own_entry_and_its_void_takes_the_prizes_back(shop: Shop) -> None:
    member = shop.enrol()
    done = shop.top_up(member)
    drawn = done.recorded.entry.facts["draws"]
    assert [(each["number"], each["prize"]) for each in drawn] == [(1, "only"), (2, "only")]
    assert held(shop, member) == {"PTS": 14}
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
    assert (held(shop, member), sound(shop)) == ({}, 0)
    again = shop.top_up(member).recorded.entry.facts["draws"]
    assert [(each["number"], each["again"], each["ticket"]) for each in again] == [
        (1, True, drawn[0]["ticket"]),
        (2, True, drawn[1]["ticket"]),
    ]
    assert sound(shop) == 35_000


def test_the_third_prize_is_the_last_in_stock(shop: Shop) -> None:
    first, second = shop.enrol(), shop.enrol("王朋", "13912341234")
    shop.top_up(first)
    assert [each["prize"] for each in shop.top_up(second).recorded.entry.facts["draws"]] == ["only", ""]
    assert held(shop, second) == {"PTS": 7}


def test_who_pays_for_a_friend_gets_a_receipt_without_the_friends_balance(shop: Shop) -> None:
    friend, payer = shop.enrol(), shop.enrol("王朋", "13912341234")
    shop.top_up(friend)
    done = pays_for(shop, friend, payer.member_id)
    printed = paper(shop, done)
    assert done.recorded.entry.facts["payer"] == payer.member_id
    assert "300.00" in printed
    assert "700.00" not in printed
    assert "350.00" not in printed
    assert friend.name not in printed
    assert sound(shop) == 70_000


def test_somebody_without_a_membership_pays_for_a_friend_too(shop: Shop) -> None:
    friend = shop.enrol()
    done = pays_for(shop, friend, "")
    assert done.recorded.entry.facts["payer"] == ""
    assert "代人充值" in paper(shop, done)


def test_draws_come_out_the_same_when_every_offer_is_weighed_again(shop: Shop) -> None:
    member = shop.enrol()
    entry = shop.top_up(member).recorded.entry
    two_draws = tuple(Given("spin", "充值抽奖", GivenKind.DRAW, words="wheel") for _ in range(2))
    weighed = as_drawn(shop.counter.programme(), entry, two_draws)
    assert [rule_fact(g.rule_id, g.kind.value, g.amount_minor, g.units, g.words) for g in weighed] == entry.facts[
        "rules"
    ]
