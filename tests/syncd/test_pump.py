"""The daemon against a head office on a real socket: what was recorded arrives, once, whatever the line does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from kiosk.model import downlink, journal, uplink
from kiosk.model.errors import StoreBroken, StoreFull
from kiosk.model.uplink import Mode
from ledger.protocol.messages import PushAnswer, PushVerdict, Verdict, to_plain
from ledger.protocol.page import Page, read_page
from syncd.engine import Engine
from tests.builders import Shop, open_shop
from tests.syncd.stand_in import QUICK, StandIn, daemon, grant_item, head_office


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with an open shift and one member."""
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


def length(shop: Shop) -> int:
    """How many entries the journal has."""
    return journal.head(shop.counter.store)[1]


def arrived(office: StandIn, entries: int) -> bool:
    """Whether so many entries arrived."""
    return len(office.bodies) == entries


async def test_what_was_recorded_before_the_daemon_came_is_pushed(shop: Shop) -> None:
    shop.top_up(shop.enrol())
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await office.until(lambda: len(office.bodies) == length(shop))
        found = await near.until(pending=0)
    assert found["mode"] == "going"
    assert found["online"] is True
    assert office.members_through == 1
    stored = [row.body for row in journal.page(shop.counter.store, 0, 100)]
    assert office.bodies == stored


async def test_a_top_up_is_noticed_though_nobody_says_so(shop: Shop) -> None:
    member = shop.enrol()
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0)
        await asyncio.to_thread(shop.top_up, member)
        await office.until(lambda: len(office.bodies) == length(shop))
    assert len(office.bodies) == length(shop)


async def test_no_top_up_is_overlooked_however_it_falls_between_looks(shop: Shop) -> None:
    member = shop.enrol()
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0)
        for _ in range(20):
            await asyncio.to_thread(shop.top_up, member, 10_000)
            await office.until(partial(arrived, office, length(shop)))
    assert len(office.bodies) == length(shop)


async def test_a_nudge_is_enough_where_the_kernel_tells_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncd.watch._LOOKS", ())
    member = shop.enrol()
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0)
        await asyncio.to_thread(shop.top_up, member)
        await near.post("/nudge", {})
        await office.until(lambda: len(office.bodies) == length(shop))
    assert len(office.bodies) == length(shop)


async def test_a_lost_answer_to_a_page_doubles_nothing(shop: Shop) -> None:
    shop.top_up(shop.enrol())
    office = StandIn(lose={"push"})
    async with head_office(office), daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0, online=True)
    assert len(office.bodies) == length(shop)
    assert len(office.hellos) > 1


async def test_a_lost_answer_to_a_pull_applies_its_grant_once(shop: Shop) -> None:
    member = shop.enrol()
    office = StandIn(lose={"pull"}, items=[grant_item(1, "0" * 25 + "A", member.member_id, 5_000)])
    async with head_office(office), daemon(shop.counter.store, office.port) as near:
        await office.until(lambda: len(office.bodies) == 3)
        await near.until(pending=0)
    assert shop.counter.store.rows("SELECT sum(amount_minor) FROM purse") == [(5_000,)]
    assert downlink.positions(shop.counter.store, 0) == {"0": 1}


@pytest.mark.parametrize("name", ["hello", "push", "pull"])
@pytest.mark.parametrize("garbage", [b"", b"<html>", b"[1]", b'{"format":1}', b"[" * 100_000, b"x" * (5 * 1024 * 1024)])
async def test_a_garbled_answer_moves_nothing_and_is_survived(shop: Shop, name: str, garbage: bytes) -> None:
    shop.top_up(shop.enrol())
    times = iter(range(2))

    async def garble(_: web.Request) -> web.Response | None:
        return None if next(times, None) is None else web.Response(body=garbage)

    office = StandIn(spoil={name: garble})
    async with head_office(office), daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0, online=True)
        assert near.pump is not None
        assert not near.pump.done()
    assert len(office.bodies) == length(shop)


@pytest.mark.parametrize("status", [302, 401, 403, 404, 429, 500, 503])
async def test_a_refusal_is_rested_on_and_tried_again(shop: Shop, status: int) -> None:
    times = iter(range(2))

    async def refuse(_: web.Request) -> web.Response | None:
        return None if next(times, None) is None else web.json_response({"error": {"code": "no"}}, status=status)

    office = StandIn(spoil={"push": refuse})
    async with head_office(office), daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0, online=True)
    assert len(office.bodies) == length(shop)


async def test_a_head_office_that_goes_and_comes_back_gets_what_it_missed(shop: Shop) -> None:
    member, office = shop.enrol(), StandIn()
    async with head_office(office):
        first = office.port
    async with daemon(shop.counter.store, first) as near:
        assert (await near.state())["online"] is False
        async with head_office(office):
            await near.until(pending=0, online=True)
        await near.until(online=False)
        await asyncio.to_thread(shop.top_up, member)
        assert (await near.state())["pending"] == 1
        async with head_office(office):
            await near.until(pending=0, online=True)
    assert len(office.bodies) == length(shop)


async def test_a_new_epoch_of_head_office_is_taken_and_everything_told_again(shop: Shop) -> None:
    shop.top_up(shop.enrol())
    async with head_office(StandIn()) as before, daemon(shop.counter.store, before.port) as near:
        await near.until(pending=0)
    office = StandIn(ho_epoch=1)
    async with head_office(office), daemon(shop.counter.store, office.port) as near:
        await office.until(lambda: len(office.bodies) == length(shop))
        await near.until(pending=0)
    assert uplink.state(shop.counter.store).ho_epoch == 1
    assert office.members_through == 1


