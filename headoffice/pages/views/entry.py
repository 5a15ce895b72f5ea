"""One entry, whole: its postings, its place in the chain, and the very bytes that were hashed."""

from __future__ import annotations

from headoffice.pages import queries, queries_entries, queries_members
from headoffice.pages.desk import Answer, NotThere, Shown, Visit
from headoffice.pages.registry import Page

_DIGITS = 18


def _show(visit: Visit) -> Answer:
    box, epoch, sequence = (visit.places[name] for name in ("box", "epoch", "sequence"))
    if not all(text.isascii() and text.isdigit() and len(text) < _DIGITS for text in (epoch, sequence)):
        raise NotThere
    with visit.desk.database.read() as tx:
        row = queries_entries.entry_at(tx, box, int(epoch), int(sequence))
        if row is None:
            raise NotThere
        names = queries_members.named(tx, [row.member_id] if row.member_id else [])
        stores = queries.store_names(tx)
    values: dict[str, object] = {
        "row": row,
        "entry": row.entry,
        "names": names,
        "stores": stores,
        "text": queries_entries.pretty(row.body),
    }
    return Shown("entry.html", values)


PAGES = (Page("/entries/{box}/{epoch}/{sequence}", "entry.title", _show),)
