"""The desk: everything a screen may reach of the world, handed in once.

Reads run on a small pool of threads, and what head office is asked on another. Everything that writes runs on the one ledger thread, whose queue is one long: while
an act runs no second one is taken, and an act that began is never cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from kiosk.devices.ports import CustomerDisplay, NoDisplay
from kiosk.i18n import Language
from kiosk.services.backup import Trouble
from kiosk.services.backup_desk import Backups, NoBackups
from kiosk.services.counter import Counter
from kiosk.services.daemon import Daemon, NoDaemon
from kiosk.services.posters import Posters
from kiosk.services.sync_state import Standing, SyncState
from kiosk.services.values import Shift, Staff
from ledger.ids import EntryId

if TYPE_CHECKING:
    from kiosk.devices.errors import DeviceError
    from kiosk.devices.ports import DeviceState
    from kiosk.services.print_loop import PrinterView

P = ParamSpec("P")
R = TypeVar("R")


class Ears(Protocol):
    """What devices may tell the counter, from any thread; the app listens."""

    def hear_code(self, text: str) -> None:
        """Take a scanned code."""

    def hear_scanner(self, state: DeviceState, error: DeviceError | None) -> None:
        """Take the scanner's state, as `devices.ports.OnState` gives it."""

    def hear_printer(self, view: PrinterView) -> None:
        """Take how printer and queue are, as the print loop gives it."""

    def hear_slip(self, lines: Sequence[str]) -> None:
        """Take a slip that the virtual printer drew, line by line."""


class Devices(Protocol):
    """The devices of a till as the counter sees them; nothing here blocks for longer than a queue operation."""

    def start(self, ears: Ears) -> None:
        """Begin to listen and to print; called once the screen stands."""

    def stop(self) -> None:
        """End every thread; called when the screen is left."""

    def slip_queued(self) -> None:
        """Look at the print queue now."""

    def print_held(self) -> None:
        """Print the old slips too."""

    def drop_held(self) -> int:
        """Take the waiting slips out of the queue and return how many."""

    def print_test_page(self) -> None:
        """Print a page that shows whether everything arrives."""


class NoDevices:
    """A desk without scanner and printer."""

    def start(self, ears: Ears) -> None:
        """Have nothing to say."""

    def stop(self) -> None:
        """Have nothing to end."""

    def slip_queued(self) -> None:
        """Leave the slip where it is."""

    def print_held(self) -> None:
        """Have nothing to print on."""

    def drop_held(self) -> int:
        """Have nothing to drop."""
        return 0

    def print_test_page(self) -> None:
        """Have nothing to print on."""


class Busy(Exception):
    """The ledger thread still works on an act; nothing was begun."""


@dataclass(eq=False)
class Desk:
    """One cashier's place: the counter, the devices, who is signed in, which shift is open.

    `shop_name` and `branch` stand in the header; `demo` shows its banner; `posters` are what customers
    read meanwhile. `cut_off_after` is the last act of a run that a power cut or a kill ended. `signed_in`, `shift` and the device states are
    kept by the app on the screen thread.
    """

    counter: Counter
    devices: Devices = field(default_factory=NoDevices)
    daemon: Daemon = field(default_factory=NoDaemon)
    display: CustomerDisplay = field(default_factory=NoDisplay)
    backups: Backups = field(default_factory=NoBackups)
    posters: Posters = field(default_factory=Posters)
    shop_name: str = ""
    branch: str = ""
    demo: bool = False
    signed_in: Staff | None = None
    shift: Shift | None = None
    scanner: str = "none"
    printer: str = "none"
    waiting: int = 0
    held: int = 0
    scanner_error: Exception | None = None
    printer_error: Exception | None = None
    slip: tuple[str, ...] = ()
    sync: SyncState = field(default_factory=lambda: SyncState(Standing.ALONE))
    backup_trouble: Trouble | None = None
    cut_off_after: EntryId | None = None
    _keeper: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="past"))
    _readers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="read"))
    _line: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(3, thread_name_prefix="line"))
    _ledger: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="ledger"))
    _running: Future[Any] | None = None

    @property
    def language(self) -> Language:
        """The store's language."""
        return Language(self.counter.language)

    @property
    def cashier(self) -> str:
        """The number of who is signed in; empty for nobody."""
        return self.signed_in.staff_id if self.signed_in else ""

    @property
    def is_working(self) -> bool:
        """Whether an act is being recorded now."""
        return self._running is not None and not self._running.done()

    async def read(self, reading: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what a reading returns, off the screen thread; raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, partial(reading, *args, **kwargs))

    async def ask(self, asking: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what head office answers, from a thread of the line: no slow answer holds a read or an act."""
        return await asyncio.get_running_loop().run_in_executor(self._line, partial(asking, *args, **kwargs))

    async def keep(self, keeping: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the keeper of the past returns, from a thread of its own: a slow medium holds nothing else."""
        return await asyncio.get_running_loop().run_in_executor(self._keeper, partial(keeping, *args, **kwargs))

    async def write(self, writing: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what a use case that writes returns, from the one ledger thread; raises Busy, and what it raises."""
        if self.is_working:
            raise Busy
        running = self._ledger.submit(partial(writing, *args, **kwargs))
        self._running = running
        return await asyncio.shield(asyncio.wrap_future(running))

    def close(self) -> None:
        """Finish the act under way and end the threads."""
        self._ledger.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._line.shutdown(wait=True)
        self._keeper.shutdown(wait=False, cancel_futures=True)
