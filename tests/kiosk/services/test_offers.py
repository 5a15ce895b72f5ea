"""Offers at the counter: what was quoted is booked in one entry, once, and a void takes all of it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.model import activity, purses
from kiosk.services import pay, recheck, top_up, void
from kiosk.services.errors import OffersDiffer, QuoteChanged
from kiosk.services.occasions import Choice
from kiosk.services.open_member import open_member
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.errors import UnitsTooFew, ValueAlreadySpent
from ledger.rules.occasion import BasketLine, Event
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import (
    AssetKind,
    BonusGift,
    Caps,
    FreeOrder,
    Goods,
    Group,
    Handout,
    PointsPolicy,
    PriceCut,
    Promises,
    Rule,
    Span,
    UnitsGift,
    When,
)
from tests.builders import Shop, open_shop
from tests.kiosk.services.books import entries, sound

TEN_OFF = AssetKind(
    "COUPON:ten",
    "满100减10",
    Rule(
        "use.ten",
        "满100减10",
        Event.PAY,
        (PriceCut(off_minor=1_000),),
        When(amount_from_minor=10_000),
        group="coupon",
        takes="COUPON:ten",
    ),
)
FREE = AssetKind(
    "COUPON:free",
    "免单券",
    Rule("use.free", "免单", Event.PAY, (PriceCut(face=True),), group="coupon", takes="COUPON:free"),
)
PROMISES = Promises(
    rules=(
        Rule(
            "stored-price", "储值95折", Event.PAY, (PriceCut(percent_off=5),), When(wholly_stored=True), group="price"
        ),
        Rule(
            "big-top-up",
            "充500送券送积分",
            Event.TOP_UP,
            (UnitsGift("COUPON:ten", 2, span=Span(valid_days=30)), UnitsGift("PTS", 200), Handout("可颂一个")),
            When(amount_from_minor=50_000),
            Caps(per_member=1),
        ),
        Rule("two-parts", "下次再用", Event.TOP_UP, (BonusGift(percent=10, now_percent=85),), When(top_up_to=1)),
        Rule("free-order", "充值免单", Event.TOP_UP, (FreeOrder(20_000, "free"),), When(bill_times=10)),
    ),
    groups=(Group("price"), Group("coupon")),
    goods=(Goods("bun", "可颂", "bread", 1_200, "6901234567892", points_percent=200),),
    assets=(TEN_OFF, FREE),
    points=PointsPolicy(Event.PAY, 1, 100, 100, 100, 50, 365),
)


def promise(shop: Shop, promises: Promises) -> None:
    """Let the shop's programme promise more from now on."""
    programme = shop.counter.programme()
    shop.counter._programmes[programme.hash] = replace(programme, promises=promises)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    promise(shop, PROMISES)
    return shop


@pytest.fixture
def member(shop: Shop) -> Member:
    return shop.enrol()


def top_up_as_quoted(shop: Shop, member: Member, paid: int, bill: int = 0) -> top_up.TopUpQuote:
    quote = top_up.quote(shop.counter, member.member_id, paid, bill_minor=bill)
    asked = top_up.TopUp(member.member_id, paid, Tender.CASH, None, quote.bonus_minor, bill)
    top_up.top_up(shop.counter, shop.act(), asked)
    return quote


def payment(member: Member, quote: pay.PayQuote) -> pay.Payment:
    rest = quote.terms.rest_minor
    return pay.Payment(
        member.member_id,
        quote.bill.list_price_minor,
        quote.terms.stored_minor,
        Tender.CASH if rest else None,
        tendered_minor=rest,
        lines=quote.lines,
        choice=quote.choice,
        expected_paid_minor=quote.bill.paid_price_minor,
    )


def held(shop: Shop, member: Member) -> dict[str, int]:
    units: dict[str, int] = {}
    for holding in purses.holdings(shop.counter.store, member.member_id):
        if holding.units:
            units[holding.lot.asset] = units.get(holding.lot.asset, 0) + holding.units
    return units


def test_a_top_up_brings_everything_it_promised_in_one_entry(shop: Shop, member: Member) -> None:
    quote = top_up_as_quoted(shop, member, 50_000)
    view = open_member(shop.counter, member.member_id)
    assert (quote.bonus_minor, quote.later_minor) == (10_000 + 5_000, 750)
    assert (view.here_minor, view.pending_minor) == (50_000 + 10_000 + 4_250, 750)
    assert held(shop, member) == {"COUPON:ten": 2, "PTS": 200}
    assert sound(shop) == 65_000


def test_what_comes_later_counts_from_the_next_day_on(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000)
    view = open_member(shop.counter, member.member_id)
    tomorrow = replace(view, on=view.on + timedelta(days=1))
    assert (tomorrow.here_minor, tomorrow.pending_minor) == (view.here_minor + 750, 0)


