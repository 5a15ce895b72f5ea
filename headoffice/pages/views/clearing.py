"""Clearing between stores: what one sold and another took, and who owes whom; source: `docs/rules/clearing.md`."""

from __future__ import annotations

from datetime import date

from headoffice.audit.clearing import ClearingLine, clearing, net, to_csv
from headoffice.pages import queries
from headoffice.pages.desk import Answer, File, Shown, Visit
from headoffice.pages.queries import Split
from headoffice.pages.registry import Page


def _show(visit: Visit) -> Answer:
    first, last = _period(visit)
    lines = clearing(visit.desk.database, first, last)
    with visit.desk.database.read() as tx:
        names = queries.store_names(tx)
    issuers = sorted({line.issuer_store for line in lines})
    acceptors = sorted({line.acceptor_store for line in lines})
    cells = {(line.issuer_store, line.acceptor_store): line for line in lines}
    values: dict[str, object] = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "issuers": issuers,
        "acceptors": acceptors,
        "cells": cells,
        "sold": {store: _sum(lines, issuer=store) for store in issuers},
        "taken": {store: _sum(lines, acceptor=store) for store in acceptors},
        "total": _sum(lines),
        "debts": net(lines),
        "stores": names,
    }
    return Shown("clearing.html", values)


def _csv(visit: Visit) -> Answer:
    first, last = _period(visit)
    content = to_csv(clearing(visit.desk.database, first, last))
    return File(f"clearing-{first.isoformat()}-{last.isoformat()}.csv", content, "text/csv")


def _period(visit: Visit) -> tuple[date, date]:
    """Return the business dates asked for, both included: this month up to today unless said otherwise."""
    today = visit.now.astimezone(visit.desk.zone).date()
    first, last = visit.day("from", today.replace(day=1)), visit.day("to", today)
    return min(first, last), max(first, last)


def _sum(lines: list[ClearingLine], issuer: str | None = None, acceptor: str | None = None) -> Split:
    wanted = [line for line in lines if issuer in {None, line.issuer_store} and acceptor in {None, line.acceptor_store}]
    return Split(sum(line.principal_minor for line in wanted), sum(line.bonus_minor for line in wanted))


PAGES = (Page("/clearing", "clearing.title", _show, rank=60, key="6"), Page("/clearing.csv", "clearing.title", _csv))
