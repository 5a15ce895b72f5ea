"""Entries: one business event each, an ordered set of postings under one id minted by the till.

A posting is one row (debit, credit, amount > 0), so an unbalanced entry cannot be written down. Sources:
`docs/decisions/0005-a-posting-is-one-row.md`, Formance's sense of posting, TigerBeetle's transfers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ledger.ids import EntryId
from ledger.money import CEILING_MINOR, CNY
from ledger.specials import Special, read_special

Facts = dict[str, Any]
"""Kind-specific facts: text, whole numbers, booleans, None, lists and objects of these; never a float."""


class EntryKind(StrEnum):
    """What happened, in the glossary's words."""

    TOP_UP = "top_up"
    SPEND = "spend"
    VOID = "void"
    SHIFT_OPENED = "shift_opened"
    SHIFT_CLOSED = "shift_closed"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    DROP = "drop"
    NO_SALE = "no_sale"
    DAY_CLOSED = "day_closed"
    MEMBER_ENROLLED = "member_enrolled"
    CARD_ISSUED = "card_issued"
    CARD_BLOCKED = "card_blocked"
    CARD_UNBLOCKED = "card_unblocked"
    CARD_REPLACED = "card_replaced"
    REPRINTED = "reprinted"
    REFUSED = "refused"
    GRANTED = "granted"
    RETURNED = "returned"
    MERGED = "merged"
    SOLD = "sold"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    LAPSED = "lapsed"
    GIFTED = "gifted"
    FAMILY_CHANGED = "family_changed"
    TAGGED = "tagged"
    OPENED = "opened"
    OPENING_REVERTED = "opening_reverted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Posting:
    """Value moves from being owed by one account to another: debit, credit, whole minor units > 0 of one asset."""

    debit: str
    credit: str
    amount_minor: int
    asset: str = CNY.code

    def __post_init__(self) -> None:
        """Assert what makes a posting one: two accounts and a positive whole amount."""
        assert self.debit != self.credit, "a posting moves value between two accounts"
        assert isinstance(self.amount_minor, int), "amounts are whole minor units"
        assert 0 < self.amount_minor < CEILING_MINOR, "a posting's amount is positive"

    @property
    def accounts(self) -> tuple[str, str]:
        """The two accounts: debit, credit."""
        return self.debit, self.credit

    def mirrored(self) -> Posting:
        """Return the exact opposite."""
        return Posting(self.credit, self.debit, self.amount_minor, self.asset)


@dataclass(frozen=True, slots=True)
class Lot:
    """Value bought or given at once, with the terms it was sold under, frozen (R3, N8); amounts in fen.

    A plain lot is a principal and its bonus. `special` holds the conditions of any other (`ledger/specials.py`): a bonus of
    its own conditions, or units of another asset, for which `paid_minor` is what was paid for them.
    """

    lot_id: str
    member_id: str
    paid_minor: int
    bonus_minor: int
    programme_version: str
    terms_hash: str
    special: str = ""

    def __post_init__(self) -> None:
        """Assert that a lot holds something, and a plain one a principal: stored value begins with money."""
        assert self.paid_minor >= 0, "nobody pays less than nothing"
        assert self.bonus_minor >= 0, "a bonus is never negative"
        if not self.special:
            assert self.paid_minor > 0, "a lot begins with a principal"
            return
        conditions = self.conditions
        if conditions.units:
            assert self.bonus_minor == 0, "units have no bonus in fen"
        else:
            assert (self.paid_minor, self.bonus_minor > 0) == (0, True), "a conditioned lot of money is a bonus"

    @property
    def conditions(self) -> Special:
        """What the lot says beyond a plain one; raises ValueError for what cannot be read."""
        return read_special(self.special)

    @property
    def asset(self) -> str:
        """The asset the lot is of: `CNY`, `PTS`, `COUPON:…`, `VISIT:…`, `RIGHT:…`, `GOODS:…`, `EXCHANGE:…`."""
        return self.conditions.asset

    @property
    def units(self) -> int:
        """How many units were given at once; 0 for money."""
        return self.conditions.units

    @property
    def total_minor(self) -> int:
        """Principal and bonus together, in fen; 0 for units of another asset."""
        return 0 if self.units else self.paid_minor + self.bonus_minor

    @property
    def terms(self) -> tuple[int, int, str, str, str]:
        """What it was sold under: paid and bonus (fen), programme version, hash of the terms, special conditions."""
        return self.paid_minor, self.bonus_minor, self.programme_version, self.terms_hash, self.special

    def same_terms(self, other: Lot) -> bool:
        """Tell whether another record of this lot says the same, whoever holds it by now."""
        return self.lot_id == other.lot_id and self.terms == other.terms


@dataclass(frozen=True, slots=True)
class Entry:
    """One business event as it is hashed, stored and sent.

    `reverses` names the entry this one mirrors; `member_id`, `shift_id`, `approver` are None where the event has none.
    """

    entry_id: EntryId
    kind: EntryKind
    store: str
    box: str
    till: str
    cashier: str
    occurred_at: datetime
    recorded_at: datetime
    business_date: date
    programme_version: str
    postings: tuple[Posting, ...] = ()
    lots: tuple[Lot, ...] = ()
    member_id: str | None = None
    shift_id: str | None = None
    approver: str | None = None
    reverses: EntryId | None = None
    facts: Facts = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Assert that times are aware and that lots belong to the entry's member."""
        assert self.occurred_at.tzinfo is not None, "occurred_at is aware"
        assert self.recorded_at.tzinfo is not None, "recorded_at is aware"
        for lot in self.lots:
            assert lot.member_id == self.member_id, "a lot belongs to the entry's member"
