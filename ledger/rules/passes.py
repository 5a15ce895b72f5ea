"""Passes: what is sold for money and used later, and what one use of it was paid with; pure.

Page: docs/rules/passes.md. Amounts in fen. Source of the limits: 单用途商业预付卡管理办法(试行), as the programme holds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.accounts import Tender
from ledger.entries import Lot
from ledger.errors import LimitExceeded
from ledger.rules.offers import Given, GivenKind, special_of
from ledger.rules.programme import Limit, Limits
from ledger.rules.promises import Product, UnitsGift
from ledger.specials import Special

BEARER_CARD: Final = Limit(100_000, "单用途商业预付卡管理办法（试行）第十八条")
"""What a card without a name may hold, whatever the programme says: 1,000.00 (law)."""
SERVED: Final = "RIGHT:"
"""What is paid for and held, never used up: its price is earned when its time is over."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: by name or not, and what they hold of earlier sales that is still to be used (fen)."""

    registered: bool
    presold_minor: int = 0


def product_special(product: Product, on: date) -> Special:
    """Return the conditions of what a product sells: its units, from when to when."""
    return special_of(product.span, on, product.product_id, asset=product.asset, units=product.units)


def product_extras(product: Product, on: date) -> tuple[Given, ...]:
    """Return what comes with a product for nothing."""
    return tuple(_extra(product, gift, on) for gift in product.extras if gift.units)


def _extra(product: Product, gift: UnitsGift, on: date) -> Given:
    kind = GivenKind.POINTS if gift.asset == "PTS" else GivenKind.UNITS
    special = special_of(gift.span, on, product.product_id, asset=gift.asset, units=gift.units)
    return Given(product.product_id, product.name, kind, units=gift.units, special=special)


def check_sale(limits: Limits, buyer: Buyer, price_minor: int, tender: Tender) -> None:
    """Let a sale pass within the limits on what is paid at once and on what a buyer may hold; raises LimitExceeded.

    What was sold for later use counts together, apart from the balance: a pass is a card of its own. Without a name the
    law's own ceiling holds where the programme sets none.
    """
    named = buyer.registered
    held = limits.registered_balance if named else limits.anonymous_balance or BEARER_CARD
    cash = limits.single_cash_top_up if tender is Tender.CASH else None
    checks = (
        ("single_top_up", limits.single_top_up, 0),
        ("single_cash_top_up", cash, 0),
        ("registered_balance" if named else "anonymous_balance", held, buyer.presold_minor),
    )
    standing = [(name, limit, before) for name, limit, before in checks if limit is not None]
    room = min((max(0, limit.ceiling_minor - before) for _, limit, before in standing), default=price_minor)
    for name, limit, before in standing:
        if before + price_minor > limit.ceiling_minor:
            raise LimitExceeded(name, before + price_minor, limit.ceiling_minor, room, limit.article)


def still_owed(lot: Lot, units_left: int) -> int:
    """Return what of a lot's price is still to be earned while so many of its units are left, in fen, rounded down."""
    return lot.paid_minor * units_left // lot.units if lot.units else 0


def share_of_use(lot: Lot, units_left: int, used: int) -> int:
    """Return what using units of a lot earns (fen): what is owed before, less what is owed after.

    So all uses of a lot together earn exactly its price, however they are divided.
    """
    assert 0 <= used <= units_left <= lot.units, "no more is used than is left, and no more is left than was sold"
    return still_owed(lot, units_left) - still_owed(lot, units_left - used)


def presold(lots: Iterable[tuple[Lot, int]]) -> int:
    """Return what lots with so many units left still owe together, in fen."""
    return sum(still_owed(lot, left) for lot, left in lots)
