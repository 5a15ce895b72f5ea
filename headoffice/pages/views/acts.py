"""The trail: every deed of a person at head office, newest first."""

from __future__ import annotations

import json

from headoffice.pages import queries
from headoffice.pages.desk import Answer, Shown, Visit
from headoffice.pages.registry import Page

_AT_ONCE = 50
_SQL = "SELECT id, person_id, what, detail, at FROM act ORDER BY id DESC LIMIT ? OFFSET ?"


def _show(visit: Visit) -> Answer:
    number = visit.number("page")
    with visit.desk.database.read() as tx:
        found = tx.rows(_SQL, (_AT_ONCE + 1, (number - 1) * _AT_ONCE))
        names = queries.person_names(tx)
    rows = [(person, what, sorted(json.loads(detail).items()), at) for _, person, what, detail, at in found[:_AT_ONCE]]
    return Shown("acts.html", {"rows": rows, "names": names, "page": number, "more": len(found) > _AT_ONCE})


PAGES = (Page("/acts", "acts.title", _show, rank=80, key="8"),)
