"""Tendering: what is handed over for a price that a tender pays whole, and the change."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.errors import CashTooLittle, RestTenderMissing
from ledger.accounts import Tender
from ledger.entries import Facts


@dataclass(frozen=True, slots=True)
class Tendering:
    """A tender, its outside reference if it has one, and the cash handed over (fen, 0 for exactly the price)."""

    tender: Tender
    reference: str | None = None
    cash_given_minor: int = 0

    def facts(self, price_minor: int) -> Facts:
        """Return what an entry says of it."""
        given = self.given_minor(price_minor)
        said = {"tender": self.tender.value, "reference": self.reference, "tendered_minor": given}
        return {**said, "change_minor": given - price_minor}

    def given_minor(self, price_minor: int) -> int:
        """Return the cash handed over for a price, in fen; the price itself for any other tender."""
        return self.cash_given_minor if self.tender is Tender.CASH and self.cash_given_minor else price_minor


def require_tender(tendering: Tendering | None, price_minor: int) -> Tendering | None:
    """Return how a price is paid, None for no price; raises RestTenderMissing, CashTooLittle."""
    if not price_minor:
        return None
    if tendering is None:
        raise RestTenderMissing(price_minor)
    given = tendering.given_minor(price_minor)
    if given < price_minor:
        raise CashTooLittle(price_minor, given)
    return tendering
