"""Laws of caps and budgets over any run of bills."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

from ledger.rules.bill import Purse, bill_terms
from ledger.rules.member_facts import MemberFacts, RuleUse
from ledger.rules.occasion import Event, Occasion, typed_amount
from ledger.rules.promises import Caps, Promises
from tests.ledger.bills import (
    NOON,
    ON,
    cut,
    days,
)
from tests.ledger.book import MEMBER
from tests.ledger.law import law

Story = list[tuple[int, int]]
CAPPED: Final = Caps(per_member=2, per_days=7, in_all=4, per_day=3, budget_minor=1_000)


@law(
    {"story": [(0, 3_000)] * 3, "caps": CAPPED},
    {"story": [(0, 3_000)] * 3, "caps": Caps(budget_minor=700)},
    {"story": [(0, 10), (1, 10), (6, 10), (7, 10)], "caps": Caps(per_member=2, per_days=7)},
    {"story": [*[(0, 10)] * 4, (1, 10)], "caps": Caps(per_day=3)},
    {"story": [(day, 10) for day in range(6)], "caps": Caps(in_all=4)},
    story=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5_000)), max_size=8).map(sorted),
    caps=st.builds(
        Caps,
        per_member=st.none() | st.integers(1, 3),
        per_days=st.none() | st.integers(1, 7),
        in_all=st.none() | st.integers(1, 4),
        per_day=st.none() | st.integers(1, 3),
        budget_minor=st.none() | st.integers(0, 1_000),
    ),
)
def no_cap_and_no_budget_is_passed_and_none_stops_too_soon(story: Story, caps: Caps) -> None:
    promises = Promises(rules=(cut("tenth", percent_off=10, caps=caps),))
    uses: list[RuleUse] = []
    for day, minor in story:
        on = days(day)
        bill = bill_terms(promises, _on(on, minor, uses), Purse())
        today = [use for use in uses if use.on == on]
        lately = [use for use in uses if caps.per_days is None or on - timedelta(days=caps.per_days) < use.on]
        left = None if caps.budget_minor is None else caps.budget_minor - sum(use.amount_minor for use in uses)
        room = (
            (caps.per_member is None or len(lately) < caps.per_member)
            and (caps.in_all is None or len(uses) < caps.in_all)
            and (caps.per_day is None or len(today) < caps.per_day)
        )
        wanted = (2 * minor * 10 + 100) // 200 if room else 0
        assert bill.off_minor == (wanted if left is None else min(wanted, left))
        if bill.off_minor:
            uses.append(RuleUse("tenth", on, 1, bill.off_minor))


def _on(on: date, minor: int, uses: list[RuleUse]) -> Occasion:
    today = [use for use in uses if use.on == on]
    return Occasion(
        Event.PAY,
        "xuhui",
        on,
        NOON,
        MemberFacts(MEMBER, registered=True, enrolled_on=ON, uses=tuple(uses)),
        minor,
        typed_amount(minor),
        ever={"tenth": _sum(uses, on)},
        today={"tenth": _sum(today, on)},
    )


def _sum(uses: list[RuleUse], on: date) -> RuleUse:
    return RuleUse("tenth", on, len(uses), sum(use.amount_minor for use in uses))
