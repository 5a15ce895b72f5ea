"""The keystroke budget (N11): after the scan, top-up takes at most four keys beside the amount's digits, payment two."""

from __future__ import annotations

from pathlib import Path

from kiosk.screens.result import ResultScreen
from ledger.accounts import Tender
from ledger.entries import EntryKind
from tests.kiosk.screens.standing import Stand, stand

TOP_UP_KEYS = 4
PAYMENT_KEYS = 2


def beside_digits(stand: Stand, digits: str) -> int:
    """How many keys were pressed beside the digits of the amount."""
    return len(stand.pressed) - len(digits)


async def test_a_payment_takes_two_keys_beside_the_digits(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member)
        await counter.scan(member.code)
        await counter.type_in("120")
        await counter.press("enter", "enter")
        outcome = counter.screen(ResultScreen).outcome
        assert outcome.big == ("余额", 23_000)
        assert beside_digits(counter, "120") <= PAYMENT_KEYS


async def test_a_payment_with_a_cash_rest_takes_two_keys_beside_the_digits(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        counter.shop.top_up(member, 10_000)
        await counter.scan(member.code)
        await counter.type_in("120")
        await counter.press("enter", "enter")
        entry = counter.screen(ResultScreen).outcome.done
        assert entry is not None
        assert entry.recorded.entry.facts["rest_minor"] == 1_500
        assert beside_digits(counter, "120") <= PAYMENT_KEYS


async def test_topping_up_a_rung_in_cash_takes_four_keys(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f3", "2", "enter", "enter")
        assert counter.screen(ResultScreen).outcome.big == ("余额", 35_000)
        assert beside_digits(counter, "") <= TOP_UP_KEYS


async def test_topping_up_a_rung_by_another_tender_takes_four_keys(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f3", "3", "w", "enter")
        done = counter.screen(ResultScreen).outcome.done
        assert done is not None
        assert done.recorded.entry.kind is EntryKind.TOP_UP
        assert done.recorded.entry.facts["tender"] == Tender.WECHAT
        assert beside_digits(counter, "") <= TOP_UP_KEYS


async def test_topping_up_another_amount_takes_four_keys_beside_its_digits(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        member = counter.shop.enrol()
        await counter.scan(member.code)
        await counter.press("f3", "0")
        await counter.type_in("250")
        await counter.press("enter", "enter")
        assert counter.screen(ResultScreen).outcome.big == ("余额", 25_500)
        assert beside_digits(counter, "250") <= TOP_UP_KEYS
