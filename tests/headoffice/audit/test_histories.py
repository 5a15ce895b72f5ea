"""Whatever shops do, in whatever order their words arrive: the books hold, and clearing says what was spent where."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headoffice.audit.clearing import clearing, net
from headoffice.audit.verify import verify
from headoffice.errors import MergeRefused
from headoffice.store.database import create_database, open_database
from kiosk.model.members import Member
from kiosk.services.acts import Done
from kiosk.services.pay import Paid
from ledger.entries import EntryKind
from ledger.errors import CorrectionRefused
from ledger.purses import purse_deltas
from ledger.wire import read_entry
from tests.headoffice.chain import BOSS, Chain, ChainBox
from tests.headoffice.conftest import BORN, SHARDS
from tests.postgres_cluster import Cluster

STORES: Final = ("xuhui", "jingan", "pudong")
BOXES, MEMBERS = st.integers(0, 2), st.integers(0, 2)
STEPS: Final = st.one_of(
    st.tuples(st.just("top_up"), BOXES, MEMBERS, st.sampled_from((10_000, 30_000))),
    st.tuples(st.just("pay"), BOXES, MEMBERS, st.integers(1, 12_000)),
    st.tuples(st.just("bring"), BOXES, MEMBERS, st.integers(1, 20_000)),
    st.tuples(st.just("sync"), BOXES, MEMBERS, st.just(0)),
    st.tuples(st.just("void"), BOXES, MEMBERS, st.just(0)),
    st.tuples(st.just("fly"), BOXES, MEMBERS, st.integers(1, 5_000)),
    st.tuples(st.just("merge"), BOXES, MEMBERS, MEMBERS),
    st.tuples(st.just("recover"), BOXES, MEMBERS, st.just(0)),
    st.tuples(st.just("restore"), BOXES, MEMBERS, st.just(0)),
    st.tuples(st.just("bury"), BOXES, MEMBERS, st.just(0)),
)
HISTORIES: Final = st.lists(STEPS, min_size=4, max_size=16)
Step = tuple[str, int, int, int]
_numbers = itertools.count(1)


class History:
    """Three stores that do what they are told."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.boxes = [chain.box(name, name) for name in STORES]
        self.members = [box.enrol(f"客人{n}", f"1380000000{n}") for n, box in enumerate(self.boxes)]
        self.last: dict[str, Done | Paid] = {}
        chain.settle()

    def take(self, step: Step) -> None:
        """Do one thing."""
        what, box, member, amount = step
        getattr(self, what)(self.boxes[box], self.members[member], amount)

    def top_up(self, box: ChainBox, member: Member, amount: int) -> None:
        self.chain.meet(box, member)
        self.last[box.name] = box.top_up(member, amount)

    def pay(self, box: ChainBox, member: Member, amount: int) -> None:
        self.chain.meet(box, member)
        self.last[box.name] = box.pay(member, amount)

    def bring(self, box: ChainBox, member: Member, amount: int) -> None:
        self.chain.bring(box, member, amount)

    def sync(self, box: ChainBox, _: Member, __: int) -> None:
        self.chain.sync(box)

    def void(self, box: ChainBox, _: Member, __: int) -> None:
        with suppress(CorrectionRefused):
            box.void(self.last.pop(box.name)) if box.name in self.last else None

    def fly(self, box: ChainBox, member: Member, amount: int) -> None:
        """Ask, and never hear the answer."""
        self.chain.office.ask(box.name, box.epoch, box.engine.ask(box.counter.mint(), member.member_id, amount))

    def merge(self, _: ChainBox, member: Member, into: int) -> None:
        with suppress(MergeRefused):
            self.chain.office.deeds.merge(member.member_id, self.members[into].member_id, BOSS)

    def recover(self, box: ChainBox, _: Member, __: int) -> None:
        """Lose the disk when all is told, and get the journal back."""
        self.chain.push(box)
        self.boxes[self.boxes.index(box)] = self.chain.recover(box)

    def restore(self, _: ChainBox, __: Member, ___: int) -> None:
        """Begin a new epoch of head office; undelivered grants come back."""
        self.chain.office.deeds.restored(BOSS)
        for box in self.boxes:
            self.chain.hello(box)
            self.chain.sync(box)

    def bury(self, box: ChainBox, _: Member, __: int) -> None:
        """Declare a box dead with whatever it has not told, release it, and put another in its place."""
        self.chain.office.deeds.fence(box.name, BOSS)
        self.chain.release(box)
        box.store.close()
        self.last.pop(box.name, None)
        self.boxes[self.boxes.index(box)] = self.chain.box(box.name, box.store_name, "replace")


def lived(chain: Chain, steps: list[Step]) -> tuple[Counter[str], Counter[str], int]:
    """Live through a history; return what each store took by its entries and by clearing, and what was spent in all."""
    history = History(chain)
    for step in steps:
        history.take(step)
    verify(chain.database)
    for box in history.boxes:
        chain.hello(box)
    chain.settle()
    verified = verify(chain.database)
    spent: Counter[str] = Counter()
    with chain.database.read() as tx:
        for store, kind, body in tx.rows(
            "SELECT box.store, journal.kind, journal.body FROM journal JOIN box ON box.box = journal.box"
            " WHERE journal.kind IN ('spend', 'void')"
        ):
            moved = sum(purse_deltas(read_entry(bytes(body)).postings).values())
            if (moved < 0) == (kind == EntryKind.SPEND):
                spent[store] -= moved
    lines = clearing(chain.database, date.min, date.max)
    accepted: Counter[str] = Counter()
    for line in lines:
        accepted[line.acceptor_store] += line.principal_minor + line.bonus_minor
    owed = sum(debt.principal_minor + debt.bonus_minor for debt in net(lines))
    assert 0 <= owed <= spent.total()
    return spent, accepted, verified.spent_minor


def _lived_on(url: str, steps: list[Step]) -> tuple[Counter[str], Counter[str], int]:
    database = open_database(url)
    try:
        with Chain(database) as chain:
            return lived(chain, steps)
    finally:
        database.close()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HISTORIES)
def test_the_books_hold_through_any_history(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'office.db'}"
        create_database(url, BORN, SHARDS).close()
        spent, accepted, whole = _lived_on(url, steps)
    assert (accepted, accepted.total()) == (spent, whole)


@pytest.mark.postgresql
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(HISTORIES)
def test_the_books_hold_on_postgresql_through_any_history(cluster: Cluster, steps: list[Step]) -> None:
    name = f"history_{next(_numbers)}"
    url = cluster.make_database(name, "template_office")
    try:
        spent, accepted, whole = _lived_on(url, steps)
        assert (accepted, accepted.total()) == (spent, whole)
    finally:
        cluster.drop_database(name)
