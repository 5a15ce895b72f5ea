"""Laws of offers: what comes off a bill, for which units, and which offers stand together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any, Final

from ledger.purses import Holding
from ledger.rules.bill import EARNING, Purse, bill_terms
from ledger.rules.cuts import owned
from ledger.rules.offers import GivenKind
from ledger.rules.plan import rules_of
from ledger.rules.promises import Caps, Group, Handout, PointsTimes, PriceCut, Promises, Rule, Take, UnitsGift, When
from tests.ledger.bills import (
    BAKERY,
    BREAD,
    CAKE,
    COFFEE,
    DRINKS,
    ON,
    POINTS,
    WHOLE_WORLDS,
    WORLDS,
    World,
    bonus,
    cut,
    rule,
    stored,
    units,
)
from tests.ledger.law import law

SCOPES: Final = (DRINKS, BAKERY)
CUPS: Final = replace(COFFEE, quantity=3)


def shop(*rules: Rule, **said: Any) -> Promises:
    """Return promises of some rules."""
    return Promises(rules=rules, scopes=SCOPES, **said)


TWO_VISITS: Final = World(
    shop(
        cut("pass", percent_off=100, units_most=1, scope="drinks", takes="VISIT:c", group="g"),
        cut("coupon", percent_off=100, units_most=1, scope="drinks", takes="COUPON:a", group="h"),
        groups=(Group("g"), Group("h")),
    ),
    (CUPS,),
    (units(1, "VISIT:c", 2), units(2, "COUPON:a", 1)),
)
"""Three cups: two visits cover two of them, the coupon the third whole."""
PRICED: Final = World(shop(cut("price", price_minor=1_000, units_most=1, scope="drinks")), (CUPS,))
SOON: Final = World(
    shop(cut("a", off_minor=100, takes="COUPON:a", takes_units=2)),
    (BREAD,),
    (
        units(1, "COUPON:a", 2),
        units(2, "COUPON:a", 1, ends=9),
        units(3, "COUPON:a", 1, ends=2),
        units(4, "COUPON:a", 2, ends=-1),
        units(5, "COUPON:a", 2, begins=1, ends=1),
    ),
)
"""Two coupons go: the one that ends in two days, then the one that ends in nine."""
FREE_ALREADY: Final = World(
    shop(cut("all", percent_off=100, priority=1), cut("coupon", off_minor=500, takes="COUPON:a")),
    (BREAD,),
    (units(1, "COUPON:a", 1),),
)
OVER: Final = World(
    shop(cut("half", percent_off=50, priority=1), cut("coupon", off_minor=500, takes="COUPON:a"), most_off_percent=50),
    (COFFEE,),
    (units(1, "COUPON:a", 1),),
)
THRIFTY: Final = World(
    shop(cut("pass", percent_off=100, units_most=1, scope="drinks", most_minor=3_000, takes="VISIT:c")),
    (CUPS,),
    (units(1, "VISIT:c", 3),),
)
"""The pass gives 30.00 at most: the first visit is all of that."""
MIXED: Final = World(
    shop(
        cut("tenth", percent_off=10, priority=2),
        cut("drinks", off_minor=700, scope="drinks", priority=1),
        cut("face", face=True, takes="COUPON:b"),
        points=POINTS,
    ),
    (BREAD, COFFEE, CAKE),
    (
        units(1, "COUPON:b", 1, face=800),
        units(2, "PTS", 300),
        bonus(3, 900, ends=5, scope="drinks"),
        stored(3_000, 500),
    ),
    points=200,
)
FACES: Final = World(
    shop(cut("face", face=True, takes="COUPON:b")),
    (COFFEE,),
    (units(1, "COUPON:b", 2, ends=1, face=800), units(2, "COUPON:b", 1, ends=5, face=900)),
)
BROKE: Final = World(shop(cut("more", off_minor=5_000, scope="drinks")), (BREAD, COFFEE))
EXAMPLES: Final = tuple(
    {"world": world} for world in (TWO_VISITS, PRICED, SOON, FREE_ALREADY, OVER, THRIFTY, MIXED, FACES, BROKE)
)


@law(*EXAMPLES, world=WORLDS)
def a_bill_is_the_list_price_less_cuts_and_points_and_no_line_goes_below_nothing(world: World) -> None:
    bill = world.bill()
    listed = [line.list_minor for line in world.basket]
    off = sum(reduction.amount_minor for reduction in bill.reductions)
    assert bill.list_price_minor == sum(listed)
    assert bill.paid_price_minor == sum(listed) - off - bill.points.amount_minor == sum(bill.left)
    assert bill.paid_price_minor == bill.spend.stored_minor + bill.spend.rest_minor
    assert min(bill.spend.stored_minor, bill.spend.rest_minor, *bill.left) >= 0
    for reduction in bill.reductions:
        assert reduction.amount_minor == sum(reduction.by_line) > 0
        assert min(reduction.by_line) >= 0
    for place, minor in enumerate(listed):
        taken = sum(reduction.by_line[place] for reduction in bill.reductions)
        assert bill.left[place] <= minor - taken
        assert taken <= minor
    paid = {holding.lot.lot_id: holding.total_minor for holding in world.holdings}
    assert all(take.total_minor <= paid[take.lot_id] for take in bill.spend.takes)


@law(*EXAMPLES, world=WORLDS)
def what_is_used_up_is_held_and_usable_and_the_soonest_to_end_goes_first(world: World) -> None:
    bill = world.bill()
    lots = {holding.lot.lot_id: holding for holding in world.holdings}
    used: dict[str, int] = {}
    for take in bill.unit_takes:
        used[take.lot_id] = used.get(take.lot_id, 0) + take.units
    for lot_id, count in used.items():
        assert 0 < count <= lots[lot_id].units
        assert lots[lot_id].lot.conditions.usable(ON)
    for left in world.holdings:
        for lot_id in used:
            same = left.units and left.lot.asset == lots[lot_id].lot.asset and left.lot.conditions.usable(ON)
            if same and used.get(left.lot.lot_id, 0) < left.units:
                assert _ends(left) >= _ends(lots[lot_id]), "the one that ends sooner was left"


def _ends(holding: Holding) -> date:
    return holding.lot.conditions.expires_on or date.max


@law(*EXAMPLES, world=WORLDS)
def nothing_is_used_up_without_taking_something_off(world: World) -> None:
    rules = {each.rule_id: each for each in world.promises.rules}
    bill = world.bill()
    for reduction in bill.reductions:
        of = rules[reduction.rule_id]
        assert reduction.amount_minor > 0
        assert bool(reduction.units) == bool(of.takes)
        assert reduction.units % of.takes_units == 0
    if len(bill.reductions) == 1 and bill.reductions[0].units > rules[bill.reductions[0].rule_id].takes_units:
        [reduction] = bill.reductions
        fewer = reduction.units - rules[reduction.rule_id].takes_units
        alone = world.with_rules(rules[reduction.rule_id])
        given = replace(alone, holdings=(units(9, reduction.asset, fewer, face=700),))
        if all(not holding.lot.conditions.face_minor for holding in world.holdings):
            assert given.bill().off_minor < alone.bill().off_minor, "fewer would do"


@law()
def a_coupon_is_one_unit_and_a_visit_covers_one_unit_of_goods_whole() -> None:
    bill = TWO_VISITS.bill()
    assert [(each.rule_id, each.amount_minor, each.units) for each in bill.reductions] == [
        ("pass", 6_000, 2),
        ("coupon", 3_000, 1),
    ]
    assert bill.paid_price_minor == 0
    assert [each.amount_minor for each in PRICED.bill().reductions] == [2_000]
    whole = replace(PRICED, promises=shop(cut("price", price_minor=2_500)), basket=(replace(COFFEE, quantity=2),))
    assert [each.amount_minor for each in whole.bill().reductions] == [1_000]
    [thrifty] = THRIFTY.bill().reductions
    assert (thrifty.amount_minor, thrifty.units) == (3_000, 1)
    [face] = FACES.bill().reductions
    assert (face.amount_minor, face.units) == (800, 1)
    [soon] = SOON.bill().reductions
    assert [take.lot_id for take in soon.takes] == [SOON.holdings[2].lot.lot_id, SOON.holdings[1].lot.lot_id]
    assert [each.rule_id for each in FREE_ALREADY.bill().reductions] == ["all"]
    assert [each.rule_id for each in OVER.bill().reductions] == ["half"]


SPLIT: Final = World(
    shop(rule("two", PriceCut(off_minor=37), PriceCut(percent_off=51, scope="drinks"))),
    (replace(BREAD, quantity=2, price_minor=7), replace(COFFEE, price_minor=1_000)),
)


@law({"world": SPLIT}, *EXAMPLES, world=WORLDS)
def what_comes_off_a_line_does_not_hang_on_a_rule_that_counts_units(world: World) -> None:
    counting = cut("counting", percent_off=100, units_most=1, scope="nowhere", priority=-9)
    bill, again = world.bill(), world.with_rules(*world.promises.rules, counting).bill()
    assert (again.left, again.reductions) == (bill.left, bill.reductions)


def _group_of(world: World, rule_id: str) -> Group | None:
    [group_id] = [each.group for each in world.promises.rules if each.rule_id == rule_id]
    return next((group for group in world.promises.groups if group.group_id == group_id), None)


def _together(one: Group | None, other: Group | None) -> bool:
    if one is None or other is None:
        return True
    if one.group_id == other.group_id:
        return one.take is Take.ALL
    return other.group_id not in one.excludes and one.group_id not in other.excludes


RIVALS: Final = World(
    shop(
        cut("tier", percent_off=12, group="tier"),
        cut("day", percent_off=10, group="day"),
        cut("step", off_minor=500, per_minor=3_000, group="step"),
        groups=(Group("tier"), Group("day"), Group("step", excludes=frozenset({"tier"}))),
    ),
    (COFFEE,),
)
"""12 % alone is 3.60 and 10 % of the rest 2.64; the day and 5.00 off are 8.00, which is more."""
STEP: Final = World(
    shop(
        cut("tier", percent_off=5, group="tier"),
        cut("step", off_minor=500, per_minor=3_000),
        groups=(Group("tier"),),
    ),
    (COFFEE,),
)
"""5.00 off every 30.00 of the list price is given after 5 % off, too."""
BEST: Final = World(
    shop(
        cut("fixed", off_minor=300, group="g", priority=2),
        cut("percent", percent_off=20, group="g"),
        cut("same", off_minor=600, group="g", takes="COUPON:a", priority=1),
        groups=(Group("g"),),
    ),
    (COFFEE,),
    (units(1, "COUPON:a", 1),),
)
"""20 % of 30.00 is as much as the coupon's 6.00, and uses up nothing."""
STACKS: Final = tuple({"world": world} for world in (RIVALS, STEP, BEST, TWO_VISITS))


