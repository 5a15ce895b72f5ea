"""The door: sign in, sign out, and the switch of language."""

from __future__ import annotations

from dataclasses import replace

from headoffice.pages.desk import Answer, Goto, NotThere, Shown, Visit
from headoffice.pages.language import Language
from headoffice.pages.registry import EVERYBODY, Deed, Page
from headoffice.people import check_password


def local_path(path: str) -> str:
    """Return a path of this site, `/` for anything that leads elsewhere."""
    fine = path.startswith("/") and not path.startswith(("//", "/\\", "/sign-in")) and path.isprintable()
    return path if fine and "\\" not in path else "/"


def _show(visit: Visit) -> Answer:
    if visit.person is not None:
        return Goto("/")
    return Shown("sign_in.html", {"refused": None, "next": local_path(visit.query.get("next", "/"))})


def _sign_in(visit: Visit) -> Answer:
    desk, form = visit.desk, visit.form
    person = check_password(desk.database, form.get("name", "")[:64], form.get("password", ""), visit.now)
    with desk.database.write() as tx:
        replace(visit, person=person).trail("sign_in")(tx)
    token = desk.sessions.open(person.person_id, visit.now)
    return Goto(local_path(form.get("next", "/")), token=token)


def _sign_out(visit: Visit) -> Answer:
    visit.desk.sessions.close(visit.token)
    with visit.desk.database.write() as tx:
        visit.trail("sign_out")(tx)
    return Goto("/sign-in", token="")


def _language(visit: Visit) -> Answer:
    try:
        language = Language(visit.places["code"])
    except ValueError as unknown:
        raise NotThere from unknown
    path = visit.query.get("next", "/")
    return Goto(path if path == "/sign-in" else local_path(path), language=language)


PAGES = (
    Page("/sign-in", "sign_in.title", _show, door=True),
    Page("/language/{code}", "frame.language", _language, door=True),
)
DEEDS = (
    Deed("/sign-in", _sign_in, back="/sign-in", roles=EVERYBODY, door=True),
    Deed("/sign-out", _sign_out, back="/", roles=EVERYBODY),
)
