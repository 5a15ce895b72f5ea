"""The one thread that touches the box's database: the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from kiosk.model.store import Store

P = ParamSpec("P")
R = TypeVar("R")


class Worker:
    """Runs calls on the database one after another; a call that began is finished even when nobody waits any more."""

    def __init__(self, store: Store) -> None:
        """Take the database; its connection of this thread is opened with the first call."""
        self._store = store
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")

    async def do(self, call: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Return what a call returns, and raise what it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(call, *arguments, **named))

    async def close(self) -> None:
        """Finish what was begun and close the database."""
        await self.do(self._store.close)
        self._thread.shutdown()
