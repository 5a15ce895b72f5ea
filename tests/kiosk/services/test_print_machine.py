"""Whatever a printer does, a slip comes once or says that it is a copy; one mutant for each thing that sees to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from kiosk.devices.escpos_printer import EscposPrinter
from kiosk.devices.status import AnswerReader
from kiosk.model import print_queue
from kiosk.receipts.document import Document
from kiosk.services import printing
from tests.kiosk.devices.simulated_printer import LENGTH
from tests.kiosk.services.print_machine import PrintMachine

Patch = Callable[[pytest.MonkeyPatch], None]

TestAnyPrinter = PrintMachine.TestCase
TestAnyPrinter.settings = settings(
    max_examples=int(os.environ.get("GUITAI_PRINTERS", "50")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def forget_half_a_job(patch: pytest.MonkeyPatch) -> None:
    """A job counts as handed over only when all of it was taken."""

    def hand_over(self: Any, outgoing: bytes, job: str) -> None:
        self._write(outgoing)
        self._handed = job

    patch.setattr(EscposPrinter, "_hand_over", hand_over)


def say_that_all_came_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(EscposPrinter, "came_out", lambda self, job: self._pending is not None and self._pending.job == job)


def call_every_failure_harmless(patch: pytest.MonkeyPatch) -> None:
    really = print_queue.mark_failed

    def harmless(store: Any, job_id: str, error: str, **_: bool) -> None:
        really(store, job_id, error, nothing_sent=True)

    patch.setattr(print_queue, "mark_failed", harmless)


def print_an_original_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(printing, "_document", lambda _, job: Document.from_json(job.document))


def print_what_is_old(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(printing, "_is_held", lambda *_: False)


def count_bytes_taken_as_paper(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(EscposPrinter, "_confirm_sent", lambda self, pending: self._came_out(pending))


def take_any_answer_for_the_newest_job(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(EscposPrinter, "_is_answered", lambda self, _: self._talk is not None and self._talk.answered > 0)


def forgive_every_answer_that_is_owed(patch: pytest.MonkeyPatch) -> None:
    really = EscposPrinter._abandon
    patch.setattr(EscposPrinter, "_abandon", lambda self, pending, **_: really(self, pending, is_lost=True))


def forget_a_status_that_was_cut_in_two(patch: pytest.MonkeyPatch) -> None:
    def rest(self: Any) -> None:
        self._block, self._unasked_left = None, 0

    patch.setattr(AnswerReader, "rest", rest)


def believe_one_answer_of_two(patch: pytest.MonkeyPatch) -> None:
    def is_answered(self: Any, pending: Any) -> bool:
        return self._talk is not None and self._talk.answered > pending.due - pending.asks

    patch.setattr(EscposPrinter, "_is_answered", is_answered)


# what happens, for each of them


def a_slip_stays_in_the_printer(shop: PrintMachine) -> None:
    shop.something_breaks("is_jammed")
    shop.a_sale()
    shop.the_loop_looks(2)


def half_a_slip_is_taken(shop: PrintMachine) -> None:
    shop.a_sale()
    shop.the_line_stalls(4)
    shop.the_loop_looks(1)
    shop.somebody_repairs_it()
    shop.the_loop_looks(2)


def the_power_goes_in_mid_slip(shop: PrintMachine) -> None:
    shop.the_roll_will_end(4)
    shop.a_sale()
    shop.the_loop_looks(1)
    shop.it_is_unplugged()
    shop.the_loop_looks(1)
    shop.somebody_repairs_it()
    shop.the_loop_looks(2)


def it_is_silent_for_a_night(shop: PrintMachine) -> None:
    shop.a_sale()
    shop.something_breaks("is_silent")
    shop.the_loop_looks(1)
    shop.a_night_passes()
    shop.somebody_repairs_it()
    shop.the_loop_looks(2)


def it_takes_a_slip_and_forgets_it(shop: PrintMachine) -> None:
    a_slip_stays_in_the_printer(shop)
    shop.it_forgets_everything()
    shop.somebody_repairs_it()
    shop.the_loop_looks(1)
    shop.it_forgets_everything()
    shop.the_loop_looks(2)


def it_forgets_a_slip_between_two_looks(shop: PrintMachine) -> None:
    shop.something_breaks("is_jammed")
    shop.a_sale()
    shop.the_loop_looks(1)
    shop.it_forgets_everything()
    shop.somebody_repairs_it()
    shop.the_loop_looks(1)


def the_roll_ends_in_the_second_of_two_slips(shop: PrintMachine) -> None:
    shop.something_breaks("is_jammed")
    shop.a_sale()
    shop.the_loop_looks(1)
    shop.time_passes(200)
    shop.a_sale()
    shop.the_loop_looks(1)
    shop.the_roll_will_end(LENGTH + 3)
    shop.away.is_jammed = False
    shop.away.work()
    shop.the_loop_looks(2)


def it_speaks_while_a_slip_is_in_it(shop: PrintMachine) -> None:
    shop.something_breaks("is_jammed")
    shop.a_sale()
    shop.it_speaks_unasked(2.0, 0x10)
    shop.the_loop_looks(1)


Story = Callable[[PrintMachine], None]
MUTANTS: tuple[tuple[Patch, Story], ...] = (
    (forget_half_a_job, half_a_slip_is_taken),
    (call_every_failure_harmless, the_power_goes_in_mid_slip),
    (print_an_original_again, half_a_slip_is_taken),
    (print_what_is_old, it_is_silent_for_a_night),
    (count_bytes_taken_as_paper, a_slip_stays_in_the_printer),
    (say_that_all_came_out, a_slip_stays_in_the_printer),
    (take_any_answer_for_the_newest_job, the_roll_ends_in_the_second_of_two_slips),
    (forgive_every_answer_that_is_owed, the_roll_ends_in_the_second_of_two_slips),
    (forget_a_status_that_was_cut_in_two, it_speaks_while_a_slip_is_in_it),
    (believe_one_answer_of_two, it_forgets_a_slip_between_two_looks),
)
STORIES = sorted({story for _, story in MUTANTS}, key=lambda story: story.__name__)


def tell(story: Story) -> None:
    """Let it happen on a serial line, and look at what must hold."""
    shop = PrintMachine()
    shop.open_the_shop("serial")
    try:
        story(shop)
        shop.no_original_stands_on_paper_twice()
        shop.what_counts_as_printed_is_wholly_on_paper()
    finally:
        shop.teardown()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_promises_hold(story: Story) -> None:
    tell(story)
    assert story.__name__ in {known.__name__ for _, known in MUTANTS}, "some mutant breaks a promise here"


@pytest.mark.parametrize(("mutant", "story"), MUTANTS, ids=lambda each: each.__name__)
def test_a_mutant_is_noticed(mutant: Patch, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    with pytest.raises(AssertionError) as noticed:
        tell(story)
    assert str(noticed.value)
