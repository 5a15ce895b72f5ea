"""The page of the points mall, run: what can be had and why not, and in which order it is shown."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import RuleRefused, SoldOut, UnitsTooFew
from ledger.rules.mall import MallFacts, check_item, item_given, mall_offers
from ledger.rules.offers import GivenKind
from ledger.rules.promises import MallItem
from tests.ledger.worked import Row, worked_rows

PAGE = "mall.md"
ROWS = worked_rows(PAGE, "What can be had", 7)
FACTS = MallFacts(
    on=date(2026, 11, 20),
    points=100,
    taken_by_member={row["item"]: int(row["had"]) for row in ROWS},
    taken={row["item"]: int(row["gone"]) for row in ROWS},
)


def day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def item(row: Row) -> MallItem:
    return MallItem(
        row["item"],
        row["item"],
        int(row["points"]),
        stock=int(row["stock"]) if row["stock"] else None,
        per_member=int(row["per member"]) if row["per member"] else None,
        starts_on=day(row["from"]),
        ends_on=day(row["to"]),
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["item"])
def test_an_item_can_be_had_or_not_as_the_page_says(row: Row) -> None:
    answer = "yours"
    try:
        check_item(item(row), FACTS)
    except UnitsTooFew as few:
        answer = f"UnitsTooFew, missing {few.asked - few.available}"
    except SoldOut as gone:
        answer = f"SoldOut, left {gone.left}"
    except RuleRefused as refused:
        answer = type(refused).__name__
    assert answer == row["answer"]


def test_the_mall_is_shown_in_the_pages_order() -> None:
    shown = [offer.item.item_id for offer in mall_offers(tuple(item(row) for row in ROWS), FACTS)]
    assert shown == [row["item"] for row in worked_rows(PAGE, "In which order they are shown", 7)]


def test_goods_are_handed_over_and_an_asset_is_a_lot() -> None:
    assert item_given(MallItem("mug", "马克杯", 50), FACTS.on).kind is GivenKind.HANDOUT
    given = item_given(MallItem("vip", "权益", 50, asset="RIGHT:vip", units=2), FACTS.on, 3)
    assert (given.kind, given.units) == (GivenKind.UNITS, 6)
