"""Programmes for tests: as plain values, and as the smallest file that loads."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from ledger.errors import BadValue, LedgerError, MissingKey, UnknownKey
from ledger.rules.programme import (
    Approvals,
    Ladder,
    Limit,
    Limits,
    Programme,
    Rung,
    Shop,
    SpendOrder,
    Terms,
)

NO_LIMITS: Final = Limits(None, None, None, None)
DECREE: Final = "单用途商业预付卡管理办法"
PAGE_LIMITS: Final = Limits(
    Limit(500_000, DECREE), Limit(100_000, DECREE), Limit(300_000, "本店规定"), Limit(200_000, "本店规定")
)


def said(error: LedgerError) -> str:
    """Return a refusal as the pages write it: its name, and of keys and values what and why."""
    name = type(error).__name__
    match error:
        case UnknownKey():
            return f"{name} {error.key}, nearest {error.nearest or 'none'}"
        case MissingKey():
            return f"{name} {error.key}, {error.expected}"
        case BadValue():
            return f"{name} {error.key} = {error.value}, {error.expected}"
        case _:
            return name


def rung(
    rung_id: str,
    pay_minor: int,
    bonus_minor: int | None = None,
    percent: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Rung:
    """Return a rung without a script."""
    return Rung(rung_id, pay_minor, bonus_minor, percent, starts_on, ends_on, "")


def programme(
    rungs: tuple[Rung, ...], *, any_amount: bool = True, minimum_minor: int = 1, limits: Limits = NO_LIMITS
) -> Programme:
    """Return a programme that differs from others only in its ladder and limits."""
    return Programme(
        version="1",
        hash="00" * 32,
        starts_on=date(2026, 1, 1),
        shop=Shop("xuhui", "麦香里", "徐汇店", "梧桐里路 88 号", "021-5550 1234", "", "021-5550 1235"),
        ladder=Ladder(rungs, any_amount, minimum_minor),
        spend_order=SpendOrder.OLDEST_LOT_PROPORTIONAL,
        limits=limits,
        approvals=Approvals({}),
        terms=Terms("条款", "ab" * 32),
        day_ends=time(4),
        sign_in_attempts=5,
        lock_out_minutes=15,
    )


SMALLEST_FILE: Final = '''\
version = "1"
starts_on = 2026-01-01
day_ends = 04:00:00
spend_order = "oldest_lot_proportional"

[shop]
store = "xuhui"
name = "麦香里"
address = "梧桐里路 88 号"
phone = "021-5550 1234"
complaint_phone = "021-5550 1235"

[ladder]
any_amount = true
minimum = "50.00"

[[ladder.rungs]]
id = "r300"
pay = "300.00"
bonus = "50.00"

[limits]
registered_balance = { ceiling = "5000.00", article = "单用途商业预付卡管理办法" }

[approvals]
void = "0.00"

[sign_in]
attempts = 5
lock_out_minutes = 15

[terms]
text = """本金随时可退。"""
'''
