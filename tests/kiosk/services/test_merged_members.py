"""Two records that were one person: what both own and did counts together after the merge (P14)."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model import journal, lottery, purses
from kiosk.services.member_facts import member_facts
from kiosk.services.offer_errors import ClaimNotOpen
from kiosk.services.values import Member
from ledger.accounts import Instrument, member_account
from ledger.entries import Entry, EntryKind, Facts, Posting
from ledger.errors import MemberLimitReached
from ledger.rules.promises import Measure, Tier
from ledger.rules.tiers import tier_standing
from ledger.wire import content_hash
from tests.builders import Shop, open_shop
from tests.kiosk.office import Office
from tests.kiosk.services.books import sound
from tests.kiosk.services.promising import claims, exchanges, give_points, held, promise, sells, uses

SILVER = Tier("silver", "银卡", Measure.SPENT, 15_000, 15_000, 365)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter)
    shop.open_shift()
    return shop


def merge(shop: Shop, old: Member, into: Member) -> None:
    """Let one record stand for the other, every line moving in its own asset, as the daemon does it."""
    store, counter, now = shop.counter.store, shop.counter, shop.clock.now()
    Office(shop).join().merge(old.member_id, into.member_id, move=False)
    postings = []
    for holding in purses.holdings(store, old.member_id):
        counts = {
            Instrument.PRINCIPAL: holding.principal_minor,
            Instrument.BONUS: holding.bonus_minor,
            Instrument.UNITS: holding.units,
        }
        for key, count in ((k, counts[k.instrument]) for k in purses.lines(store, old.member_id)):
            if key.lot_id == holding.lot.lot_id and count:
                there = member_account(key._replace(member_id=into.member_id))
                postings.append(Posting(member_account(key), there, count, holding.lot.asset))
    facts: Facts = {"merge_id": counter.mint(), "from": old.member_id, "into": into.member_id}
    entry = Entry(
        entry_id=counter.mint(),
        kind=EntryKind.MERGED,
        store="xuhui",
        box="box-1",
        till="*",
        cashier="*",
        occurred_at=now,
        recorded_at=now,
        business_date=counter.business_date(now),
        programme_version=counter.programme().version,
        postings=tuple(postings),
        member_id=into.member_id,
        facts=facts,
    )
    with store.write():
        journal.append(store, entry, content_hash(facts))


def test_coupons_points_and_visits_of_both_are_used_as_one(shop: Shop) -> None:
    old, into = shop.enrol(), shop.enrol("李雪", "13912341234")
    sells(shop, old)
    give_points(shop, into, 40)
    both = {asset: held(shop, old).get(asset, 0) + held(shop, into).get(asset, 0) for asset in held(shop, old)}
    merge(shop, old, into)
    assert held(shop, into) == both
    exchanges(shop, into, "cup", 50)
    for _ in range(10):
        uses(shop, into)
    assert held(shop, into)["PTS"] == 240 - 50
    sound(shop)


def test_caps_limits_and_tier_count_what_both_did(shop: Shop) -> None:
    old, into = shop.enrol(), shop.enrol("李雪", "13912341234")
    claims(shop, old, "check-in")
    exchanges(shop, old, "cup", 50)
    for member in (old, into):
        shop.top_up(member)
        shop.pay(member, 8_000)
    merge(shop, old, into)
    with pytest.raises(ClaimNotOpen):
        claims(shop, into, "check-in")
    with pytest.raises(MemberLimitReached):
        exchanges(shop, into, "cup", 50)
    today = shop.counter.business_date(shop.clock.now())
    standing = tier_standing((SILVER,), member_facts(shop.counter, into.member_id, today), today)
    assert standing.tier == SILVER
    sound(shop)


def test_a_draw_that_was_voided_comes_again_for_whoever_they_are_now(shop: Shop) -> None:
    old, into = shop.enrol(), shop.enrol("李雪", "13912341234")
    entry = claims(shop, old, "spin").recorded.entry
    merge(shop, old, into)
    assert lottery.voided_draws(shop.counter.store, (into.member_id, old.member_id), "wheel") == ()
    assert entry.facts["draws"][0]["number"] == 1
    assert claims(shop, into, "spin").recorded.entry.facts["draws"][0]["number"] == 2
    sound(shop)
