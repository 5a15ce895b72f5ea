"""A disk that fails at any call of an act: a named stop, nothing by halves, and the same id afterwards gives the right answer."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from kiosk.model import journal
from kiosk.model import store as store_module
from kiosk.model.errors import ModelError, StoreBroken, StoreBusy, StoreFull, StoreReadOnly
from kiosk.model.store import PRAGMAS, Store
from kiosk.model.verify import verify
from tests.kiosk.backup_steps import small_disk
from tests.power.acts import Bench, bench
from tests.power.faulty import Calls, Fault, Plan, on_a_faulty_disk
from tests.power.hunt import quick_folder


@pytest.fixture(scope="module")
def shop() -> Iterator[Bench]:
    with quick_folder() as folder:
        yield bench(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


def times(path: Path, shop: Bench, act: str) -> int:
    """How often an act stands in proved books."""
    store = Store.open(path)
    try:
        verify(store)
        return sum(each.entry.entry_id == shop.entry_id(act) for each in journal.recent(store, 1_000))
    finally:
        store.close()


def refusal_of(shop: Bench, act: str, path: Path, plan: Plan) -> ModelError | None:
    """Do an act on a faulty disk; return what was refused, None for nothing."""
    with on_a_faulty_disk(plan):
        try:
            shop.do(act, path)
        except ModelError as refusal:
            return refusal
    return None


@pytest.mark.parametrize("act", ["top_up", "pay", "shift_close"])
@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (Calls.WRITES, Fault.BROKEN),
        (Calls.SYNCS, Fault.BROKEN),
        (Calls.READS, Fault.BROKEN),
        (Calls.WRITES, Fault.FULL),
    ],
    ids=lambda each: each.value,
)
def test_whichever_call_fails_the_act_is_named_as_broken_and_can_be_asked_again(
    shop: Bench, folder: Path, kind: Calls, fault: Fault, act: str
) -> None:
    refused = 0
    for at in count():
        path, plan = shop.copy(folder / str(at)), Plan(kind, at, fault)
        refusal = refusal_of(shop, act, path, plan)
        refused += refusal is not None
        assert refusal is None or isinstance(refusal, StoreFull if fault is Fault.FULL else StoreBroken), f"call {at}"
        there = times(path, shop, act)
        assert there in {0, 1}
        assert there == 1 or refusal is not None, f"call {at} of {kind}: told, and not there"
        shop.do(act, path)
        assert times(path, shop, act) == 1
        if not plan.happened:
            break
    assert refused > 0


def commits_tried_again(shop: Bench, path: Path) -> int:
    """Ask thrice for a payment whose commit failed, on the same open books; return how often the disk was asked once more."""
    act, deed = shop.deeds["pay"]
    plan = Plan(Calls.SYNCS, 0, Fault.BROKEN)
    with on_a_faulty_disk(plan):
        store = Store.open(path)
        counter = replace(shop.shop.counter, store=store)
        with pytest.raises(StoreBroken):
            deed(counter, act)
        syncs = plan.calls
        for _ in range(3):
            with suppress(StoreBroken):
                deed(counter, act)
        tried = plan.calls - syncs
        store.close()
    return tried


def test_after_a_commit_that_failed_nothing_more_is_written_before_the_books_are_opened_anew(
    shop: Bench, folder: Path
) -> None:
    path = shop.copy(folder / "books")
    assert commits_tried_again(shop, path) == 0, "a commit is never tried again blindly"
    shop.do("pay", path)
    assert times(path, shop, "pay") == 1


def test_a_store_that_forgets_that_its_disk_failed_is_caught(
    shop: Bench, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_write = Store.write

    def write(store: Store) -> AbstractContextManager[None]:
        store._broken = None
        return really_write(store)

    monkeypatch.setattr(Store, "write", write)
    assert commits_tried_again(shop, shop.copy(folder / "books")) > 0


def test_a_disk_that_is_really_full_is_named_and_the_act_goes_through_once_there_is_room(
    shop: Bench, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 2_048) as disk:
        path = shop.copy(disk / "books")
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(bytes(4096))
        refusal = _refused(shop, path)
        assert isinstance(refusal, StoreFull), refusal
        ballast.unlink()
        assert times(path, shop, "pay") == 0
        shop.do("pay", path)
        assert times(path, shop, "pay") == 1


def test_a_disk_that_was_mounted_anew_for_reading_alone_is_named(shop: Bench, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4_096) as disk:
        path = shop.copy(disk / "books")
        _remount(disk, "ro")
        refusal = _refused(shop, path)
        assert isinstance(refusal, StoreReadOnly), refusal
        _remount(disk, "rw")
        shop.do("pay", path)
        assert times(path, shop, "pay") == 1


def test_books_that_another_program_holds_for_too_long_are_named_busy_and_nothing_is_written(
    shop: Bench, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shop.copy(folder / "books")
    monkeypatch.setattr(store_module, "PRAGMAS", {**PRAGMAS, "busy_timeout": 50})
    holder = Store.open(path)
    holder.connection().execute("BEGIN IMMEDIATE")
    refusal = _refused(shop, path)
    assert isinstance(refusal, StoreBusy), refusal
    holder.connection().execute("ROLLBACK")
    holder.close()
    shop.do("pay", path)
    assert times(path, shop, "pay") == 1


def _refused(shop: Bench, path: Path) -> ModelError:
    with pytest.raises(ModelError) as refused:
        shop.do("pay", path)
    return refused.value


def _remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)
