"""One member: where every unit of their value lies, lot by lot, and their entries, newest first."""

from __future__ import annotations

from typing import Final

from headoffice.pages import queries, queries_entries, queries_members
from headoffice.pages.desk import Answer, NotThere, Shown, Visit
from headoffice.pages.queries import Split
from headoffice.pages.queries_members import Place
from headoffice.pages.registry import Page

_AT_ONCE: Final = 20
_ORDER: Final = ("free", "box", "flight", "suspense")


def _show(visit: Visit) -> Answer:
    number = visit.number("page")
    with visit.desk.database.read() as tx:
        whole = queries_members.whole(tx, visit.places["member"])
        if whole is None:
            raise NotThere
        entries, more = queries_entries.entries_of(tx, whole.records, number, _AT_ONCE)
        stores, boxes = queries.store_names(tx), queries.box_stores(tx)
        into = whole.record.merged_into
        merged = queries_members.named(tx, [*whole.records[1:], *([into] if into else [])])
    columns = sorted(whole.places, key=lambda place: (_ORDER.index(place.kind), place.box))
    columns = columns if Place("free") in columns else [Place("free"), *columns]
    values: dict[str, object] = {
        "whole": whole,
        "record": whole.record,
        "columns": columns,
        "nothing": Split(),
        "total": queries.summed(whole.places.values()),
        "entries": entries,
        "more": more,
        "page": number,
        "stores": stores,
        "boxes": boxes,
        "merged": merged,
    }
    return Shown("member.html", values)


PAGES = (Page("/members/{member}", "member.title", _show),)
