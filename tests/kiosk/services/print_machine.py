"""The print queue against a printer that does what it likes: any sale, fault, repair, kill and hour, in any order.

What must hold after every step: no slip goes out unmarked once a byte of it may have reached paper; none counts as
printed that is not wholly there; and none goes out that is old, unless a person asked.
"""

from __future__ import annotations

import secrets
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.devices import escpos_printer, talk
from kiosk.devices.addresses import Inquiry
from kiosk.devices.escpos_printer import EscposPrinter, Patience
from kiosk.devices.ports import Confirm, Printed
from kiosk.model import print_queue
from kiosk.model.print_queue import JobState
from kiosk.model.store import Store
from kiosk.receipts.document import Document
from kiosk.services import print_loop, printing
from kiosk.services.counter import Counter
from kiosk.services.print_loop import PrintLoop
from kiosk.services.reports import queue_test_page
from ledger.ids import IdMint
from tests.builders import HandClock, Shop, open_shop
from tests.kiosk.devices.simulated_printer import (
    FIRST,
    LENGTH,
    MOST_TAGS,
    REST,
    SimulatedClock,
    SimulatedPrinter,
    SimulatedTransport,
)

PATIENCE = Patience(status=0.5, answer=20.0, stall=5.0, look=1.0, ask_again=5.0)
COPY, ORIGINAL = b"copy", b"original"


def render(document: Document, _: bool) -> bytes:
    """Tell only whether a slip says that it is a copy."""
    return COPY if "补打" in document.to_json().decode() else ORIGINAL


