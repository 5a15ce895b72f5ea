"""Garbage: collected in quiet moments, and nothing of a member's screen stays behind once it is closed."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from textual._styles_cache import StylesCache

from kiosk.screens import quiet
from kiosk.screens.quiet import LONGEST_SECONDS, MOST_OBJECTS, QUIET_SECONDS, QuietCollector
from tests.kiosk.screens.standing import stand


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000.0]
    monkeypatch.setattr(quiet, "monotonic", lambda: now[0])
    return now


def test_garbage_is_collected_once_nobody_does_anything_and_not_again_before_something_happens(
    clock: list[float],
) -> None:
    collector = QuietCollector()
    collector.touch()
    assert not collector.look(), "somebody does something at this moment"
    clock[0] += 1
    collector.touch()
    clock[0] += QUIET_SECONDS / 2
    assert not collector.look(), "it is not quiet yet"
    clock[0] += QUIET_SECONDS
    assert [collector.look(), collector.look()] == [True, False]


def test_a_counter_that_is_never_quiet_collects_after_the_longest_time(clock: list[float]) -> None:
    collector = QuietCollector()
    clock[0] += LONGEST_SECONDS
    collector.touch()
    assert collector.look()


def test_a_counter_that_is_never_quiet_collects_when_too_much_waits(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = QuietCollector()
    clock[0] += 1
    collector.touch()
    assert not collector.look()
    monkeypatch.setattr("gc.get_count", lambda: (MOST_OBJECTS, 0, 0))
    assert collector.look()


async def test_of_screens_that_are_closed_nothing_stays(tmp_path: Path, clock: list[float]) -> None:
    async with stand(tmp_path) as counter:
        member, collector, painted = counter.shop.enrol(), counter.app.quiet, []
        for _ in range(6):
            clock[0] += 1
            await counter.scan(member.code)
            await counter.press("escape")
            clock[0] += 2 * QUIET_SECONDS
            assert collector.look()
            painted.append(sum(isinstance(thing, StylesCache) for thing in gc.get_objects()))
        left = painted[-1] - painted[0]
        assert left < 3 * len(painted), f"a member's screen has 18 widgets, and left of six are {left}"
