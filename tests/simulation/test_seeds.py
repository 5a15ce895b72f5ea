"""Seed after seed: whatever the network, the machines and the people do, the ten invariants hold and all drains."""

from __future__ import annotations

import os

import pytest

from tests.simulation.run import run

pytestmark = pytest.mark.slow
SEEDS = int(os.environ.get("GUITAI_SEEDS", "200"))
BATCH = 20


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_the_invariants_hold_in_every_seed(first: int) -> None:
    for seed in range(first, min(first + BATCH, SEEDS)):
        outcome = run(seed)
        assert outcome.broken is None, f"{outcome.broken}; {outcome.replay}"


def test_the_same_seed_runs_the_same_to_the_byte() -> None:
    first, again = run(7), run(7)
    assert first.trace_hash == again.trace_hash
    assert first.told == again.told
    assert run(8).trace_hash != first.trace_hash, "another seed is another story"
