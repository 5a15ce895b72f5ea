"""Laws of refusals: a condition holds as it reads, and what a refusal says would change it does."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, Final

from hypothesis import strategies as st

from ledger.rules import conditions
from ledger.rules.conditions import holds, share_place, verdicts
from ledger.rules.member_facts import MemberFacts
from ledger.rules.occasion import Event, Occasion
from ledger.rules.offers import weigh
from ledger.rules.promises import (
    PointsTimes,
    Promises,
    Rule,
    Share,
    When,
)
from ledger.rules.reasons import Reason
from tests.ledger.bills import (
    BREAD,
    COFFEE,
    LIN,
    days,
    paying,
    rule,
)
from tests.ledger.book import MEMBER
from tests.ledger.law import law


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
    {"bill_times": 3, "amount_to_minor": 4_000},
    {"bill_times": 1, "amount_to_minor": 1_000},
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
