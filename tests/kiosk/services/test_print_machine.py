"""Whatever a printer does, a slip comes once or says that it is a copy; one mutant for each thing that sees to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from kiosk.devices.escpos_printer import EscposPrinter
from kiosk.model import print_queue
from kiosk.receipts.document import Document
from kiosk.services import printing
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


MUTANTS: tuple[Patch, ...] = (
    forget_half_a_job,
    say_that_all_came_out,
    call_every_failure_harmless,
    print_an_original_again,
    print_what_is_old,
    count_bytes_taken_as_paper,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_the_hostile_printer_notices(mutant: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    hunt = settings(
        max_examples=400,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises(BaseException) as noticed:  # noqa: PT011 - whichever promise breaks first
        run_state_machine_as_test(PrintMachine, settings=hunt)
    assert not isinstance(noticed.value, (KeyboardInterrupt, SystemExit))