def test_a_bill_is_cut_by_price_and_coupon_and_earns_points_on_what_was_really_paid(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000)
    lines = (BasketLine("bun", "可颂", "bread", 10, 1_200),)
    quote = pay.quote(shop.counter, member.member_id, 12_000, lines=lines)
    assert [(cut.rule_id, cut.amount_minor) for cut in quote.bill.reductions] == [
        ("stored-price", 600),
        ("use.ten", 1_000),
    ]
    assert quote.bill.paid_price_minor == quote.terms.stored_minor == 10_400
    points = sum(gift.units for gift in quote.bill.given)
    assert points == 2 * quote.terms.principal_minor // 100
    done = pay.pay(shop.counter, shop.act(), payment(member, quote)).done
    assert held(shop, member) == {"COUPON:ten": 1, "PTS": 200 + points}
    assert done.recorded.entry.facts["rules"][0] == {
        "rule": "stored-price",
        "effect": "price_cut",
        "amount_minor": 600,
        "units": 0,
    }
    assert sound(shop) == 65_000 - 10_400


def test_a_void_gives_back_the_coupon_and_takes_back_the_points(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000)
    before = held(shop, member)
    quote = pay.quote(shop.counter, member.member_id, 12_000)
    done = pay.pay(shop.counter, shop.act(), payment(member, quote)).done
    assert held(shop, member) != before
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
    assert held(shop, member) == before
    uses = activity.uses(shop.counter.store, [member.member_id])
    assert not [use for use in uses if use.rule in {"stored-price", "use.ten", "points"}]
    assert sound(shop) == 65_000


def test_a_top_up_whose_coupon_was_used_can_not_be_voided(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000)
    topped = entries(shop, EntryKind.TOP_UP)[-1].entry_id
    quote = pay.quote(shop.counter, member.member_id, 12_000)
    pay.pay(shop.counter, shop.act(), payment(member, quote))
    with pytest.raises(ValueAlreadySpent):
        void.void(shop.counter, shop.approved(ApprovedAct.VOID), topped)


def test_a_gift_that_is_given_once_is_given_once(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000)
    top_up_as_quoted(shop, member, 50_000)
    assert held(shop, member) == {"COUPON:ten": 2, "PTS": 200}


def test_points_pay_part_of_a_bill_up_to_the_share_that_is_allowed(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000)
    quote = pay.quote(shop.counter, member.member_id, 1_000, choice=Choice(points=200))
    assert (quote.bill.points.amount_minor, quote.bill.paid_price_minor) == (200, 750)
    with pytest.raises(UnitsTooFew):
        pay.quote(shop.counter, member.member_id, 1_000, choice=Choice(points=300))
    pay.pay(shop.counter, shop.act(), payment(member, quote))
    assert held(shop, member)["PTS"] == 200 - 200 + sum(gift.units for gift in quote.bill.given)


def test_an_order_is_free_where_ten_times_as_much_is_topped_up(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000, bill=5_000)
    quote = pay.quote(shop.counter, member.member_id, 5_000)
    assert quote.bill.paid_price_minor == 0
    done = pay.pay(shop.counter, shop.act(), payment(member, quote)).done
    assert "COUPON:free" not in held(shop, member)
    assert all(posting.asset != "CNY" for posting in done.recorded.entry.postings)


def test_a_price_that_is_no_longer_the_one_shown_is_not_taken(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000)
    quote = pay.quote(shop.counter, member.member_id, 12_000)
    promise(shop, replace(PROMISES, rules=PROMISES.rules[1:]))
    with pytest.raises(QuoteChanged):
        pay.pay(shop.counter, shop.act(), payment(member, quote))


def test_the_same_payment_sent_twice_uses_one_coupon(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000)
    quote = pay.quote(shop.counter, member.member_id, 12_000)
    act = shop.act()
    first = pay.pay(shop.counter, act, payment(member, quote)).done
    second = pay.pay(shop.counter, act, payment(member, quote)).done
    assert (second.repeated, second.recorded.row.hash) == (True, first.recorded.row.hash)
    assert held(shop, member)["COUPON:ten"] == 1


def test_a_new_programme_leaves_what_was_given_under_the_old_one(shop: Shop, member: Member) -> None:
    top_up_as_quoted(shop, member, 50_000)
    promise(shop, replace(PROMISES, rules=()))
    quote = pay.quote(shop.counter, member.member_id, 12_000)
    assert [cut.rule_id for cut in quote.bill.reductions] == ["use.ten"]


def test_weighed_again_from_the_journal_alone_everything_comes_out_the_same(
    shop: Shop, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = shop.counter.programme()
    monkeypatch.setattr(recheck, "read_programme", lambda _: programme)
    top_up_as_quoted(shop, member, 50_000, bill=5_000)
    for bill in (5_000, 12_000, 700):
        choice = Choice(points=100) if bill > 10_000 else Choice(refused=("stored-price",))
        quote = pay.quote(shop.counter, member.member_id, bill, choice=choice)
        pay.pay(shop.counter, shop.act(), payment(member, quote))
    assert recheck.recheck(shop.counter) == recheck.Rechecked(entries=4, left_out=0)


def test_an_entry_that_another_programme_would_have_made_is_named(
    shop: Shop, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    top_up_as_quoted(shop, member, 50_000)
    monkeypatch.setattr(recheck, "read_programme", lambda _: replace(shop.counter.programme(), promises=Promises()))
    with pytest.raises(OffersDiffer) as told:
        recheck.recheck(shop.counter)
    assert told.value.entry_no == "1-000003"
