"""The door for boxes: an honest box gets in, a hostile one changes nothing and brings nothing down."""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import ClientSession, web

from headoffice.doors.boxes import LINE_BYTES, MESSAGE_BYTES, PAGE_ENTRIES, BoxDoor
from headoffice.doors.waiting import Waiting
from headoffice.errors import CommitUnknown, StoreUnreachable
from headoffice.office import Office
from headoffice.store.database import Database
from ledger.protocol.judge import chain_rows
from ledger.protocol.messages import Ask, Enrol, Hello, Lookup, Pull, to_plain
from ledger.protocol.page import Page, write_page
from ledger.wire import canonical
from line.keys import SigningKey
from line.packing import pack
from line.signatures import key_id, sign_request
from tests.headoffice.chain import Chain, ChainBox

JSON = {"Content-Type": "application/json"}
PAGE = {"Content-Type": "application/x-guitai-page", "Content-Encoding": "zstd"}
STRANGERS = int(os.environ.get("GUITAI_STRANGERS", "1500"))
MESSAGES = ("hello", "pull", "ask", "lookup", "journal", "enrol")
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


async def test_an_honest_box_says_hello_tells_its_day_and_hears_what_there_is(database: Database) -> None:
    async with open_door(database) as door:
        member = door.box.enrol()
        door.box.top_up(member)
        status, answer = await door.send("hello", canonical(to_plain(door.box.engine.hello())))
        assert (status, answer["verdict"]) == (200, "go")
        page = next_page(door)
        status, answer = await door.push(page)
        assert (status, answer["verdict"], answer["acknowledged"]) == (200, "taken", len(page.bodies))
        status, answer = await door.push(page)
        assert (status, answer["verdict"], answer["acknowledged"]) == (200, "taken", len(page.bodies))
        asked = Lookup(1, 1, member.code, None, None, {})
        status, answer = await door.send("lookup", canonical(to_plain(asked)))
        assert (status, answer["found"]) == (200, True)
        assert [item["kind"] for item in answer["items"]] == ["member", "balance"]


async def test_a_box_that_waits_is_woken_by_the_item_and_not_by_the_clock(database: Database) -> None:
    async with open_door(database) as door:
        other = door.chain.box("jingan-1", "jingan")
        member = door.box.enrol()
        door.box.top_up(member)
        door.chain.sync(door.box)
        door.chain.meet(other, member)
        waiting = asyncio.create_task(door.send("pull", canonical(to_plain(Pull(1, 1, {}, 30)))))
        while not door.waiting.listened("xuhui-1"):  # noqa: ASYNC110 - the door has no event for somebody who begins to wait
            await asyncio.sleep(0)
        await asyncio.to_thread(door.chain.ask, other, member, 10_000)
        status, answer = await waiting
        assert (status, [item["kind"] for item in answer["items"]]) == (200, ["recall"])


async def test_a_forged_request_is_refused_and_nothing_changes(database: Database) -> None:
    async with open_door(database) as door:
        door.box.top_up(door.box.enrol())
        page = next_page(door)
        other = door.chain.box("jingan-1", "jingan")
        before = door.all_rows()
        stranger = SigningKey.generate()
        packed = pack(write_page(page.header, page.bodies))
        forged: list[dict[str, Any]] = [
            {"signed": False},
            {"key": stranger},
            {"signer": "nobody-1/1"},
            {"signer": "xuhui-1/2"},
            {"signer": "xuhui-1"},
            {"signer": "xuhui-1/-1"},
            {"signer": key_id(other.name, other.epoch)},
            {"sent": pack(write_page(replace(page.header, pending=9), page.bodies))},
            {"over": {"content-type": "application/json"}},
            {"over": {"Signature": "box=:AAAA:"}},
            {"over": {"Signature-Input": 'box=("@method");created=1;keyid="xuhui-1/1";alg="ed25519"'}},
        ]
        for attempt in forged:
            status, answer = await door.send("push", packed, PAGE, **attempt)
            assert (400 <= status < 500, "error" in answer, "next" in answer) == (True, True, True), attempt
        assert door.all_rows() == before
        assert door.refusals() == len(forged)


