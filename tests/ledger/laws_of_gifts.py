"""Laws of what a bill or a top-up earns, of points that pay, and of what a refusal says would change it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import strategies as st

from ledger.accounts import Tender
from ledger.errors import LimitExceeded, PointsOverCap, UnitsTooFew
from ledger.lots import spend_order
from ledger.rules import conditions
from ledger.rules.bill import EARNING
from ledger.rules.conditions import holds, in_scope, share_place, verdicts
from ledger.rules.member_facts import MemberFacts, RuleUse
from ledger.rules.occasion import Event, Occasion, typed_amount
from ledger.rules.offers import GivenKind, claims, weigh
from ledger.rules.programme import Limit, Limits, Programme
from ledger.rules.promises import (
    BonusGift,
    Caps,
    Effect,
    FreeOrder,
    Goods,
    Group,
    PointsTimes,
    Promises,
    Rule,
    Share,
    Span,
    UnitsGift,
    When,
)
from ledger.rules.reasons import Reason
from ledger.rules.topping import TopUpOffer, add_months, top_up_offer
from ledger.rules.topup import TopUpFacts
from tests.ledger.bills import (
    BREAD,
    CAKE,
    COFFEE,
    DRINKS,
    NOON,
    ON,
    POINTS,
    WORLDS,
    World,
    bonus,
    cut,
    days,
    paying,
    rule,
    stored,
    units,
)
from tests.ledger.book import MEMBER
from tests.ledger.law import law
from tests.ledger.programmes import NO_LIMITS, programme, rung

LENT: Final = World(
    Promises(
        rules=(rule("step", UnitsGift("COUPON:a", 1, per_minor=1_000)), cut("tenth", percent_off=10)),
        points=POINTS,
        scopes=(DRINKS,),
    ),
    (COFFEE, CAKE),
    (
        stored(1_000, 9_000),
        bonus(2, 500, ends=-1),
        bonus(3, 700, begins=1),
        bonus(4, 5_000, ends=0, scope="drinks"),
        units(5, "PTS", 500, ends=-1),
    ),
)
"""A bonus that ended, one that has not begun, and one for drinks that is more than the drink costs."""


@law({"world": LENT}, {"world": replace(LENT, stored_minor=0)}, world=WORLDS)
def bonus_earns_nothing_and_what_ended_or_has_not_begun_never_pays(world: World) -> None:
    bill = world.bill()
    usable = {holding.lot.lot_id for holding in spend_order(world.holdings, ON, ("", "drinks", "bakery"))}
    takes = bill.spend.takes
    assert {take.lot_id for take in (*takes, *bill.unit_takes)} <= usable
    really = bill.spend.rest_minor + sum(take.principal_minor for take in takes)
    assert really == bill.paid_price_minor - sum(take.bonus_minor for take in takes)
    for given in bill.given:
        if given.rule_id == EARNING:
            assert 0 < given.units <= really * POINTS.earn_units // POINTS.earn_per_minor
        if given.rule_id == "step":
            assert given.units == really // 1_000
    scopes = {holding.lot.lot_id: holding.lot.conditions.scope for holding in world.holdings}
    for scope in world.promises.scopes:
        paid = sum(take.total_minor for take in takes if scopes[take.lot_id] == scope.scope_id)
        assert paid <= sum(left for line, left in zip(world.basket, bill.left, strict=True) if in_scope(line, scope))


@law()
def what_a_bonus_for_some_goods_cannot_pay_is_paid_by_the_rest_of_the_purse() -> None:
    bill = LENT.bill()
    taken = {take.lot_id: take.total_minor for take in bill.spend.takes}
    assert taken == {LENT.holdings[3].lot.lot_id: 2_700, LENT.holdings[0].lot.lot_id: 6_120}
    earned = {given.rule_id: given.units for given in bill.given}
    assert (bill.spend.principal_minor, earned) == (612, {EARNING: 6})


@law(
    {"basket": (COFFEE, CAKE), "percents": (200, 100), "times": (), "money": 0},
    {"basket": (COFFEE, CAKE), "percents": (0, 150), "times": (200, 300), "money": 500},
    {
        "basket": (replace(BREAD, price_minor=99), replace(CAKE, price_minor=99)),
        "percents": (100, 100),
        "times": (50,),
        "money": 0,
    },
    {"basket": (COFFEE,), "percents": (100, 100), "times": (0, 0), "money": 0},
    {
        "basket": (replace(BREAD, price_minor=150), replace(CAKE, price_minor=150)),
        "percents": (100, 100),
        "times": (),
        "money": 0,
    },
    basket=st.lists(st.sampled_from((BREAD, COFFEE, CAKE)), min_size=1, max_size=3, unique=True).map(tuple),
    percents=st.tuples(st.integers(0, 300), st.integers(0, 300)),
    times=st.lists(st.integers(0, 400), max_size=2).map(tuple),
    money=st.integers(0, 9_000),
)
def points_are_earned_by_goods_and_multiplier_and_rounded_down_once(
    basket: tuple[Any, ...], percents: tuple[int, int], times: tuple[int, ...], money: int
) -> None:
    goods = (
        Goods("coffee", "咖啡", "drinks", 3_000, points_percent=percents[0]),
        Goods("cake", "蛋糕", "bakery", 6_800, points_percent=percents[1]),
    )
    rules = tuple(rule(f"x{place}", PointsTimes(percent)) for place, percent in enumerate(times))
    world = World(
        Promises(rules=rules, goods=goods, points=POINTS), basket, (bonus(1, money, ends=300),) if money else ()
    )
    bill = world.bill()
    earned = sum(given.units for given in bill.given if given.rule_id == EARNING)
    factor = max(0, 100 + sum(percent - 100 for percent in times))
    by_goods = {"coffee": percents[0], "cake": percents[1]}
    total = sum(line.list_minor for line in basket)
    exact = sum(line.list_minor * by_goods.get(line.goods, 100) for line in basket)
    really = total - min(money, total)
    wanted = exact * really * factor // (total * 10_000 * 100)
    assert abs(earned - wanted) <= (0 if not money else 300 * factor // 10_000 + 1)
    told = [given.rule_id for given in bill.given if given.kind is GivenKind.POINTS and given.rule_id != EARNING]
    assert told == ([each.rule_id for each in rules] if earned else [])


@law()
def points_come_later_and_end_as_the_policy_says() -> None:
    policy = replace(POINTS, pending_days=7, valid_days=30)
    [given] = World(Promises(points=policy), (COFFEE,)).bill().given
    assert given.special is not None
    assert (given.units, given.special.usable_from, given.special.expires_on) == (30, days(7), days(36))
    nothing = World(Promises(points=replace(POINTS, on=Event.TOP_UP)), (COFFEE,)).bill()
    assert nothing.given == ()


@law(
    {"price": 3_000, "held": 5_000, "asked": 1_500, "percent": 50},
    {"price": 3_000, "held": 5_000, "asked": 1_600, "percent": 50},
    {"price": 3_000, "held": 1_000, "asked": 1_100, "percent": 50},
    {"price": 3_000, "held": 1_000, "asked": 150, "percent": 100},
    {"price": 3_000, "held": 1_000, "asked": 1_050, "percent": 50},
    {"price": 3_000, "held": 0, "asked": 0, "percent": 100},
    price=st.integers(1, 5_000),
    held=st.integers(0, 4_000),
    asked=st.integers(0, 4_000),
    percent=st.integers(0, 100),
)
def points_pay_in_whole_steps_and_never_past_their_part_of_a_bill(
    price: int, held: int, asked: int, percent: int
) -> None:
    policy = replace(POINTS, burn_percent=percent)
    holdings = (units(1, "PTS", held),) if held else ()
    world = World(Promises(points=policy), typed_amount(price), holdings, points=asked)
    cap = price * percent // 100 // 100 * 100
    if asked > held:
        with pytest.raises(UnitsTooFew) as few:
            world.bill()
        assert (few.value.asked, few.value.available) == (asked, held)
    elif asked > cap:
        with pytest.raises(PointsOverCap) as over:
            world.bill()
        assert (over.value.asked, over.value.most) == (asked, cap)
    else:
        bill, used = world.bill(), asked // 100 * 100
        assert (bill.points.points, bill.points.amount_minor) == (used, used)
        assert sum(take.units for take in bill.points.takes) == used
        assert bill.most_points == min(cap, held // 100 * 100)
        assert 100 * bill.points.amount_minor <= price * percent


def _changed(occasion: Occasion, reason: Reason) -> Occasion:
    """Return the occasion after the step that a reason names."""
    values = dict(reason.values)
    step, member = int(values["missing"]), occasion.member
    assert member is not None
    match reason.code.removeprefix("when."):
        case "amount_from_minor" | "bill_times":
            more = (*occasion.basket, replace(COFFEE, price_minor=step))
            return replace(occasion, basket=more, amount_minor=occasion.amount_minor + step)
        case "amount_to_minor":
            [line] = occasion.basket
            less = replace(line, price_minor=line.price_minor - step)
            return replace(occasion, basket=(less,), amount_minor=occasion.amount_minor - step)
        case "goods" | "quantity_from":
            line = replace(COFFEE, quantity=step)
            more = (*occasion.basket, line)
            return replace(occasion, basket=more, amount_minor=occasion.amount_minor + line.list_minor)
        case "visit_from":
            return replace(occasion, member=replace(member, visits=member.visits + step))
        case "top_up_from":
            return replace(occasion, member=replace(member, top_ups=member.top_ups + step))
        case "weekdays" | "birthday_within_days" | "dormant_days_from":
            return replace(occasion, on=occasion.on + timedelta(days=step))
        case other:
            raise AssertionError(f"{other} names no step")


WHENS: Final = st.builds(
    When,
    amount_from_minor=st.none() | st.integers(0, 4_000),
    amount_to_minor=st.none() | st.integers(4_000, 9_000),
    goods=st.sampled_from((frozenset[str](), frozenset({"coffee"}))),
    quantity_from=st.none() | st.integers(1, 3),
    weekdays=st.sets(st.integers(1, 7), max_size=2).map(frozenset),
    month_days=st.sets(st.sampled_from((20, 21, 22)), max_size=2).map(frozenset),
    visit_from=st.none() | st.integers(1, 3),
    visit_to=st.none() | st.integers(3, 9),
    top_up_from=st.none() | st.integers(1, 3),
    dormant_days_from=st.none() | st.integers(1, 40),
    enrolled_days_to=st.none() | st.integers(0, 120),
    birthday_within_days=st.none() | st.integers(0, 10),
    bill_times=st.none() | st.integers(1, 3),
)
PEOPLE: Final = st.builds(
    MemberFacts,
    member_id=st.just(MEMBER),
    registered=st.booleans(),
    enrolled_on=st.integers(-120, 0).map(days),
    birthday=st.none() | st.integers(0, 30).map(lambda ahead: days(ahead).replace(year=1990)),
    visits=st.integers(0, 4),
    top_ups=st.integers(0, 4),
    last_visit_on=st.none() | st.integers(-60, -1).map(days),
)
LIN: Final = MemberFacts(MEMBER, True, days(-100), date(1990, 11, 25), visits=1, top_ups=1, last_visit_on=days(-3))
ALONE: Final[tuple[dict[str, Any], ...]] = (
    {"amount_from_minor": 9_000},
    {"amount_to_minor": 1_000},
    {"goods": frozenset({"coffee"}), "quantity_from": 2},
    {"goods": frozenset({"coffee"}), "quantity_from": 2, "amount_to_minor": 3_000},
    {"weekdays": frozenset({1})},
    {"weekdays": frozenset({6}), "month_days": frozenset({20})},
    {"visit_from": 4},
    {"visit_from": 4, "dormant_days_from": 2},
    {"visit_to": 1},
    {"top_up_from": 3},
    {"dormant_days_from": 30},
    {"dormant_days_from": 30, "enrolled_days_to": 101},
    {"birthday_within_days": 2},
    {"bill_times": 3},
    {"amount_from_minor": 9_000, "visit_from": 4},
    {"quantity_from": 2, "amount_to_minor": 3_000},
)


@law(
    *({"when": When(**one), "member": LIN, "bill": 2_000, "ends": None} for one in ALONE),
    {"when": When(weekdays=frozenset({1})), "member": LIN, "bill": 0, "ends": 1},
    when=WHENS,
    member=PEOPLE,
    bill=st.sampled_from((0, 1_000, 2_000)),
    ends=st.none() | st.integers(0, 5),
)
def the_change_that_a_refusal_names_flips_it(when: When, member: MemberFacts, bill: int, ends: int | None) -> None:
    offer = Rule("r", "r", Event.PAY, (PointsTimes(200),), when, ends_on=None if ends is None else days(ends))
    occasion = replace(paying(COFFEE, member=member), bill_minor=bill)
    weighed = weigh(Promises(rules=(offer,)), occasion)
    assert len(weighed.open) + len(weighed.declined) == 1
    assert bool(weighed.open) == holds(when, occasion)
    for declined in weighed.declined:
        assert {reason.code for reason in declined.reasons} == {
            v.reason.code for v in verdicts(when, occasion) if not v.holds
        }
        if declined.flip is not None:
            changed = _changed(occasion, declined.flip)
            assert weigh(Promises(rules=(offer,)), changed).open == [offer]


@law()
def no_condition_is_forgotten() -> None:
    looked_at = [name for _, names in conditions._CHECKS for name in names]
    assert sorted(looked_at) == sorted(field.name for field in fields(When))


@law()
def a_step_is_named_where_one_would_do() -> None:
    def flips(**said: Any) -> list[str]:
        offer = rule("r", PointsTimes(200), when=When(**said))
        occasion = replace(paying(COFFEE, member=LIN), bill_minor=2_000)
        weighed = weigh(Promises(rules=(offer,)), occasion)
        return [each.flip.code.removeprefix("when.") for each in weighed.declined if each.flip is not None]

    named = [flips(**one) for one in ALONE]
    assert named == [
        ["amount_from_minor"],
        ["amount_to_minor"],
        ["goods"],
        [],
        ["weekdays"],
        [],
        ["visit_from"],
        [],
        [],
        ["top_up_from"],
        ["dormant_days_from"],
        [],
        ["birthday_within_days"],
        ["bill_times"],
        [],
        [],
    ]


@law(
    {"salt": "a", "member_id": MEMBER, "at": share_place("a", MEMBER)},
    salt=st.text(max_size=4),
    member_id=st.text(min_size=1, max_size=30),
    at=st.integers(0, 100),
)
def a_member_is_in_one_part_of_a_split_and_always_the_same(salt: str, member_id: str, at: int) -> None:
    member = replace(LIN, member_id=member_id)
    inside = [
        holds(When(share=Share(salt, low, high)), paying(BREAD, member=member)) for low, high in ((0, at), (at, 100))
    ]
    assert sum(inside) == 1
    assert 0 <= share_place(salt, member_id) < 100


@law({"world": LENT}, world=WORLDS)
def a_bill_never_gives_stored_value(world: World) -> None:
    every = (*world.promises.rules, rule("bonus", BonusGift(fixed_minor=100)), rule("free", FreeOrder(5_000, "a")))
    bill = world.with_rules(*every).bill()
    assert {given.kind for given in bill.given} <= {GivenKind.POINTS, GivenKind.UNITS}
    assert all(given.amount_minor == 0 for given in bill.given)
    assert all(given.special is None or given.special.asset != "CNY" for given in bill.given)
    assert {each.rule_id for each in bill.declined} >= {"bonus", "free"}


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
