"""Whenever the power goes: everything the counter said is in the books is there, whole, with its slip; and nothing by halves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk.model import journal, print_queue
from kiosk.services import pay, recording, top_up
from tests.power.deeds import day
from tests.power.hunt import Hunt, hunt, quick_folder
from tests.power.images import image
from tests.power.recording import Synced, Told, Wrote

IMAGES: Final = 2_000
"""`make power-loss IMAGES=100000` looks at more."""
SYNC_NORMAL: Final = 1


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


def hunted(folder: Path, images: int, **pragmas: int) -> Hunt:
    tape, kept = day(folder / "day", **pragmas)
    return hunt(tape, kept, folder, count(), images)


@pytest.mark.parametrize("pages", [4_000, 8, 1], ids="log written back after {} pages".format)
def test_nothing_that_was_told_is_lost_and_nothing_stands_by_halves(folder: Path, pages: int) -> None:
    found = hunted(folder, IMAGES // 3 + 1, wal_autocheckpoint=pages)
    assert found.images == IMAGES // 3 + 1
    assert found.faults == []


def test_the_day_is_recorded_to_its_last_write(folder: Path) -> None:
    tape, kept = day(folder / "day")
    told = [step.entries for step in tape.steps if isinstance(step, Told)]
    assert told == sorted(told)
    assert told[-1] == len(kept)
    assert len({row.entry_id for row in kept}) == len(kept)
    assert sum(isinstance(step, Wrote) for step in tape.steps) > 500
    assert sum(isinstance(step, Synced) for step in tape.steps) > len(told)
    last = image(replace(tape), seed=_seed_at_the_end(len(tape.steps)))
    assert last.told == len(kept)


def _seed_at_the_end(steps: int) -> int:
    """Return a seed whose cut comes behind the last step."""
    from random import Random  # noqa: PLC0415 - only to find a seed

    return next(seed for seed in count() if Random(seed).randrange(steps + 1) == steps)


def test_a_store_that_does_not_wait_for_the_disk_is_caught(folder: Path) -> None:
    found = hunted(folder, 300, synchronous=SYNC_NORMAL)
    assert len(found.lost) > 50
    assert {fault.what.split(":")[0] for fault in found.faults} == {"lost"}, "the log's own checks keep it whole"


Mutation = Callable[[pytest.MonkeyPatch], None]


def queue_the_slip_afterwards(patch: pytest.MonkeyPatch) -> None:
    """Put the slip into the queue in a transaction of its own, once the entry is in the books."""
    waiting: list[tuple[Any, ...]] = []
    really_add, really_record = print_queue.add, recording.record

    def record(counter: Any, *asked: Any) -> Any:
        done = really_record(counter, *asked)
        while waiting:
            with counter.store.write():
                really_add(*waiting.pop())
        return done

    patch.setattr(print_queue, "add", lambda *job: waiting.append(job))
    for service in (pay, top_up):
        patch.setattr(service, "record", record)


def move_the_purse_afterwards(patch: pytest.MonkeyPatch) -> None:
    """Write the entry first and what it moves in a transaction of its own."""
    waiting: list[tuple[Any, ...]] = []
    really_move, really_record = journal._move_purse, recording.record

    def record(counter: Any, *asked: Any) -> Any:
        done = really_record(counter, *asked)
        while waiting:
            with counter.store.write():
                really_move(*waiting.pop())
        return done

    patch.setattr(journal, "_move_purse", lambda *move: waiting.append(move))
    for service in (pay, top_up):
        patch.setattr(service, "record", record)


@contextmanager
def _no_write(store: Any) -> Iterator[None]:
    store._thread.writing = True
    try:
        yield
    finally:
        store._thread.writing = False


def write_each_statement_alone(patch: pytest.MonkeyPatch) -> None:
    """Let every statement be a commit of its own."""
    patch.setattr("kiosk.model.store.Store.write", _no_write)


@pytest.mark.parametrize(
    "mutate",
    [queue_the_slip_afterwards, move_the_purse_afterwards, write_each_statement_alone],
    ids=lambda mutate: mutate.__name__,
)
def test_what_is_not_written_in_one_piece_is_caught(mutate: Mutation, folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        mutate(patch)
        found = hunted(folder, 300)
    assert found.faults
