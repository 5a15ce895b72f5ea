"""The counter's socket: only the box's own user, only what fits, one daemon."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
from pathlib import Path

import pytest

from kiosk.uplink import GrantOutcome, RefreshOutcome, SyncDaemon
from syncd.errors import AnotherDaemon
from syncd.local_api import unix_socket
from tests.builders import Shop, open_shop
from tests.syncd.stand_in import StandIn, daemon, head_office

GOOD = {"ask_id": "0" * 26, "member_id": "m", "amount_minor": 1, "budget_ms": 10}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop whose till is closed."""
    return open_shop(tmp_path)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/grant", b""),
        ("/grant", b"{"),
        ("/grant", b"[" * 4_000),
        ("/grant", b"\xff"),
        ("/grant", []),
        ("/grant", {}),
        ("/grant", {**GOOD, "more": 1}),
        ("/grant", {**GOOD, "asset": 1}),
        ("/grant", {**GOOD, "asset": ""}),
        ("/grant", {**GOOD, "asset": "points"}),
        ("/grant", {**GOOD, "asset": "COUPON:"}),
        ("/grant", {**GOOD, "ask_id": "ask"}),
        ("/grant", {**GOOD, "ask_id": 7}),
        ("/grant", {**GOOD, "member_id": ""}),
        ("/grant", {**GOOD, "member_id": "m" * 65}),
        ("/grant", {**GOOD, "member_id": "m\n"}),
        ("/grant", {**GOOD, "amount_minor": 0}),
        ("/grant", {**GOOD, "amount_minor": -1}),
        ("/grant", {**GOOD, "amount_minor": 10**9 + 1}),
        ("/grant", {**GOOD, "amount_minor": 1.0}),
        ("/grant", {**GOOD, "amount_minor": True}),
        ("/grant", {**GOOD, "budget_ms": -1}),
        ("/grant", {**GOOD, "budget_ms": 10_001}),
        ("/refresh", {}),
        ("/refresh", {"code": "1", "phone": "2"}),
        ("/refresh", {"code": ""}),
        ("/refresh", {"code": None}),
        ("/refresh", {"name": "李雪"}),
        ("/refresh", {"phone": "1" * 65}),
    ],
)
async def test_a_question_that_does_not_fit_is_refused_and_asked_of_nobody(
    shop: Shop, path: str, content: object
) -> None:
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(online=True)
        status, answer = await near.post(path, content)
        assert (await near.state())["mode"] == "going"
    assert (status, answer["error"]) == (400, "bad_request")
    assert office.asked == []


async def test_a_question_that_is_too_long_is_refused(shop: Shop) -> None:
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        async with near.session.post("http://box/grant", data=b" " * 5_000 + json.dumps(GOOD).encode()) as answer:
            assert answer.status == 413
        assert (await near.state())["mode"] == "going"


async def test_the_socket_opens_for_its_own_user_alone(shop: Shop) -> None:
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        found = near.path.stat()
    assert stat.S_ISSOCK(found.st_mode)
    assert stat.S_IMODE(found.st_mode) == 0o600


def test_a_dead_daemons_socket_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "syncd.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with unix_socket(path) as listening:
        assert listening.getsockname() == str(path)


def test_a_living_daemons_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "syncd.sock"
    with unix_socket(path) as living:
        living.listen()
        with pytest.raises(AnotherDaemon):
            unix_socket(path)
        assert path.exists()


async def test_the_counters_own_end_understands_every_answer(shop: Shop) -> None:
    shop.open_shift()
    member = shop.enrol()
    async with head_office(StandIn()) as office, daemon(shop.counter.store, office.port) as near:
        await near.until(online=True, pending=0)
        counter = SyncDaemon(near.path, budget_ms=9_000)
        loop = asyncio.to_thread
        granted = await loop(counter.grant, "0" * 26, member.member_id, 5_000)
        found = await loop(counter.refresh, code="12345670")
        state = await loop(counter.state)
    assert (granted.outcome, granted.granted_minor) == (GrantOutcome.GRANTED, 5_000)
    assert found is RefreshOutcome.FOUND
    assert state is not None
    assert (state.mode, state.online, state.stop_reason) == ("going", True, None)
    assert state.last_contact_at is not None
