"""A head office of a few lines that speaks the real messages over a real socket, and fails the way a test asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, UnixConnector, web

from kiosk.clock import SystemClock
from kiosk.i18n import Language
from kiosk.model import uplink
from kiosk.model.store import Store
from ledger.money import CNY
from ledger.protocol.messages import (
    Ask,
    AskAnswer,
    Grant,
    GrantLine,
    GrantReason,
    Hello,
    HelloAnswer,
    Item,
    ItemKind,
    Items,
    Lookup,
    LookupAnswer,
    Pull,
    PushAnswer,
    PushVerdict,
    Verdict,
    body_of,
    from_plain,
    to_plain,
)
from ledger.protocol.page import Page, read_page
from ledger.specials import Special
from syncd.client import HeadOffice
from syncd.daemon import Doors, make_engine, running
from syncd.link import Pace

QUICK = Pace(pull_wait=1, idle=0.01, poll=30.0, wait=0.01, rest_first=0.01, rest_most=0.1, halt=0.05)
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class StandIn:
    """Head office's memory, and what it does instead of answering when a test says so."""

    ho_epoch: int = 0
    verdict: Verdict = Verdict.GO
    bodies: list[bytes] = field(default_factory=list)
    members_through: int = 0
    items: list[Item] = field(default_factory=list)
    grants: dict[str, int] = field(default_factory=dict)
    """What is granted to an ask by its id (fen); others get what they ask for."""
    fixed_grant: int | None = None
    asked: list[str] = field(default_factory=list)
    hellos: list[Hello] = field(default_factory=list)
    found: bool = True
    spoil: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse | None]]] = field(default_factory=dict)
    """By the last word of a path: what happens before the real answer; None lets the real answer follow."""
    lose: set[str] = field(default_factory=set)
    """Paths whose next answer is lost after it was written down here."""
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    port: int = 0

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until something holds here."""
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(met)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a box."""
        name = request.match_info["name"]
        body = await request.read()
        spoiled = await self.spoil[name](request) if name in self.spoil else None
        if spoiled is not None:
            return spoiled
        message = await getattr(self, f"take_{name}")(body)
        async with self.changed:
            self.changed.notify_all()
        if name in self.lose:
            self.lose.discard(name)
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(to_plain(message))

    async def take_hello(self, body: bytes) -> HelloAnswer:
        """Answer a hello with the verdict of the day."""
        hello = from_plain(Hello, json.loads(body))
        self.hellos.append(hello)
        if self.verdict is Verdict.GO and hello.ho_epoch < self.ho_epoch:
            return HelloAnswer(self.ho_epoch, len(self.bodies), Verdict.ADOPT)
        return HelloAnswer(self.ho_epoch, len(self.bodies), self.verdict)

    async def take_push(self, body: bytes) -> PushAnswer:
        """Keep what is new of a page."""
        page: Page = read_page(body)
        if page.header.first > len(self.bodies) + 1:
            return PushAnswer(PushVerdict.SEND_FROM, len(self.bodies), self.members_through)
        known = len(self.bodies) + 1 - page.header.first
        assert self.bodies[page.header.first - 1 :][:known] == list(page.bodies[:known])
        self.bodies += page.bodies[known:]
        self.members_through = max(self.members_through, page.header.members_through)
        return PushAnswer(PushVerdict.TAKEN, len(self.bodies), self.members_through)

    async def take_pull(self, body: bytes) -> Items:
        """Return what is past the position, waiting for the first as a head office does."""
        pull = from_plain(Pull, json.loads(body))
        position = pull.positions.get("0", 0)
        try:
            async with asyncio.timeout(pull.wait_seconds), self.changed:
                await self.changed.wait_for(lambda: len(self.items) > position)
        except TimeoutError:
            return Items(self.ho_epoch, ())
        return Items(self.ho_epoch, tuple(self.items[position:]))

    async def take_ask(self, body: bytes) -> AskAnswer:
        """Grant once to an id, and say so as often as it is asked."""
        ask = from_plain(Ask, json.loads(body))
        self.asked.append(ask.ask_id)
        if ask.ask_id not in self.grants:
            minor = ask.amount_minor if self.fixed_grant is None else self.fixed_grant
            self.grants[ask.ask_id] = minor
            if minor:
                self.items.append(grant_item(len(self.items) + 1, ask.ask_id, ask.member_id, minor, ask.asset))
        granted = self.grants[ask.ask_id]
        return AskAnswer(self.ho_epoch, granted, 0, tuple(self.items[ask.positions.get("0", 0) :]))

    async def take_lookup(self, body: bytes) -> LookupAnswer:
        """Say whether somebody is known."""
        lookup = from_plain(Lookup, json.loads(body))
        return LookupAnswer(self.ho_epoch, self.found, tuple(self.items[lookup.positions.get("0", 0) :]))