async def test_a_message_signed_for_one_purpose_is_worth_nothing_for_another(database: Database) -> None:
    async with open_door(database) as door:
        body = canonical(to_plain(Pull(1, 1, {}, 0)))
        signed = sign_request("POST", f"{door.url}/v1/box/pull", JSON, body, door.key, "xuhui-1/1")
        status, answer = await door.send("ask", body, signed, signed=False)
        assert (status, answer["error"]) == (401, "signature")


async def test_an_edited_entry_goes_to_quarantine_and_the_box_is_told_to_stop(database: Database) -> None:
    async with open_door(database) as door:
        member = door.box.enrol()
        door.box.top_up(member)
        await door.push(next_page(door))
        before = door.all_rows()
        door.box.pay(member, 1_000)
        page = next_page(door)
        rich = re.sub(rb'("sales:xuhui","[^"]+",)[0-9]+', rb"\g<1>1", page.bodies[-1])
        assert rich != page.bodies[-1]
        bodies = (*page.bodies[:-1], rich)
        rows = chain_rows(1, page.header.first, bytes.fromhex(page.header.previous_hash), bodies)
        edited = Page(replace(page.header, last_hash=rows[-1].hash.hex()), bodies)
        status, answer = await door.push(page)
        assert (status, answer["verdict"]) == (200, "taken")
        kept = door.all_rows()
        status, answer = await door.push(edited)
        assert (status, answer["verdict"], answer["reason"]) == (200, "halt", "fork")
        after = door.all_rows()
        assert (len(before["quarantine"]), len(after["quarantine"])) == (0, 1)
        assert {name: after[name] for name in TABLES if name not in {"quarantine", "life"}} == {
            name: kept[name] for name in TABLES if name not in {"quarantine", "life"}
        }


async def test_pages_that_are_too_large_bombs_or_cut_short_are_refused(database: Database) -> None:
    async with open_door(database) as door:
        before = door.all_rows()
        bomb = pack(b"\0" * (64 * 1024 * 1024))
        whole = pack(b"x" * 100_000)
        attempts = [
            ("push", bomb, PAGE, 413),
            ("push", whole[:-3], PAGE, 400),
            ("push", b"", PAGE, 400),
            ("push", b"not zstd", PAGE, 400),
            ("push", pack(b"not a page"), PAGE, 400),
            ("push", os.urandom(5 * 1024 * 1024), PAGE, 413),
            ("hello", b" " * (MESSAGE_BYTES + 1), JSON, 413),
            ("push", pack(b"{}"), JSON, 415),
            ("hello", b"[" * 60_000, JSON, 400),
        ]
        for name, body, headers, wanted in attempts:
            status, answer = await door.send(name, body, headers)
            assert (status, "next" in answer) == (wanted, True), (name, body[:20])
        assert door.all_rows() == before


async def test_a_small_page_of_very_many_or_very_long_lines_is_refused_unread(database: Database) -> None:
    async with open_door(database) as door:
        member = door.box.enrol()
        door.box.top_up(member)
        page = next_page(door)
        header = canonical(to_plain(page.header))
        deep = json.dumps({**to_plain(page.header), "members": [[]] * LINE_BYTES}).encode()
        before = door.all_rows()
        for content in (
            header + b"\n" * 20_000_000,
            header + b"\n{}" * (PAGE_ENTRIES + 1),
            deep,
            header + b"\n" + deep,
        ):
            status, answer = await door.send("push", pack(content), PAGE)
            assert (status, answer["error"]) == (413, "too_large")
        assert door.all_rows() == before
        status, answer = await door.push(page)
        assert (status, answer["verdict"]) == (200, "taken")


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "\U0010ffff", "'; DROP TABLE free --"])
async def test_no_text_a_box_can_send_is_the_servers_fault(database: Database, text: str) -> None:
    async with open_door(database) as door:
        member = door.box.enrol()
        door.box.top_up(member)
        page = next_page(door)
        record = to_plain(page.header)["members"][0]
        messages = {
            "ask": to_plain(Ask(1, 1, "a", member.member_id, 100, {"0": 0})),
            "lookup": to_plain(Lookup(1, 1, None, None, member.member_id, {})),
            "hello": to_plain(Hello(1, 1, 4, "00" * 32, 4)),
            "enrol": to_plain(Enrol("A" * 12, door.key.public_bytes().hex())),
        }
        for name, message in messages.items():
            for field in (field for field, value in message.items() if isinstance(value, (str, dict))):
                changed = {**message, field: {text: 0} if field == "positions" else text}
                status, answer = await door.send(name, json.dumps(changed).encode())
                assert status < 500, (name, field, answer)
        for field in record:
            changed = {**to_plain(page.header), "members": [{**record, field: text}]}
            content = b"\n".join((json.dumps(changed).encode(), *page.bodies))
            status, answer = await door.send("push", pack(content), PAGE)
            assert status < 500, (field, answer)


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


