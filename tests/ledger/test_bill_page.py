"""docs/rules/bill.md, points.md and coupons.md, table by table."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from ledger.errors import PointsOverCap, UnitsTooFew
from ledger.money import format_minor
from ledger.purses import Holding
from ledger.rules.bill import EARNING, BillTerms, Purse, bill_terms
from ledger.rules.member_facts import MemberFacts
from ledger.rules.occasion import BasketLine
from ledger.rules.promises import Goods, PointsTimes, Promises, Rule
from tests.ledger import offer_words
from tests.ledger.bills import BAKERY, DRINKS, POINTS, days, held_of, paying, rule
from tests.ledger.book import MEMBER, entry_id
from tests.ledger.worked import Row, fen, worked_rows

RULES: Final = Path(__file__).parents[2] / "ledger" / "rules"


def _rows(page: str, heading: str, count: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", worked_rows(page, heading, count), ids=lambda row: "/".join(row.values()))


def _bill(row: Row, promises: Promises) -> BillTerms:
    held = offer_words.holdings(row.get("purse", ""))
    member = MemberFacts(MEMBER, registered=True, enrolled_on=days(-100), held=held_of(held))
    part = row.get("stored part", "")
    purse = Purse(held, int(row.get("points", "") or 0), fen(part) if part else None)
    return bill_terms(promises, paying(*offer_words.basket(row["basket"]), member=member), purse)


def _promises(row: Row) -> Promises:
    rules = offer_words.rules(row["rules"]) if row.get("rules") else ()
    return Promises(rules=rules, scopes=(DRINKS, BAKERY), points=POINTS)


@_rows("bill.md", "Worked bills", 14)
def test_a_bill_is_reckoned_to_the_fen(row: Row) -> None:
    bill = _bill(row, _promises(row))
    off = sum(each.amount_minor for each in bill.reductions)
    earned = sum(each.units for each in bill.given if each.rule_id == EARNING)
    assert {
        "off": format_minor(off),
        "by points": format_minor(bill.points.amount_minor),
        "paid price": format_minor(bill.paid_price_minor),
        "stored": f"{format_minor(bill.spend.principal_minor)}+{format_minor(bill.spend.bonus_minor)}",
        "rest": format_minor(bill.spend.rest_minor),
        "earned": str(earned),
    } == {name: row[name] for name in ("off", "by points", "paid price", "stored", "rest", "earned")}


@_rows("bill.md", "A reduction line by line", 6)
def test_a_reduction_is_split_over_the_lines(row: Row) -> None:
    bill = _bill(row, Promises(rules=offer_words.rules(row["rules"]), scopes=(DRINKS, BAKERY)))
    splits = ("+".join(format_minor(minor) for minor in each.by_line) for each in bill.reductions)
    assert ", ".join(splits) == row["off by line"]
    assert "+".join(format_minor(minor) for minor in bill.left) == row["left"]


@_rows("bill.md", "A price for stored value", 7)
def test_a_price_for_stored_value_is_for_who_pays_all_so(row: Row) -> None:
    bill = _bill(row, _promises(row))
    assert (format_minor(bill.paid_price_minor), format_minor(bill.spend.rest_minor)) == (
        row["paid price"],
        row["rest"],
    )


def _taken(bill: BillTerms, held: tuple[Holding, ...]) -> str:
    names = {holding.lot.lot_id: number for number, holding in enumerate(held, start=1)}
    return ", ".join(f"{names[take.lot_id]}: {format_minor(take.total_minor)}" for take in bill.spend.takes)


@_rows("bill.md", "A bonus for some goods", 7)
def test_a_bonus_for_some_goods_pays_for_no_others(row: Row) -> None:
    bill = _bill(row, _promises(row))
    assert _taken(bill, offer_words.holdings(row["purse"])) == row["taken by lot"]
    assert format_minor(bill.spend.rest_minor) == row["rest"]


def _page_codes(page: str, count: int) -> set[str]:
    return {row["code"].strip("`") for row in worked_rows(page, "Reasons", count)}


def test_the_page_names_every_reason_a_bill_gives() -> None:
    written = set(re.findall(r'"(bill\.[a-z_]+)"', (RULES / "bill.py").read_text(encoding="utf-8")))
    assert _page_codes("bill.md", 5) == written


def _earned(basket: tuple[BasketLine, ...], percents: str, rules: tuple[Rule, ...], purse: str) -> int:
    said = dict(part.split(" ") for part in percents.split(", ")) if percents else {}
    goods = tuple(Goods(name, name, "", 0, points_percent=int(percent[:-1])) for name, percent in said.items())
    promises = Promises(rules=rules, goods=goods, points=POINTS)
    bill = bill_terms(promises, paying(*basket), Purse(offer_words.holdings(purse)))
    return sum(each.units for each in bill.given if each.rule_id == EARNING)


@_rows("points.md", "What a bill earns", 10)
def test_points_are_earned_as_the_page_says(row: Row) -> None:
    times = row["multipliers"].split(", ") if row["multipliers"] else []
    rules = tuple(rule(f"x{place}", PointsTimes(int(percent[:-1]))) for place, percent in enumerate(times))
    earned = _earned(offer_words.basket(row["basket"]), row["goods"], rules, row["purse"])
    assert earned == int(row["points"])


@_rows("points.md", "From when to when", 5)
def test_points_are_pending_and_end_as_the_page_says(row: Row) -> None:
    valid = int(row["valid days"]) if row["valid days"] else None
    policy = replace(POINTS, pending_days=int(row["pending days"]), valid_days=valid)
    bill = bill_terms(Promises(points=policy), paying(*offer_words.basket("coffee 30.00")), Purse())
    [given] = bill.given
    assert given.special is not None
    shown = tuple(str(day or "") for day in (given.special.usable_from, given.special.expires_on))
    assert shown == (row["usable from"], row["last day"])


@_rows("points.md", "Points pay part of a bill", 9)
def test_points_pay_as_the_page_says(row: Row) -> None:
    policy = replace(POINTS, burn_percent=int(row["burn percent"]))
    if row["refusal"]:
        with pytest.raises((PointsOverCap, UnitsTooFew)) as refused:
            _bill(row, Promises(points=policy))
        assert type(refused.value).__name__ == row["refusal"]
        return
    bill = _bill(row, Promises(points=policy))
    assert (bill.points.points, format_minor(bill.points.amount_minor)) == (int(row["used"]), row["by points"])
    assert bill.most_points == int(row["most"])


def _used(bill: BillTerms) -> str:
    names = {str(entry_id(number)): str(number) for number in range(1, 9)}
    parts = [f"{names[take.lot_id]} ×{take.units}" for take in bill.unit_takes]
    return ", ".join(parts)


@_rows("coupons.md", "What a coupon does to a bill", 12)
def test_a_coupon_works_as_the_page_says(row: Row) -> None:
    bill = _bill(row, Promises(rules=offer_words.rules(row["rules"]), scopes=(DRINKS, BAKERY)))
    given = ", ".join(f"{each.rule_id} {format_minor(each.amount_minor)}" for each in bill.reductions)
    assert (given, _used(bill)) == (row["off"], row["used"])


@_rows("coupons.md", "Visits, goods vouchers, exchange", 9)
def test_a_visit_covers_one_unit_of_goods(row: Row) -> None:
    bill = _bill(row, Promises(rules=offer_words.rules(row["rules"]), scopes=(DRINKS, BAKERY)))
    given = ", ".join(f"{each.rule_id} {format_minor(each.amount_minor)}" for each in bill.reductions)
    assert (given, _used(bill), format_minor(bill.paid_price_minor)) == (row["off"], row["used"], row["paid price"])