def grant_item(number: int, grant_id: str, member_id: str, amount: int, asset: str = CNY.code) -> Item:
    """A grant of principal from a lot sold elsewhere, or of units from one given there."""
    money = GrantLine(f"{number:026d}", 100_000, 0, "bakery-1", "0" * 64, "", amount, 0, 0)
    special = "" if asset == CNY.code else Special(asset, 1_000).text()
    units = GrantLine(f"{number:026d}.1", 0, 0, "bakery-1", "0" * 64, special, 0, 0, amount)
    lines = (money if asset == CNY.code else units,)
    return Item(0, number, ItemKind.GRANT, body_of(Grant(grant_id, member_id, GrantReason.ASK, lines)))


@asynccontextmanager
async def head_office(stand_in: StandIn) -> AsyncIterator[StandIn]:
    """Let a stand-in answer on a socket; on the port it had before, if it had one."""
    application = web.Application(client_max_size=16 * 1024 * 1024)
    application.router.add_post("/v1/box/{name}", stand_in.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1, auto_decompress=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", stand_in.port, reuse_address=True)
    await site.start()
    stand_in.port = runner.addresses[0][1]
    try:
        yield stand_in
    finally:
        await runner.cleanup()


def unsigned(_: str, __: str, headers: Mapping[str, str], ___: bytes) -> Mapping[str, str]:
    """Sign nothing: this head office asks for no name."""
    return headers


@asynccontextmanager
async def daemon(
    store: Store, port: int, *, pace: Pace = QUICK, status_port: int | None = None
) -> AsyncIterator[Local]:
    """Run the real daemon on a box's database, and speak with it as the counter does."""
    with store.write():
        uplink.join(store, b"\0" * 32)
    office = HeadOffice(f"http://127.0.0.1:{port}", unsigned, bytes, None)
    own = Store.open(store.path)
    doors = Doors(store.path.parent / "syncd.sock", status_port, Language.ZH, ZONE)
    clock = SystemClock()
    try:
        async with (
            running(make_engine(own, clock, ZONE), office, doors, clock, pace) as pump,
            local(doors.socket) as near,
        ):
            near.pump = pump
            yield near
    finally:
        await office.close()
        own.close()


@dataclass
class Local:
    """The counter's end of the daemon's socket."""

    session: ClientSession
    path: Path
    pump: asyncio.Task[None] | None = None

    async def post(self, path: str, content: object) -> tuple[int, dict[str, object]]:
        """Ask, and return status and answer."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        async with self.session.post(f"http://box{path}", data=body) as answer:
            return answer.status, await answer.json(content_type=None)

    async def state(self) -> dict[str, object]:
        """Return the daemon's state."""
        async with self.session.get("http://box/state") as answer:
            found: dict[str, object] = await answer.json()
            return found

    async def until(self, **wanted: object) -> dict[str, object]:
        """Ask for the state until it is as wanted."""
        async with asyncio.timeout(20):
            while True:
                found = await self.state()
                if all(found[name] == value for name, value in wanted.items()):
                    return found
                await asyncio.sleep(0.02)


@asynccontextmanager
async def local(path: Path) -> AsyncIterator[Local]:
    """Connect to a daemon's socket."""
    async with ClientSession(connector=UnixConnector(str(path))) as session:
        yield Local(session, path)
