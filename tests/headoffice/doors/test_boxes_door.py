"""The door for boxes: an honest box gets in, a hostile one changes nothing and brings nothing down."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from headoffice.doors.boxes import BoxDoor
from headoffice.doors.waiting import Waiting
from headoffice.errors import CommitUnknown, StoreUnreachable
from headoffice.office import Office
from headoffice.store.database import Database
from ledger.protocol.judge import chain_rows
from ledger.protocol.messages import Enrol, Lookup, Pull, to_plain
from ledger.protocol.page import Page, write_page
from ledger.wire import canonical
from line.keys import SigningKey
from line.packing import pack
from line.signatures import key_id, sign_request
from tests.headoffice.doors.door import JSON, PAGE, TABLES, next_page, open_door, raw


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


async def test_a_code_that_was_guessed_lets_nobody_in(database: Database) -> None:
    async with open_door(database) as door:
        key = SigningKey.generate()
        body = canonical(to_plain(Enrol("ABCD-EFGH-JKMN", key.public_bytes().hex())))
        status, answer = await door.send("enrol", body, key=key, signer="enrol/0")
        assert (status, answer["error"]) == (403, "code")
        for unfit in ("zz", "00" * 31, ""):
            status, _ = await door.send("enrol", canonical(to_plain(Enrol("A", unfit))), key=key, signer="enrol/0")
            assert status == 400


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
