"""What kill -9 at every write must catch: stores and services that do one act in two pieces, or tell of it too early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kiosk.model.errors import ModelError
from kiosk.model.store import Store
from tests.power.acts import bench
from tests.power.hunt import quick_folder
from tests.power.kill import at_every_change
from tests.power.test_power_loss import (
    move_the_purse_afterwards,
    queue_the_slip_afterwards,
    write_each_statement_alone,
)

Mutation = Callable[[pytest.MonkeyPatch], None]


@contextmanager
def _write_and_leave_it_open(store: Store) -> Iterator[None]:
    if not store.connection().in_transaction:
        store.connection().execute("BEGIN IMMEDIATE")
    store._thread.writing = True
    yield
    store._thread.writing = False


def tell_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """Answer the till at once and commit when there is time for it."""
    really_close = Store.close

    def close(store: Store) -> None:
        if store.connection().in_transaction:
            store.connection().execute("COMMIT")
        really_close(store)

    patch.setattr(Store, "write", _write_and_leave_it_open)
    patch.setattr(Store, "close", close)


@pytest.mark.parametrize(
    "mutate",
    [queue_the_slip_afterwards, move_the_purse_afterwards, write_each_statement_alone, tell_before_the_commit],
    ids=lambda mutate: mutate.__name__,
)
def test_an_act_in_pieces_or_told_of_too_early_is_caught(mutate: Mutation) -> None:
    with quick_folder() as folder:
        shop = bench(folder)
        with pytest.MonkeyPatch.context() as patch:
            mutate(patch)
            try:
                is_caught = any(not left.is_right for left in at_every_change(shop, folder, "pay"))
            except ModelError:  # books that verify refuses, or no longer opens
                is_caught = True
    assert is_caught
