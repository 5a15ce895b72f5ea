"""docs/rules/many-stores.md, table by table."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from kiosk.services.prepare_payment import prepare
from kiosk.services.sync_state import sync_state
from tests.builders import Shop, open_shop
from tests.kiosk.office import Office
from tests.ledger.worked import Row, fen, worked_rows

PAGE: Final = "many-stores.md"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    return opened


@pytest.mark.parametrize("row", worked_rows(PAGE, "How a box stands", 9), ids=lambda row: "/".join(row.values()))
def test_a_box_stands_as_the_page_says(row: Row, shop: Shop) -> None:
    office = Office(shop)
    if row["mode"] != "alone":
        office.join(online=row["line"] == "up")
    if row["mode"] == "stopped":
        office.stop("behind")
    if row["waits"] != "–":
        shop.enrol()
        shop.clock.forward(minutes=int(row["waits"].removesuffix(" min")))
    office.alive = row["daemon"] == "answers"
    assert sync_state(shop.counter, office).standing == row["stands"]


def test_a_second_before_the_quarter_of_an_hour_nothing_is_late(shop: Shop) -> None:
    office = Office(shop).join()
    shop.enrol()
    shop.clock.moment += timedelta(minutes=15, seconds=-1)
    assert sync_state(shop.counter, office).standing == "online"


@pytest.mark.parametrize(
    "row", worked_rows(PAGE, "A bill larger than the purse", 11), ids=lambda row: "/".join(row.values())
)
def test_a_bill_is_prepared_as_the_page_says(row: Row, shop: Shop) -> None:
    member = shop.enrol()
    assert fen(row["here"]) == shop.top_up(member, 10_000).recorded.entry.facts["balance_after_minor"]
    office, who = Office(shop).join(), member.member_id
    office.free[who], office.elsewhere[who] = fen(row["free"]), fen(row["other stores"])
    if row["known"] == "yes":
        office.tell_total(who)
    office.answers = row["line"] != "silent"
    if row["line"] == "down":
        office.set_online(online=False)
    if row["line"] == "stopped":
        office.stop("behind")
    prepared = prepare(shop.counter, office, who, fen(row["bill"]))
    asked = [] if row["asked"] == "–" else [fen(row["asked"])]
    assert [minor for _, _, minor in office.asked] == asked
    assert (prepared.granted_minor, prepared.recalled_minor) == (fen(row["granted"]), fen(row["recalled"]))
    assert (prepared.quote.terms.rest_minor, prepared.help) == (fen(row["rest"]), row["outcome"])
