"""Where a durable payment's time goes: each part of the use case by itself, timed inside the whole; plain and with every offer on.

The parts are timed by wrapping the functions that do them; what is left is the use case around them. Run: `python -m bench.parts`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from bench.figures import Figure, show, shown_time
from bench.measure import Samples
from bench.payment import plain_payment, with_offers

PARTS: Final = {
    "reading and weighing": ("kiosk.services.pay.quote_at",),
    "the entry's bytes and its place in the chain": ("kiosk.model.journal.encode_entry", "kiosk.model.journal.chain"),
    "journal, postings, purses, past": ("kiosk.model.journal.restore",),
    "the slip and its place in the queue": ("kiosk.services.slips.payment", "kiosk.model.print_queue.add"),
    "the commit (write and fdatasync)": ("playhouse.apsw_ext.APSWDatabase.commit",),
    "what follows (referral)": ("kiosk.services.pay.follow_up",),
}


def main(rounds: int = 1_000) -> list[Figure]:
    """Measure and return the shares."""
    figures = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        figures += _shares("payment", *plain_payment(Path(folder) / "plain"), rounds)
        figures += _shares("with every offer on", *with_offers(Path(folder) / "offers"), rounds)
    return figures


def _shares(name: str, before: Callable[[], None], payment: Callable[[], None], rounds: int) -> list[Figure]:
    taken: dict[str, list[int]] = defaultdict(list)
    whole: list[int] = []
    for _ in range(rounds // 10):
        before()
        payment()
    for _ in range(rounds):
        before()
        spent: dict[str, int] = defaultdict(int)
        with _timed(spent):
            began = time.perf_counter_ns()
            payment()
            whole.append(time.perf_counter_ns() - began)
        for part in PARTS:
            taken[part].append(spent[part])
        taken["the use case around them"].append(whole[-1] - sum(spent.values()))
    middle = Samples(name, tuple(sorted(whole))).percentile(50)
    parts = {part: Samples(part, tuple(sorted(times))).percentile(50) for part, times in taken.items()}
    return [
        Figure(
            f"{name}: {part}, p50", shown_time(time_ns), f"the whole {shown_time(middle)}", f"{time_ns / middle:.0%}"
        )
        for part, time_ns in parts.items()
    ]


@contextmanager
def _timed(spent: dict[str, int]) -> Iterator[None]:
    """Add up what each part takes while the block runs."""
    patches = [patch(target, _wrapped(target, part, spent)) for part, targets in PARTS.items() for target in targets]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in reversed(patches):
            each.stop()


def _wrapped(target: str, part: str, spent: dict[str, int]) -> Callable[..., Any]:
    module, _, name = target.rpartition(".")
    really = getattr(_found(module), name)

    def timed(*given: Any, **named: Any) -> Any:
        began = time.perf_counter_ns()
        try:
            return really(*given, **named)
        finally:
            spent[part] += time.perf_counter_ns() - began

    return timed


def _found(path: str) -> Any:
    """Return a module, or the class in a module, by its dotted name."""
    if path in sys.modules:
        return sys.modules[path]
    module, _, name = path.rpartition(".")
    return getattr(sys.modules[module], name)


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
