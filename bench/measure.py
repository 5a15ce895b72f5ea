"""Timing in turns: subject and peer alternate in one run, so that a noisy neighbour slows both."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Samples:
    """Times of one thing, in nanoseconds, sorted."""

    name: str
    nanoseconds: tuple[int, ...]

    def percentile(self, percent: int) -> int:
        """Return the time that this share of the samples does not exceed, in nanoseconds."""
        place = min(len(self.nanoseconds) - 1, len(self.nanoseconds) * percent // 100)
        return self.nanoseconds[place]

    def row(self) -> str:
        """Return one line: name, p50, p95, p99 in microseconds and the number of samples."""
        p50, p95, p99 = (self.percentile(percent) / 1000 for percent in (50, 95, 99))
        return f"{self.name:<44} p50 {p50:9.0f} µs  p95 {p95:9.0f} µs  p99 {p99:9.0f} µs  n={len(self.nanoseconds)}"


def in_turns(
    rounds: int, clock: Callable[[], int] = time.perf_counter_ns, /, **subjects: Callable[[], object]
) -> dict[str, Samples]:
    """Run each subject once a round, in turns, and return the times by name; the first tenth warms up and is dropped.

    What only computes can be timed by `time.thread_time_ns`: the processor's time, whoever else wants it.
    """
    times: dict[str, list[int]] = {name: [] for name in subjects}
    warm_up = rounds // 10
    for number in range(rounds + warm_up):
        for name, subject in subjects.items():
            before = clock()
            subject()
            took = clock() - before
            if number >= warm_up:
                times[name].append(took)
    return {name: Samples(name, tuple(sorted(taken))) for name, taken in times.items()}


def ratio_line(subject: Samples, peer: Samples, percent: int, aim: float) -> str:
    """Return `p50 2.41× of bare write (aim ≤ 3×): met`."""
    ratio = subject.percentile(percent) / peer.percentile(percent)
    verdict = "met" if ratio <= aim else "missed"
    return f"p{percent} {ratio:.2f}× of {peer.name} (aim ≤ {aim:g}×): {verdict}"