@pytest.mark.parametrize("host", ["a:b:c", "x:99999999", "[", "", "a b", "u@["])
async def test_whatever_name_a_request_gives_head_office_it_is_let_in_by_its_signature(
    database: Database, host: str
) -> None:
    async with open_door(database) as door:
        body = canonical(to_plain(door.box.engine.hello()))
        signed = sign_request("POST", f"{door.url}/v1/box/hello", JSON, body, door.key, "xuhui-1/1")
        lines = [
            f"Host: {host}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in signed.items()),
        ]
        head = "\r\n".join(("POST /v1/box/hello HTTP/1.1", *lines, "Connection: close", "", "")).encode()
        assert (await raw(door, head + body)).startswith(b"HTTP/1.1 200 ")


async def test_a_query_that_nobody_signed_is_refused(database: Database) -> None:
    async with open_door(database) as door:
        body = canonical(to_plain(door.box.engine.hello()))
        signed = sign_request("POST", f"{door.url}/v1/box/hello", JSON, body, door.key, "xuhui-1/1")
        status, answer = await door.send("hello?as=another", body, signed, signed=False)
        assert (status, answer["error"]) == (400, "signature")


async def test_a_request_that_breaks_off_or_never_ends_is_let_go(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("headoffice.doors.boxes.BODY_SECONDS", 0.05)
    head = b"POST /v1/box/hello HTTP/1.1\r\nHost: h\r\n"
    async with open_door(database) as door:
        with caplog.at_level("WARNING", "headoffice"):
            assert await raw(door, head + b"Content-Length: 500\r\n\r\n{", hang_up=True) == b""
            answer = await raw(door, head + b"Content-Length: 500\r\n\r\n{")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"too_slow"' in answer
        assert not caplog.records
        status, _ = await door.send("hello", canonical(to_plain(door.box.engine.hello())))
        assert status == 200


async def test_a_database_that_is_away_is_not_a_wrong_signature(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnreachable("it restarts")

    async with open_door(database) as door:
        with monkeypatch.context() as restarting:
            restarting.setattr(Office, "public_key", away)
            status, answer = await door.send("hello", canonical(to_plain(door.box.engine.hello())))
        assert (status, answer["error"]) == (503, "busy")
        status, _ = await door.send("hello", canonical(to_plain(door.box.engine.hello())))
        assert status == 200


async def test_other_paths_and_methods_are_turned_away_with_a_word(database: Database) -> None:
    async with open_door(database) as door:
        for method, path in (
            ("GET", "/v1/box/push"),
            ("POST", "/v1/box/nothing"),
            ("GET", "/"),
            ("PUT", "/v1/box/hello"),
        ):
            async with door.session.request(method, door.url + path) as answer:
                assert answer.status in {404, 405}
                assert "next" in await answer.json()
        async with door.session.post(f"{door.url}/v1/%00%ED%A0%80") as answer:
            assert answer.status == 404
        assert door.refusals() == 5


async def test_amounts_nobody_can_mean_and_members_nobody_knows_get_an_answer_and_no_money(database: Database) -> None:
    async with open_door(database) as door:
        mint = door.box.counter.mint
        for amount in (-1, 0, -(1 << 61), (1 << 62) - 1, 5):
            status, answer = await door.send("ask", canonical(to_plain(Ask(1, 1, mint(), "m-x", amount, {}))))
            assert (status, answer["granted_minor"]) == (200, 0)
        unfit: list[object] = [1 << 62, 1.5, "5", None, True]
        for value in unfit:
            body = {**to_plain(Ask(1, 1, mint(), "m-x", 5, {})), "amount_minor": value}
            status, _ = await door.send("ask", json.dumps(body).encode())
            assert status == 400


async def test_a_code_that_was_guessed_lets_nobody_in(database: Database) -> None:
    async with open_door(database) as door:
        key = SigningKey.generate()
        body = canonical(to_plain(Enrol("ABCD-EFGH-JKMN", key.public_bytes().hex())))
        status, answer = await door.send("enrol", body, key=key, signer="enrol/0")
        assert (status, answer["error"]) == (403, "code")
        for unfit in ("zz", "00" * 31, ""):
            status, _ = await door.send("enrol", canonical(to_plain(Enrol("A", unfit))), key=key, signer="enrol/0")
            assert status == 400


def some_json(chance: random.Random, depth: int = 0) -> Any:
    kinds = ["int", "text", "none", "bool", "float", "list", "map"] if depth < 3 else ["int", "text", "none"]
    kind = chance.choice(kinds)
    if kind == "int":
        return chance.choice([0, 1, -1, 2**31, 2**63, -(2**63), 10**30, chance.randrange(1000)])
    if kind == "text":
        return chance.choice(
            ["", "xuhui-1", "\x00", "中" * chance.randrange(9), "A" * chance.randrange(300), "'; DROP TABLE free"]
        )
    if kind == "list":
        return [some_json(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == "map":
        return {str(some_json(chance, 9)): some_json(chance, depth + 1) for _ in range(chance.randrange(4))}
    return {"none": None, "bool": chance.random() < 0.5, "float": chance.random() * 1e9}[kind]


def some_body(chance: random.Random, name: str, honest: dict[str, dict[str, Any]]) -> bytes:
    """Return random bytes, random JSON, or an honest message with one field turned into anything."""
    way = chance.randrange(4)
    if way == 0:
        return chance.randbytes(chance.randrange(200))
    if way == 1:
        return json.dumps(some_json(chance)).encode()
    message = dict(honest[name])
    field = chance.choice(list(message))
    if way == 2:
        message[field] = some_json(chance)
    else:
        del message[field]
    return json.dumps(message).encode()


@pytest.mark.slow
async def test_no_random_message_however_well_signed_brings_the_door_down_or_moves_a_fen(database: Database) -> None:
    chance = random.Random(20261123)
    async with open_door(database) as door:
        member = door.box.enrol()
        door.box.top_up(member)
        page = next_page(door)
        await door.push(page)
        mint = door.box.counter.mint
        honest = {
            "hello": to_plain(Hello(1, 1, 4, "00" * 32, 4)),
            "pull": to_plain(Pull(1, 1, {"0": 0}, 0)),
            "ask": to_plain(Ask(1, 1, mint(), member.member_id, 100, {})),
            "lookup": to_plain(Lookup(1, 1, None, None, member.member_id, {})),
            "journal": {"format": 1, "epoch": 1, "after": 0},
            "enrol": to_plain(Enrol("A" * 12, "00" * 32)),
        }
        money = {name: rows for name, rows in door.all_rows().items() if name in {"journal", "mirror", "free", "lot"}}
        statuses: dict[int, int] = {}
        for _ in range(STRANGERS):
            name = chance.choice(MESSAGES)
            body = some_body(chance, name, honest)
            status, answer = await door.send(name, body)
            statuses[status] = statuses.get(status, 0) + 1
            assert status < 500, (name, body, answer)
        mutated = write_page(page.header, page.bodies)
        for _ in range(STRANGERS // 5):
            changed = bytearray(mutated)
            changed[chance.randrange(len(changed))] = chance.randrange(256)
            status, answer = await door.send("push", pack(bytes(changed)), PAGE)
            assert status < 500, answer
        after = door.all_rows()
        assert {name: after[name] for name in money} == money
        assert statuses.get(400, 0) > STRANGERS // 4


async def test_a_commit_nobody_knows_of_is_told_to_the_server_and_not_to_the_log_of_strangers(
    database: Database,
) -> None:
    async with open_door(database) as door:
        doubts: list[str] = []

        def in_doubt(*_: object) -> None:
            raise CommitUnknown("disk I/O error")

        broken = BoxDoor(door.chain.office, Waiting(), lambda: doubts.append("told"))
        broken._office = SimpleNamespace(hello=in_doubt, public_key=door.chain.office.public_key)  # type: ignore[assignment]  # the office's disk is gone
        runner = web.AppRunner(broken.application(), auto_decompress=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        elsewhere = replace(door, url=f"http://127.0.0.1:{runner.addresses[0][1]}")
        status, answer = await elsewhere.send("hello", canonical(to_plain(door.box.engine.hello())))
        await runner.cleanup()
        assert (status, answer["error"], doubts) == (503, "busy", ["told"])
