"""Laws of points: earned on what is really paid, pending, ending, and paying part of a bill."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import strategies as st

from ledger.errors import PointsOverCap, UnitsTooFew
from ledger.lots import spend_order
from ledger.rules.bill import EARNING
from ledger.rules.conditions import in_scope
from ledger.rules.occasion import Event, typed_amount
from ledger.rules.offers import GivenKind
from ledger.rules.promises import (
    BonusGift,
    FreeOrder,
    Goods,
    PointsTimes,
    Promises,
    UnitsGift,
)
from tests.ledger.bills import (
    BREAD,
    CAKE,
    COFFEE,
    DRINKS,
    ON,
    POINTS,
    WORLDS,
    World,
    bonus,
    cut,
    days,
    rule,
    stored,
    units,
)
from tests.ledger.law import law

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


@law({"world": LENT}, world=WORLDS)
def a_bill_never_gives_stored_value(world: World) -> None:
    every = (*world.promises.rules, rule("bonus", BonusGift(fixed_minor=100)), rule("free", FreeOrder(5_000, "a")))
    bill = world.with_rules(*every).bill()
    assert {given.kind for given in bill.given} <= {GivenKind.POINTS, GivenKind.UNITS}
    assert all(given.amount_minor == 0 for given in bill.given)
    assert all(given.special is None or given.special.asset != "CNY" for given in bill.given)
    assert {each.rule_id for each in bill.declined} >= {"bonus", "free"}
