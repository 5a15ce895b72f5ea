"""The same through the kernel, on the store as it really stands, shared memory and all: killed or refused at a system call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.power.acts import Bench, bench
from tests.power.hunt import quick_folder
from tests.power.kill import left_by
from tests.power.traced import under_strace

ACTS: Final = ("pay", "shift_close")


@pytest.fixture(scope="module")
def shop() -> Iterator[Bench]:
    with quick_folder() as folder:
        yield bench(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
@pytest.mark.parametrize("when", [1, 3])
def test_killed_at_a_system_call_there_is_one_entry_or_none(
    shop: Bench, folder: Path, call: str, when: int, act: str
) -> None:
    path = shop.copy(folder / "books")
    answer = under_strace(shop, act, path, f"{call}:signal=KILL:when={when}")
    assert answer.killed
    assert left_by(shop, act, path, killed=True, told=answer.told).is_right
    shop.do(act, path)
    assert left_by(shop, act, path, killed=False, told=True).is_right


@pytest.mark.parametrize(
    ("injection", "named"),
    [
        ("fdatasync:error=EIO:when=1", "StoreBroken"),
        ("pwrite64:error=EIO:when=4", "StoreBroken"),
        ("pread64:error=EIO:when=9", "StoreBroken"),
        ("pwrite64:error=ENOSPC:when=9+", "StoreFull"),
        ("pwrite64:error=EROFS:when=1+", "StoreBroken"),
    ],
)
def test_what_the_kernel_refuses_is_named_and_the_same_id_goes_through_afterwards(
    shop: Bench, folder: Path, injection: str, named: str
) -> None:
    path = shop.copy(folder / "books")
    answer = under_strace(shop, "pay", path, injection)
    assert answer.refusal == named
    assert left_by(shop, "pay", path, killed=False, told=answer.told).is_right
    shop.do("pay", path)
    assert left_by(shop, "pay", path, killed=False, told=True).is_right
