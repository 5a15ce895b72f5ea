"""Bills for tests: goods, members, holdings and offers in a word each, and whatever Hypothesis makes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from ledger.entries import Lot
from ledger.purses import Holding
from ledger.rules.bill import BillTerms, Purse, bill_terms
from ledger.rules.member_facts import MemberFacts
from ledger.rules.occasion import BasketLine, Event, Occasion
from ledger.rules.promises import (
    ALWAYS,
    NO_CAPS,
    Caps,
    Effect,
    Group,
    PointsPolicy,
    PriceCut,
    Promises,
    Rule,
    Scope,
    Take,
    When,
)
from ledger.specials import Special
from tests.ledger.book import MEMBER, TERMS_HASH, VERSION, entry_id

ON: Final = date(2026, 11, 20)
"""A Friday."""
NOON: Final = time(12)
BREAD, COFFEE, CAKE = (
    BasketLine("bread", "面包", "bakery", 1, 1_200),
    BasketLine("coffee", "咖啡", "drinks", 1, 3_000),
    BasketLine("cake", "蛋糕", "bakery", 1, 6_800),
)
DRINKS: Final = Scope("drinks", "饮品", categories=frozenset({"drinks"}))
BAKERY: Final = Scope("bakery", "烘焙", categories=frozenset({"bakery"}))
POINTS: Final = PointsPolicy(Event.PAY, 1, 100, burn_units=100, burn_minor=100, burn_percent=50, valid_days=365)


def days(count: int) -> date:
    """Return the date so many days after ON."""
    return ON + timedelta(days=count)


LIN: Final = MemberFacts(MEMBER, True, days(-100), date(1990, 11, 25), visits=1, top_ups=1, last_visit_on=days(-3))
"""A member with a birthday in five days, one visit three days ago, one top-up."""


def units(
    number: int, asset: str, count: int, *, begins: int | None = None, ends: int | None = None, face: int = 0
) -> Holding:
    """Return units of an asset, usable from and to so many days after ON."""
    special = Special(
        asset=asset,
        units=count,
        usable_from=None if begins is None else days(begins),
        expires_on=None if ends is None else days(ends),
        face_minor=face,
    )
    return Holding(Lot(entry_id(number), MEMBER, 0, 0, VERSION, TERMS_HASH, special.text()), 0, 0, count)


def bonus(number: int, minor: int, *, begins: int | None = None, ends: int | None = None, scope: str = "") -> Holding:
    """Return a bonus with conditions of its own, in fen."""
    special = Special(
        usable_from=None if begins is None else days(begins),
        expires_on=None if ends is None else days(ends),
        scope=scope,
    )
    return Holding(Lot(entry_id(number), MEMBER, 0, minor, VERSION, TERMS_HASH, special.text()), 0, minor)


def stored(principal_minor: int, bonus_minor: int = 0, number: int = 500) -> Holding:
    """Return a plain lot untouched so far, in fen."""
    return Holding(
        Lot(entry_id(number), MEMBER, principal_minor, bonus_minor, VERSION, TERMS_HASH), principal_minor, bonus_minor
    )


def rule(rule_id: str, *gives: Effect, event: Event = Event.PAY, **said: Any) -> Rule:
    """Return a rule whose name is its id."""
    return Rule(rule_id, rule_id, event, gives, **said)


def cut(
    rule_id: str,
    *,
    group: str = "",
    when: When = ALWAYS,
    caps: Caps = NO_CAPS,
    takes: str = "",
    takes_units: int = 1,
    priority: int = 0,
    **said: Any,
) -> Rule:
    """Return a rule that cuts the price; what is left over says how."""
    gives = (PriceCut(**said),)
    return Rule(rule_id, rule_id, Event.PAY, gives, when, caps, group, priority, takes=takes, takes_units=takes_units)


def held_of(holdings: tuple[Holding, ...]) -> dict[str, int]:
    """Return the usable units by asset, as the member's facts have them."""
    held: dict[str, int] = {}
    for each in holdings:
        if each.units and each.lot.conditions.usable(ON):
            held[each.lot.asset] = held.get(each.lot.asset, 0) + each.units
    return held


def paying(*basket: BasketLine, member: MemberFacts | None = None, **said: Any) -> Occasion:
    """Return a payment for a basket at noon on ON by a member who is known."""
    amount = sum(line.list_minor for line in basket)
    facts = member or MemberFacts(MEMBER, registered=True, enrolled_on=days(-100))
    return Occasion(Event.PAY, "xuhui", said.pop("on", ON), said.pop("clock", NOON), facts, amount, basket, **said)


@dataclass(frozen=True)
class World:
    """A shop's promises, what is on the counter, and the purse."""

    promises: Promises
    basket: tuple[BasketLine, ...]
    holdings: tuple[Holding, ...] = ()
    points: int = 0
    stored_minor: int | None = None

    @property
    def occasion(self) -> Occasion:
        """The payment."""
        member = MemberFacts(MEMBER, registered=True, enrolled_on=days(-100), held=held_of(self.holdings))
        return paying(*self.basket, member=member)

    @property
    def purse(self) -> Purse:
        """What the member pays with."""
        return Purse(self.holdings, self.points, self.stored_minor)

    def bill(self) -> BillTerms:
        """Return the terms."""
        return bill_terms(self.promises, self.occasion, self.purse)

    def with_rules(self, *rules: Rule) -> World:
        """Return the same with other rules."""
        return replace(self, promises=replace(self.promises, rules=rules))


