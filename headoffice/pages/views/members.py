"""The member directory of the chain: who is found by a code, a phone or a name; phones are masked in every list."""

from __future__ import annotations

from headoffice.pages import queries, queries_members
from headoffice.pages.desk import Answer, Goto, Shown, Visit
from headoffice.pages.registry import Page


def _show(visit: Visit) -> Answer:
    text = visit.query.get("q", "").strip()[:64]
    with visit.desk.database.read() as tx:
        rows = queries_members.find(tx, text)
        stores, boxes = queries.store_names(tx), queries.box_stores(tx)
    if text and len(rows) == 1:
        return Goto.to("/members/{member}", member=rows[0].member_id)
    values: dict[str, object] = {
        "rows": rows,
        "text": text,
        "stores": stores,
        "boxes": boxes,
        "many": len(rows) >= queries_members.FOUND_AT_ONCE,
    }
    return Shown("members.html", values)


PAGES = (Page("/members", "members.title", _show, rank=40, key="4"),)
