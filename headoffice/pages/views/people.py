"""The people who sign in; owners add them and let them go, and everybody changes their own password."""

from __future__ import annotations

from headoffice import people
from headoffice.errors import PasswordUnfit
from headoffice.pages.desk import Answer, Goto, Shown, Visit
from headoffice.pages.registry import EVERYBODY, OWNERS, Deed, Page
from headoffice.people import SHORTEST, Role


def _show(visit: Visit) -> Answer:
    rows = people.people(visit.desk.database)
    values: dict[str, object] = {"rows": rows, "roles": list(Role), "shortest": SHORTEST, "now": visit.now}
    return Shown("people.html", values)


def _add(visit: Visit) -> Answer:
    form = {name: visit.form.get(name, "") for name in ("person", "name", "role")}
    password = visit.form.get("password", "")
    if password != visit.form.get("again", ""):
        raise PasswordUnfit("differ", SHORTEST)
    note = visit.trail("add_person", person=form["person"][:32], role=form["role"][:32])
    person = people.add_person(visit.desk.database, form["person"], form["name"], form["role"], password, note)
    visit.notice("people.added", name=person.name)
    return Goto("/people")


def _set_active(visit: Visit) -> Answer:
    person_id, active = visit.places["person"], visit.form.get("active") == "yes"
    note = visit.trail("take_back" if active else "let_go", person=person_id)
    people.set_active(visit.desk.database, person_id, active=active, note=note)
    visit.desk.sessions.close_others(person_id, visit.session)
    visit.notice("people.back" if active else "people.gone", name=person_id)
    return Goto("/people")


def _password(_: Visit) -> Answer:
    return Shown("password.html", {"shortest": SHORTEST})


def _change(visit: Visit) -> Answer:
    old, new = visit.form.get("old", ""), visit.form.get("password", "")
    if new != visit.form.get("again", ""):
        raise PasswordUnfit("differ", SHORTEST)
    note = visit.trail("new_password")
    people.change_password(visit.desk.database, visit.who.person_id, old, new, visit.now, note)
    visit.desk.sessions.close_others(visit.who.person_id, visit.session)
    visit.notice("password.changed")
    return Goto("/")


PAGES = (
    Page("/people", "people.title", _show, rank=100, key="0"),
    Page("/password", "password.title", _password),
)
DEEDS = (
    Deed("/people", _add, back="/people", roles=OWNERS),
    Deed("/people/{person}/active", _set_active, back="/people", roles=OWNERS),
    Deed("/password", _change, back="/password", roles=EVERYBODY),
)
