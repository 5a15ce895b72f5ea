"""The stores: their boxes, what value lies there, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass, field

from headoffice.errors import DeedRefused
from headoffice.lives import LifeState
from headoffice.pages import queries
from headoffice.pages.desk import Answer, Goto, Shown, Visit
from headoffice.pages.queries import LifeRow, Split
from headoffice.pages.registry import Deed, Page

_LONGEST = 40
_DEAD = {LifeState.FENCED, LifeState.RELEASED}


@dataclass(slots=True)
class StoreRow:
    """A store, its boxes, and the value that lies there."""

    store: str
    name: str
    boxes: list[LifeRow] = field(default_factory=list)
    held: Split = field(default_factory=Split)
    suspense: Split = field(default_factory=Split)
    unsent: int = 0
    unsent_minor: int = 0
    last_seen_at: str | None = None


def _show(visit: Visit) -> Answer:
    places = visit.desk.figures(visit.now)
    with visit.desk.database.read() as tx:
        rows = {store: StoreRow(store, name) for store, name in queries.store_names(tx).items()}
        boxes, states = queries.box_stores(tx), queries.states(tx)
        for life in queries.lives(tx, visit.desk, visit.now):
            _count(rows[life.store], life)
    for source in (places.held, places.granted):
        for key, split in source.items():
            row = rows[boxes[key[0]]]
            if states[key] in _DEAD:
                row.suspense = row.suspense.plus(split)
            elif source is places.held:
                row.held = row.held.plus(split)
    return Shown("stores.html", {"rows": list(rows.values()), "now": places.as_of})


def _count(row: StoreRow, life: LifeRow) -> None:
    row.boxes.append(life)
    if not life.standing.stopped:
        row.unsent += life.pending
        row.unsent_minor += life.pending_minor
    row.last_seen_at = max(filter(None, (row.last_seen_at, life.last_seen_at)), default=None)


def _rename(visit: Visit) -> Answer:
    store, name = visit.places["store"], visit.form.get("name", "").strip()
    if not 0 < len(name) <= _LONGEST or not name.isprintable():
        raise DeedRefused("sign", store)
    with visit.desk.database.write() as tx:
        if not tx.execute("UPDATE store SET name = ? WHERE store = ?", (name, store)):
            raise DeedRefused("unknown", store)
        visit.trail("name_store", store=store, name=name)(tx)
    visit.notice("stores.named", name=name)
    return Goto("/stores")


PAGES = (Page("/stores", "stores.title", _show, rank=20, key="2"),)
DEEDS = (Deed("/stores/{store}/name", _rename, back="/stores"),)
