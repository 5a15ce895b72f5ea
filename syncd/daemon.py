"""The daemon put together: the pump, the counter's socket, the status page, and an end that leaves nothing half done."""

from __future__ import annotations

import asyncio
import gc
import secrets
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from kiosk.i18n import Language
from kiosk.model import uplink
from kiosk.model.store import Store
from ledger.clock import Clock
from ledger.ids import IdMint
from line.errors import SignatureRefused
from line.keys import PROGRAMME, verify
from syncd.asks import Asks
from syncd.backoff import Backoff
from syncd.engine import Engine
from syncd.health import Health
from syncd.link import Link, Office, Pace
from syncd.local_api import LocalApi, unix_socket
from syncd.pump import Pump
from syncd.status_page import StatusPage
from syncd.watch import watched
from syncd.worker import Worker

_LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the daemon answers: the counter's socket, and the status page's port on 127.0.0.1 (None: no page), in its words."""

    socket: Path
    status_port: int | None
    language: Language
    zone: ZoneInfo


@asynccontextmanager
async def running(
    engine: Engine, office: Office, doors: Doors, clock: Clock, pace: Pace
) -> AsyncIterator[asyncio.Task[None]]:
    """Run a daemon for as long as the context lasts; yields the pump's task, which ends only by failing.

    Raises AnotherDaemon.
    """
    worker, health = Worker(engine.store), Health(clock)
    link = Link(engine, office, worker, health, pace)
    asks = Asks(link)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(worker.close)
        listening = stack.enter_context(unix_socket(doors.socket))
        await _serve(stack, LocalApi(link, asks).application(), listening)
        if doors.status_port is not None:
            page = StatusPage(link, doors.language, doors.zone)
            await _serve(stack, page.application(), _loopback(doors.status_port))
        pump = asyncio.create_task(Pump(link, asks, Backoff(SystemRandom(), pace.rest_first, pace.rest_most)).run())
        stack.push_async_callback(_ended, pump, link)
        stack.enter_context(watched(engine.store.path.parent, link.grown.set))
        yield pump


async def run_until_told(engine: Engine, office: Office, doors: Doors, clock: Clock) -> None:
    """Run until SIGTERM or SIGINT; raises what ended the pump otherwise."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with running(engine, office, doors, clock, Pace()) as pump:
        gc.collect()
        gc.freeze()
        stop = asyncio.create_task(told.wait())
        await asyncio.wait({pump, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if pump.done():
            pump.result()


def make_engine(store: Store, clock: Clock, zone: ZoneInfo) -> Engine:
    """Return the engine of a box's database; programmes count when head office's key signed them."""

    def signed(content: bytes, signature: bytes) -> bool:
        key = uplink.state(store).office_key
        try:
            verify(key or b"", PROGRAMME, content, signature)
        except SignatureRefused:
            return False
        return True

    return Engine(store, clock, IdMint(clock, secrets.token_bytes), zone, signed)


async def _serve(stack: AsyncExitStack, application: web.Application, listening: socket.socket) -> None:
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listening).start()


def _loopback(port: int) -> socket.socket:
    """Return a listening socket that only this machine reaches."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((_LOOPBACK, port))
    return listening


async def _ended(pump: asyncio.Task[None], link: Link) -> None:
    """End the pump and note that no contact stands."""
    pump.cancel()
    await asyncio.wait({pump})
    await link.lost()