@law(*STACKS, world=WORLDS)
def offers_that_exclude_each_other_never_stand_together(world: World) -> None:
    standing = [_group_of(world, reduction.rule_id) for reduction in world.bill().reductions]
    assert all(_together(one, other) for one, other in combinations(standing, 2))


@law(*STACKS[:3], world=WHOLE_WORLDS)
def no_other_allowed_choice_of_groups_is_better_for_the_member(world: World) -> None:
    world = replace(world, holdings=tuple(holding for holding in world.holdings if holding.lot.units))
    chosen = world.bill().off_minor
    ids = [group.group_id for group in world.promises.groups]
    for size in range(len(ids) + 1):
        for some in combinations(world.promises.groups, size):
            if all(_together(one, other) for one, other in combinations(some, 2)):
                names = {group.group_id for group in some} | {""}
                alone = world.with_rules(*(each for each in world.promises.rules if each.group in names))
                assert alone.bill().off_minor <= chosen


@law(*STACKS, world=WORLDS)
def of_a_group_that_takes_the_best_the_rule_that_takes_most_off_applies(world: World) -> None:
    for group in world.promises.groups:
        members = tuple(each for each in world.promises.rules if each.group == group.group_id)
        if group.take is Take.BEST and members:
            alone = [world.with_rules(member).bill() for member in members]
            bill = world.with_rules(*members).bill()
            assert bill.off_minor == max(each.off_minor for each in alone)
            assert len(bill.reductions) <= 1
            assert len(bill.unit_takes) <= max(len(each.unit_takes) for each in alone)


