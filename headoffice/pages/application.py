"""The pages as one application: `make_pages` over a database and its deeds, `pages_of` for the server."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import tzinfo
from threading import Lock
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from aiohttp import web

from headoffice.errors import StoreError
from headoffice.pages.deeds_port import Deeds
from headoffice.pages.desk import Desk
from headoffice.pages.figures import Figures
from headoffice.pages.guard import Guard
from headoffice.pages.registry import all_deeds, all_pages
from headoffice.pages.rendering import STATIC
from headoffice.pages.sessions import Sessions
from headoffice.store.database import Database
from ledger.clock import Clock
from ledger.ids import Entropy, EntryId, IdMint

if TYPE_CHECKING:
    from headoffice.server import Opened

ZONE: Final = ZoneInfo("Asia/Shanghai")
_FORM_BYTES: Final = 64 * 1024


def make_pages(
    database: Database,
    deeds: Deeds,
    clock: Clock,
    entropy: Entropy,
    *,
    zone: tzinfo = ZONE,
    fingerprint: Callable[[str, int], str] = lambda *_: "",
    silence: Callable[[str], float | None] = lambda _: None,
    claim_days: int = 7,
) -> web.Application:
    """Return the application that people's browsers speak to, over TLS: its cookies are for nothing less.

    `fingerprint` returns what a box's own screen shows (box, epoch); `silence` for how many seconds
    its line has been closed, 0 for an open one, None where this process never heard of it.
    """
    shared = (Sessions(), Figures(database).places, _mint(clock, entropy))
    desk = Desk(database, deeds, clock, zone, *shared, fingerprint, silence, claim_days)
    guard = Guard(desk)
    made = web.Application(client_max_size=_FORM_BYTES, middlewares=[guard.answering])
    for page in all_pages():
        made.router.add_get(page.path, guard.looks(page))
    for deed in all_deeds():
        made.router.add_post(deed.path, guard.does(deed))
    made.router.add_get("/health", _health(guard, database))
    made.router.add_static("/static", STATIC)
    made.on_cleanup.append(guard.close)
    return made


def pages_of(opened: Opened) -> web.Application:
    """Return the pages of an opened head office."""
    office = opened.office
    return make_pages(
        opened.database,
        office.deeds,
        office.clock,
        office.entropy,
        fingerprint=opened.fingerprint_of,
        silence=opened.silence,
        claim_days=office.claim_days,
    )


def _health(guard: Guard, database: Database) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler for machines: 200 where the database answers, 503 where it does not."""

    def look() -> tuple[int, dict[str, object]]:
        try:
            with database.read() as tx:
                row = tx.one("SELECT ho_epoch, restored_suspected FROM head_office")
        except StoreError as away:
            return 503, {"status": "down", "error": type(away).__name__}
        assert row is not None, "a head office is created with its state"
        return 200, {"status": "ok", "ho_epoch": row[0], "restored_suspected": bool(row[1])}

    async def health(_: web.Request) -> web.StreamResponse:
        status, content = await guard.run(look)
        return web.json_response(content, status=status, dumps=json.dumps)

    return health


def _mint(clock: Clock, entropy: Entropy) -> Callable[[], EntryId]:
    """Return what mints ids from several threads."""
    ids, lock = IdMint(clock, entropy), Lock()

    def mint() -> EntryId:
        with lock:
            return ids.mint()

    return mint
