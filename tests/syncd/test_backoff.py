"""Resting after failures: within limits that grow, never in step, and short again after a success."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from syncd.backoff import Backoff


@given(st.integers(), st.integers(1, 60))
def test_a_rest_is_within_a_limit_that_doubles_up_to_twenty_seconds(seed: int, failures: int) -> None:
    backoff, limit = Backoff(Random(seed), 0.5, 20.0), 0.5
    for _ in range(failures):
        assert 0.0 <= backoff.pause() <= limit
        limit = min(limit * 2, 20.0)


@given(st.integers(), st.integers(0, 20))
def test_a_success_makes_the_next_rest_short_again(seed: int, failures: int) -> None:
    backoff = Backoff(Random(seed), 0.5, 20.0)
    for _ in range(failures):
        backoff.pause()
    backoff.reset()
    assert backoff.pause() <= 0.5


def test_two_boxes_do_not_come_back_in_step() -> None:
    one, other = Backoff(Random(1), 0.5, 20.0), Backoff(Random(2), 0.5, 20.0)
    assert [one.pause() for _ in range(8)] != [other.pause() for _ in range(8)]
