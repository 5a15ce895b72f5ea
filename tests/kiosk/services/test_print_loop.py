"""The print loop outlives a disk that is full for a while."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path

import pytest

from kiosk.devices.errors import PrinterSilent
from kiosk.model.errors import ModelError, StoreBroken, StoreBusy, StoreFull, StoreReadOnly
from kiosk.receipts.document import Document
from kiosk.services import print_loop
from kiosk.services.print_loop import PrinterView, PrintLoop
from kiosk.services.printing import Outcome, PrintResult, print_next
from kiosk.services.reports import queue_test_page
from tests.builders import open_shop
from tests.kiosk.services.test_printing import Paper


def render(_: Document, __: bool) -> bytes:
    return b""


@pytest.mark.parametrize("trouble", [StoreFull("shop.db"), StoreReadOnly("shop.db"), StoreBusy(5_000)])
def test_it_goes_on_when_the_trouble_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: ModelError
) -> None:
    shop, looked_again, troubles = open_shop(tmp_path), threading.Event(), [trouble]
    views: list[PrinterView] = []

    def look(*_: object) -> PrintResult:
        if troubles:
            loop.wake()
            raise troubles.pop()
        looked_again.set()
        return PrintResult(Outcome.IDLE)

    monkeypatch.setattr(print_loop, "print_next", look)
    loop = PrintLoop(shop.counter, Paper(), render, views.append, lambda _: None)
    loop.start()
    assert looked_again.wait(10)
    loop.stop()
    assert views, "the counter is told how the printer is"


def test_a_disk_that_fails_ends_the_loop_and_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, told = open_shop(tmp_path), threading.Event()
    views: list[PrinterView] = []

    def tell(view: PrinterView) -> None:
        views.append(view)
        told.set()

    def broken(*_: object) -> PrintResult:
        raise StoreBroken("disk I/O error")

    monkeypatch.setattr(print_loop, "print_next", broken)
    loop = PrintLoop(shop.counter, Paper(), render, tell, lambda _: None)
    loop.start()
    assert told.wait(10)
    loop.stop()
    assert isinstance(views[-1].error, StoreBroken)
    assert not loop._thread.is_alive()


def test_only_slips_that_may_be_on_paper_are_given_up_when_a_person_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_loop, "POLL_SECONDS", 0.01)
    shop, printer = open_shop(tmp_path), Paper(deque([PrinterSilent("tcp:printer", sent=True)]))
    doubted, fresh = (queue_test_page(shop.counter) for _ in range(2))
    print_next(shop.counter, printer, render)
    loop = PrintLoop(shop.counter, printer, render, lambda _: None, lambda _: None)
    loop.release_held()
    loop._drain()
    assert printer.given_up == [doubted]
    assert fresh not in printer.given_up
    assert len(printer.slips) == 2
