"""The print loop: one thread that owns the printer, drains the queue and tells how the printer is.

Money never waits for it: it wakes on a new slip or every two seconds, and everything it learns it says through one
callback, from its own thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from kiosk.devices.errors import DeviceError
from kiosk.devices.ports import PrinterPort, PrinterStatus
from kiosk.model.errors import StoreBusy, StoreFull, StoreReadOnly
from kiosk.model.print_queue import PrintJob
from kiosk.receipts.errors import ReceiptError
from kiosk.services.counter import Counter
from kiosk.services.printing import Outcome, QueueState, Render, print_next, queue_state

POLL_SECONDS: Final = 2.0
_MOST_AT_ONCE: Final = 20
"""After so many slips in a row the loop looks at the printer's state again."""


@dataclass(frozen=True, slots=True)
class PrinterView:
    """What the counter shows of printer and queue; `status` is None where the printer could not be asked."""

    status: PrinterStatus | None
    queue: QueueState
    error: DeviceError | ReceiptError | None

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
        self._wake.set()

    def stop(self, within_seconds: float = 3.0) -> None:
        """End the thread after the slip at hand and close the printer."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(within_seconds)
        self._printer.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            self._show(self._drain())
            self._wake.wait(POLL_SECONDS)
        self._counter.store.close()

    def _drain(self) -> PrinterView:
        try:
            for _ in range(_MOST_AT_ONCE):
                result = print_next(self._counter, self._printer, self._render, self._released_at)
                if result.job is not None and result.outcome is Outcome.PRINTED:
                    self._on_printed(result.job)
                if result.outcome is Outcome.FAILED:
                    return PrinterView(None, self._queue(), result.error)
                if result.outcome is not Outcome.PRINTED or self._stop.is_set():
                    break
            return PrinterView(self._printer.status(), self._queue(), None)
        except DeviceError as unreachable:
            return PrinterView(None, self._queue(), unreachable)
        except (StoreBusy, StoreFull, StoreReadOnly):
            return self._shown or PrinterView(None, QueueState(0, 0, None), None)

    def _queue(self) -> QueueState:
        return queue_state(self._counter, self._released_at)

    def _show(self, view: PrinterView) -> None:
        shown = self._shown
        comparable = replace(view, error=None), type(view.error)
        if shown is None or comparable != (replace(shown, error=None), type(shown.error)):
            self._shown = view
            self._on_change(view)
