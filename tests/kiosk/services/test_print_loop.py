"""The print loop outlives a disk that is full for a while."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kiosk.model.errors import ModelError, StoreBusy, StoreFull, StoreReadOnly
from kiosk.receipts.document import Document
from kiosk.services import print_loop
from kiosk.services.print_loop import PrinterView, PrintLoop
from kiosk.services.printing import Outcome, PrintResult
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