@law()
def the_better_of_two_sets_stands_and_an_equal_one_that_costs_no_coupon() -> None:
    assert [each.rule_id for each in RIVALS.bill().reductions] == ["day", "step"]
    assert [each.amount_minor for each in STEP.bill().reductions] == [150, 500]
    assert [each.rule_id for each in BEST.bill().reductions] == ["percent"]
    [shut_out] = [each for each in RIVALS.bill().declined if each.rule_id == "tier"]
    assert shut_out.reasons[0].values == (("by", "step"),)


@law(*STACKS[:3], world=WHOLE_WORLDS)
def one_more_offer_on_the_whole_bill_never_makes_it_dearer(world: World) -> None:
    rules = world.promises.rules
    for place in range(len(rules)):
        fewer = world.with_rules(*rules[:place], *rules[place + 1 :])
        assert world.bill().paid_price_minor <= fewer.bill().paid_price_minor


ONCE_FREE: Final = World(
    shop(
        cut("stored", percent_off=99, when=When(wholly_stored=True), priority=1),
        cut("coupon", off_minor=100),
        points=POINTS,
    ),
    (replace(BREAD, price_minor=10_000),),
    (stored(500),),
)
"""A price for stored value leaves 1.00, and the coupon nothing: it stays the price for stored value."""


