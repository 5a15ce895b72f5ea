"""kill -9 at every write of every act: after the restart there is one entry or none, with its slip, and the id stays good."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from kiosk.model import journal
from kiosk.model.store import Store
from tests.power.acts import ACTS, Bench, bench
from tests.power.hunt import quick_folder
from tests.power.kill import Left, cycles, dies_at

CYCLES: Final = int(os.environ.get("GUITAI_KILLS", "200"))
"""`make kill-loop CYCLES=5000` does more."""


@pytest.fixture(scope="module")
def shop() -> Iterator[Bench]:
    with quick_folder() as folder:
        yield bench(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.mark.parametrize("act", ACTS)
def test_killed_at_any_write_an_act_is_there_whole_or_not_at_all(shop: Bench, folder: Path, act: str) -> None:
    found: list[Left] = []
    for change in count():
        path = shop.copy(folder / str(change))
        left = dies_at(shop, act, path, change)
        assert left.is_right, f"{act} killed at change {change}: {left}"
        found.append(left)
        shop.do(act, path)
        assert _times(path, shop, act) == 1, f"{act} repeated after change {change}"
        if not left.killed:
            break
    assert len(found) > 5, "an act has several writes"
    assert {left.entries for left in found} == {0, 1}, "somewhere it begins to be there"
    assert [left.entries for left in found] == sorted(left.entries for left in found), "and from then on it is"
    assert found[-1].told


def test_killed_whenever_somebody_pulls_the_books_hold(shop: Bench, folder: Path) -> None:
    found = cycles(shop, folder, CYCLES, seed=20261123)
    assert all(left.is_right for left in found)
    assert sum(left.killed for left in found) > CYCLES // 4
    assert {left.entries for left in found} == {0, 1}


def _times(path: Path, shop: Bench, act: str) -> int:
    store = Store.open(path)
    try:
        return sum(each.entry.entry_id == shop.entry_id(act) for each in journal.recent(store, 1_000))
    finally:
        store.close()