COUPONS: Final = ("COUPON:a", "COUPON:b", "VISIT:c")
GROUP_IDS: Final = ("g", "h", "i")

GROUPS: Final = st.builds(
    lambda takes, excludes: tuple(
        Group(group_id, take, frozenset(without) - {group_id})
        for group_id, take, without in zip(GROUP_IDS, takes, excludes, strict=True)
    ),
    st.tuples(*(st.sampled_from(Take) for _ in GROUP_IDS)),
    st.tuples(*(st.sets(st.sampled_from(GROUP_IDS), max_size=1) for _ in GROUP_IDS)),
)
LINES: Final = st.lists(
    st.builds(
        lambda of, quantity, price: replace(of, quantity=quantity, price_minor=price),
        st.sampled_from((BREAD, COFFEE, CAKE)),
        st.integers(1, 3),
        st.integers(1, 40) | st.sampled_from((1_000, 3_000)),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda line: line.goods,
).map(tuple)
WHOLE_CUTS: Final = st.one_of(
    st.builds(PriceCut, percent_off=st.integers(1, 100), most_minor=st.none() | st.integers(1, 900)),
    st.builds(PriceCut, off_minor=st.integers(1, 1_500)),
    st.builds(PriceCut, off_minor=st.integers(1, 20), per_minor=st.sampled_from((30, 1_000))),
)
SCOPED_CUTS: Final = st.one_of(
    st.builds(PriceCut, percent_off=st.integers(1, 100), scope=st.sampled_from(("drinks", "bakery"))),
    st.builds(PriceCut, off_minor=st.integers(1, 1_500), scope=st.sampled_from(("drinks", "bakery"))),
    st.builds(PriceCut, price_minor=st.integers(0, 2_000), scope=st.sampled_from(("", "drinks"))),
    st.builds(
        PriceCut,
        percent_off=st.integers(50, 100),
        scope=st.sampled_from(("", "drinks", "bakery")),
        units_most=st.integers(1, 2),
        most_minor=st.none() | st.integers(1, 3_000),
    ),
    st.builds(PriceCut, face=st.just(True)),
)
CUTS: Final = WHOLE_CUTS | SCOPED_CUTS


@st.composite
def cutting_rules(
    draw: st.DrawFn, cuts: st.SearchStrategy[PriceCut] = CUTS, assets: tuple[str, ...] = COUPONS
) -> tuple[Rule, ...]:
    """Return up to five rules that cut, some for coupons, some under a budget."""
    made = []
    for number in range(draw(st.integers(1, 5))):
        gives = tuple(draw(st.lists(cuts, min_size=1, max_size=2)))
        takes = draw(st.sampled_from(("", *assets)))
        budget = draw(st.none() | st.integers(0, 1_200))
        group, priority = draw(st.sampled_from(("", *GROUP_IDS))), draw(st.integers(0, 2))
        takes_units = draw(st.integers(1, 2)) if takes else 1
        made.append(
            rule(
                f"r{number}",
                *gives,
                caps=Caps(budget_minor=budget),
                group=group,
                priority=priority,
                takes=takes,
                takes_units=takes_units,
            )
        )
    return tuple(made)


@st.composite
def held_units(draw: st.DrawFn) -> tuple[Holding, ...]:
    """Return lots of coupons and points, some pending, some expired."""
    made = []
    for number in range(draw(st.integers(0, 4))):
        asset = draw(st.sampled_from((*COUPONS, "PTS")))
        count = draw(st.integers(1, 3)) * (100 if asset == "PTS" else 1)
        begins, ends = draw(st.sampled_from(((None, None), (None, 3), (None, 0), (None, -1), (1, None), (0, 5))))
        made.append(units(100 + number, asset, count, begins=begins, ends=ends, face=draw(st.sampled_from((0, 700)))))
    return tuple(made)


MONEY: Final = st.lists(
    st.one_of(
        st.builds(stored, st.integers(1, 3_000), st.integers(0, 900)),
        st.builds(
            lambda minor, span, scope: bonus(400, minor, begins=span[0], ends=span[1], scope=scope),
            st.integers(1, 2_000),
            st.sampled_from(((None, 5), (None, 0), (None, -1), (1, None))),
            st.sampled_from(("", "drinks", "bakery")),
        ),
    ),
    max_size=2,
    unique_by=lambda holding: holding.lot.lot_id,
).map(tuple)


@st.composite
def worlds(draw: st.DrawFn, cuts: st.SearchStrategy[PriceCut] = CUTS, assets: tuple[str, ...] = COUPONS) -> World:
    """Return a shop and a bill in it; a rule may ask for stored value alone."""
    rules = draw(cutting_rules(cuts, assets))
    if draw(st.booleans()):
        rules = (replace(rules[0], when=When(wholly_stored=True)), *rules[1:])
    promises = Promises(
        rules=rules,
        groups=draw(GROUPS),
        scopes=(DRINKS, BAKERY),
        points=draw(st.none() | st.just(POINTS)),
        most_off_percent=draw(st.sampled_from((100, 100, 60, 0))),
    )
    holdings = draw(held_units()) + draw(MONEY)
    return World(promises, draw(LINES), holdings)


WORLDS: Final = worlds()
WHOLE_WORLDS: Final = worlds(WHOLE_CUTS, ())
