"""Run seeds of the simulation: `python -m tests.simulation --seeds 1000`, or one with everything that happened."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.simulation.run import EVENTS, run


def main() -> int:
    """Run what was asked for; return 1 when an invariant broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds")
    parser.add_argument("--start", type=int, default=0, help="the first of them")
    parser.add_argument("--events", type=int, default=EVENTS, help="steps a seed, before everything drains")
    parser.add_argument("--seed", type=int, help="run this one and show everything that happens")
    asked = parser.parse_args()
    if asked.seed is not None:
        return _replay(asked.seed, asked.events)
    told: Counter[str] = Counter()
    began, events, failed = time.perf_counter(), 0, 0
    for seed in range(asked.start, asked.start + asked.seeds):
        outcome = run(seed, asked.events)
        told.update(outcome.told)
        events += outcome.events
        if outcome.broken is not None:
            failed += 1
            _say(f"seed {seed}: {outcome.broken}\n  {outcome.replay}")
    seconds = time.perf_counter() - began
    _say(f"{asked.seeds} seeds, {events} events in {seconds:.1f} s ({events / seconds:.0f} a second), {failed} broken")
    for what, times in sorted(told.items()):
        _say(f"  {what}: {times}")
    return 1 if failed else 0


def _replay(seed: int, events: int) -> int:
    outcome = run(seed, events, tell=_say)
    _say(f"trace {outcome.trace_hash}")
    if outcome.broken is not None:
        _say(f"seed {seed} breaks {outcome.broken}")
    return 1 if outcome.broken is not None else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


sys.exit(main())
