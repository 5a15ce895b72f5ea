"""A quote under 200 active rules: every condition in play, 40 price cuts in 4 groups, 60 coupons held, a basket of 8 lines.

The peer is a fixed loop of whole-number arithmetic, about a millisecond of plain Python: a quote may take five of them. Both
only compute, so both are timed by the processor's clock, which stands still while a neighbour has its turn. Run: `python -m bench.quote [rounds]`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, time, timedelta
from time import thread_time_ns
from typing import Any, Final

from bench.figures import Figure, show, shown_time, within
from bench.measure import Samples, in_turns
from ledger.accounts import Tender
from ledger.entries import Lot
from ledger.purses import Holding
from ledger.rules.bill import BillTerms, Purse, bill_terms
from ledger.rules.member_facts import DayFigures, MemberFacts, RuleUse
from ledger.rules.occasion import BasketLine, Event, Occasion
from ledger.rules.promises import (
    AssetKind,
    Caps,
    Goods,
    Group,
    PointsPolicy,
    PointsTimes,
    PriceCut,
    Promises,
    Rule,
    Scope,
    Share,
    Take,
    UnitsGift,
    When,
)
from ledger.specials import Special

ON: Final = date(2026, 11, 20)
MEMBER: Final = "member-1"
AIM_MS: Final = 5
CONDITIONS: Final[tuple[dict[str, Any], ...]] = (
    {"amount_from_minor": 5_000},
    {"amount_to_minor": 90_000},
    {"goods": frozenset({"g1", "g2"}), "quantity_from": 2},
    {"categories": frozenset({"c1"}), "amount_from_minor": 100},
    {"quantity_from": 3},
    {"stores": frozenset({"xuhui", "jingan"})},
    {"weekdays": frozenset({5, 6})},
    {"weekdays": frozenset({1})},
    {"month_days": frozenset({8, 20})},
    {"hours": ((time(9), time(14)), (time(20), time(23)))},
    {"festivals": frozenset({"spring"})},
    {"tiers": frozenset({"gold", "black"})},
    {"tags": frozenset({"vip"}), "without_tags": frozenset({"staff"})},
    {"holds": frozenset({"RIGHT:card"}), "lacks": frozenset({"RIGHT:other"})},
    {"registered": True, "visit_from": 3, "visit_to": 99},
    {"top_up_from": 2, "top_up_to": 9},
    {"never_topped_up": True},
    {"dormant_days_from": 30},
    {"enrolled_days_to": 400, "birthday_within_days": 7},
    {"zodiacs": frozenset({"horse"})},
    {"tenders": frozenset({Tender.CASH, Tender.WECHAT})},
    {"wholly_stored": True},
    {"bill_times": 3},
    {"share": Share("autumn", 0, 50), "code": "LUCK"},
)


def promises() -> Promises:
    """Return 40 cuts, 6 of them what coupons do, and 160 rules that give, each with its condition and some with caps."""
    cuts = [_cut(number) for number in range(34)]
    gifts = [_gift(number) for number in range(160)]
    return Promises(
        rules=(*cuts, *gifts),
        groups=(Group("g0"), Group("g1", excludes=frozenset({"g2"})), Group("g2"), Group("g3", Take.ALL)),
        goods=tuple(Goods(f"g{n}", f"商品{n}", f"c{n % 4}", 900 + n, points_percent=50 + n) for n in range(60)),
        scopes=tuple(Scope(f"s{n}", f"品类{n}", categories=frozenset({f"c{n}"})) for n in range(4)),
        assets=tuple(AssetKind(f"COUPON:{n}", f"券{n}", _coupon(n)) for n in range(6)),
        points=PointsPolicy(Event.PAY, 1, 100, 100, 100, 50, 365),
        most_off_percent=70,
    )


def _cut(number: int) -> Rule:
    scope = f"s{number % 4}" if number % 3 else ""
    effects = (
        PriceCut(percent_off=3 + number % 20, scope=scope),
        PriceCut(off_minor=100 + number, per_minor=3_000),
        PriceCut(price_minor=800 + number, scope=scope),
        PriceCut(percent_off=50, units_most=1, scope=scope),
    )
    when = When(**CONDITIONS[number % 5]) if number % 2 else When(amount_from_minor=100, wholly_stored=number == 0)
    caps = Caps(per_member=3, per_days=30, in_all=1_000, budget_minor=90_000) if number % 4 == 0 else Caps()
    name = f"cut-{number}"
    return Rule(name, name, Event.PAY, (effects[number % 4],), when, caps, f"g{number % 4}", number % 3)


def _gift(number: int) -> Rule:
    when = When(**CONDITIONS[number % len(CONDITIONS)])
    gives = UnitsGift(f"COUPON:{number % 6}", 1, per_minor=3_000) if number % 5 else PointsTimes(120)
    caps = Caps(per_member=5, per_days=30, per_day=99) if number % 3 == 0 else Caps()
    return Rule(f"gift-{number}", f"赠{number}", Event.PAY, (gives,), when, caps)


def _coupon(number: int) -> Rule:
    gives = PriceCut(off_minor=200 + number) if number % 2 else PriceCut(percent_off=100, units_most=1, scope="s1")
    return Rule(
        f"coupon-{number}", f"券{number}", Event.PAY, (gives,), group=f"g{number % 4}", takes=f"COUPON:{number}"
    )


def holdings() -> tuple[Holding, ...]:
    """Return 60 coupons of six kinds that end on different days, points, and two lots of money that leave a rest."""
    held = [_units(number, f"COUPON:{number % 6}", 1, number) for number in range(60)]
    money = [Holding(Lot(f"m{n}", MEMBER, 1_000, 150, "1", "", ""), 1_000, 150) for n in range(2)]
    return (*held, _units(99, "PTS", 900, 30), *money)


def _units(number: int, asset: str, count: int, ends: int) -> Holding:
    special = Special(asset=asset, units=count, expires_on=ON + timedelta(days=ends)).text()
    return Holding(Lot(f"u{number:03}", MEMBER, 0, 0, "1", "", special), 0, 0, count)


def occasion() -> Occasion:
    """Return a basket of eight lines for a member with a past."""
    basket = tuple(BasketLine(f"g{n}", f"商品{n}", f"c{n % 4}", 1 + n % 3, 900 + 100 * n) for n in range(8))
    days = tuple(DayFigures(ON - timedelta(days=n), 1, 3_000) for n in range(60, 0, -1))
    uses = tuple(RuleUse(f"gift-{n}", ON - timedelta(days=n % 60), 1) for n in range(0, 160, 2))
    held = {f"COUPON:{n}": 10 for n in range(6)} | {"PTS": 900, "RIGHT:card": 1}
    member = MemberFacts(
        *(MEMBER, True, date(2025, 11, 1), date(1990, 11, 25)),
        tags=frozenset({"vip"}),
        days=days,
        visits=60,
        top_ups=3,
        last_visit_on=ON - timedelta(days=1),
        uses=uses,
        held=held,
    )
    amount = sum(line.list_minor for line in basket)
    told = {f"{kind}-{n}": RuleUse(f"{kind}-{n}", ON, 3, 500) for kind in ("cut", "gift") for n in range(40)}
    return Occasion(
        *(Event.PAY, "xuhui", ON, time(12), member, amount, basket),
        tender=Tender.CASH,
        bill_minor=3_000,
        tier="gold",
        zodiac="horse",
        code="LUCK",
        ever=told,
        today=told,
    )


def loop() -> int:
    """Be the peer: about a millisecond of plain arithmetic."""
    total = 0
    for number in range(12_000):
        total = (total * 31 + number // 7) % 1_000_003
    return total


def main(rounds: int = 1_000) -> list[Figure]:
    """Measure and print."""
    given, seen, held = promises(), occasion(), holdings()
    short, enough = Purse(held, 100), Purse((*held, Holding(Lot("m9", MEMBER, 90_000, 0, "1", "", ""), 90_000, 0)), 100)
    many_units = replace(seen, basket=tuple(replace(line, quantity=line.quantity * 4) for line in seen.basket))
    bill: BillTerms = bill_terms(given, seen, short)
    told = len({each.rule_id for each in bill.given}) - 1
    print(
        f"200 rules: {len(bill.reductions)} reductions, {told} rules give, {len(bill.declined)} declined with reasons"
    )
    samples = in_turns(
        rounds,
        thread_time_ns,
        **{
            "plain loop": loop,
            "quote, stored value pays all": lambda: bill_terms(given, seen, enough),
            "quote, a rest is paid": lambda: bill_terms(given, seen, short),
            "the same with 64 goods in the 8 lines": lambda: bill_terms(given, many_units, short),
        },
    )
    peer = samples.pop("plain loop")
    against = f"{peer.name} {shown_time(peer.percentile(95))}"
    return [
        within(f"200 rules, {name}, p95", sample.percentile(95), AIM_MS, against, _ratio(sample, peer))
        for name, sample in samples.items()
    ]


def _ratio(sample: Samples, peer: Samples) -> str:
    return f"{sample.percentile(95) / peer.percentile(95):.1f}×"


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
