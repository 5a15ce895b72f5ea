"""A code that lets a box in: new, in the place of a dead one, or back with its own journal."""

from __future__ import annotations

import re
from typing import Final

from headoffice.errors import DeedRefused
from headoffice.pages import queries
from headoffice.pages.desk import Answer, Goto, Shown, Visit
from headoffice.pages.registry import ACTORS, Deed, Page

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


def _show(visit: Visit) -> Answer:
    box, purpose = visit.query.get("box", ""), visit.query.get("purpose", "new")
    with visit.desk.database.read() as tx:
        names, stores = queries.store_names(tx), queries.box_stores(tx)
    store = stores.get(box, visit.query.get("store", ""))
    return Shown("enrolment.html", {"stores": names, "box": box, "store": store, "purpose": purpose})


def _new_code(visit: Visit) -> Answer:
    box, store = (visit.form.get(name, "").strip().lower() for name in ("box", "store"))
    for name in (box, store):
        if _NAME.fullmatch(name) is None:
            raise DeedRefused("name", name[:32])
    code = visit.desk.deeds.new_code(box, store, visit.form.get("purpose", ""), visit.who.person_id)
    visit.notice("enrolment.made", box=box, store=store, code="-".join((code[:4], code[4:8], code[8:])))
    return Goto.to("/boxes/{box}", box=box)


PAGES = (Page("/enrolment", "enrolment.title", _show, roles=ACTORS),)
DEEDS = (Deed("/enrolment", _new_code, back="/enrolment"),)
