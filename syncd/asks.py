"""What the counter asks of head office: value for a customer, and who somebody is.

A grant that is wanted is in the database before it is asked for; what stands there without an answer is asked again, under
the same id, on every connection. So an answer that is lost costs nothing but time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.model import downlink, journal
from kiosk.model.downlink import OpenAsk
from ledger.ids import EntryId
from ledger.protocol.messages import AskAnswer
from syncd.errors import LineError, Refused
from syncd.link import Link, set_within

_MOST_WAITING: Final = 32
_FINAL_REFUSALS: Final = frozenset({400, 409, 422})
"""Head office looked at the ask and will not: asking again changes nothing."""


class Granting(StrEnum):
    """What became of an ask: value came, some of it, none; nobody knows yet; it was not asked at all."""

    GRANTED = "granted"
    PARTLY = "partly"
    NONE = "none"
    CHECKING = "checking"
    OFFLINE = "offline"


class Finding(StrEnum):
    """What head office knows of somebody; offline: it could not be asked."""

    FOUND = "found"
    NOBODY = "nobody"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Granted:
    """What an ask brought here, and what other places were told to give back for it (fen, or units)."""

    outcome: Granting
    granted_minor: int = 0
    recalled_minor: int = 0


@dataclass(frozen=True, slots=True)
class Sought:
    """Somebody, by exactly one of these."""

    code: str | None = None
    phone: str | None = None
    member_id: str | None = None


class Asks:
    """Asks head office on behalf of the counter, within its patience."""

    def __init__(self, link: Link) -> None:
        """Take the link to head office."""
        self._link = link
        self._wanted: dict[str, OpenAsk] = {}
        self._waiting: dict[str, asyncio.Future[Granted]] = {}
        self._woken = asyncio.Event()
        self._lookups: set[asyncio.Task[Finding]] = set()

    async def grant(self, ask: OpenAsk, budget_seconds: float) -> Granted:
        """Ask for value and return what came within the budget; after it the ask goes on under the same id."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + budget_seconds
        if len(self._waiting) >= _MOST_WAITING or not await self._reached(budget_seconds):
            return Granted(Granting.OFFLINE)
        await self._link.do(self._link.engine.ask, ask.ask_id, ask.member_id, ask.amount_minor, ask.asset)
        answer = self._waiting.setdefault(ask.ask_id, loop.create_future())
        self._wanted[ask.ask_id] = ask
        self._woken.set()
        await asyncio.wait({answer}, timeout=max(0.0, deadline - loop.time()))
        return answer.result() if answer.done() else Granted(Granting.CHECKING)

    async def refresh(self, sought: Sought, budget_seconds: float) -> Finding:
        """Ask who somebody is; what head office tells is in the database when this says found."""
        deadline = asyncio.get_running_loop().time() + budget_seconds
        if len(self._lookups) >= _MOST_WAITING or not await self._reached(budget_seconds):
            return Finding.OFFLINE
        lookup = asyncio.create_task(self._look_up(sought))
        self._lookups.add(lookup)
        lookup.add_done_callback(self._lookups.discard)
        await asyncio.wait({lookup}, timeout=max(0.0, deadline - asyncio.get_running_loop().time()))
        return lookup.result() if lookup.done() else Finding.OFFLINE

    async def run(self, group: asyncio.TaskGroup) -> None:
        """Carry every ask without an answer to head office, for as long as a connection lasts."""
        carried: dict[str, asyncio.Task[None]] = {}
        while True:
            self._woken.clear()
            open_asks = await self._link.do(downlink.open_asks, self._link.engine.store)
            for ask in (*self._wanted.values(), *open_asks):
                if ask.ask_id not in carried:
                    carried[ask.ask_id] = task = group.create_task(self._carry(ask), name=ask.ask_id)
                    task.add_done_callback(lambda done: carried.pop(done.get_name(), None))
            await self._woken.wait()

    async def _carry(self, ask: OpenAsk) -> None:
        link = self._link
        asked = await link.do(link.engine.ask, ask.ask_id, ask.member_id, ask.amount_minor, ask.asset)
        try:
            answer = await link.office.ask(asked)
        except Refused as refused:
            if refused.status not in _FINAL_REFUSALS:
                raise
            link.health.failed(refused)
            answer = AskAnswer(asked.ho_epoch, 0, 0, ())
        await link.do(link.engine.take_ask, asked, answer)
        await link.answered()
        here = await link.do(journal.find, link.engine.store, EntryId(ask.ask_id))
        link.grown.set()
        self._settle(ask, answer, arrived=here is not None)

    def _settle(self, ask: OpenAsk, answer: AskAnswer, *, arrived: bool) -> None:
        """Tell whoever waits; value that was granted and is not here yet comes with the next pull."""
        granted, recalled = answer.granted_minor, answer.recalled_minor
        if not granted:
            outcome = Granting.NONE
        elif not arrived:
            outcome = Granting.CHECKING
        else:
            outcome = Granting.GRANTED if granted >= ask.amount_minor else Granting.PARTLY
        self._wanted.pop(ask.ask_id, None)
        waiting = self._waiting.pop(ask.ask_id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(Granted(outcome, granted, recalled))

    async def _look_up(self, sought: Sought) -> Finding:
        link = self._link
        named = {"code": sought.code, "phone": sought.phone, "member_id": sought.member_id}
        try:
            answer = await link.office.lookup(await link.do(link.engine.lookup, **named))
        except LineError as failed:
            link.health.failed(failed)
            return Finding.OFFLINE
        found = await link.do(link.engine.take_lookup, answer)
        await link.answered()
        return Finding.FOUND if found else Finding.NOBODY

    async def _reached(self, seconds: float) -> bool:
        """Tell whether head office is reached within so many seconds; a resting line tries at once."""
        if self._link.connected.is_set():
            return True
        self._link.hurry.set()
        return await set_within(self._link.connected, seconds)
