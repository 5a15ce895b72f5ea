"""Members who share a phone: two records of one person, enrolled in two stores without a line; people merge them."""

from __future__ import annotations

from headoffice.errors import DeedRefused
from headoffice.pages import queries, queries_members
from headoffice.pages.desk import Answer, Goto, Shown, Visit
from headoffice.pages.registry import Deed, Page


def _show(visit: Visit) -> Answer:
    with visit.desk.database.read() as tx:
        groups = queries_members.same_phone(tx)
        stores, boxes = queries.store_names(tx), queries.box_stores(tx)
    return Shown("same_phone.html", {"groups": groups, "stores": stores, "boxes": boxes})


def _merge(visit: Visit) -> Answer:
    source, target = visit.form.get("from", "")[:32], visit.form.get("into", "")[:32]
    if visit.form.get("sure") != "yes":
        raise DeedRefused("sure", source)
    with visit.desk.database.read() as tx:
        source = queries_members.id_of(tx, source) or source
    visit.desk.deeds.merge(source, target, visit.who.person_id)
    visit.notice("same_phone.merged")
    return Goto.to("/members/{member}", member=target)


PAGES = (Page("/members/same-phone", "same_phone.title", _show),)
DEEDS = (Deed("/members/merge", _merge, back="/members/same-phone"),)
