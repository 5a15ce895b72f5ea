"""What somebody typed or a scanner sent stands in the journal's refusals without anything that harms a reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import top_up
from kiosk.services.errors import MemberUnknown
from ledger.accounts import Tender
from tests.builders import open_shop
from tests.kiosk.services.books import last_refusal


@pytest.mark.parametrize("typed", ["m\x00x", "m\nx", "m\x1bx", "m\x7fx"])
def test_a_refused_attempt_keeps_no_control_character(tmp_path: Path, typed: str) -> None:
    shop = open_shop(tmp_path)
    shop.open_shift()
    with pytest.raises(MemberUnknown):
        top_up.top_up(shop.counter, shop.act(), top_up.TopUp(typed, 10_000, Tender.CASH, None, 0))
    assert last_refusal(shop)["fields"] == {"member_id": "m\ufffdx"}
