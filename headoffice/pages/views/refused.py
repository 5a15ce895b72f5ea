"""What was refused at the doors: requests of strangers, forged forms, wrong passwords."""

from __future__ import annotations

from headoffice.pages.desk import Answer, Shown, Visit
from headoffice.pages.registry import Page

_AT_ONCE = 50
_SQL = "SELECT at, remote, box, what, detail FROM refused ORDER BY id DESC LIMIT ? OFFSET ?"


def _show(visit: Visit) -> Answer:
    number = visit.number("page")
    with visit.desk.database.read() as tx:
        rows = tx.rows(_SQL, (_AT_ONCE + 1, (number - 1) * _AT_ONCE))
    return Shown("refused.html", {"rows": rows[:_AT_ONCE], "page": number, "more": len(rows) > _AT_ONCE})


PAGES = (Page("/refused", "door.title", _show, rank=90, key="9"),)
