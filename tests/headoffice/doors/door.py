"""An open door over a real socket, with an honest box before it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import ClientSession, web

from headoffice.doors.boxes import BoxDoor
from headoffice.doors.waiting import Waiting
from headoffice.store.database import Database
from ledger.protocol.page import Page, write_page
from line.keys import SigningKey
from line.packing import pack
from line.signatures import key_id, sign_request
from tests.headoffice.chain import Chain, ChainBox

JSON = {"Content-Type": "application/json"}
PAGE = {"Content-Type": "application/x-guitai-page", "Content-Encoding": "zstd"}
TABLES = ("journal", "lot", "mirror", "transfer", "free", "grant_out", "member", "downlink", "life", "quarantine")


@dataclass
class Door:
    """An open door, with an honest box before it."""

    chain: Chain
    box: ChainBox
    key: SigningKey
    url: str
    session: ClientSession
    waiting: Waiting

    async def send(
        self, name: str, body: bytes, headers: Mapping[str, str] = JSON, *, signed: bool = True, **forged: Any
    ) -> tuple[int, Any]:
        """Send a body and return (status, answer); `forged` replaces what goes out after it was signed."""
        url = f"{self.url}/v1/box/{name}"
        sent = dict(headers)
        if signed:
            signer = forged.pop("signer", key_id(self.box.name, self.box.epoch))
            sent = sign_request("POST", url, headers, body, forged.pop("key", self.key), signer)
        sent |= forged.pop("over", {})
        body = forged.pop("sent", body)
        async with self.session.post(url, data=io.BytesIO(body), headers=sent) as answer:
            content = await answer.read()
            plain = "json" in answer.headers.get("Content-Type", "")
            return answer.status, json.loads(content) if plain else content

    async def push(self, page: Page, **forged: Any) -> tuple[int, Any]:
        """Send a page."""
        return await self.send("push", pack(write_page(page.header, page.bodies)), PAGE, **forged)

    def all_rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return everything head office knows, but when it last heard of whom."""
        with self.chain.database.read() as tx:
            rows = {name: tx.rows(f"SELECT * FROM {name}") for name in TABLES if name != "life"}
            sql = "SELECT box, epoch, state, public_key, head_sequence, head_hash FROM life"
            return {name: sorted(found, key=str) for name, found in {**rows, "life": tx.rows(sql)}.items()}

    def refusals(self) -> int:
        """Return how many refusals were written down."""
        with self.chain.database.read() as tx:
            row = tx.one("SELECT count(*) FROM refused")
        return 0 if row is None else int(row[0])


@asynccontextmanager
async def open_door(database: Database) -> AsyncIterator[Door]:
    with Chain(database) as chain:
        box = chain.box("xuhui-1", "xuhui")
        key, waiting = SigningKey.generate(), Waiting()
        with database.write() as tx:
            tx.execute("UPDATE life SET public_key = ?", (key.public_bytes(),))
        office = replace(chain.office, on_items=waiting.wake)
        runner = web.AppRunner(BoxDoor(office, waiting).application(), auto_decompress=False, lingering_time=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            async with ClientSession(auto_decompress=False) as session:
                yield Door(replace_office(chain, office), box, key, url, session, waiting)
        finally:
            await runner.cleanup()


def replace_office(chain: Chain, office: Any) -> Chain:
    chain.office = office
    return chain


def next_page(door: Door) -> Page:
    page = door.box.engine.next_push()
    assert page is not None, "something waits"
    return page


async def raw(door: Door, content: bytes, *, hang_up: bool = False) -> bytes:
    """Send bytes as they are and return all that comes back until head office hangs up."""
    reading, writing = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
    try:
        writing.write(content)
        await writing.drain()
        if hang_up:
            writing.write_eof()
        return await reading.read()
    finally:
        writing.close()
        await writing.wait_closed()
