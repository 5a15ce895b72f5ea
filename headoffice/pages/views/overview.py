"""The first page: what needs a person today, and where all prepaid value lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from headoffice.lives import LifeState, office_state
from headoffice.lives import granting as may_grant
from headoffice.pages import queries
from headoffice.pages.desk import Answer, Shown, Visit
from headoffice.pages.queries import LifeRow, Places, Split, Standing
from headoffice.pages.registry import Page
from headoffice.store.database import Tx

_ONE_LINE: Final = (
    "SELECT count(*) FROM quarantine WHERE NOT EXISTS (SELECT 1 FROM quarantine_end"
    " WHERE quarantine_end.box = quarantine.box AND quarantine_end.id = quarantine.id)"
)
_WAITING: Final = (
    "SELECT count(*) FROM release_proposal WHERE NOT EXISTS (SELECT 1 FROM release"
    " WHERE release.box = release_proposal.box AND release.epoch = release_proposal.epoch)"
)
_TWINS: Final = "SELECT count(*) FROM (SELECT phone FROM member_phone GROUP BY phone HAVING count(*) > 1) AS twins"


@dataclass(frozen=True, slots=True)
class Matter:
    """Something for a person to see to: a phrase with its count, how urgent, and where."""

    phrase: str
    count: int
    tone: str
    path: str


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """Value in a place: what kind of place, whose, and how much."""

    kind: str
    name: str
    split: Split


def _show(visit: Visit) -> Answer:
    places = visit.desk.figures(visit.now)
    with visit.desk.database.read() as tx:
        rows = queries.lives(tx, visit.desk, visit.now)
        office, grants = office_state(tx), True
        grants = may_grant(tx, office)
        lines = _lines(tx, places)
        matters = _matters(tx, rows, len(queries.fenced(tx, visit.desk, visit.now)))
    total = queries.summed(line.split for line in lines)
    values: dict[str, object] = {
        "matters": matters,
        "lines": lines,
        "total": total,
        "boxes": queries.counted(rows),
        "box_count": len(rows),
        "suspected": office.restored_suspected,
        "grants": grants,
        "ho_epoch": office.ho_epoch,
        "now": places.as_of,
    }
    return Shown("overview.html", values)


def _matters(tx: Tx, rows: list[LifeRow], fenced: int) -> list[Matter]:
    boxes = queries.counted(rows)
    troubled = sum(row.trouble is not None and row.standing is not Standing.FORKED for row in rows)
    wanted = (
        Matter("matter.forked", boxes[Standing.FORKED], "bad", "/boxes?state=forked"),
        Matter("matter.quarantine", _count(tx, _ONE_LINE), "bad", "/quarantine"),
        Matter("matter.trouble", troubled, "bad", "/boxes"),
        Matter("matter.offline", boxes[Standing.OFFLINE], "warn", "/boxes?state=offline"),
        Matter("matter.late", boxes[Standing.LATE], "warn", "/boxes?state=late"),
        Matter("matter.pending", boxes[Standing.PENDING], "warn", "/boxes?state=pending"),
        Matter("matter.release", _count(tx, _WAITING), "warn", "/boxes?state=fenced"),
        Matter("matter.fenced", fenced, "plain", "/boxes?state=fenced"),
        Matter("matter.twins", _count(tx, _TWINS), "plain", "/members/same-phone"),
    )
    return [matter for matter in wanted if matter.count]


def _lines(tx: Tx, places: Places) -> list[PlaceLine]:
    """Return the value by place: free, the stores' purses, in flight, suspense."""
    stores, names, states = queries.box_stores(tx), queries.store_names(tx), queries.states(tx)
    dead = {life for life, state in states.items() if state in {LifeState.FENCED, LifeState.RELEASED}}
    by_store = {store: Split() for store in names}
    suspense, flying = Split(), places.returning
    for life, split in places.held.items():
        if life in dead:
            suspense = suspense.plus(split)
        else:
            store = stores[life[0]]
            by_store[store] = by_store[store].plus(split)
    for life, split in places.granted.items():
        if life in dead:
            suspense = suspense.plus(split)
        else:
            flying = flying.plus(split)
    lines = [PlaceLine("free", "", places.free)]
    lines += [PlaceLine("store", names[store], split) for store, split in by_store.items()]
    return [*lines, PlaceLine("flight", "", flying), PlaceLine("suspense", "", suspense)]


def _count(tx: Tx, sql: str) -> int:
    row = tx.one(sql)
    return 0 if row is None else int(row[0])


PAGES = (Page("/", "overview.title", _show, rank=10, key="1"),)
