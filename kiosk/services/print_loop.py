"""The print loop: one thread that owns the printer, drains the queue and tells how the printer is.

Money never waits for it: it wakes on a new slip or every two seconds, and everything it learns it says through one
callback, from its own thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from kiosk.devices.errors import DeviceError
from kiosk.devices.ports import PrinterPort, PrinterStatus, trouble_of
from kiosk.model.errors import StoreBroken, StoreBusy, StoreFull, StoreReadOnly
from kiosk.model.print_queue import PrintJob
from kiosk.receipts.errors import ReceiptError
from kiosk.services.counter import Counter
from kiosk.services.printing import Outcome, QueueState, Render, give_up_unconfirmed, print_next, queue_state

POLL_SECONDS: Final = 2.0
BUSY_AFTER_SECONDS: Final = 2.0
"""A slip that takes longer is said to be under way, so that nobody waits at a printer that seems well."""

_CLOSING_SECONDS: Final = 2.0
_MOST_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class PrinterView:
    """What the counter shows of printer and queue; `error` is what keeps slips from coming out.

    `status` is None where the printer could not be asked, and, without an error, while a slip takes its time.
    """

    status: PrinterStatus | None
    queue: QueueState
    error: DeviceError | ReceiptError | StoreBroken | None

    @property
    def works(self) -> bool:
        """Whether nothing at all is wrong and nothing waits for a person."""
        return self.error is None and not self.queue.held


class PrintLoop:
    """Drains one till's print queue; both callbacks are called from the loop's thread.

    `on_change` is told whenever what is shown changes, `on_printed` of every slip that counts as printed.
    """

    def __init__(
        self,
        counter: Counter,
        printer: PrinterPort,
        render: Render,
        on_change: Callable[[PrinterView], None],
        on_printed: Callable[[PrintJob], None],
    ) -> None:
        """Take the parts; nothing runs before `start`."""
        self._counter = counter
        self._printer = printer
        self._render = render
        self._on_change = on_change
        self._on_printed = on_printed
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._released_at: datetime | None = None
        self._word_given = threading.Event()
        self._showing = threading.Lock()
        self._is_printing = False
        self._shown: PrinterView | None = None
        self._thread = threading.Thread(target=self._run, name="print-loop", daemon=True)

    def start(self) -> None:
        """Begin draining."""
        self._thread.start()

    def wake(self) -> None:
        """Say that a slip was queued."""
        self._wake.set()

    def release_held(self) -> None:
        """Let the slips that wait for a person's word print now."""
        self._released_at = self._counter.now()
        self._word_given.set()
        self._wake.set()

    def stop(self, within_seconds: float = 3.0) -> None:
        """End the thread after the slip at hand, or without it where that takes longer, and close the printer."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(within_seconds)
        self._printer.close()
        if self._thread.is_alive():
            self._thread.join(_CLOSING_SECONDS)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._wake.clear()
                self._show(self._drain())
                self._wake.wait(POLL_SECONDS)
        except StoreBroken as broken:  # this process writes nothing any more; the counter asks for a fresh start
            self._show(PrinterView(None, self._queue_shown, broken))
        self._counter.store.close()

    def _drain(self) -> PrinterView:
        try:
            if self._word_given.is_set():
                self._word_given.clear()
                give_up_unconfirmed(self._counter, self._printer)
            error = self._print_waiting()
            status = None if error is not None else self._printer.status()
            return PrinterView(status, self._queue(), error or (trouble_of(status) if status else None))
        except DeviceError as unreachable:
            return PrinterView(None, self._queue(), unreachable)
        except (StoreBusy, StoreFull, StoreReadOnly):
            return self._shown or PrinterView(None, QueueState(0, 0, None), None)

    def _print_waiting(self) -> DeviceError | ReceiptError | None:
        """Print what waits and return what went wrong; after so many slips the loop looks at the printer again."""
        for _ in range(_MOST_AT_ONCE):
            with self._told_where_it_takes_long():
                result = print_next(self._counter, self._printer, self._render, self._released_at)
            if result.job is not None and result.outcome is Outcome.PRINTED:
                self._on_printed(result.job)
            if result.outcome is Outcome.FAILED:
                return result.error
            if result.outcome is not Outcome.PRINTED or self._stop.is_set():
                break
        return None

    @contextmanager
    def _told_where_it_takes_long(self) -> Iterator[None]:
        watch = threading.Timer(BUSY_AFTER_SECONDS, self._show_busy)
        watch.daemon = True
        self._is_printing = True
        if self._queue().waiting:
            watch.start()
        try:
            yield
        finally:
            watch.cancel()
            with self._showing:
                self._is_printing = False

    def _show_busy(self) -> None:
        """Say that a slip is under way; a trouble that was said already stays until the slip is out."""
        queue = self._queue_shown
        with self._showing:
            if self._is_printing and self._shown is not None and self._shown.error is None:
                self._tell(PrinterView(None, queue, None))

    def _queue(self) -> QueueState:
        return queue_state(self._counter, self._released_at)

    @property
    def _queue_shown(self) -> QueueState:
        return self._shown.queue if self._shown is not None else QueueState(0, 0, None)

    def _show(self, view: PrinterView) -> None:
        with self._showing:
            self._tell(view)

    def _tell(self, view: PrinterView) -> None:
        shown = self._shown
        comparable = replace(view, error=None), type(view.error)
        if shown is None or comparable != (replace(shown, error=None), type(shown.error)):
            self._shown = view
            self._on_change(view)
