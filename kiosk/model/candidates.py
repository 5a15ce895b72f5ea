"""Candidates for the lists at the counter: who an index finds, in order and no more than asked for.

Source: `docs/rules/activity.md`, lists at the counter. Records, not persons: a merge is for the caller to see through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.model.store import Store
from ledger.specials import Special, read_special

_BORN: Final = (
    "SELECT member_id, birthday FROM member WHERE birthday IS NOT NULL AND substr(birthday, 6) IN ({})"
    " AND merged_into IS NULL ORDER BY substr(birthday, 6), member_id LIMIT ?"
)
_BALANCE: Final = (
    "(SELECT coalesce(sum(amount_minor), 0) FROM purse"
    " WHERE purse.member_id = seen.member_id AND instrument <> 'units')"
)
_HELD_PRINCIPAL: Final = (
    "EXISTS (SELECT 1 FROM purse WHERE purse.member_id = seen.member_id AND instrument = 'principal')"
)
_LOW: Final = (
    "WITH seen AS MATERIALIZED (SELECT DISTINCT member_id FROM member_day WHERE business_date BETWEEN ? AND ?)"
    f" SELECT member_id, {_BALANCE} AS balance FROM seen WHERE {_HELD_PRINCIPAL} AND balance < ?"
    " ORDER BY balance, member_id LIMIT ?"
)
_ASLEEP: Final = (
    "SELECT seen.member_id, max(seen.business_date) AS last_on FROM member_day AS seen"
    " WHERE seen.business_date BETWEEN ? AND ? AND seen.visits + seen.top_ups > 0"
    " AND NOT EXISTS (SELECT 1 FROM member_day AS later WHERE later.member_id = seen.member_id"
    " AND later.business_date > ? AND later.visits + later.top_ups > 0)"
    " GROUP BY seen.member_id ORDER BY last_on DESC, seen.member_id LIMIT ?"
)
_LAST_DAY: Final = "substr(special, instr(special, 'expires_on=') + 11, 10)"
_EXPIRING: Final = (
    "SELECT purse.member_id, lot.special, purse.amount_minor FROM lot JOIN purse ON purse.lot_id = lot.lot_id"
    f" WHERE instr(special, 'expires_on=') > 0 AND {_LAST_DAY} BETWEEN ? AND ? AND purse.amount_minor > 0"
    f" ORDER BY {_LAST_DAY}, lot.lot_id, purse.member_id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class ExpiringLot:
    """What is left of a lot whose last day comes: fen of money, or units of its asset."""

    member_id: str
    conditions: Special
    amount: int


def born_on(store: Store, month_days: Sequence[str], limit: int) -> list[tuple[str, date]]:
    """Return (record, birthday) of who was born on one of these days (`MM-DD`)."""
    marks = ", ".join("?" * len(month_days))
    found = store.rows(_BORN.format(marks), (*month_days, limit))
    return [(member_id, date.fromisoformat(birthday)) for member_id, birthday in found]


def low_balances(store: Store, first: date, last: date, below_minor: int, limit: int) -> list[tuple[str, int]]:
    """Return (record, balance in fen) of who did something in a span, held principal and has less left; least first."""
    rows: list[tuple[str, int]] = store.rows(_LOW, (first.isoformat(), last.isoformat(), below_minor, limit))
    return rows


def last_seen_between(store: Store, first: date, last: date, limit: int) -> list[tuple[str, date]]:
    """Return (record, last seen) of who was seen in a span and never after it; latest first."""
    span = (first.isoformat(), last.isoformat())
    return [(member_id, date.fromisoformat(on)) for member_id, on in store.rows(_ASLEEP, (*span, span[1], limit))]


def expiring(store: Store, first: date, last: date, limit: int) -> list[ExpiringLot]:
    """Return what is left of lots whose last day is in a span; soonest first."""
    found = store.rows(_EXPIRING, (first.isoformat(), last.isoformat(), limit))
    return [ExpiringLot(member_id, read_special(special), amount) for member_id, special, amount in found]
