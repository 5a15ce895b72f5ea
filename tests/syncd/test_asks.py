"""What the counter asks through the daemon: value within its patience, once, and never a lost ask."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from kiosk.model import downlink
from kiosk.model.members import Member
from kiosk.model.store import Store
from ledger.protocol.messages import Verdict
from tests.builders import OPENING, Shop, open_shop
from tests.syncd.stand_in import Local, StandIn, daemon, head_office

ASK = "0" * 25 + "A"
OTHER_ASK = "0" * 25 + "B"
LONG_MS = 10_000


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with an open shift."""
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


@pytest.fixture
def member(shop: Shop) -> Member:
    """Somebody with nothing here."""
    return shop.enrol()


async def grant(
    near: Local, member: Member, *, ask_id: str = ASK, minor: int = 5_000, budget_ms: int = LONG_MS
) -> dict[str, object]:
    """Ask for value as the counter does."""
    content = {"ask_id": ask_id, "member_id": member.member_id, "amount_minor": minor, "budget_ms": budget_ms}
    status, answer = await near.post("/grant", content)
    assert status == 200
    return answer


def held(store: Store) -> int:
    """What all purses here hold (fen)."""
    found: int = store.rows("SELECT coalesce(sum(amount_minor), 0) FROM purse")[0][0]
    return found


async def test_value_that_was_granted_is_here_when_the_counter_hears_of_it(shop: Shop, member: Member) -> None:
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        answer = await grant(near, member)
        assert held(shop.counter.store) == 5_000
    assert answer == {"outcome": "granted", "granted_minor": 5_000, "recalled_minor": 0}


async def test_coupons_are_asked_for_by_their_name_and_no_money_comes_with_them(shop: Shop, member: Member) -> None:
    store = shop.counter.store
    async with head_office(StandIn()) as office, daemon(store, office.port) as near:
        question = {"ask_id": ASK, "member_id": member.member_id, "amount_minor": 3, "budget_ms": LONG_MS}
        status, answer = await near.post("/grant", {**question, "asset": "COUPON:cake"})
    assert (status, answer) == (200, {"outcome": "granted", "granted_minor": 3, "recalled_minor": 0})
    assert store.rows("SELECT instrument, amount_minor FROM purse") == [("units", 3)]
    assert store.rows("SELECT asset, granted_minor FROM ask") == [("COUPON:cake", 3)]


@pytest.mark.parametrize(("given", "outcome"), [(2_000, "partly"), (0, "none")])
async def test_less_than_asked_for_is_said(shop: Shop, member: Member, given: int, outcome: str) -> None:
    async with head_office(StandIn(fixed_grant=given)) as office, daemon(shop.counter.store, office.port) as near:
        answer = await grant(near, member)
    assert answer == {"outcome": outcome, "granted_minor": given, "recalled_minor": 0}
    assert held(shop.counter.store) == given
    assert downlink.open_asks(shop.counter.store) == []


async def test_asking_twice_is_asking_once(shop: Shop, member: Member) -> None:
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        first = await grant(near, member)
        again = await asyncio.gather(grant(near, member), grant(near, member))
    assert [first, *again] == [first] * 3
    assert held(shop.counter.store) == 5_000


async def test_two_tills_ask_side_by_side(shop: Shop, member: Member) -> None:
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        answers = await asyncio.gather(grant(near, member), grant(near, member, ask_id=OTHER_ASK, minor=700))
        await near.until(pending=0)
    assert sorted(str(answer["granted_minor"]) for answer in answers) == ["5000", "700"]
    assert held(shop.counter.store) == 5_700


async def test_a_lost_answer_is_asked_for_again_under_the_same_id(shop: Shop, member: Member) -> None:
    async with head_office(StandIn(lose={"ask"})) as office, daemon(shop.counter.store, office.port) as near:
        answer = await grant(near, member)
    assert answer["outcome"] == "granted"
    assert office.asked[:2] == [ASK, ASK]
    assert held(shop.counter.store) == 5_000


async def test_an_answer_after_the_counters_patience_still_brings_the_value(shop: Shop, member: Member) -> None:
    go_on = asyncio.Event()

    async def slow(_: web.Request) -> None:
        await go_on.wait()

    office = StandIn(spoil={"ask": slow})
    async with head_office(office), daemon(shop.counter.store, office.port) as near:
        await near.until(online=True, pending=0)
        answer = await grant(near, member, budget_ms=1)
        assert answer == {"outcome": "checking", "granted_minor": 0, "recalled_minor": 0}
        go_on.set()
        await office.until(lambda: len(office.bodies) == 3)
    assert held(shop.counter.store) == 5_000
    assert downlink.open_asks(shop.counter.store) == []


