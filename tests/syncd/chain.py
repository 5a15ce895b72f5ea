"""The real head office behind its real door, TLS and all, for a box that is enrolled as in a shop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from headoffice.doors.boxes import BoxDoor
from headoffice.doors.waiting import Waiting
from headoffice.server import Opened, open_office
from headoffice.settings import Settings as OfficeSettings
from headoffice.store.database import create_database
from kiosk.clock import SystemClock
from kiosk.i18n import Language
from kiosk.model.store import Store
from ledger.clock import to_wire_time
from line.keys import SigningKey
from line.packing import pack
from line.tls import issue_server, make_authority, pinned_context, server_context
from syncd.client import HeadOffice
from syncd.daemon import Doors, make_engine, running
from syncd.enrolment import Enrolled, Shown, confirmed, keep, signer
from syncd.settings import StateFolder
from tests.builders import OPENING, Shop
from tests.syncd.stand_in import QUICK, ZONE, Local, local

STORE = "xuhui"


@dataclass
class Chain:
    """A head office that is open for boxes."""

    opened: Opened
    url: str

    def entries(self, box: str = "box-1") -> list[bytes]:
        """The bytes of every entry head office holds of a box, in order."""
        with self.opened.database.read() as tx:
            return [
                bytes(row[0]) for row in tx.rows("SELECT body FROM journal WHERE box = ? ORDER BY sequence", (box,))
            ]

    async def until_held(self, entries: int) -> None:
        """Wait until head office holds so many entries of the box."""
        async with asyncio.timeout(20):
            while len(self.entries()) < entries:  # noqa: ASYNC110 - two processes' databases share no event
                await asyncio.sleep(0.02)


def laid(home: Path) -> OfficeSettings:
    """Lay a head office in a new folder."""
    home.mkdir()
    settings = OfficeSettings(home, f"sqlite:///{home / 'headoffice.db'}")
    create_database(settings.database, to_wire_time(OPENING)).close()
    SigningKey.generate().save(settings.signing_key)
    make_authority(settings.tls, "Guitai")
    issue_server(settings.tls, settings.names)
    return settings


@asynccontextmanager
async def chain(home: Path) -> AsyncIterator[Chain]:
    """Make a head office in a folder and open it on a port of its own."""
    settings = laid(home)
    waiting = Waiting()
    opened = open_office(settings, waiting.wake)
    runner = web.AppRunner(BoxDoor(opened.office, waiting).application(), auto_decompress=False, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context(settings.tls)).start()
    try:
        yield Chain(opened, f"https://localhost:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()
        opened.database.close()


async def let_in(chain: Chain, folder: StateFolder, shop: Shop, code: str, epoch: int = 1) -> tuple[Enrolled, Shown]:
    """Ask to be let in, have a person compare the digits, and return what both screens showed."""
    shown: list[Shown] = []

    def compare(what: Shown) -> None:
        shown.append(what)
        assert chain.opened.fingerprint_of(what.box, epoch) == what.fingerprint
        chain.opened.office.deeds.confirm_box(what.box, epoch, "owner")

    identity = shop.counter.store.identity
    enrolled = await confirmed(folder, chain.url, code, identity, compare, poll_seconds=0.01)
    return enrolled, shown[0]


async def enrol(chain: Chain, folder: StateFolder, shop: Shop) -> Shown:
    """Enrol a shop's box."""
    code = chain.opened.office.deeds.new_code(shop.counter.store.identity.box, STORE, "new", "owner")
    enrolled, shown = await let_in(chain, folder, shop, code)
    keep(folder, shop.counter.store, chain.url, enrolled)
    return shown


@asynccontextmanager
async def enrolled_daemon(folder: StateFolder, database: Path) -> AsyncIterator[Local]:
    """Run the daemon as the command line does, from what enrolment left."""
    settings, clock = folder.load(), SystemClock()
    sign = signer(SigningKey.load(folder.key), settings.box, settings.epoch)
    office = HeadOffice(settings.url, sign, pack, pinned_context(folder.authority.read_bytes()))
    store = Store.open(database)
    doors = Doors(folder.socket, None, Language.ZH, ZONE)
    try:
        async with running(make_engine(store, clock, ZONE), office, doors, clock, QUICK), local(doors.socket) as near:
            yield near
    finally:
        await office.close()
        store.close()
