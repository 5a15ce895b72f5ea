"""The pump: keeps the box and head office of one mind as long as the line is up, and rests when it is not.

One connection is a hello, then side by side pushing, pulling, open asks and the sweep, until one of them fails.
Source: `docs/protocol.md`.
"""

from __future__ import annotations

import asyncio
from typing import Final

from kiosk.model.errors import ModelError, StoreBusy, StoreFull
from ledger.protocol.messages import PushAnswer, PushVerdict, Verdict
from ledger.protocol.page import Page
from syncd.asks import Asks
from syncd.backoff import Backoff
from syncd.errors import ItemUnfit, LineError, OutOfStep, Refused
from syncd.link import Link, set_within

_HELLOS: Final = 3
_ENTRIES_A_PAGE: Final = 200
_FRUITLESS_PULLS: Final = 3
_TOO_LARGE: Final = 413
_PASSING: Final = (LineError, OutOfStep, StoreBusy, StoreFull)
"""What a rest and a hello can heal."""


class Pump:
    """Drives one box's engine over one line, for ever."""

    def __init__(self, link: Link, asks: Asks, backoff: Backoff) -> None:
        """Take the link, the counter's asks and how long to rest after failures."""
        self._link = link
        self._asks = asks
        self._backoff = backoff
        self._sweep_at = float("-inf")
        self._entries_a_page = _ENTRIES_A_PAGE

    async def run(self) -> None:
        """Connect, speak, rest, and again; raises what no rest can heal, as StoreBroken."""
        await self._link.forget_contact()
        while True:
            stopped = await self._connection()
            _heed_cancellation()
            await self._rest(stopped=stopped)

    async def _connection(self) -> bool:
        """Speak from a hello to the end; tell whether the box was told to stop."""
        link = self._link
        link.hurry.clear()
        try:
            if await self._greet() is Verdict.GO:
                link.connected.set()
                await self._converse()
            return await link.stopped()
        except _PASSING as failed:
            stopped = await link.stopped()
            if not isinstance(failed, OutOfStep):
                await link.lost()
            if not (stopped and isinstance(failed, OutOfStep)):
                link.health.failed(failed)
            return stopped
        finally:
            link.connected.clear()

    async def _greet(self) -> Verdict:
        """Say hello until both ends agree on head office's epoch."""
        link, verdict = self._link, Verdict.ADOPT
        for _ in range(_HELLOS):
            answer = await link.office.hello(await link.do(link.engine.hello))
            verdict = await link.do(link.engine.take_hello, answer)
            await link.answered()
            link.health.verdict = verdict.value
            if verdict is not Verdict.ADOPT:
                break
        return Verdict.WAIT if await link.stopped() else verdict

    async def _converse(self) -> None:
        """Speak until the line fails (raises LineError) or a new hello is due (raises OutOfStep).

        Raises the books' own errors before those, bare, so that whoever reads the log sees one.
        """
        failed: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._push())
                group.create_task(self._sweep())
                group.create_task(self._asks.run(group))
                await self._pull()  # here, not as a task: 3.11 counts cancellations right only inside the block
        except* _PASSING as several:
            failed = several.exceptions[0]
        except* ModelError as several:
            failed = several.exceptions[0]
        if failed is not None:
            raise failed

    async def _push(self) -> None:
        link = self._link
        while True:
            link.grown.clear()
            page = await link.do(link.engine.next_push, self._entries_a_page)
            if page is None:
                await set_within(link.grown, link.pace.poll)
            else:
                await self._send(page)

    async def _send(self, page: Page) -> None:
        link = self._link
        try:
            answer = await link.office.push(page)
        except Refused as refused:
            if refused.status != _TOO_LARGE or len(page.bodies) < 2:  # noqa: PLR2004 - one entry cannot be parted
                raise
            self._entries_a_page = len(page.bodies) // 2
            return
        await link.do(link.engine.take_push, page, answer)
        await link.answered()
        if answer.verdict is PushVerdict.WAIT:
            await asyncio.sleep(link.pace.wait)
            return
        if answer.verdict is not PushVerdict.TAKEN or not _moved(page, answer):
            raise OutOfStep(f"push: {answer.verdict.value}")
        self._backoff.reset()

    async def _pull(self) -> None:
        link, fruitless = self._link, 0
        loop = asyncio.get_running_loop()
        while fruitless < _FRUITLESS_PULLS:
            since = loop.time()
            question = await link.do(link.engine.pull, link.pace.pull_wait)
            answer = await link.office.pull(question)
            applied = await link.take(answer.ho_epoch, answer.items)
            await link.answered()
            if answer.ho_epoch != question.ho_epoch or await link.stopped():
                raise OutOfStep("pull: epoch")
            fruitless = fruitless + 1 if answer.items and not applied else 0
            if applied or loop.time() - since >= link.pace.idle:
                self._backoff.reset()
            else:
                await asyncio.sleep(link.pace.idle)
        raise OutOfStep("pull: position")

    async def _sweep(self) -> None:
        """Sweep when it is due, however often the line comes and goes."""
        link, loop = self._link, asyncio.get_running_loop()
        while True:
            await asyncio.sleep(max(0.0, self._sweep_at - loop.time()))
            self._sweep_at = loop.time() + link.pace.sweep
            try:
                if await link.do(link.engine.sweep):
                    link.grown.set()
            except ItemUnfit as unfit:
                link.health.failed(unfit)

    async def _rest(self, *, stopped: bool) -> None:
        """Rest after a connection: a stopped box as long as people need, else until somebody waits for the line."""
        if stopped:
            await asyncio.sleep(self._link.pace.halt)
            return
        await set_within(self._link.hurry, self._backoff.pause())


def _moved(page: Page, answer: PushAnswer) -> bool:
    """Tell whether an answer acknowledges anything of a page: the same page for ever is no progress."""
    entries = page.bodies and answer.acknowledged >= page.header.first
    members = page.header.members and answer.members_through >= page.header.members_through
    return bool(entries or members)


def _heed_cancellation() -> None:
    """End this task if it was told to: Python 3.11's TaskGroup forgets a cancellation that meets a failing child."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
