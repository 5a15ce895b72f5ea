"""A till with its real print loop over a real line, which keeps everything that was said of its printer."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.devices.errors import DeviceError
from kiosk.devices.escpos_printer import EscposPrinter, Patience
from kiosk.model import journal, print_queue
from kiosk.model.print_queue import JobState, PrintJob
from kiosk.receipts import plain
from kiosk.receipts.document import Document
from kiosk.services.print_loop import PrinterView, PrintLoop
from kiosk.services.values import Member
from tests.builders import Shop
from tests.kiosk.devices.printer_peer import Mechanism

SOON = 15.0
QUICK = Patience(status=0.3, answer=0.6, stall=0.5, look=0.1, ask_again=0.3)


def render(document: Document, _: bool) -> bytes:
    return plain.to_text(document, 32).encode("gbk")


@dataclass
class Till:
    """A till with its loop, and everything it said of its printer."""

    shop: Shop
    member: Member
    printer: EscposPrinter
    views: queue.Queue[PrinterView] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.loop = PrintLoop(self.shop.counter, self.printer, render, self.views.put, lambda _: None)

    def sell(self) -> str:
        """Take a payment and return its number."""
        paid = self.shop.pay(self.member, 100)
        self.loop.wake()
        return paid.done.recorded.entry_no

    def see(self, wanted: Callable[[PrinterView], object]) -> PrinterView:
        """Return the first view from now on that is wanted."""
        while True:
            view = self.views.get(timeout=SOON)
            if wanted(view):
                return view

    def see_trouble(self, *kinds: type[DeviceError]) -> DeviceError:
        error = self.see(lambda view: isinstance(view.error, kinds)).error
        assert isinstance(error, DeviceError)
        return error

    def see_all_printed(self) -> PrinterView:
        return self.see(lambda view: view.error is None and view.status is not None and not view.queue.waiting)

    def entries(self) -> int:
        """Return how many entries the journal holds."""
        return len(journal.recent(self.shop.counter.store, 1_000))

    def jobs(self) -> list[PrintJob]:
        """Return the slips of the sales, oldest first; those before the test began were dropped."""
        found = self.shop.counter.store.rows("SELECT job_id FROM print_job ORDER BY number", ())
        jobs = (print_queue.get(self.shop.counter.store, job_id) for (job_id,) in found)
        return [job for job in jobs if job is not None and job.state is not JobState.DROPPED]

    def states(self) -> list[JobState]:
        """Return what became of the sales' slips, oldest first."""
        return [job.state for job in self.jobs()]

    def length_of(self, place: int) -> int:
        """Return how many bytes a sale's slip has."""
        return len(render(Document.from_json(self.jobs()[place].document), False))


def slips(mechanism: Mechanism, number: str) -> tuple[int, int]:
    """Return how many originals and how many copies of a slip are on paper."""
    text = mechanism.printed.decode("gbk", errors="replace")
    copies = text.count("补打") // 2  # above and below
    return text.count(number) - copies, copies


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for what no callback tells."""
    for _ in range(200):
        if is_so():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it never came")
