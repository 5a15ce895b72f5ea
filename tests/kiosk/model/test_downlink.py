"""The downlink: items of each shard in order, one by one; what was asked for is written down until it is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.model import downlink
from kiosk.model.downlink import OpenAsk
from kiosk.model.errors import StoreBroken
from tests.kiosk.model.books import MOMENT, Books


def test_each_shard_of_an_epoch_has_its_own_place(books: Books) -> None:
    store = books.store
    with store.write():
        for shard, number in ((0, 1), (1, 1), (0, 2)):
            downlink.save_position(store, 1, shard, number)
        downlink.save_position(store, 2, 0, 1)
    assert downlink.positions(store, 1) == {"0": 2, "1": 1}
    assert downlink.positions(store, 2) == {"0": 1}
    assert (downlink.position(store, 1, 0), downlink.position(store, 1, 9)) == (2, 0)


@pytest.mark.parametrize("number", [1, 2, 4, 0])
def test_an_item_out_of_its_order_is_never_noted(books: Books, number: int) -> None:
    store = books.store
    with store.write():
        downlink.save_position(store, 1, 0, 1)
        downlink.save_position(store, 1, 0, 2)
    with pytest.raises(StoreBroken), store.write():
        downlink.save_position(store, 1, 0, number)
    assert downlink.position(store, 1, 0) == 2


def test_a_position_is_saved_with_its_effect_or_not_at_all(books: Books) -> None:
    with pytest.raises(StoreBroken):
        two_items_at_once(books)
    assert downlink.position(books.store, 1, 0) == 0


def two_items_at_once(books: Books) -> None:
    """The second of two items in one write transaction is out of its order."""
    with books.store.write():
        downlink.save_position(books.store, 1, 0, 1)
        downlink.save_position(books.store, 1, 0, 3)


def test_an_ask_is_open_until_it_is_answered_and_asked_twice_is_asked_once(books: Books) -> None:
    store = books.store
    with store.write():
        downlink.ask(store, "a2", "m1", 3_400, MOMENT + timedelta(seconds=1))
        downlink.ask(store, "a1", "m2", 100, MOMENT)
        downlink.ask(store, "a1", "m2", 100, MOMENT + timedelta(seconds=9))
    assert downlink.open_asks(store) == [OpenAsk("a1", "m2", 100), OpenAsk("a2", "m1", 3_400)]
    assert downlink.open_asks(store, limit=1) == [OpenAsk("a1", "m2", 100)]
    with store.write():
        downlink.answered(store, "a1", 0)
    assert downlink.open_asks(store) == [OpenAsk("a2", "m1", 3_400)]
