"""The round trip of a grant: written down on the box, signed, over TLS, committed by PostgreSQL, applied on the box.

The peer is a bare ping over TLS to the same process of head office: 64 bytes there and back on a connection that stands.
Run: `python -m bench.grants [rounds]`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import tempfile
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from aiohttp import web

from bench.figures import Figure, of_peer, show
from bench.measure import Samples
from headoffice.doors.boxes import BoxDoor
from headoffice.doors.waiting import Waiting
from headoffice.server import open_office
from headoffice.settings import Settings
from headoffice.store.database import create_database
from kiosk.services.set_up import create_box
from ledger.clock import to_wire_time
from line.keys import SigningKey
from line.packing import pack
from line.tls import issue_server, make_authority, pinned_context, server_context
from syncd.client import HeadOffice
from syncd.daemon import make_engine
from syncd.engine import Engine
from syncd.enrolment import signer
from syncd.settings import StateFolder
from tests.builders import BAKERY, OPENING, PEOPLE, Shop, open_shop
from tests.postgres_cluster import Cluster
from tests.syncd.chain import Chain, enrol
from tests.syncd.stand_in import ZONE

MEMBERS: Final = 10
PAID_MINOR: Final = 50_000
ASKED_MINOR: Final = 100
_PING: Final = b"p" * 64
_NAMES: Final = (
    "grant, whole round trip",
    "bare ping over TLS",
    "of the grant: written down on the box",
    "of the grant: line, head office, commit",
    "of the grant: applied on the box",
)


def serve(settings: Settings, told: Connection) -> None:
    """Be head office, and beside it the bare ping, until the process is ended."""
    asyncio.run(_serve(settings, told))


async def _serve(settings: Settings, told: Connection) -> None:
    waiting, tls = Waiting(), server_context(settings.tls)
    opened = open_office(settings, waiting.wake)
    runner = web.AppRunner(BoxDoor(opened.office, waiting).application(), auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    ping = await asyncio.start_server(_echo, "127.0.0.1", 0, ssl=tls)
    told.send((runner.addresses[0][1], ping.sockets[0].getsockname()[1]))
    await asyncio.Event().wait()


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            writer.write(await reader.readexactly(len(_PING)))
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()


class Side:
    """A box, its engine, and its line to head office."""

    def __init__(self, shop: Shop, folder: StateFolder) -> None:
        """Take an enrolled box."""
        settings = folder.load()
        sign = signer(SigningKey.load(folder.key), settings.box, settings.epoch)
        self.shop = shop
        self.tls = pinned_context(folder.authority.read_bytes())
        self.line = HeadOffice(settings.url, sign, pack, self.tls)
        self.engine: Engine = make_engine(shop.counter.store, shop.clock, ZONE)

    async def talk(self) -> None:
        """Send all there is to send and take all there is to take."""
        self.engine.take_hello(await self.line.hello(self.engine.hello()))
        items = await self.line.pull(self.engine.pull(0))
        self.engine.take_items(items.ho_epoch, items.items)
        while (page := self.engine.next_push()) is not None:
            self.engine.take_push(page, await self.line.push(page))

    async def ask(self, member_id: str, minor: int) -> tuple[int, tuple[int, int, int]]:
        """Ask for a grant and apply it; return what came (fen), and the times (ns) of its three parts."""
        began = time.perf_counter_ns()
        asked = self.engine.ask(self.shop.counter.mint(), member_id, minor)
        written_down = time.perf_counter_ns()
        answer = await self.line.ask(asked)
        answered = time.perf_counter_ns()
        self.engine.take_ask(asked, answer)
        applied = time.perf_counter_ns() - answered
        return answer.granted_minor, (written_down - began, answered - written_down, applied)


async def enrolled_side(chain: Chain, shop: Shop, folder: Path) -> Side:
    """Enrol a box and return it with its line."""
    state = StateFolder(folder)
    await enrol(chain, state, shop)
    side = Side(shop, state)
    await side.talk()
    return side


def second_shop(folder: Path) -> Shop:
    """Return another box of the same store."""
    shop = open_shop(folder / "unused")
    path = folder / "shop.db"
    store = create_box(path, "box-2", BAKERY.read_bytes(), PEOPLE, shop.clock.now())
    return Shop(replace(shop.counter, store=store), shop.clock, path)


async def value_set_free(first: Side, second: Side) -> list[str]:
    """Top members up at the first box, and have head office recall it all for the second; return who they are."""
    members = []
    for number in range(MEMBERS):
        member = first.shop.enrol(name=f"李{number}", phone=f"138{number:08d}")
        first.shop.top_up(member, PAID_MINOR)
        members.append(member.member_id)
    await first.talk()
    for member_id in members:
        await second.ask(member_id, PAID_MINOR)
    await first.talk()
    return members


async def measure(chain: Chain, folder: Path, ping_port: int, rounds: int) -> list[Samples]:
    """Return the times of grants, of pings and of the parts of a grant, taken in turns."""
    shop = open_shop(folder / "first")
    shop.open_shift()
    first = await enrolled_side(chain, shop, folder / "first-state")
    second = await enrolled_side(chain, second_shop(folder / "second"), folder / "second-state")
    members = await value_set_free(first, second)
    reader, writer = await asyncio.open_connection("localhost", ping_port, ssl=second.tls)
    times: list[tuple[int, ...]] = []
    warm_up = rounds // 10
    for number in range(rounds + warm_up):
        granted, parts = await second.ask(members[number % len(members)], ASKED_MINOR)
        assert granted == ASKED_MINOR, "all that is asked for is free"
        began = time.perf_counter_ns()
        writer.write(_PING)
        await reader.readexactly(len(_PING))
        times.append((sum(parts), time.perf_counter_ns() - began, *parts))
        if number % 50 == 0:
            await second.talk()
    writer.close()
    await first.line.close()
    await second.line.close()
    columns = zip(*times[warm_up:], strict=True)
    return [Samples(name, tuple(sorted(taken))) for name, taken in zip(_NAMES, columns, strict=True)]


def main(rounds: int = 500) -> list[Figure]:
    """Measure and print."""
    cluster = Cluster(durable=True)
    made = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        settings = Settings(folder / "office", cluster.make_database("office"))
        for state in (settings.home, folder / "first-state", folder / "second-state"):
            state.mkdir()
        create_database(settings.database, to_wire_time(OPENING)).close()
        SigningKey.generate().save(settings.signing_key)
        make_authority(settings.tls, "Guitai")
        issue_server(settings.tls, settings.names)
        here, there = made.Pipe()
        office = made.Process(target=serve, args=(settings, there), daemon=True)
        office.start()
        try:
            port, ping_port = here.recv()
            chain = Chain(open_office(settings), f"https://localhost:{port}")
            samples = asyncio.run(measure(chain, folder, ping_port, rounds))
            chain.opened.database.close()
        finally:
            office.terminate()
            office.join()
            cluster.remove()
    grants, pings, *parts = samples
    whole = [of_peer(grants.name, grants, pings, percent) for percent in (50, 99)]
    return [*whole, *(of_peer(part.name, part, grants, 50) for part in parts)]


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
