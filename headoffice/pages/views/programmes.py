"""The programmes head office signed: which versions there are and what stands in them; owners sign another."""

from __future__ import annotations

from dataclasses import dataclass

from headoffice.errors import DeedRefused
from headoffice.pages import queries
from headoffice.pages.desk import Answer, Goto, NotThere, Shown, Visit
from headoffice.pages.registry import OWNERS, Deed, Page
from headoffice.store.database import Tx
from ledger.rules.pack import parse_programme

_SQL = "SELECT version, hash, content, signature, activated_at, by_person, number FROM programme"
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A signed version; `store` is the store it is for."""

    version: str
    hash: str
    content: bytes
    signature: bytes
    activated_at: str
    by_person: str
    number: int
    store: str


def _list(visit: Visit) -> Answer:
    with visit.desk.database.read() as tx:
        rows = _rows(tx, f"{_SQL} ORDER BY number DESC LIMIT ?", (_AT_ONCE,))
        values: dict[str, object] = {
            "rows": rows,
            "stores": queries.store_names(tx),
            "names": queries.person_names(tx),
        }
    return Shown("programmes.html", values)


def _show(visit: Visit) -> Answer:
    with visit.desk.database.read() as tx:
        rows = _rows(tx, f"{_SQL} WHERE version = ?", (visit.places["version"],))
        if not rows:
            raise NotThere
        values: dict[str, object] = {
            "row": rows[0],
            "text": rows[0].content.decode(),
            "stores": queries.store_names(tx),
            "names": queries.person_names(tx),
        }
    return Shown("programme.html", values)


def _publish(visit: Visit) -> Answer:
    if visit.form.get("sure") != "yes":
        raise DeedRefused("sure", "/programmes")
    content = visit.form.get("content", "").replace("\r\n", "\n")  # a form sends CRLF; the file's hash is over its own
    version = visit.desk.deeds.publish(content.encode(), visit.who.person_id)
    visit.notice("programmes.published", version=version)
    return Goto.to("/programmes/{version}", version=version)


def _rows(tx: Tx, sql: str, values: tuple[object, ...]) -> list[ProgrammeRow]:
    return [
        ProgrammeRow(
            *(version, hash_, bytes(content), bytes(signature), activated_at, by_person, number),
            parse_programme(bytes(content)).shop.store,
        )
        for version, hash_, content, signature, activated_at, by_person, number in tx.rows(sql, values)
    ]


PAGES = (
    Page("/programmes", "programmes.title", _list, rank=70, key="7"),
    Page("/programmes/{version}", "programmes.one", _show),
)
DEEDS = (Deed("/programmes", _publish, back="/programmes", roles=OWNERS),)