@law(
    {"world": ONCE_FREE},
    {"world": replace(ONCE_FREE, holdings=())},
    {"world": replace(ONCE_FREE, holdings=(units(1, "PTS", 100),))},
    {"world": World(shop(cut("stored", percent_off=10, when=When(wholly_stored=True))), (BREAD,), (stored(20),))},
    world=WORLDS,
)
def a_price_for_stored_value_is_given_to_who_pays_all_of_it_so(world: World) -> None:
    asking = {each.rule_id for each in world.promises.rules if each.when.wholly_stored}
    bill = world.bill()
    if asking & {reduction.rule_id for reduction in bill.reductions}:
        assert bill.spend.rest_minor == 0
        assert any(holding.total_minor for holding in world.holdings)
    none = replace(world, stored_minor=0).bill()
    assert not asking & {reduction.rule_id for reduction in none.reductions}


@law()
def a_price_for_stored_value_stays_where_another_offer_takes_the_rest() -> None:
    assert [each.rule_id for each in ONCE_FREE.bill().reductions] == ["stored", "coupon"]
    assert ONCE_FREE.bill().paid_price_minor == 0
    assert replace(ONCE_FREE, holdings=()).bill().paid_price_minor == 9_900
    short = replace(ONCE_FREE, basket=(replace(BREAD, price_minor=1_000_000),))
    assert short.bill().paid_price_minor == 999_900


@law(
    {"world": OVER},
    {"world": replace(MIXED, promises=replace(MIXED.promises, most_off_percent=15))},
    world=WORLDS,
)
def no_more_comes_off_a_bill_than_the_programme_allows(world: World) -> None:
    bill = world.bill()
    discounts = {each.rule_id for each in rules_of(world.promises) if not owned(each)}
    off = sum(reduction.amount_minor for reduction in bill.reductions if reduction.rule_id in discounts)
    assert 100 * off <= bill.list_price_minor * world.promises.most_off_percent


GIFTS: Final = World(
    shop(
        rule("step", UnitsGift("COUPON:a", 1, per_minor=10_000), group="g"),
        rule("double", PointsTimes(200), group="g", priority=1),
        rule("bag", Handout("纸袋")),
        rule("exchange", Handout("换购"), takes="COUPON:a"),
        rule("ask", UnitsGift("COUPON:b", 1), on_request=True),
        cut("gone", off_minor=100, caps=Caps(in_all=0)),
        points=POINTS,
        groups=(Group("g", Take.ALL),),
    ),
    (COFFEE,),
    (units(1, "COUPON:a", 1), stored(1_000, 1_000)),
)


@law(*EXAMPLES, *STACKS, {"world": GIFTS}, world=WORLDS)
def every_offer_is_given_or_declined_with_its_reasons(world: World) -> None:
    bill = world.bill()
    said = [reason for reason in bill.reasons if reason.code == "bill.cut"]
    assert [dict(reason.values) for reason in said] == [
        {"rule": each.rule_id, "name": each.name, "off_minor": each.amount_minor} for each in bill.reductions
    ]
    gives = {each.rule_id for each in bill.reductions} | {each.rule_id for each in bill.given} - {EARNING}
    declined = [each.rule_id for each in bill.declined]
    assert sorted([*gives, *declined]) == sorted(each.rule_id for each in world.promises.rules)
    assert all(each.reasons for each in bill.declined)


@law()
def who_gives_nothing_says_why() -> None:
    mixed = rule("mixed", Handout("贴纸"), UnitsGift("COUPON:b", 1))
    bill = GIFTS.bill()
    why = {each.rule_id: [reason.code for reason in each.reasons] for each in bill.declined}
    assert why == {
        "step": ["offer.below_step"],
        "exchange": ["offer.nothing_to_cut"],
        "ask": ["offer.on_request"],
        "gone": ["offer.cap_in_all"],
    }
    assert [(each.rule_id, each.kind, each.units) for each in bill.given] == [
        ("double", GivenKind.POINTS, 0),
        ("bag", GivenKind.HANDOUT, 0),
        (EARNING, GivenKind.POINTS, 40),
    ]
    promises = replace(GIFTS.promises, rules=(*GIFTS.promises.rules, mixed))
    stranger = bill_terms(promises, replace(GIFTS.occasion, member=None), Purse())
    assert [each.rule_id for each in stranger.given] == ["bag", "mixed"]


@law(*EXAMPLES, *STACKS, {"world": GIFTS}, world=WORLDS)
def the_same_quote_twice_is_the_same_bill(world: World) -> None:
    again = replace(world, promises=replace(world.promises))
    assert world.bill() == world.bill() == again.bill()
