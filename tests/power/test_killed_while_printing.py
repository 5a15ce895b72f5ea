"""kill -9 at every write of the print queue: each slip comes out once, and a second time only where it says that it is a reprint."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from kiosk.devices.ports import Confirm, Printed
from kiosk.devices.virtual import VirtualPrinter
from kiosk.model import print_queue
from kiosk.model.store import Store
from kiosk.receipts.document import Document
from kiosk.services.printing import Outcome, print_next
from tests.power.acts import Bench, bench
from tests.power.faulty import Calls, Fault, Plan, on_a_faulty_disk
from tests.power.hunt import quick_folder
from tests.power.kill import Tell, in_a_child

REPRINT = b"\xe8\xa1\xa5\xe6\x89\x93"
"""The word that stands above and below a reprint."""


class PaperRoll(VirtualPrinter):
    """A printer whose paper outlives the process: one slip a line, behind the name of its job."""

    def __init__(self, roll: Path) -> None:
        super().__init__()
        self.roll = roll

    def print_job(self, payload: bytes, job: str = "") -> Printed:
        with self.roll.open("ab") as paper:
            paper.write(job.encode() + b" " + payload + b"\n")
        return Printed(Confirm.ANSWER)


def as_line(document: Document, _opens_drawer: bool) -> bytes:
    return document.to_json()


def drain(shop: Bench, path: Path, roll: Path, tell: Tell = bool) -> None:
    """Print what waits in the books at a place, telling after the first slip."""
    store = Store.open(path)
    counter = replace(shop.shop.counter, store=store)
    while print_next(counter, PaperRoll(roll), as_line).outcome is Outcome.PRINTED:
        tell()
    store.close()


def waiting(shop: Bench, path: Path) -> set[bytes]:
    """Return the names of the slips that wait."""
    store = Store.open(path)
    found = {job.job_id.encode() for job in print_queue.waiting(store, shop.shop.counter.till)}
    store.close()
    return found


def unmarked_twice(shop: Bench, folder: Path) -> list[int]:
    """Kill the print loop at each change of the disk; return at which ones a slip was lost or came twice without a word."""
    wrong = list[int]()
    for change in count():
        path, roll = shop.copy(folder / str(change)), folder / f"roll-{change}"
        slips, plan = waiting(shop, path), Plan(Calls.CHANGES, change, Fault.DIES)

        def work(tell: Tell, *, path: Path = path, roll: Path = roll, plan: Plan = plan) -> None:
            with on_a_faulty_disk(plan):
                drain(shop, path, roll, tell)

        killed, _ = in_a_child(work)
        drain(shop, path, roll)
        paper = roll.read_bytes().splitlines()
        unmarked = [line for line in paper if REPRINT not in line]
        came_out = {line.split(b" ", 1)[0] for line in paper}
        if len(unmarked) != len(set(unmarked)) or came_out != slips or waiting(shop, path):
            wrong.append(change)
        if not killed:
            return wrong
    raise AssertionError("it never came to its end")


def test_killed_at_any_write_a_slip_comes_once_or_says_that_it_is_a_reprint() -> None:
    with quick_folder() as folder:
        assert unmarked_twice(bench(folder), folder) == []


def test_a_queue_that_does_not_write_down_that_bytes_leave_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_queue, "mark_sending", lambda _store, _job_id: None)
    with quick_folder() as folder:
        assert unmarked_twice(bench(folder), folder)
