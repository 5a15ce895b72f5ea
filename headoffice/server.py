"""The server: one office behind two doors, the boxes' and the people's; it ends by itself only when told to."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Final

from aiohttp import web

from headoffice.decoding import decode_fast
from headoffice.doors.boxes import BoxDoor
from headoffice.doors.waiting import Waiting
from headoffice.errors import StoreBroken
from headoffice.office import Office
from headoffice.settings import Settings
from headoffice.store.database import Database, open_database
from ledger.ids import EntryId, IdMint
from line.keys import PROGRAMME, SigningKey, fingerprint
from line.tls import server_context

_log: Final = logging.getLogger("headoffice")


class SystemClock:
    """The computer's time."""

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Opened:
    """A head office that is open: its office, its database, the key it signs with, how long a box was silent (seconds)."""

    settings: Settings
    database: Database
    office: Office
    key: SigningKey
    silence: Callable[[str], float | None] = lambda _: None

    def fingerprint_of(self, box: str, epoch: int) -> str:
        """Return what the box's screen shows as well: authority, key, box and store; empty for a life nobody knows."""
        with self.database.read() as tx:
            row = tx.one(
                "SELECT life.public_key, box.store FROM life JOIN box ON box.box = life.box"
                " WHERE life.box = ? AND life.epoch = ?",
                (box, epoch),
            )
        if row is None:
            return ""
        authority = (self.settings.tls / "authority.pem").read_bytes()
        return fingerprint(authority, bytes(row[0]), box.encode(), str(row[1]).encode())


def open_office(settings: Settings, on_items: Callable[[str], None] = lambda _: None) -> Opened:
    """Open the head office of a folder; raises HeadOfficeError, KeyUnreadable."""
    database, key, clock = open_database(settings.database), SigningKey.load(settings.signing_key), SystemClock()
    mint = _Mint(IdMint(clock, secrets.token_bytes))
    office = Office(
        database,
        clock,
        mint,
        secrets.token_bytes,
        lambda content: key.sign(PROGRAMME, content),
        key.public_bytes(),
        decode_fast,
        settings.claim_days,
        on_items,
    )
    return Opened(settings, database, office, key)


class _Mint:
    """Mints ids from several threads."""

    def __init__(self, ids: IdMint) -> None:
        self._ids = ids
        self._lock = Lock()

    def __call__(self) -> EntryId:
        with self._lock:
            return self._ids.mint()


async def serve(settings: Settings, pages: Callable[[Opened], web.Application] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; answers that are under way are finished first. Raises StoreBroken after a failed disk."""
    waiting = Waiting()
    opened = replace(open_office(settings, waiting.wake), silence=waiting.silence)
    tls = server_context(settings.tls)
    stopping, doubts = asyncio.Event(), list[str]()

    def doubt() -> None:
        """End where a disk refused a commit: what starts anew looks at what is there. A database server mends itself."""
        if opened.database.dialect == "sqlite":
            doubts.append("a commit of which nobody knows whether it is on the disk")
            stopping.set()

    door = BoxDoor(opened.office, waiting, doubt).application()
    runners = [(web.AppRunner(door, auto_decompress=False), settings.boxes_port)]
    if pages is not None:
        runners.append((web.AppRunner(pages(opened)), settings.pages_port))
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, stopping.set)
    try:
        for runner, port in runners:
            await runner.setup()
            await web.TCPSite(runner, settings.host, port, ssl_context=tls, shutdown_timeout=10.0).start()
        _log.info("listening on %s: boxes %s, people %s", settings.host, settings.boxes_port, settings.pages_port)
        await stopping.wait()
    finally:
        for runner, _ in runners:
            await runner.cleanup()
        opened.database.close()
    if doubts:
        raise StoreBroken(doubts[0])