@cache
def _founded() -> bytes:
    """Return the database of a new shop: founding one hashes three PINs, which takes longer than a day of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder))
        shop.counter.store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shop.counter.store.close()
        return shop.path.read_bytes()


def fresh_shop(folder: Path) -> Shop:
    """Return a new shop in a folder."""
    clock, path = HandClock(), folder / "shop.db"
    path.write_bytes(_founded())
    store, ids = Store.open(path), IdMint(clock, secrets.token_bytes)
    counter = Counter(store, clock, ids, secrets.token_bytes, till="1", zone=ZoneInfo("Asia/Shanghai"), language="zh")
    return Shop(counter, clock, path)


class TaggingPrinter(EscposPrinter):
    """The real printer, whose slips are twelve bytes that name job and copy wherever they turn up."""

    tags: dict[str, int]

    def print_job(self, payload: bytes, job: str = "") -> Printed:
        """Print the tag of the job: even for its original, odd for a copy."""
        tag = 2 * self.tags.setdefault(job, len(self.tags)) + (payload == COPY)
        return super().print_job(bytes([FIRST + tag]) + bytes([REST + tag]) * (LENGTH - 1), job)


class PrintMachine(RuleBasedStateMachine):
    """One till, one printer, and everything between them."""

    @initialize(line=st.sampled_from(["network", "serial", "serial with names"]))
    def open_the_shop(self, line: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.shop: Shop = fresh_shop(Path(self.folder.name))
        self.clock = SimulatedClock()
        self.patch = pytest.MonkeyPatch()
        for module in (talk, escpos_printer):
            self.patch.setattr(module, "monotonic", self.clock)
        self.patch.setattr(print_loop, "BUSY_AFTER_SECONDS", 3_600.0)
        self.line = line
        self.tags: dict[str, int] = {}
        self.handed: dict[int, list[int]] = {}
        self.released_at: datetime | None = None
        self.away = SimulatedPrinter(self.clock)
        self.starts = 0
        self.start_the_till()

    def start_the_till(self) -> None:
        """Begin with nothing but the database, as after a kill; names of inquiries begin elsewhere each time."""
        self.starts += 1
        first_id = 1_000 * self.starts
        self.patch.setattr(escpos_printer, "randbelow", lambda _: first_id)
        inquiry = Inquiry.PROCESS_ID if self.line == "serial with names" else Inquiry.PAPER
        transport = SimulatedTransport(self.away, self.see_bytes, is_network=self.line == "network")
        self.printer = TaggingPrinter(transport, Confirm.ANSWER, inquiry, PATIENCE)
        self.printer.tags = self.tags
        self.loop = PrintLoop(self.shop.counter, self.printer, render, lambda _: None, lambda _: None)
        self.released_at = None

    def teardown(self) -> None:
        if not hasattr(self, "shop"):
            return
        try:
            self.everything_comes_out_in_the_end()
        finally:
            self.patch.undo()
            self.shop.counter.store.close()
            self.folder.cleanup()

    # what happens

    @precondition(lambda self: len(self.tags) < MOST_TAGS // 2 - 1)
    @rule()
    def a_sale(self) -> None:
        self.tags.setdefault(queue_test_page(self.shop.counter), len(self.tags))

    @rule(looks=st.integers(1, 3))
    def the_loop_looks(self, looks: int) -> None:
        for _ in range(looks):
            self.loop._drain()
            self.clock.seconds += print_loop.POLL_SECONDS

    @rule()
    def a_night_passes(self) -> None:
        self.time_passes(9 * 3_600)

    @rule(seconds=st.sampled_from([1, 119, 200]))
    def time_passes(self, seconds: int) -> None:
        self.clock.seconds += seconds
        self.shop.clock.forward(seconds=seconds)

    @rule()
    def a_person_wants_the_old_ones(self) -> None:
        self.loop.release_held()
        self.released_at = self.shop.clock.now()

    @precondition(lambda self: self.line != "serial")
    @rule()
    def the_till_is_killed(self) -> None:
        self.start_the_till()

    @rule(after=st.integers(1, 2 * LENGTH))
    def the_roll_will_end(self, after: int) -> None:
        self.away.paper_left = after

    @rule(fault=st.sampled_from(["cover_open", "paper_out", "is_jammed", "is_silent"]))
    def something_breaks(self, fault: str) -> None:
        setattr(self.away, fault, True)

    @rule()
    def it_is_unplugged(self) -> None:
        self.away.is_away = True
        self.away.lose_all()

    @rule(taken=st.integers(0, LENGTH + 2))
    def the_line_stalls(self, taken: int) -> None:
        self.away.takes_only = taken

    @rule(lag=st.sampled_from([0.3, 3.0, 25.0]))
    def answers_come_late(self, lag: float) -> None:
        self.away.lag = lag

    @rule(count=st.integers(1, 3))
    def answers_get_lost(self, count: int) -> None:
        self.away.loses_answers = count

    @rule()
    def it_forgets_everything(self) -> None:
        self.away.lose_all()

    @rule(gap=st.sampled_from([0.0, 0.3, 2.0]), first=st.sampled_from([0x10, 0x14, 0x18]))
    def it_speaks_unasked(self, gap: float, first: int) -> None:
        self.away.babble(bytes([first, 0x00, 0x00, 0x0F]), gap)

    @rule()
    def somebody_repairs_it(self) -> None:
        self.mend()

    def mend(self) -> None:
        """Let nothing be wrong any more."""
        away = self.away
        away.cover_open = away.paper_out = away.is_jammed = away.is_silent = away.is_away = False
        away.paper_left = away.takes_only = None
        away.lag, away.loses_answers = 0.001, 0
        away.work()

    # what must hold

    def see_bytes(self, handed: bytes) -> None:
        """Look at every byte on its way: originals once, and nothing old unasked."""
        for byte in handed:
            if not FIRST <= byte < FIRST + MOST_TAGS:
                continue
            tag = byte - FIRST
            job_id = next(job for job, number in self.tags.items() if number == tag // 2)
            copies = self.handed.setdefault(tag // 2, [])
            assert tag % 2 or not copies, "an original goes out once, and before any copy"
            copies.append(tag)
            job = print_queue.get(self.shop.counter.store, job_id)
            assert job is not None
            age = abs(self.shop.clock.now() - job.queued_at)
            asked = self.released_at is not None and job.queued_at <= self.released_at
            assert asked or age <= printing.STALE_AFTER, "nothing old goes out unasked"

    @invariant()
    def no_original_stands_on_paper_twice(self) -> None:
        if hasattr(self, "shop"):
            for number in self.tags.values():
                assert self.away.paper.count(FIRST + 2 * number) <= 1

    @invariant()
    def what_counts_as_printed_is_wholly_on_paper(self) -> None:
        if not hasattr(self, "shop"):
            return
        for job_id, number in self.tags.items():
            job = print_queue.get(self.shop.counter.store, job_id)
            assert job is not None
            if job.state is JobState.PRINTED:
                copies = (2 * number, 2 * number + 1)
                whole = (bytes([FIRST + tag]) + bytes([REST + tag]) * (LENGTH - 1) for tag in copies)
                assert any(copy in self.away.paper for copy in whole), "a slip that counts is there"

    def everything_comes_out_in_the_end(self) -> None:
        """Mend all, let a person ask for the old slips, and see the queue run dry by itself."""
        self.mend()
        self.a_person_wants_the_old_ones()
        for _ in range(8 * (len(self.tags) + 2)):
            if not printing.queue_state(self.shop.counter).waiting:
                break
            self.the_loop_looks(1)
        self.no_original_stands_on_paper_twice()
        self.what_counts_as_printed_is_wholly_on_paper()
        assert not printing.queue_state(self.shop.counter).waiting, "the queue runs dry once all is well"
