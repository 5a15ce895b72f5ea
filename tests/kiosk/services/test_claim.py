"""Claims: what a member can have now, once by its caps, with a reason for everything they cannot."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.model import activity
from kiosk.services import claim, void
from kiosk.services.errors import NoOpenShift, ShiftOfAnother
from kiosk.services.offer_errors import ClaimNotOpen, NothingToClaim
from ledger.entries import EntryKind
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import Promises
from tests.builders import OTHER_CASHIER, Shop, open_shop
from tests.kiosk.services.books import refusals, sound
from tests.kiosk.services.promising import CHECKS_IN, PROMISES, claims, held, promise


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter, Promises(rules=PROMISES.rules[:5], assets=PROMISES.assets, lotteries=PROMISES.lotteries))
    shop.open_shift()
    return shop


def test_a_member_sees_what_can_be_claimed_and_why_the_rest_cannot(shop: Shop) -> None:
    member = shop.enrol(birthday=date(1990, 11, 22))
    seen = claim.claimable(shop.counter, member.member_id)
    assert [each.rule_id for each in seen.open] == ["birthday", "check-in", "spin"]
    assert {each.rule_id: each.reasons[0].code for each in seen.declined} == {
        "shared": "when.code",
        "three": "offer.asset",
    }


def test_all_that_is_open_is_given_in_one_entry_with_one_fact_an_effect(shop: Shop) -> None:
    member = shop.enrol(birthday=date(1990, 11, 22))
    done = claims(shop, member, "check-in", "birthday")
    entry = done.recorded.entry
    assert entry.kind is EntryKind.ISSUED
    assert held(shop, member) == {"PTS": 5, "COUPON:cake": 1}
    assert [(fact["rule"], fact["units"]) for fact in entry.facts["rules"]] == [("check-in", 5), ("birthday", 1)]
    assert done.job_id == entry.entry_id
    assert sound(shop) == 0


def test_a_check_in_is_a_visit_once_a_day_and_a_gift_is_none(shop: Shop) -> None:
    member = shop.enrol(birthday=date(1990, 11, 20))
    claims(shop, member, "birthday")
    assert activity.totals(shop.counter.store, (member.member_id,)).visits == 0
    claims(shop, member, "check-in")
    with pytest.raises(ClaimNotOpen) as refused:
        claims(shop, member, "check-in")
    assert refused.value.reason == "offer.cap_member"
    shop.clock.forward(days=1)
    assert activity.totals(shop.counter.store, (member.member_id,)).visits == 1
    assert refusals(shop) == [("issued", "ClaimNotOpen")]


@pytest.mark.parametrize(
    ("rule_id", "reason"),
    [
        ("shared", "when.code"),
        ("three", "offer.asset"),
        ("birthday", "when.birthday_within_days"),
        ("x", "offer.unknown"),
    ],
)
def test_what_is_not_open_is_refused_with_its_reason(shop: Shop, rule_id: str, reason: str) -> None:
    member = shop.enrol()
    with pytest.raises(ClaimNotOpen) as refused:
        claims(shop, member, rule_id)
    assert (refused.value.rule_id, refused.value.reason) == (rule_id, reason)
    assert held(shop, member) == {}


def test_one_that_is_not_open_keeps_the_others_from_being_given(shop: Shop) -> None:
    member = shop.enrol()
    with pytest.raises(ClaimNotOpen):
        claims(shop, member, "check-in", "shared")
    assert held(shop, member) == {}


def test_an_activity_is_claimed_by_its_code_once(shop: Shop) -> None:
    member = shop.enrol()
    claims(shop, member, "shared", code="SHARE")
    with pytest.raises(ClaimNotOpen):
        claims(shop, member, "shared", code="SHARE")
    assert held(shop, member) == {"PTS": 20}


def test_nothing_open_is_a_refusal_of_its_own(shop: Shop) -> None:
    member = shop.enrol()
    promise(shop.counter, Promises(rules=(CHECKS_IN,)))
    claims(shop, member)
    with pytest.raises(NothingToClaim):
        claims(shop, member)


def test_the_same_act_twice_gives_once(shop: Shop) -> None:
    member, act = shop.enrol(), shop.act()
    asked = claim.Claim(member.member_id, ("check-in",))
    first, second = (claim.claim(shop.counter, act, asked) for _ in range(2))
    assert (first.repeated, second.repeated) == (False, True)
    assert held(shop, member) == {"PTS": 5}


def test_a_void_takes_everything_back_and_opens_the_cap_again(shop: Shop) -> None:
    member = shop.enrol()
    done = claims(shop, member, "check-in")
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
    assert held(shop, member) == {}
    assert activity.totals(shop.counter.store, (member.member_id,)).visits == 0
    claims(shop, member, "check-in")
    assert held(shop, member) == {"PTS": 5}
    assert sound(shop) == 0


def test_a_claim_needs_the_cashiers_own_shift(shop: Shop) -> None:
    member = shop.enrol()
    asked = claim.Claim(member.member_id)
    with pytest.raises(ShiftOfAnother):
        claim.claim(shop.counter, shop.act(OTHER_CASHIER), asked)
    with pytest.raises(NoOpenShift):
        claim.claim(shop.till("7").counter, shop.act(), asked)
