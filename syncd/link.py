"""What the daemon's loops share: the engine at this end, head office at the other, and the signals between the loops.

No wake-up is lost: whoever waits for a signal clears it first and then looks at the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, ParamSpec, Protocol, TypeVar

from kiosk.model import uplink
from kiosk.model.errors import StoreBusy, StoreFull
from kiosk.model.uplink import Mode
from ledger.protocol.messages import (
    Ask,
    AskAnswer,
    Hello,
    HelloAnswer,
    Item,
    Items,
    Lookup,
    LookupAnswer,
    Pull,
    PushAnswer,
)
from ledger.protocol.page import Page
from syncd.engine import Engine
from syncd.health import Health
from syncd.worker import Worker

_ITEMS_AT_ONCE: Final = 20
P = ParamSpec("P")
R = TypeVar("R")


class Office(Protocol):
    """Head office, however it is reached; each question raises LineError where no answer came."""

    async def hello(self, hello: Hello) -> HelloAnswer:
        """Answer a hello."""
        ...

    async def push(self, page: Page) -> PushAnswer:
        """Take a page."""
        ...

    async def pull(self, pull: Pull) -> Items:
        """Return items."""
        ...

    async def ask(self, ask: Ask) -> AskAnswer:
        """Grant, or not."""
        ...

    async def lookup(self, lookup: Lookup) -> LookupAnswer:
        """Tell who somebody is."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things are done, in seconds.

    `pull_wait`: head office may hold an empty pull so long. `idle`: at least so long between two pulls that brought
    nothing. `poll`: the journal is looked at so often though nobody said that it grew. `wait`: before a page that head
    office could not take yet is sent again. `rest_first`, `rest_most`: the limits of the rest after failures. `halt`: between two hellos of a stopped box. `contact`: between two notes in
    the database that head office answered.
    """

    pull_wait: int = 25
    idle: float = 1.0
    poll: float = 10.0
    wait: float = 5.0
    rest_first: float = 0.5
    rest_most: float = 20.0
    halt: float = 60.0
    sweep: float = 300.0
    contact: float = 30.0


async def set_within(signal: asyncio.Event, seconds: float) -> bool:
    """Wait until a signal is set; False after so many seconds.

    Python 3.11's `asyncio.wait_for` swallows a cancellation that comes together with the signal, `timeout` does not.
    """
    try:
        async with asyncio.timeout(seconds):
            return await signal.wait()
    except TimeoutError:
        return False


class Link:
    """One box's link to head office; belongs to one event loop."""

    def __init__(self, engine: Engine, office: Office, worker: Worker, health: Health, pace: Pace) -> None:
        """Take both ends, the thread of the database, and how often things are done."""
        self.engine = engine
        self.office = office
        self.health = health
        self.pace = pace
        self.connected = asyncio.Event()
        """Set from a hello that was answered with `go` to the end of that connection."""
        self.grown = asyncio.Event()
        """Set when the journal may have grown."""
        self.hurry = asyncio.Event()
        """Set when somebody waits for the line: the next try is now, not after the rest."""
        self._worker = worker
        self._noted_at = float("-inf")

    async def do(self, call: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Run a call on the database's thread."""
        return await self._worker.do(call, *arguments, **named)

    async def take(self, ho_epoch: int, items: tuple[Item, ...]) -> int:
        """Apply items a few at a time, so that a grant need not wait behind a long list; return how many were new."""
        applied = 0
        for first in range(0, len(items), _ITEMS_AT_ONCE):
            applied += await self.do(self.engine.take_items, ho_epoch, items[first : first + _ITEMS_AT_ONCE])
        if applied:
            self.grown.set()
        return applied

    async def stopped(self) -> bool:
        """Tell whether the box was told to stop."""
        standing = await self.do(uplink.state, self.engine.store)
        return standing.mode is Mode.STOPPED

    async def answered(self) -> None:
        """Note that head office answered: in the database when it was away before, and now and then."""
        back = not self.health.online
        self.health.answered()
        now = asyncio.get_running_loop().time()
        if back or now - self._noted_at >= self.pace.contact:
            self._noted_at = now
            await self.do(self._note, online=True)

    async def lost(self) -> None:
        """Note that head office does not answer."""
        if self.health.online:
            self.health.online = False
            await self.forget_contact()

    async def forget_contact(self) -> None:
        """Note that no contact stands: an earlier daemon may have ended without saying so.

        A disk too full for that is no reason to end: it is among the mishaps, and the next note may fit.
        """
        try:
            await self.do(self._note, online=False)
        except (StoreBusy, StoreFull) as unwritten:
            self.health.failed(unwritten)

    def _note(self, *, online: bool) -> None:
        store, at = self.engine.store, self.health.contact_at or self.health.now()
        with store.write():
            uplink.note_contact(store, at, online=online)
