"""The status page says how the line is and what to do, to people at this box and to nobody else."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from kiosk.i18n import Language, Phrase
from kiosk.model import uplink
from ledger.protocol.messages import Verdict
from syncd import phrases
from tests.builders import Shop, open_shop
from tests.syncd.stand_in import StandIn, daemon, head_office

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop whose till is closed."""
    return open_shop(tmp_path)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def page(port: int, query: str = "", host: str | None = None) -> tuple[int, str]:
    """Fetch the page."""
    headers = {} if host is None else {"Host": host}
    async with (
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/{query}", headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def test_the_page_says_in_both_languages_that_all_is_well(shop: Shop) -> None:
    port = free_port()
    async with (
        head_office(StandIn()) as office,
        daemon(shop.counter.store, office.port, status_port=port) as near,
    ):
        await near.until(online=True, pending=0)
        _, chinese = await page(port)
        _, english = await page(port, "?lang=en")
    assert "在线" in chinese
    assert "box-1" in chinese
    assert "Online" in english
    assert not CHINESE.search(english.replace("中文", ""))
    assert "<script" not in chinese + english


async def test_the_page_says_what_waits_and_what_went_wrong(shop: Shop) -> None:
    shop.open_shift()
    shop.top_up(shop.enrol(), 30_000)
    port = free_port()
    async with daemon(shop.counter.store, free_port(), status_port=port):
        async with asyncio.timeout(20):
            while "ECONNREFUSED" not in (found := (await page(port, "?lang=en"))[1]):  # noqa: ASYNC110 - as a person reloads
                await asyncio.sleep(0.01)
    assert "Offline" in found
    assert "3 entries" in found
    assert "李雪" not in found


@pytest.mark.parametrize("verdict", [Verdict.BEHIND, Verdict.FORKED, Verdict.FENCED, Verdict.CLOSED])
async def test_a_stopped_box_says_what_people_do_next(shop: Shop, verdict: Verdict) -> None:
    port = free_port()
    async with (
        head_office(StandIn(verdict=verdict)) as office,
        daemon(shop.counter.store, office.port, status_port=port) as near,
    ):
        await near.until(mode="stopped")
        _, found = await page(port)
    assert phrases.STOPPED.zh in found
    assert phrases.NEXT_STEPS[verdict.value].zh in found


@pytest.mark.parametrize(
    ("verdict", "said"), [(Verdict.WAIT, phrases.WAITING), (Verdict.PENDING, phrases.NOT_CONFIRMED_YET)]
)
async def test_a_head_office_that_asks_to_wait_is_no_dead_line(shop: Shop, verdict: Verdict, said: Phrase) -> None:
    port = free_port()
    async with (
        head_office(StandIn(verdict=verdict)) as office,
        daemon(shop.counter.store, office.port, status_port=port) as near,
    ):
        await near.until(online=True)
        _, found = await page(port)
    assert said.zh in found
    assert office.bodies == []


async def test_what_head_office_wrote_is_text_and_no_page_of_its_own(shop: Shop) -> None:
    store, port = shop.counter.store, free_port()
    async with daemon(store, free_port(), status_port=port) as near:
        with store.write():
            uplink.stop(store, "<script>alert(1)</script>")
        await near.until(mode="stopped")
        _, found = await page(port)
    assert "<script" not in found
    assert "&lt;script&gt;" in found


async def test_another_sites_name_for_this_machine_opens_nothing(shop: Shop) -> None:
    port = free_port()
    async with daemon(shop.counter.store, free_port(), status_port=port):
        status, found = await page(port, host="evil.example")
        fine, _ = await page(port, host=f"localhost:{port}")
    assert status == web.HTTPForbidden.status_code
    assert "box-1" not in found
    assert fine == 200


def test_every_reason_to_stop_has_a_next_step_in_both_languages() -> None:
    reasons = [verdict.value for verdict in (Verdict.BEHIND, Verdict.FORKED, Verdict.FENCED, Verdict.CLOSED)]
    for reason in (*reasons, "older_head_office", "item_unfit: hash", "overdrawn at 7"):
        assert CHINESE.search(phrases.next_step(reason, Language.ZH))
        assert not CHINESE.search(phrases.next_step(reason, Language.EN))