@pytest.mark.parametrize("garbage", [b"", b"{}", b"x" * 5_000_000])
async def test_a_garbled_answer_to_an_ask_is_asked_for_again(shop: Shop, member: Member, garbage: bytes) -> None:
    times = iter(range(1))

    async def garble(_: web.Request) -> web.Response | None:
        return None if next(times, None) is None else web.Response(body=garbage)

    async with (
        head_office(StandIn(spoil={"ask": garble})) as office,
        daemon(shop.counter.store, office.port) as near,
    ):
        answer = await grant(near, member)
    assert answer["outcome"] == "granted"
    assert held(shop.counter.store) == 5_000


async def test_an_ask_that_head_office_will_not_hear_is_not_repeated(shop: Shop, member: Member) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.json_response({"error": "message"}, status=422)

    async with (
        head_office(StandIn(spoil={"ask": refuse})) as office,
        daemon(shop.counter.store, office.port) as near,
    ):
        answer = await grant(near, member)
        await near.until(online=True)
    assert answer["outcome"] == "none"
    assert downlink.open_asks(shop.counter.store) == []
    assert len(office.hellos) == 1


async def test_without_a_line_nothing_is_asked_and_nothing_comes_later(shop: Shop, member: Member) -> None:
    async with head_office(StandIn()) as office:
        pass
    async with daemon(shop.counter.store, office.port) as near:
        answer = await grant(near, member, budget_ms=20)
        assert answer == {"outcome": "offline", "granted_minor": 0, "recalled_minor": 0}
        async with head_office(office):
            await near.until(online=True, pending=0)
    assert office.asked == []


async def test_somebody_at_the_counter_cuts_the_rest_of_the_line_short(
    shop: Shop, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncd.backoff.Backoff.pause", lambda _: 10_000.0)
    async with head_office(StandIn()) as office:
        pass
    async with daemon(shop.counter.store, office.port) as near:
        assert (await grant(near, member, budget_ms=20))["outcome"] == "offline"
        async with head_office(office):
            answer = await grant(near, member)
    assert answer["outcome"] == "granted"


async def test_an_ask_from_before_a_power_cut_is_carried_on(shop: Shop, member: Member) -> None:
    store = shop.counter.store
    with store.write():
        downlink.ask(store, ASK, member.member_id, 5_000, OPENING)
    async with head_office(StandIn()) as office, daemon(store, office.port):
        await office.until(lambda: len(office.bodies) == 3)
    assert office.asked == [ASK]
    assert held(store) == 5_000


async def test_a_stopped_box_asks_for_nothing(shop: Shop, member: Member) -> None:
    async with (
        head_office(StandIn(verdict=Verdict.FENCED)) as office,
        daemon(shop.counter.store, office.port) as near,
    ):
        await near.until(mode="stopped")
        answer = await grant(near, member, budget_ms=20)
    assert answer["outcome"] == "offline"
    assert office.asked == []


@pytest.mark.parametrize("sought", [{"code": "12345670"}, {"phone": "13812341234"}, {"member_id": "m1"}])
@pytest.mark.parametrize("found", [True, False])
async def test_head_office_says_who_somebody_is(shop: Shop, sought: dict[str, str], found: bool) -> None:
    async with (
        head_office(StandIn(found=found)) as office,
        daemon(shop.counter.store, office.port) as near,
    ):
        await near.until(online=True)
        status, answer = await near.post("/refresh", sought)
    assert (status, answer) == (200, {"outcome": "found" if found else "nobody"})


async def test_a_search_without_an_answer_is_offline_and_the_line_lives(shop: Shop) -> None:
    async with (
        head_office(StandIn(lose={"lookup"})) as office,
        daemon(shop.counter.store, office.port) as near,
    ):
        await near.until(online=True, pending=0)
        _, answer = await near.post("/refresh", {"code": "12345670"})
        assert answer == {"outcome": "offline"}
        _, again = await near.post("/refresh", {"code": "12345670"})
    assert again == {"outcome": "found"}
    assert len(office.hellos) == 1
