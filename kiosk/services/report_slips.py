"""Report slips: a shift's or a day's figures, handed to the receipts room as plain facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.model import purses
from kiosk.receipts import facts, reports
from kiosk.services.slips import letterhead, stamp
from ledger.accounts import Tender
from ledger.rules.shift import ShiftFigures, Tenders

if TYPE_CHECKING:
    from kiosk.model.journal import Recorded
    from kiosk.receipts.document import Document
    from kiosk.services.counter import Counter
    from kiosk.services.reports import DayReport
    from kiosk.services.shifts import ShiftReport


def shift_report(counter: Counter, report: ShiftReport, recorded: Recorded | None) -> Document:
    """Return the X report of an open shift, or the Z report of a closed one with the stamp of its closing entry."""
    shift, figures = report.shift, report.figures
    return reports.shift_slip(
        letterhead(counter),
        facts.ShiftSlip(
            made_at=report.made_at,
            till=shift.till,
            cashier=shift.cashier,
            number=shift.number,
            business_date=shift.business_date,
            opened_at=shift.opened_at,
            closed_at=shift.closed_at,
            totals=_totals(figures),
            drawer=_drawer(figures),
            stamp=None if recorded is None else stamp(recorded),
        ),
    )


def day_report(counter: Counter, report: DayReport, recorded: Recorded | None) -> Document:
    """Return the report of a business date over all tills."""
    return reports.day_slip(
        letterhead(counter),
        facts.DaySlip(
            made_at=report.made_at,
            business_date=report.business_date,
            totals=_totals(report.figures),
            shifts=tuple(
                facts.ShiftLine(
                    till=line.shift.till,
                    number=line.shift.number,
                    cashier=line.shift.cashier,
                    counted_minor=line.figures.counted_minor,
                    over_short_minor=line.figures.over_short_minor,
                )
                for line in report.shifts
            ),
            entry_count=report.figures.entries,
            liability_minor=purses.total(counter.store),
            stamp=None if recorded is None else stamp(recorded),
            unsent=_unsent(report),
        ),
    )


def _unsent(report: DayReport) -> facts.Unsent | None:
    waiting = report.unsent
    if waiting is None or waiting.since is None:
        return None
    return facts.Unsent(waiting.entries, waiting.minor, waiting.since)


def _totals(figures: ShiftFigures) -> facts.PeriodTotals:
    net = figures.net
    return facts.PeriodTotals(
        top_up_count=net.top_up.count,
        top_up_minor=net.top_up.minor,
        top_up_bonus_minor=net.top_up_bonus_minor,
        top_up_tenders=_tenders(net.top_up_tenders),
        spend_count=net.spend.count,
        list_price_minor=net.list_price_minor,
        paid_price_minor=net.spend.minor,
        principal_spent_minor=net.spent_principal_minor,
        bonus_spent_minor=net.spent_bonus_minor,
        rest_tenders=_tenders(net.rest_tenders),
        void_count=figures.void_count,
        void_minor=figures.voided.moved_minor,
        enrolled_count=figures.enrolled_count,
        refused_count=figures.refused_count,
        reprint_count=figures.reprint_count,
        no_sale_count=figures.no_sale_count,
        sold_count=net.sold.count,
        sold_minor=net.sold.minor,
        sold_tenders=_tenders(net.sold_tenders),
    )


def _tenders(tenders: Tenders) -> tuple[facts.TenderTotal, ...]:
    return tuple(
        facts.TenderTotal(tender, tally.minor, tally.count) for tender, tally in tenders.items() if tally.count
    )


def _drawer(figures: ShiftFigures) -> facts.DrawerCash:
    net = figures.net
    return facts.DrawerCash(
        float_minor=figures.float_minor,
        top_up_minor=net.top_up_tenders[Tender.CASH].minor,
        payment_minor=net.rest_tenders[Tender.CASH].minor,
        paid_in_minor=net.paid_in.minor,
        paid_out_minor=net.paid_out.minor,
        drop_minor=net.drop.minor,
        expected_minor=figures.expected_cash_minor,
        counted_minor=figures.counted_minor,
        sold_minor=net.sold_tenders[Tender.CASH].minor,
    )
