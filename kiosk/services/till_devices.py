"""The devices of a till, put together: scanner and printer on their own threads, told to whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from kiosk.devices.errors import DeviceError
from kiosk.devices.ports import DeviceState, PrinterPort, Scanner
from kiosk.model.print_queue import PrintJob
from kiosk.receipts.document import Document
from kiosk.receipts.errors import NoChineseFont
from kiosk.services.counter import Counter
from kiosk.services.print_loop import PrinterView, PrintLoop
from kiosk.services.printing import Render, drop_waiting
from kiosk.services.reports import queue_test_page


class Ears(Protocol):
    """What devices may tell the counter, from any thread."""

    def hear_code(self, text: str) -> None:
        """Take a scanned code."""

    def hear_scanner(self, state: DeviceState, error: DeviceError | None) -> None:
        """Take the scanner's state and, if it is not ready, why."""

    def hear_printer(self, view: PrinterView) -> None:
        """Take how printer and queue are."""

    def hear_slip(self, lines: Sequence[str]) -> None:
        """Take a slip that the virtual printer drew, line by line."""


class TillDevices:
    """One till's scanner and printer; each does its work on a thread of its own.

    `slips_folder` is set for a virtual printer: each slip is then drawn for the listener and written there as PNG and
    text.
    """

    def __init__(
        self,
        counter: Counter,
        scanner: Scanner | None,
        printer: PrinterPort,
        render: Render,
        *,
        columns: int,
        slips_folder: Path | None,
    ) -> None:
        """Take the parts; no thread runs before `start`."""
        self._counter = counter
        self._scanner = scanner
        self._columns = columns
        self._slips_folder = slips_folder
        self._ears: Ears | None = None
        self._loop = PrintLoop(counter, printer, render, self._printer_changed, self._printed)

    def start(self, ears: Ears) -> None:
        """Begin to listen and to print."""
        self._ears = ears
        if self._scanner is not None:
            self._scanner.start(ears.hear_code, ears.hear_scanner)
        self._loop.start()

    def stop(self) -> None:
        """End every thread."""
        if self._scanner is not None:
            self._scanner.stop()
        self._loop.stop()

    def slip_queued(self) -> None:
        """Look at the print queue now."""
        self._loop.wake()

    def print_held(self) -> None:
        """Print the old slips too."""
        self._loop.release_held()

    def drop_held(self) -> int:
        """Take the waiting slips out of the queue and return how many; belongs on the ledger thread, as it writes."""
        dropped = drop_waiting(self._counter)
        self._loop.wake()
        return dropped

    def print_test_page(self) -> None:
        """Print a page that shows whether everything arrives; belongs on the ledger thread, as it writes."""
        queue_test_page(self._counter)
        self._loop.wake()

    def _tell(self, say: Callable[[Ears], None]) -> None:
        if self._ears is not None:
            say(self._ears)

    def _printer_changed(self, view: PrinterView) -> None:
        self._tell(lambda ears: ears.hear_printer(view))

    def _printed(self, job: PrintJob) -> None:
        if self._slips_folder is None:
            return
        from kiosk.receipts import plain  # noqa: PLC0415 - wcwidth and Pillow only where slips are drawn
        from kiosk.receipts.picture import to_png  # noqa: PLC0415 - the same

        document = Document.from_json(job.document)
        text = plain.to_text(document, self._columns)
        self._tell(lambda ears: ears.hear_slip(text.splitlines()))
        self._slips_folder.mkdir(parents=True, exist_ok=True)
        (self._slips_folder / f"{job.job_id}.txt").write_text(text, encoding="utf-8")
        try:
            (self._slips_folder / f"{job.job_id}.png").write_bytes(to_png(document, self._columns))
        except NoChineseFont:
            (self._slips_folder / "no-picture.txt").write_text("apt-get install fonts-wqy-zenhei\n", encoding="utf-8")
