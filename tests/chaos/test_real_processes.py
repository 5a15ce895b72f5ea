"""Three boxes and a head office as they will stand in shops, while lines drop, programs die and clocks jump.

Whatever happens meanwhile: once all is whole again everything drains within a minute, nothing is doubled, and every fen
of every store is where the journals say.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from headoffice.audit.verify import verify
from headoffice.store.database import open_database
from kiosk.model import journal, purses, uplink
from kiosk.model.members import Member
from kiosk.model.verify import verify as verify_books
from kiosk.services.errors import ServiceError
from kiosk.services.prepare_payment import prepare
from kiosk.uplink import SyncDaemon
from ledger.entries import EntryKind
from ledger.errors import LedgerError
from tests.chaos.floor import Floor, FloorBox, missing_programs, wait_until

STORM_SECONDS = float(os.environ.get("GUITAI_STORM_SECONDS", "20"))
pytestmark = [
    pytest.mark.namespaces,
    pytest.mark.postgresql,
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_programs()), reason=f"this machine lacks {missing_programs()}"),
]


@pytest.fixture
def floor() -> Iterator[Floor]:
    made = Floor()
    try:
        made.open()
        yield made
    finally:
        made.close()


@dataclass
class Till:
    """Somebody who sells at a box without pause, asking head office when a purse is too small."""

    box: FloorBox
    members: list[Member]
    chance: random.Random
    stop: threading.Event = field(default_factory=threading.Event)
    sold: int = 0
    refused: int = 0
    failure: BaseException | None = None

    def run(self) -> None:
        """Sell until told to stop."""
        daemon = SyncDaemon(self.box.socket)
        try:
            while not self.stop.is_set():
                self._sell(daemon)
                time.sleep(0.01)
        except BaseException as failure:  # noqa: BLE001 - handed to the test
            self.failure = failure
        finally:
            self.box.shop.counter.store.close()

    def _sell(self, daemon: SyncDaemon) -> None:
        shop, member = self.box.shop, self.chance.choice(self.members)
        try:
            if self.chance.random() < 0.3:
                shop.top_up(member, 10_000)
            else:
                price = self.chance.randrange(100, 6_000)
                prepare(shop.counter, daemon, member.member_id, price)
                shop.pay(member, price)
            self.sold += 1
        except (ServiceError, LedgerError):
            self.refused += 1


def drained(floor: Floor) -> bool:
    """Tell whether head office has all of every box's journal, and nothing it granted is still on its way."""
    if any(uplink.pending(box.shop.counter.store).entries for box in floor.boxes):
        return False
    database = open_database(floor.database_url())
    with database.read() as tx:
        flying = tx.one("SELECT (SELECT count(*) FROM grant_out) - (SELECT count(*) FROM grant_end)")
    database.close()
    return flying == (0,)


def check_everything(floor: Floor) -> tuple[int, int]:
    """Compare every box with head office, row by row and fen by fen; return (entries, fen owed)."""
    database = open_database(floor.database_url())
    entries = owed = 0
    with database.read() as tx:
        for box in floor.boxes:
            store = box.shop.counter.store
            held = tx.rows("SELECT sequence, hash FROM journal WHERE box = ? ORDER BY sequence", (box.name,))
            own = [(row.sequence, row.hash) for row in journal.page(store, 0, 1_000_000)]
            assert [(sequence, bytes(hash_)) for sequence, hash_ in held] == own
            mirrored = tx.one("SELECT coalesce(sum(amount_minor), 0) FROM mirror WHERE box = ?", (box.name,))
            assert mirrored == (purses.total(store),)
            assert verify_books(store).rows == len(own)
            entries += len(own)
            owed += purses.total(store)
        free = tx.one("SELECT coalesce(sum(amount_minor), 0) FROM free")
        assert tx.rows("SELECT * FROM quarantine") == []
    verify(database)
    database.close()
    return entries, owed + (int(free[0]) if free else 0)


def kinds_of(floor: Floor) -> Counter[str]:
    """Return how many entries of each kind all boxes wrote."""
    found: Counter[str] = Counter()
    for box in floor.boxes:
        found.update(dict(box.shop.counter.store.rows("SELECT kind, count(*) FROM journal GROUP BY kind")))
    return found


def enrol_everybody(floor: Floor) -> list[Member]:
    """Enrol members at every box and make every box know all of them."""
    members = []
    for box in floor.boxes:
        box.shop.open_shift()
        for number in range(4):
            member = box.shop.enrol(f"客人{box.number}{number}", f"138{box.number}{number:07d}")
            box.shop.top_up(member, 20_000)
            members.append(member)
    wait_until(lambda: drained(floor), what="the first entries arrive")
    for box in floor.boxes:
        daemon = SyncDaemon(box.socket)
        for member in members:
            found = daemon.refresh(code=member.code)
            assert found.value == "found", found
    return members


def storm(floor: Floor, chance: random.Random, seconds: float) -> list[str]:
    """Break one thing after the other and mend it again; return what was done."""
    done, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        box = chance.choice(floor.boxes)
        fault = chance.choice(["loss", "cut", "kill syncd", "kill office", "crash database", "lose answers", "clock"])
        done.append(fault)
        if fault == "loss":
            floor.network.lose(box.number, 30)
            time.sleep(2)
            floor.network.lose(box.number, 0)
        elif fault == "cut":
            floor.network.cut(box.number, down=True)
            time.sleep(1.5)
            floor.network.cut(box.number, down=False)
        elif fault == "kill syncd":
            box.daemon.kill()
            box.daemon.start()
        elif fault == "kill office":
            floor.office.kill()
            floor.office.start()
        elif fault == "crash database":
            floor.cluster.crash()
            floor.cluster.start()
        elif fault == "lose answers":
            floor.lose_answers(on=True)
            time.sleep(1)
            floor.lose_answers(on=False)
        else:
            box.daemon.kill()
            box.daemon.start(
                "env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-m", "-f", chance.choice(["+10y", "-10y"])
            )
        time.sleep(chance.random())
    return done


def test_everything_drains_and_reconciles_after_a_storm(floor: Floor) -> None:
    chance = random.Random(20261123)
    members = enrol_everybody(floor)
    tills = [Till(box, members, random.Random(box.number)) for box in floor.boxes]
    threads = [threading.Thread(target=till.run, daemon=True) for till in tills]
    for thread in threads:
        thread.start()
    try:
        faults = storm(floor, chance, STORM_SECONDS)
    finally:
        for till in tills:
            till.stop.set()
        for thread in threads:
            thread.join(30)
    assert [till.failure for till in tills] == [None] * 3
    took = wait_until(lambda: drained(floor), what="everything drains after healing")
    entries, owed = check_everything(floor)
    sold, refused = sum(till.sold for till in tills), sum(till.refused for till in tills)
    crossed = kinds_of(floor)
    told = (
        f"{len(faults)} faults, {sold} sold, {refused} refused, {entries} entries, {owed} fen, drained in {took:.1f} s"
    )
    sys.stderr.write(f"\n{told}, {dict(crossed)}\n")
    assert entries > sold > 0
    assert crossed[EntryKind.GRANTED] > 0
    assert crossed[EntryKind.RETURNED] > 0
