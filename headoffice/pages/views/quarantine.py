"""Pages that were refused: what stands in them, why, and how people end it."""

from __future__ import annotations

import json

from headoffice.lives import LifeState, find
from headoffice.pages import queries, queries_boxes, queries_entries
from headoffice.pages.desk import Answer, Goto, NotThere, Shown, Visit
from headoffice.pages.registry import Deed, Page
from headoffice.pages.rendering import masked_phone

_PATH = "/quarantine/{box}/{id}"


def _list(visit: Visit) -> Answer:
    with visit.desk.database.read() as tx:
        values: dict[str, object] = {
            "waiting": queries_boxes.quarantined(tx),
            "ended": queries_boxes.quarantined(tx, ended=True, limit=50),
            "names": queries.person_names(tx),
        }
    return Shown("quarantine.html", values)


def _show(visit: Visit) -> Answer:
    box, page_id = visit.places["box"], visit.places["id"]
    with visit.desk.database.read() as tx:
        found = queries_boxes.quarantined_page(tx, box, page_id)
        if found is None:
            raise NotThere
        life = find(tx, box, found[0].epoch)
        names = queries.person_names(tx)
    row, header, content = found
    values: dict[str, object] = {
        "row": row,
        "header": queries_entries.pretty(header.encode() if visit.who.owns else _masked(header)),
        "first": _first(header),
        "lines": queries_entries.page_lines(content),
        "settles": life is not None and life.state is LifeState.FENCED,
        "names": names,
    }
    return Shown("quarantined.html", values)


def _first(header: str) -> int:
    """Return the sequence of the page's first entry, as its header says."""
    said = json.loads(header).get("first")
    return said if isinstance(said, int) else 1


def _masked(header: str) -> bytes:
    """Return a page's header without whole phones and years of birth, as the page of a member shows them."""
    said = json.loads(header)
    for change in said["members"]:
        phone, birthday = change.get("phone"), change.get("birthday")
        change["phone"] = masked_phone(phone) if phone else phone
        change["birthday"] = birthday[5:] if birthday else birthday
    return json.dumps(said, ensure_ascii=False).encode()


def _settle(visit: Visit) -> Answer:
    visit.desk.deeds.settle(visit.places["box"], visit.places["id"], visit.who.person_id)
    visit.notice("quarantine.settled", box=visit.places["box"])
    return Goto("/quarantine")


def _dismiss(visit: Visit) -> Answer:
    visit.desk.deeds.dismiss(visit.places["box"], visit.places["id"], visit.who.person_id)
    visit.notice("quarantine.dismissed", box=visit.places["box"])
    return Goto("/quarantine")


PAGES = (Page("/quarantine", "quarantine.title", _list, rank=50, key="5"), Page(_PATH, "quarantine.page", _show))
DEEDS = (Deed(f"{_PATH}/settle", _settle, back=_PATH), Deed(f"{_PATH}/dismiss", _dismiss, back=_PATH))
