"""The builder of a chain: a story of two shops, with every disaster, told in its lines."""

from __future__ import annotations

from pathlib import Path

from headoffice.store.database import Database
from kiosk.model.verify import verify
from ledger.protocol.messages import PushVerdict, Verdict
from tests.headoffice.chain import BOSS, Chain


def test_value_goes_from_store_to_store_through_loss_and_recovery(database: Database, tmp_path: Path) -> None:
    with Chain(database, tmp_path / "chain") as chain:
        a, b = chain.box("a", "xuhui"), chain.box("b", "jingan")
        member = a.enrol()
        a.void(a.top_up(member, 10_000))
        a.top_up(member)
        assert chain.sync() is None
        assert chain.bring(b, member, 8_000) == 8_000
        b.pay(member, 8_000)
        image = chain.image(a)
        a.pay(member, 500)
        chain.sync()
        old = chain.put_back(a, image)
        assert chain.hello(old) is Verdict.BEHIND
        a = chain.recover(old)
        a.pay(member, 300)
        chain.settle()
        verify(a.store)
        chain.office.deeds.fence("b", BOSS)
        b.pay(member, 10)
        assert chain.sync(b) is PushVerdict.HALT
        assert chain.release(b) == 0
        c = chain.box("b", "jingan", "replace")
        assert c.epoch == 2
        twin = c.enrol()
        c.top_up(twin)
        chain.settle()
        assert chain.bring(c, member, 2_000) == 2_000
        assert [verify(box.store).total_minor > 0 for box in (a, c)] == [True, True]


def test_a_box_that_replaced_a_dead_one_gets_its_own_journal_back(database: Database, tmp_path: Path) -> None:
    with Chain(database, tmp_path / "chain") as chain:
        dead = chain.box("a", "xuhui")
        dead.top_up(dead.enrol())
        chain.sync()
        chain.office.deeds.fence("a", BOSS)
        chain.release(dead)
        dead.store.close()
        box = chain.box("a", "xuhui", "replace")
        member = box.enrol("王五", "13900000000")
        box.top_up(member, 10_000)
        chain.sync()
        box = chain.recover(chain.recover(box))
        assert verify(box.store).total_minor == 10_500
        assert box.epoch == 4
