"""Every known wrong variant of the protocol is caught by the simulator, or proved to be out of reach."""

from __future__ import annotations

import pytest

from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.run import run

pytestmark = pytest.mark.slow
REACHABLE = [mutant for mutant in MUTANTS if mutant.reachable]
UNREACHABLE = [mutant for mutant in MUTANTS if not mutant.reachable]


@pytest.mark.parametrize("mutant", REACHABLE, ids=lambda mutant: mutant.name)
def test_a_wrong_protocol_is_caught(mutant: Mutant) -> None:
    for seed in range(mutant.seeds):
        with mutant.mutation():
            outcome = run(seed, mutant.events, mutant.weather)
        if outcome.broken is not None:
            assert outcome.broken.invariant.startswith("I"), "an invariant says what is wrong"
            return
    pytest.fail(f"{mutant.name} lived through {mutant.seeds} seeds")


@pytest.mark.parametrize("mutant", UNREACHABLE, ids=lambda mutant: mutant.name)
def test_what_cannot_be_reached_does_no_harm(mutant: Mutant) -> None:
    for seed in range(mutant.seeds):
        with mutant.mutation():
            assert run(seed, mutant.events, mutant.weather).broken is None, "its docstring says why"
