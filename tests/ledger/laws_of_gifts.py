"""Laws of what a top-up and a claim give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import strategies as st

from ledger.accounts import Tender
from ledger.errors import LimitExceeded
from ledger.rules.bill import EARNING
from ledger.rules.member_facts import RuleUse
from ledger.rules.occasion import Event, Occasion
from ledger.rules.offers import claims
from ledger.rules.programme import Limit, Limits, Programme
from ledger.rules.promises import (
    BonusGift,
    Caps,
    Effect,
    FreeOrder,
    Group,
    PointsTimes,
    Promises,
    Rule,
    Span,
    UnitsGift,
    When,
)
from ledger.rules.topping import TopUpOffer, add_months, top_up_offer
from ledger.rules.topup import TopUpFacts
from tests.ledger.bills import (
    LIN,
    NOON,
    ON,
    POINTS,
    days,
    rule,
)
from tests.ledger.law import law
from tests.ledger.programmes import NO_LIMITS, programme, rung


def topped(rules: tuple[Rule, ...], paid: int, limits: Limits = NO_LIMITS, **said: Any) -> TopUpOffer:
    """Return what a top-up gives under rules, on a ladder of 100.00 + 20.00."""
    shop = _shop(rules, limits, said.pop("groups", ()), said.pop("points", None))
    facts = TopUpFacts(paid, Tender.CASH, ON, 0, registered=True)
    member = said.pop("member", LIN)
    return top_up_offer(shop, facts, Occasion(Event.TOP_UP, "xuhui", ON, NOON, member, paid, **said))


def _shop(rules: tuple[Rule, ...], limits: Limits, groups: tuple[Group, ...], points: Any) -> Programme:
    promises = Promises(rules=rules, groups=groups, points=points)
    return replace(programme((rung("r100", 10_000, 2_000),), limits=limits), promises=promises)


def topping(rule_id: str, *gives: Effect, **said: Any) -> Rule:
    """Return a rule of top-ups."""
    return rule(rule_id, *gives, event=Event.TOP_UP, **said)


BONUSES: Final = st.builds(
    BonusGift,
    fixed_minor=st.integers(0, 500),
    percent=st.integers(0, 60),
    times_percent=st.sampled_from((0, 50, 100)),
    instalments=st.sampled_from((1, 1, 3, 12)),
    now_percent=st.sampled_from((100, 85, 0)),
    span=st.sampled_from((Span(), Span(1, None), Span(0, 30), Span(3, 7))),
    scope=st.sampled_from(("", "drinks")),
)
MONTHLY: Final = BonusGift(fixed_minor=100, instalments=3)
LATER: Final = BonusGift(fixed_minor=101, now_percent=85)


@law(
    {"gifts": [MONTHLY], "paid": 10_000, "budget": None},
    {"gifts": [LATER, MONTHLY], "paid": 10_000, "budget": 150},
    {"gifts": [BonusGift(fixed_minor=100, scope="drinks")], "paid": 10_000, "budget": None},
    {"gifts": [BonusGift(percent=5, times_percent=100)], "paid": 10_010, "budget": None},
    {"gifts": [BonusGift(percent=5, scope="drinks", span=Span(3, 7), instalments=3)], "paid": 10_010, "budget": None},
    gifts=st.lists(BONUSES, max_size=3),
    paid=st.integers(1, 30_000),
    budget=st.none() | st.integers(0, 2_000),
)
def a_top_up_gives_its_bonuses_to_the_fen_and_the_principal_never_has_a_condition(
    gifts: list[BonusGift], paid: int, budget: int | None
) -> None:
    ladder = 2_000 if paid >= 10_000 else 0
    wanted = [
        gift.fixed_minor + _half_up(paid * gift.percent) + _half_up(ladder * gift.times_percent) for gift in gifts
    ]
    offer = topped((topping("r", *gifts, caps=Caps(budget_minor=budget)),), paid)
    allowed = sum(wanted) if budget is None else min(sum(wanted), budget)
    assert offer.paid_minor == paid
    assert offer.bonus_minor + offer.conditioned_minor == ladder + allowed
    assert offer.credited_minor == paid + ladder + allowed
    if gifts and all(gift.scope for gift in gifts):
        assert offer.bonus_minor == ladder
    for given in offer.given:
        assert given.amount_minor > 0
        if given.special is not None:
            assert given.special.usable_from or given.special.expires_on or given.special.scope
            assert given.special.units == 0


def _half_up(hundredfold: int) -> int:
    return (2 * hundredfold + 100) // 200


@law()
def a_bonus_in_parts_comes_month_by_month_or_the_next_day() -> None:
    monthly = topped((topping("r", MONTHLY),), 10_000)
    assert [(given.amount_minor, given.special and given.special.usable_from) for given in monthly.given] == [
        (34, None),
        (33, date(2026, 12, 20)),
        (33, date(2027, 1, 20)),
    ]
    later = topped((topping("r", LATER),), 10_000)
    assert [(given.amount_minor, given.special and given.special.usable_from) for given in later.given] == [
        (86, None),
        (15, days(1)),
    ]
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), 2) == date(2026, 3, 31)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


@law()
def a_free_order_is_a_coupon_of_the_bill_that_waits() -> None:
    offer = FreeOrder(5_000, "free", valid_days=1)
    faces = []
    for bill, budget in ((3_000, None), (8_000, None), (8_000, 4_000), (0, None)):
        made = topped((topping("r", offer, caps=Caps(budget_minor=budget)),), 10_000, bill_minor=bill)
        assert all(given.worth_minor == min(bill, budget or 5_000, 5_000) for given in made.given)
        faces += [given.special.face_minor for given in made.given if given.special is not None]
        assert made.credited_minor == 12_000
    assert faces == [3_000, 5_000, 4_000]


@law()
def of_bonuses_that_exclude_each_other_the_larger_is_given() -> None:
    rules = (
        topping("small", BonusGift(fixed_minor=100), group="g", priority=9),
        topping("large", BonusGift(fixed_minor=300), group="g"),
        topping("other", BonusGift(fixed_minor=200), group="h"),
        topping("double", PointsTimes(200)),
        topping("step", UnitsGift("COUPON:a", 1, per_minor=20_000)),
    )
    groups = (Group("g"), Group("h", excludes=frozenset({"g"})))
    offer = topped(rules, 10_000, groups=groups, points=replace(POINTS, on=Event.TOP_UP))
    assert [(given.rule_id, given.amount_minor, given.units) for given in offer.given] == [
        ("large", 300, 0),
        ("double", 0, 0),
        (EARNING, 0, 200),
    ]
    assert {each.rule_id: each.reasons[0].code for each in offer.declined} == {
        "other": "offer.outdone",
        "small": "offer.outdone",
        "step": "offer.below_step",
    }


@law(
    {"ceiling": 11_500, "percent": 20, "paid": 20_000},
    {"ceiling": 5_000, "percent": 50, "paid": 20_000},
    {"ceiling": 12_500, "percent": 5, "paid": 10_001},
    ceiling=st.integers(1, 40_000),
    percent=st.integers(1, 100),
    paid=st.integers(1, 40_000),
)
def the_room_that_a_refused_top_up_names_is_accepted_with_every_bonus(ceiling: int, percent: int, paid: int) -> None:
    rules = (topping("r", BonusGift(percent=percent)),)
    limits = Limits(Limit(ceiling, "Art."), None, None, None)
    room = _room(rules, paid, limits)
    if room is None:
        assert topped(rules, paid, limits).credited_minor <= ceiling
    elif room:
        assert topped(rules, room, limits).credited_minor <= ceiling
        with pytest.raises(LimitExceeded):
            topped(rules, room + 1, limits)


def _room(rules: tuple[Rule, ...], paid: int, limits: Limits) -> int | None:
    try:
        topped(rules, paid, limits)
    except LimitExceeded as refused:
        return refused.room_minor
    return None


@law()
def a_claim_gives_what_is_open_and_of_a_group_one() -> None:
    rules = (
        rule("pack", UnitsGift("COUPON:a", 2, span=Span(0, 30)), event=Event.ENROL, group="g", priority=1),
        rule("other", UnitsGift("COUPON:b", 1), event=Event.ENROL, group="g"),
        rule("free", UnitsGift("PTS", 50), event=Event.ENROL),
        rule("code", UnitsGift("PTS", 9), event=Event.ENROL, when=When(code="LUCK")),
        rule("capped", UnitsGift("PTS", 9), event=Event.ENROL, caps=Caps(per_member=1)),
        rule("claim", UnitsGift("PTS", 9), event=Event.CLAIM),
    )
    member = replace(LIN, uses=(RuleUse("capped", days(-300), 1),))
    enrolled = Occasion(Event.ENROL, "xuhui", ON, NOON, member)
    promises = Promises(rules=rules, groups=(Group("g"),))
    given, declined = claims(promises, enrolled)
    assert [(each.rule_id, each.units) for each in given] == [("pack", 2), ("free", 50)]
    assert given[0].special is not None
    assert given[0].special.expires_on == days(29)
    assert {each.rule_id: each.reasons[0].code for each in declined} == {
        "other": "offer.outdone",
        "code": "when.code",
        "capped": "offer.cap_member",
    }
    nobody, why = claims(promises, replace(enrolled, member=None))
    assert (nobody, {each.reasons[0].code for each in why}) == ((), {"when.member"})
