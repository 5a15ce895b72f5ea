"""One box: its lives, how far each is, and what people do about it: let in, fence, release."""

from __future__ import annotations

from headoffice.errors import DeedRefused
from headoffice.lives import LifeState, office_state
from headoffice.pages import queries, queries_boxes
from headoffice.pages.desk import Answer, Goto, NotThere, Shown, Visit
from headoffice.pages.queries import LifeRow
from headoffice.pages.queries_entries import newest_of
from headoffice.pages.registry import OWNERS, Deed, Page
from ledger.money import format_minor

_NEWEST = 12
_PATH = "/boxes/{box}"


def _show(visit: Visit) -> Answer:
    desk, box = visit.desk, visit.places["box"]
    with desk.database.read() as tx:
        stores = queries.box_stores(tx)
        if box not in stores:
            raise NotThere
        rows = queries.lives(tx, desk, visit.now, box=box)
        places = queries.places_of(tx, box, visit.now)
        values: dict[str, object] = {
            "box": box,
            "store": stores[box],
            "stores": queries.store_names(tx),
            "rows": rows,
            "latest": rows[0] if rows else None,
            "places": places,
            "releases": queries_boxes.releases(tx, box, rows, places, desk.claim_days),
            "codes": queries_boxes.open_codes(tx, box, visit.now),
            "signed": queries_boxes.countersigned(tx, box),
            "quarantined": queries_boxes.quarantined(tx, box=box),
            "entries": newest_of(tx, box, _NEWEST),
            "names": queries.person_names(tx),
            "ho_epoch": office_state(tx).ho_epoch,
        }
    pending = [row for row in rows if row.state is LifeState.PENDING]
    values["fingerprints"] = [(row.epoch, desk.fingerprint(box, row.epoch)) for row in pending]
    values["can_fence"] = bool(rows) and rows[0].state in {LifeState.OPEN, LifeState.FORKED, LifeState.PENDING}
    values["now"] = visit.now
    return Shown("box.html", values)


def _confirm(visit: Visit) -> Answer:
    box, epoch = visit.places["box"], _epoch(visit)
    if visit.form.get("same") != "yes":
        raise DeedRefused("compare", box)
    visit.desk.deeds.confirm_box(box, epoch, visit.who.person_id)
    visit.notice("box.confirmed", box=box, epoch=epoch)
    return _back(visit)


def _fence(visit: Visit) -> Answer:
    box = visit.places["box"]
    if visit.form.get("typed", "").strip() != box:
        raise DeedRefused("typed", box)
    if _latest(visit).epoch != _epoch(visit):
        raise DeedRefused("changed", box)
    epoch = visit.desk.deeds.fence(box, visit.who.person_id)
    visit.notice("box.fenced", box=box, epoch=epoch)
    return _back(visit)


def _propose(visit: Visit) -> Answer:
    box, epoch = visit.places["box"], _epoch(visit)
    visit.desk.deeds.propose_release(box, visit.who.person_id, epoch)
    visit.notice("box.proposed", box=box, epoch=epoch)
    return _back(visit)


def _release(visit: Visit) -> Answer:
    box, epoch = visit.places["box"], _epoch(visit)
    minor = visit.desk.deeds.confirm_release(box, visit.who.person_id, epoch)
    visit.notice("box.released", box=box, epoch=epoch, amount=format_minor(minor))
    return _back(visit)


def _latest(visit: Visit) -> LifeRow:
    with visit.desk.database.read() as tx:
        rows = queries.lives(tx, visit.desk, visit.now, box=visit.places["box"])
    if not rows:
        raise DeedRefused("unknown", visit.places["box"])
    return rows[0]


def _epoch(visit: Visit) -> int:
    text = visit.form.get("epoch", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - digits of an epoch
        raise DeedRefused("unknown", visit.places["box"])
    return int(text)


def _back(visit: Visit) -> Answer:
    return Goto.to(_PATH, box=visit.places["box"])


PAGES = (Page(_PATH, "box.title", _show),)
DEEDS = (
    Deed(f"{_PATH}/confirm", _confirm, back=_PATH),
    Deed(f"{_PATH}/fence", _fence, back=_PATH),
    Deed(f"{_PATH}/propose-release", _propose, back=_PATH),
    Deed(f"{_PATH}/confirm-release", _release, back=_PATH, roles=OWNERS),
)
