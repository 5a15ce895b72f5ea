"""Every box with how it stands: seen when, acknowledged how far, what it says is still unsent."""

from __future__ import annotations

from headoffice.lives import office_state
from headoffice.pages import queries
from headoffice.pages.desk import Answer, Shown, Visit
from headoffice.pages.queries import Standing
from headoffice.pages.registry import Page


def _show(visit: Visit) -> Answer:
    wanted, store = visit.query.get("state", ""), visit.query.get("store", "")
    with visit.desk.database.read() as tx:
        everything = queries.lives(tx, visit.desk, visit.now)
        fenced = queries.fenced(tx, visit.desk, visit.now)
        names, ho_epoch = queries.store_names(tx), office_state(tx).ho_epoch
    latest = {(row.box, row.epoch) for row in everything}
    rows = everything + [row for row in fenced if (row.box, row.epoch) not in latest]
    rows = [row for row in rows if store in {"", row.store}]
    counts = queries.counted(rows)
    values: dict[str, object] = {
        "rows": [row for row in rows if wanted in {"", row.standing.value}],
        "counts": [(standing, counts[standing]) for standing in Standing if counts[standing]],
        "wanted": wanted,
        "store": store,
        "places": visit.desk.figures(visit.now),
        "stores": names,
        "ho_epoch": ho_epoch,
        "all": len(rows),
        "now": visit.now,
    }
    return Shown("boxes.html", values)


PAGES = (Page("/boxes", "boxes.title", _show, rank=30, key="3"),)
