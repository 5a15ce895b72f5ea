"""kill -9: a process that dies at its n-th write, or whenever somebody pulls; and what its books say then."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from kiosk.model import journal
from kiosk.model.store import Store
from kiosk.model.verify import verify
from tests.power.acts import Bench
from tests.power.faulty import Calls, Fault, Plan, on_a_faulty_disk

Tell = Callable[[], object]
"""Tells people that an act is done: from here on it must stand."""

_TOLD = b"told"


@dataclass(frozen=True, slots=True)
class Left:
    """What a process left: whether it was killed, whether it had told that the act is done, how often the entry stands."""

    killed: bool
    told: bool
    entries: int
    with_slip: bool

    @property
    def is_right(self) -> bool:
        """Whether it is there whole, or not at all and nobody was told."""
        return self.entries in {0, 1} and (self.entries == 1 or not self.told) and self.with_slip == (self.entries == 1)


def dies_at(shop: Bench, act: str, path: Path, change: int) -> Left:
    """Do an act in a process that dies at its n-th change of the disk; return what it left behind."""
    plan = Plan(Calls.CHANGES, change, Fault.DIES)

    def work(tell: Tell) -> None:
        with on_a_faulty_disk(plan):
            shop.do(act, path, tell)

    killed, told = in_a_child(work)
    return left_by(shop, act, path, killed=killed, told=told)


def at_every_change(shop: Bench, folder: Path, act: str) -> list[Left]:
    """Let an act die at its first change of the disk, its second, and so on, until it is done; return what each left."""
    found: list[Left] = []
    while not found or found[-1].killed:
        path = shop.copy(folder / f"{act}-{len(found)}")
        found.append(dies_at(shop, act, path, len(found)))
        shutil.rmtree(path.parent)
    return found


def dies_after(shop: Bench, act: str, path: Path, seconds: float) -> Left:
    """Do an act in a process that is killed after so many seconds; return what it left behind."""
    killed, told = in_a_child(lambda tell: shop.do(act, path, tell), seconds)
    return left_by(shop, act, path, killed=killed, told=told)


def cycles(shop: Bench, folder: Path, count: int, seed: int) -> list[Left]:
    """Kill so many processes at moments drawn by lot, each on books of its own, the acts in turns."""
    chance, acts, found = random.Random(seed), list(shop.deeds), list[Left]()
    for number in range(count):
        path = shop.copy(folder / f"cycle-{number}")
        act = acts[number % len(acts)]
        found.append(dies_after(shop, act, path, chance.uniform(0.0, 0.03)))
        shop.do(act, path)
        again = left_by(shop, act, path, killed=False, told=True)
        assert again.is_right, f"seed {seed}, cycle {number}, {act}: {again}"
        shutil.rmtree(path.parent)
    return found


def left_by(shop: Bench, act: str, path: Path, *, killed: bool, told: bool) -> Left:
    """Look at the books as the next start does: opened, verified."""
    entry_id = shop.entry_id(act)
    store = Store.open(path)
    try:
        verify(store)
        entries = sum(recorded.entry.entry_id == entry_id for recorded in journal.recent(store, 1_000))
        slips = store.execute("SELECT count(*) FROM print_job WHERE job_id = ?", (entry_id,)).fetchone()[0]
    finally:
        store.close()
    return Left(killed, told, entries, with_slip=slips == 1)


def in_a_child(work: Callable[[Tell], object], seconds: float | None = None) -> tuple[bool, bool]:
    """Run work in a process of its own and, where asked, kill it; return whether it was killed, and whether it was done."""
    hears, tells = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(work, tells)
    os.close(tells)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(hears, "rb") as pipe:
        told = pipe.read() == _TOLD
    if not os.WIFSIGNALED(status):
        assert os.WEXITSTATUS(status) == 0, "the act failed in its process"
    return os.WIFSIGNALED(status), told


def _be_the_child(work: Callable[[Tell], object], tells: int) -> NoReturn:
    try:
        work(lambda: os.write(tells, _TOLD))
    except BaseException:  # noqa: BLE001 - outermost: the child must not go on as the test
        os._exit(1)
    os._exit(0)
