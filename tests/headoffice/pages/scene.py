"""A chain with a story behind it, and its pages open over TLS: what the tests of the pages and the pictures look at."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web

from headoffice.pages.application import make_pages
from headoffice.people import add_person
from headoffice.store.database import Database
from kiosk.model.members import Member
from ledger.protocol.messages import Enrol
from line.tls import issue_server, make_authority, server_context
from tests.headoffice.chain import BOSS, Chain

PASSWORD: Final = "four plain words here"  # noqa: S105 - the password of invented people
OWNER, OTHER_OWNER, OPERATOR, AUDITOR = "wang", "zhao", "lin", "qian"
PEOPLE: Final = (
    (OWNER, "王丽华", "owner"),
    (OTHER_OWNER, "赵敏", "owner"),
    (OPERATOR, "林涛", "operator"),
    (AUDITOR, "钱穆", "auditor"),
)
STORES: Final = {"xuhui": "徐汇店", "jingan": "静安店", "lujiazui": "陆家嘴店"}
EVIL: Final = "<script>document.title='taken'</script><b>雪"


@dataclass
class Scene:
    """A chain, who its members are, and where its pages are."""

    chain: Chain
    url: str = ""
    silence: dict[str, float] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """Head office's database."""
        return self.chain.database

    def enrol(self, code: str) -> None:
        """Let a machine enrol under a code, as it does before anybody confirmed it."""
        self.chain.office.enrol(Enrol(code, secrets.token_hex(32)))

    def one(self, sql: str, *values: object) -> tuple[object, ...] | None:
        """Return a row of head office's database."""
        with self.database.read() as tx:
            return tx.one(sql, values)

    def add_people(self) -> None:
        """Let four people sign in."""
        for person_id, name, role in PEOPLE:
            add_person(self.database, person_id, name, role, PASSWORD)

    def name_stores(self, names: Mapping[str, str] = STORES) -> None:
        """Call the stores what their signs say."""
        with self.database.write() as tx:
            for store, name in names.items():
                tx.execute("UPDATE store SET name = ? WHERE store = ?", (name, store))


def tell(chain: Chain) -> Scene:
    """Tell the story: four boxes in three stores, one dead, one waiting to be let in, value in every kind of place."""
    scene = Scene(chain)
    a, b = chain.box("xuhui-1", "xuhui"), chain.box("jingan-1", "jingan")
    c = chain.box("pudong-1", "lujiazui")
    snow, grey = a.enrol("李雪", "13812341234"), b.enrol("周 Grey", "13900005678")
    evil, twin = a.enrol(EVIL, "13612344321"), b.enrol("李小雪", "13812341234")
    lost = c.enrol("何冬", "13712340000")
    scene.members = {"snow": snow, "grey": grey, "evil": evil, "twin": twin, "lost": lost}
    a.top_up(snow, 30_000)
    b.top_up(grey, 50_000)
    c.top_up(lost, 30_000)
    a.top_up(evil, 10_000)
    chain.clock.forward(minutes=40)
    a.pay(snow, 3_650)
    chain.settle()
    chain.bring(b, snow, 10_000)
    b.pay(snow, 8_800)
    chain.clock.forward(days=1, hours=3)
    a.top_up(snow, 100_000)
    a.pay(snow, 2_400)
    c.pay(lost, 1_200)
    chain.settle()
    chain.office.deeds.fence("pudong-1", BOSS)
    c.pay(lost, 500)
    chain.sync(c)
    chain.clock.forward(minutes=50)
    a.pay(snow, 1_850)
    chain.sync(a)
    chain.office.deeds.new_code("jingan-2", "jingan", "new", BOSS)
    scene.name_stores()
    scene.add_people()
    return scene


@asynccontextmanager
async def opened(scene: Scene, folder: Path) -> AsyncIterator[Scene]:
    """Serve a scene's pages on a free port of this machine, over TLS."""
    make_authority(folder, "Guitai test")
    issue_server(folder, ("localhost", "127.0.0.1"))
    application = make_pages(
        scene.database,
        scene.chain.office.deeds,
        scene.chain.clock,
        secrets.token_bytes,
        fingerprint=lambda box, epoch: f"1234 5678 {len(box):04d} {epoch:04d} 9012 3456 7890 1234",
        silence=scene.silence.get,
        claim_days=0,
    )
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context(folder))
    await site.start()
    port = runner.addresses[0][1]
    scene.url = f"https://localhost:{port}"
    try:
        yield scene
    finally:
        await runner.cleanup()
