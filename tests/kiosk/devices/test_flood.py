"""A hand scans a few codes a second; what reads a thousand is no hand."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.flood import BOUNCE_SECONDS, CALM_SECONDS, MOST_A_SECOND, FloodGate


def test_a_thousand_codes_a_second_for_ten_seconds_are_twenty_and_then_none() -> None:
    gate = FloodGate()
    taken = [number for number in range(10_000) if gate.takes(f"code {number}", number / 1000)]
    assert taken == list(range(MOST_A_SECOND))
    assert gate.is_flooded(9.999)
    assert not gate.is_flooded(9.999 + CALM_SECONDS)
    assert gate.takes("the next customer", 11.5)


def test_a_flood_is_remembered_in_a_few_bytes() -> None:
    gate = FloodGate()
    for number in range(100_000):
        gate.takes("code", number / 10_000)
    assert len(gate._latest) == MOST_A_SECOND
    assert sys.getsizeof(gate._latest) < 1_000


def test_the_same_code_at_once_is_one_reading_and_a_moment_later_a_second_piece() -> None:
    gate = FloodGate()
    assert gate.takes("6901234567892", 0.0)
    assert not gate.takes("6901234567892", 0.1)
    assert not gate.takes("6901234567892", 0.2), "still the same reading: it never let go"
    assert gate.takes("6901234567892", 0.21 + BOUNCE_SECONDS)
    assert gate.takes("6901234567893", 0.37), "another code is another thing"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.16, 5.0)), max_size=60))
def test_a_hand_loses_no_code(scans: list[tuple[str, float]]) -> None:
    gate, at = FloodGate(), 0.0
    for code, gap in scans:
        at += gap
        assert gate.takes(code, at)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0.0, 0.1)), max_size=300))
def test_no_second_has_more_codes_than_a_hand_can_scan(scans: list[tuple[str, float]]) -> None:
    gate, at = FloodGate(), 0.0
    taken: list[float] = []
    for code, gap in scans:
        at += gap
        if gate.takes(code, at):
            taken.append(at)
    for first, beyond in zip(taken, taken[MOST_A_SECOND:], strict=False):
        assert beyond - first >= 1.0
