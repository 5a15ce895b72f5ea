"""Today: the figures on the home screen, straight from the postings of the business date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.model import figures, purses
from kiosk.services.counter import Counter
from kiosk.services.shifts import current
from ledger.accounts import Tender


@dataclass(frozen=True, slots=True)
class Today:
    """This box's business date so far, voids taken off; amounts in fen.

    `liability_minor` is everything owed to members here; `by_tender` is money taken at the tills by tender, from
    top-ups and payments, handed-back money taken off.
    """

    business_date: date
    top_up_count: int
    top_up_minor: int
    top_up_bonus_minor: int
    spend_count: int
    stored_spend_minor: int
    by_tender: dict[Tender, int]
    enrolled_count: int
    liability_minor: int


def today(counter: Counter) -> Today:
    """Return the figures of the business date in progress."""
    shift = current(counter)
    on = shift.business_date if shift else counter.business_date(counter.now())
    totals = figures.day_totals(counter.store, on)
    return Today(
        business_date=on,
        top_up_count=totals.top_up_count,
        top_up_minor=totals.top_up_minor,
        top_up_bonus_minor=totals.top_up_bonus_minor,
        spend_count=totals.spend_count,
        stored_spend_minor=totals.stored_spend_minor,
        by_tender={Tender(tender): minor for tender, minor in totals.by_tender.items()},
        enrolled_count=totals.enrolled_count,
        liability_minor=purses.total(counter.store),
    )
