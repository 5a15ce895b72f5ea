"""What a hostile box can put into a page or a message it signs well: refused, written down, nothing changed, nothing down."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from headoffice.doors.boxes import LINE_BYTES, MESSAGE_BYTES, PAGE_ENTRIES
from headoffice.store.database import Database
from ledger.protocol.judge import chain_rows
from ledger.protocol.messages import Ask, Enrol, Hello, Lookup, Pull, to_plain
from ledger.protocol.page import Page, write_page
from ledger.wire import canonical
from line.packing import pack
from tests.headoffice.doors.door import JSON, PAGE, TABLES, next_page, open_door

STRANGERS = int(os.environ.get("GUITAI_STRANGERS", "1500"))
MESSAGES = ("hello", "pull", "ask", "lookup", "journal", "enrol")


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


def texts(content: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where the texts of plain content stand."""
    if isinstance(content, str):
        yield place
    elif isinstance(content, (dict, list)):
        for key, part in content.items() if isinstance(content, dict) else enumerate(content):
            yield from texts(part, (*place, key))


def written_anew(page: Page, number: int, place: tuple[Any, ...], text: str) -> Page:
    """Return a page whose chain holds, with one text of one entry replaced."""
    entry = part = json.loads(page.bodies[number])
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = text
    body = json.dumps(entry, ensure_ascii="\ud800" in text, sort_keys=True, separators=(",", ":")).encode()
    bodies = (*page.bodies[:number], body, *page.bodies[number + 1 :])
    first, before = page.header.first, bytes.fromhex(page.header.previous_hash)
    return Page(replace(page.header, last_hash=chain_rows(1, first, before, bodies)[-1].hash.hex()), bodies)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
async def test_an_entry_with_a_text_no_database_holds_goes_to_quarantine(database: Database, text: str) -> None:
    async with open_door(database) as door:
        member = door.box.enrol()
        door.box.top_up(member)
        door.box.pay(member, 1_000)
        page = next_page(door)
        before = door.all_rows()
        for number, body in enumerate(page.bodies):
            for place in texts(json.loads(body)):
                with database.write() as tx:
                    tx.execute("UPDATE life SET state = 'open', trouble = NULL")
                status, answer = await door.push(written_anew(page, number, place, text))
                assert (status, answer["verdict"]) == (200, "halt"), (number, place, answer)
        after = door.all_rows()
        assert len(after["quarantine"]) > len(page.bodies)
        assert {name: after[name] for name in TABLES if name not in {"quarantine", "life"}} == {
            name: before[name] for name in TABLES if name not in {"quarantine", "life"}
        }


async def test_a_cashier_who_writes_out_the_name_of_a_nul_is_heard(database: Database) -> None:
    async with open_door(database) as door:
        member = door.box.enrol()
        door.box.top_up(member)
        page = next_page(door)
        honest = written_anew(page, len(page.bodies) - 1, ("cashier",), "\\u0000")
        status, answer = await door.push(honest)
        assert (status, answer["verdict"]) == (200, "taken")


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
