"""The sale is durable first; its slip comes when it can, once as an original, and never late by surprise."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.devices.errors import DeviceError, PaperOut, PrinterSilent
from kiosk.devices.ports import Confirm, Printed, PrinterStatus
from kiosk.model import print_queue
from kiosk.receipts import plain
from kiosk.receipts.document import Document
from kiosk.receipts.errors import NoChineseFont
from kiosk.services.acts import Done
from kiosk.services.printing import Outcome, drop_waiting, print_next, queue_state
from kiosk.services.reprint import reprint
from kiosk.services.values import Member
from tests.builders import OTHER_CASHIER, Shop, open_shop
from tests.kiosk.services.books import rows

ADDRESS = "serial:/dev/kiosk/printer"


@dataclass
class Paper:
    """A printer as far as this room sees it: each slip meets the next trouble, or comes out."""

    troubles: deque[DeviceError | None] = field(default_factory=deque)
    slips: list[str] = field(default_factory=list)
    out: set[str] = field(default_factory=set)
    given_up: list[str] = field(default_factory=list)

    def print_job(self, payload: bytes, job: str = "") -> Printed:
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble is not None:
            raise trouble
        self.slips.append(payload.decode())
        return Printed(Confirm.ANSWER)

    def came_out(self, job: str) -> bool:
        return job in self.out

    def give_up(self, job: str) -> None:
        self.given_up.append(job)

    def status(self) -> PrinterStatus:
        return PrinterStatus()

    def kick_drawer(self) -> None:
        raise AssertionError("the drawer opens with its slip")

    def close(self) -> None:
        """Nothing to let go of."""


def render(document: Document, opens_drawer: bool) -> bytes:
    return (("<drawer>" if opens_drawer else "") + plain.to_text(document, 32)).encode()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


@pytest.fixture
def member(shop: Shop) -> Member:
    member = shop.enrol()
    drop_waiting(shop.counter)
    return member


def state_of(shop: Shop, done: Done) -> tuple[str, int, bool, str | None]:
    assert done.job_id is not None
    job = print_queue.get(shop.counter.store, done.job_id)
    assert job is not None
    return job.state.value, job.attempts, job.sending, job.last_error


def test_slips_come_in_the_order_of_the_sales(shop: Shop, member: Member) -> None:
    first, second = shop.top_up(member), shop.pay(member, 100).done
    paper = Paper()
    results = [print_next(shop.counter, paper, render) for _ in range(3)]
    assert [result.outcome for result in results] == [Outcome.PRINTED, Outcome.PRINTED, Outcome.IDLE]
    assert [result.job.job_id if result.job else None for result in results] == [first.job_id, second.job_id, None]
    assert state_of(shop, first) == ("printed", 1, False, None)


def test_cash_opens_the_drawer_with_its_slip(shop: Shop, member: Member) -> None:
    paper = Paper()
    shop.top_up(member)
    print_next(shop.counter, paper, render)
    shop.pay(member, 100)
    print_next(shop.counter, paper, render)
    assert [slip.startswith("<drawer>") for slip in paper.slips] == [True, False]


@pytest.mark.parametrize("later", [{"seconds": 16}, {"seconds": 119}, {"seconds": -16}, {"seconds": -119}])
def test_a_drawer_does_not_open_when_nobody_stands_there(shop: Shop, member: Member, later: dict[str, int]) -> None:
    shop.top_up(member)
    shop.clock.forward(**later)
    paper = Paper()
    assert print_next(shop.counter, paper, render).outcome is Outcome.PRINTED
    assert not paper.slips[0].startswith("<drawer>")


@pytest.mark.parametrize("later", [{"minutes": 3}, {"days": 1}, {"days": -900}])
def test_last_nights_slips_wait_for_a_word(shop: Shop, member: Member, later: dict[str, int]) -> None:
    shop.top_up(member)
    shop.clock.forward(**later)
    shop.pay(member, 100)
    paper = Paper()
    assert [print_next(shop.counter, paper, render).outcome for _ in range(2)] == [Outcome.PRINTED, Outcome.HELD]
    assert "300.00" not in paper.slips[0], "the customer at the counter gets theirs first"
    state = queue_state(shop.counter)
    assert (state.waiting, state.held) == (1, 1)


def test_held_slips_come_when_somebody_wants_them(shop: Shop, member: Member) -> None:
    shop.top_up(member)
    shop.clock.forward(hours=9)
    paper, said = Paper(), shop.clock.now()
    assert queue_state(shop.counter, said).held == 0
    assert print_next(shop.counter, paper, render, said).outcome is Outcome.PRINTED
    assert not paper.slips[0].startswith("<drawer>")


def test_or_are_dropped_and_can_still_be_had(shop: Shop, member: Member) -> None:
    done = shop.top_up(member)
    shop.clock.forward(hours=9)
    assert (drop_waiting(shop.counter), drop_waiting(shop.counter)) == (1, 0)
    assert state_of(shop, done)[0] == "dropped"
    reprint(shop.counter, shop.act(), done.recorded.entry.entry_id)
    paper = Paper()
    print_next(shop.counter, paper, render)
    assert "补打 1" in paper.slips[0]


def test_paper_out_before_the_first_byte_loses_nothing_and_marks_nothing(shop: Shop, member: Member) -> None:
    done = shop.top_up(member)
    paper = Paper(deque([PaperOut(ADDRESS, sent=False)]))
    failed = print_next(shop.counter, paper, render)
    assert (failed.outcome, type(failed.error)) == (Outcome.FAILED, PaperOut)
    assert state_of(shop, done) == ("waiting", 1, False, "PaperOut")
    assert print_next(shop.counter, paper, render).outcome is Outcome.PRINTED
    assert "补打" not in paper.slips[0]
    assert state_of(shop, done) == ("printed", 2, False, None)


def test_a_slip_that_may_be_on_paper_comes_again_as_a_copy_and_opens_no_drawer(shop: Shop, member: Member) -> None:
    done = shop.top_up(member)
    paper = Paper(deque([PrinterSilent(ADDRESS, sent=True)]))
    print_next(shop.counter, paper, render)
    assert state_of(shop, done) == ("waiting", 1, True, "PrinterSilent")
    print_next(shop.counter, paper, render)
    assert "补打 1" in paper.slips[0]
    assert not paper.slips[0].startswith("<drawer>")


def test_a_slip_that_may_be_on_paper_stays_so_though_the_next_try_sends_nothing(shop: Shop, member: Member) -> None:
    done = shop.top_up(member)
    paper = Paper(deque([PrinterSilent(ADDRESS, sent=True), PaperOut(ADDRESS, sent=False)]))
    for _ in range(3):
        print_next(shop.counter, paper, render)
    assert "补打 1" in paper.slips[0]
    assert state_of(shop, done) == ("printed", 3, False, None)


def test_a_till_that_died_while_printing_says_copy_when_it_comes_back(shop: Shop, member: Member) -> None:
    class Dies(Paper):
        def print_job(self, payload: bytes, job: str = "") -> Printed:
            raise KeyboardInterrupt

    done = shop.top_up(member)
    with pytest.raises(KeyboardInterrupt):
        print_next(shop.counter, Dies(), render)
    assert state_of(shop, done) == ("waiting", 1, True, None)
    paper = Paper()
    print_next(shop.counter, paper, render)
    assert "补打 1" in paper.slips[0]


def test_a_slip_that_cannot_be_drawn_says_why_and_was_never_sent(shop: Shop, member: Member) -> None:
    def no_font(_: Document, __: bool) -> bytes:
        raise NoChineseFont(("/usr/share/fonts",))

    done = shop.top_up(member)
    assert print_next(shop.counter, Paper(), no_font).outcome is Outcome.FAILED
    assert state_of(shop, done) == ("waiting", 0, False, "NoChineseFont")


def test_each_till_prints_its_own(shop: Shop, member: Member) -> None:
    other = shop.till("2")
    other.open_shift(cashier=OTHER_CASHIER)
    shop.top_up(member)
    assert print_next(other.counter, Paper(), render).outcome is Outcome.IDLE
    assert drop_waiting(other.counter) == 0
    assert queue_state(shop.counter).waiting == 1


def test_printing_writes_no_entry(shop: Shop, member: Member) -> None:
    shop.top_up(member)
    before = rows(shop)
    print_next(shop.counter, Paper(), render)
    assert rows(shop) == before