@pytest.mark.parametrize("verdict", [Verdict.BEHIND, Verdict.FORKED, Verdict.FENCED, Verdict.CLOSED])
async def test_a_box_told_to_stop_says_why_and_goes_on_when_people_settled_it(shop: Shop, verdict: Verdict) -> None:
    office = StandIn(verdict=verdict)
    async with head_office(office), daemon(shop.counter.store, office.port) as near:
        found = await near.until(mode="stopped")
        assert found["stop_reason"] == verdict.value
        assert office.bodies == []
        assert uplink.state(shop.counter.store).mode is Mode.STOPPED
        office.verdict = Verdict.GO
        await near.until(mode="going", pending=0)
    assert len(office.bodies) == length(shop)


async def test_a_page_in_quarantine_stops_the_box_with_the_reason(shop: Shop) -> None:
    async def halt(_: web.Request) -> web.Response:
        office.verdict = Verdict.FORKED
        return web.json_response(to_plain(PushAnswer(PushVerdict.HALT, 0, 0, "overdrawn at 2")))

    office = StandIn(spoil={"push": halt})
    async with head_office(office), daemon(shop.counter.store, office.port) as near:
        found = await near.until(mode="stopped")
        assert found["pending"] == length(shop)
    assert found["stop_reason"] in {"overdrawn at 2", "forked"}


async def test_an_older_head_office_is_refused(shop: Shop) -> None:
    async with head_office(StandIn(ho_epoch=2)) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0)
    async with head_office(StandIn(ho_epoch=1)) as older, daemon(shop.counter.store, older.port) as near:
        found = await near.until(mode="stopped")
    assert found["stop_reason"] == "older_head_office"


async def test_a_page_that_head_office_cannot_take_yet_is_sent_again(shop: Shop) -> None:
    times = iter(range(3))

    async def wait(_: web.Request) -> web.Response | None:
        if next(times, None) is None:
            return None
        return web.json_response(to_plain(PushAnswer(PushVerdict.WAIT, 0, 0)))

    office = StandIn(spoil={"push": wait})
    async with head_office(office), daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0)
    assert len(office.bodies) == length(shop)
    assert len(office.hellos) == 1


async def test_a_head_office_that_lost_what_it_had_is_greeted_anew(shop: Shop) -> None:
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0)
        office.bodies.clear()
        await asyncio.to_thread(shop.enrol)
        await office.until(lambda: len(office.hellos) > 1)
        assert (await near.state())["pending"] == 0 or office.bodies == []


async def test_the_database_says_offline_after_the_daemon_left(shop: Shop) -> None:
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(online=True, pending=0)
        assert uplink.state(shop.counter.store).online
    standing = uplink.state(shop.counter.store)
    assert not standing.online
    assert standing.last_contact_at is not None


async def test_a_page_that_is_too_large_is_sent_in_smaller_ones(shop: Shop) -> None:
    member = shop.enrol()
    for _ in range(8):
        shop.top_up(member, 10_000)
    pages: list[int] = []

    async def limit(request: web.Request) -> web.Response | None:
        bodies = len(read_page(await request.read()).bodies)
        pages.append(bodies)
        return web.json_response({"error": "too_large"}, status=413) if bodies > 3 else None

    async with head_office(StandIn(spoil={"push": limit})) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0, online=True)
    assert len(office.bodies) == length(shop)
    assert pages[:4] == [10, 5, 2, 2]
    assert len(office.hellos) == 1


async def test_a_head_office_that_began_anew_is_noticed_by_a_box_that_only_listens(shop: Shop) -> None:
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0, online=True)
        office.ho_epoch = 3
        async with office.changed:
            office.changed.notify_all()
        await office.until(lambda: office.hellos[-1].ho_epoch == 3)
        await near.until(pending=0, mode="going")
    assert uplink.state(shop.counter.store).ho_epoch == 3


async def test_a_head_office_that_never_moves_is_not_stormed(shop: Shop) -> None:
    async def stand_still(_: web.Request) -> web.Response:
        return web.json_response(to_plain(PushAnswer(PushVerdict.TAKEN, 0, 0)))

    async with (
        head_office(StandIn(spoil={"push": stand_still})) as office,
        daemon(shop.counter.store, office.port, pace=replace(QUICK, idle=30.0)) as near,
    ):
        await office.until(lambda: len(office.hellos) == 3)
        found = await near.state()
    assert found["pending"] == length(shop)
    assert found["online"] is True


async def test_a_stopped_box_whose_line_breaks_says_so(shop: Shop) -> None:
    async with (
        head_office(StandIn(verdict=Verdict.FENCED)) as office,
        daemon(shop.counter.store, office.port) as near,
    ):
        await near.until(mode="stopped", online=True)
        office.spoil["hello"] = broken
        found = await near.until(mode="stopped", online=False)
    assert found["stop_reason"] == "fenced"


async def broken(_: web.Request) -> web.Response:
    """What answers instead of a head office that broke."""
    return web.Response(status=502)


async def test_books_that_broke_end_the_daemon_instead_of_being_written_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_disk(*_: object) -> None:
        raise StoreBroken("IOError")

    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0, online=True)
        monkeypatch.setattr("syncd.engine.Engine.next_push", broken_disk)
        await near.post("/nudge", {})
        assert near.pump is not None
        await asyncio.wait({near.pump}, timeout=20)
        assert isinstance(near.pump.exception(), StoreBroken)


async def test_a_full_disk_is_waited_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    times, push = iter(range(2)), Engine.next_push

    def full_disk(engine: Engine, limit: int) -> Page | None:
        if next(times, None) is not None:
            raise StoreFull("shop.db")
        return push(engine, limit)

    monkeypatch.setattr("syncd.engine.Engine.next_push", full_disk)
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(pending=0, online=True)
    assert len(office.bodies) == length(shop)
