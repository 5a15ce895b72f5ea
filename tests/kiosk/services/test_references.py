"""References: one that took money before and stands is named; a voided one is free again."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import pay, void
from kiosk.services.references import reference_seen
from kiosk.services.top_up import TopUp, top_up
from ledger.accounts import Tender
from ledger.rules.programme import ApprovedAct
from ledger.wire import JournalRow
from tests.builders import Shop, open_shop

REFERENCE = "4200002311202611206"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    return opened


def seen(shop: Shop) -> JournalRow:
    found = reference_seen(shop.counter, REFERENCE)
    assert found is not None
    return found.row


def test_a_reference_nobody_used_is_not_seen(shop: Shop) -> None:
    shop.top_up(shop.enrol())
    assert reference_seen(shop.counter, REFERENCE) is None


def test_a_reference_of_a_top_up_is_seen_until_it_is_voided(shop: Shop) -> None:
    asked = TopUp(shop.enrol().member_id, 30_000, Tender.WECHAT, REFERENCE, 5_000)
    done = top_up(shop.counter, shop.act(), asked)
    assert seen(shop) == done.recorded.row
    assert reference_seen(shop.counter, REFERENCE[:-1]) is None
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
    assert reference_seen(shop.counter, REFERENCE) is None


def test_a_reference_of_a_rest_is_seen_and_the_latest_use_is_named(shop: Shop) -> None:
    member = shop.enrol()
    used = [
        pay.pay(shop.counter, shop.act(), pay.Payment(member.member_id, price, 0, Tender.ALIPAY, REFERENCE))
        for price in (500, 700)
    ]
    assert seen(shop) == used[1].done.recorded.row
