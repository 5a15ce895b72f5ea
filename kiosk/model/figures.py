"""A business date's figures by SQL over the postings, for the home screen; reports fold the entries instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.model.store import Store
from ledger.accounts import Tender, till_tender

_OF_DAY: Final = (
    " FROM journal j LEFT JOIN journal o ON o.entry_id = j.reverses LEFT JOIN posting p ON p.sequence = j.sequence"
    " WHERE j.business_date = ?"
)
_COUNTS: Final = (
    "SELECT coalesce(o.kind, j.kind), sum(CASE WHEN j.reverses IS NULL THEN 1 ELSE -1 END)"
    " FROM journal j LEFT JOIN journal o ON o.entry_id = j.reverses WHERE j.business_date = ? GROUP BY 1"
)
_MEMBERS: Final = (
    "SELECT coalesce(o.kind, j.kind),"
    " sum(CASE WHEN credit GLOB 'member:*:principal' THEN amount_minor"
    " WHEN debit GLOB 'member:*:principal' THEN -amount_minor ELSE 0 END),"
    " sum(CASE WHEN credit GLOB 'member:*:bonus' THEN amount_minor"
    " WHEN debit GLOB 'member:*:bonus' THEN -amount_minor ELSE 0 END)" + _OF_DAY + " GROUP BY 1"
)
_TENDERS: Final = (
    "SELECT CASE WHEN debit GLOB 'till:*' THEN debit ELSE credit END,"
    " sum(CASE WHEN debit GLOB 'till:*' THEN amount_minor ELSE -amount_minor END)" + _OF_DAY + " AND"
    " coalesce(o.kind, j.kind) IN ('top_up', 'spend') AND (debit GLOB 'till:*' OR credit GLOB 'till:*') GROUP BY 1"
)


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What a business date did so far, voids taken off; amounts in fen."""

    top_up_count: int
    top_up_minor: int
    top_up_bonus_minor: int
    spend_count: int
    stored_spend_minor: int
    by_tender: dict[Tender, int]
    enrolled_count: int


def day_totals(store: Store, business_date: date) -> DayTotals:
    """Return a business date's totals over all tills of the box."""
    day = (business_date.isoformat(),)
    counts: dict[str, int] = dict(store.rows(_COUNTS, day))
    moved = {kind: (principal, bonus) for kind, principal, bonus in store.rows(_MEMBERS, day)}
    by_tender: dict[Tender, int] = {}
    for account, minor in store.rows(_TENDERS, day):
        taken = till_tender(account)
        assert taken is not None, "the query asks for till accounts"
        by_tender[taken[1]] = by_tender.get(taken[1], 0) + minor
    topped_up, spent = moved.get("top_up", (0, 0)), moved.get("spend", (0, 0))
    return DayTotals(
        top_up_count=counts.get("top_up", 0),
        top_up_minor=topped_up[0],
        top_up_bonus_minor=topped_up[1],
        spend_count=counts.get("spend", 0),
        stored_spend_minor=-sum(spent),
        by_tender=by_tender,
        enrolled_count=counts.get("member_enrolled", 0),
    )


def shift_balance(store: Store, shift_id: str, account: str) -> int:
    """Return debits less credits of an account over one shift's entries (fen)."""
    sql = (
        "SELECT coalesce(sum(CASE WHEN debit = ? THEN amount_minor ELSE -amount_minor END), 0)"
        " FROM journal JOIN posting USING (sequence) WHERE shift_id = ? AND (debit = ? OR credit = ?)"
    )
    found: int = store.execute(sql, (account, shift_id, account, account)).fetchone()[0]
    return found
