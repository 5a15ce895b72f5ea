"""Thousands of online payments from one balance, at four boxes at once: exact to the fen, whoever comes first."""

from __future__ import annotations

import os
import random
import threading
from dataclasses import replace

from headoffice.audit.verify import verify
from headoffice.store.database import Database
from kiosk.model import purses
from kiosk.services import pay
from kiosk.services.acts import Act
from ledger.accounts import Tender
from ledger.ids import IdMint
from tests.builders import CASHIER
from tests.headoffice.chain import Chain, ChainBox

SPENDS = int(os.environ.get("GUITAI_SPENDS", "800"))
BALANCE_MINOR = 35_000


def spend_all(chain: Chain, box: ChainBox, member_id: str, bills: list[int], paid: list[int]) -> None:
    """Pay bill after bill at one box from stored value alone, asking head office for what is missing each time."""
    for bill in bills:
        asked = box.engine.ask(box.counter.mint(), member_id, bill)
        box.engine.take_ask(asked, chain.office.ask(box.name, box.epoch, asked))
        held = sum(holding.total_minor for holding in purses.holdings(box.store, member_id))
        stored = min(bill, held)
        if stored:
            asked_payment = pay.Payment(member_id, stored, stored, Tender.CASH, None, 0)
            pay.pay(box.counter, Act(box.counter.mint(), CASHIER), asked_payment)
            paid.append(stored)


def test_one_balance_spent_at_four_boxes_at_once_is_spent_once(database: Database) -> None:
    with Chain(database) as chain:
        boxes = [chain.box(f"box-{number}", f"store-{number}") for number in range(4)]
        boxes = [replace(box, counter=replace(box.counter, ids=IdMint(chain.clock, os.urandom))) for box in boxes]
        member = boxes[0].enrol()
        boxes[0].top_up(member)
        chain.sync()
        for box in boxes[1:]:
            chain.meet(box, member)
        assert chain.ask(boxes[1], member, BALANCE_MINOR) == 0
        chain.sync()
        assert free_of(database) == BALANCE_MINOR
        chance = random.Random(7)
        paid: list[int] = []
        failures: list[BaseException] = []

        def work(box: ChainBox) -> None:
            bills = [chance.randrange(1, 84_000 // SPENDS) for _ in range(SPENDS // len(boxes))]
            try:
                spend_all(chain, box, member.member_id, bills, paid)
            except BaseException as failure:  # noqa: BLE001 - handed to the test
                failures.append(failure)
            finally:
                box.store.close()

        threads = [threading.Thread(target=work, args=(box,), daemon=True) for box in boxes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(600)
        assert failures == []
        chain.settle()
        proved = verify(database)
        left = sum(purses.total(box.store) for box in boxes) + free_of(database)
        assert sum(paid) + left == BALANCE_MINOR
        assert len(paid) > SPENDS // 2
        assert proved.in_flight_minor == 0


def free_of(database: Database) -> int:
    """Return what is free at head office, in fen."""
    with database.read() as tx:
        row = tx.one("SELECT coalesce(sum(amount_minor), 0) FROM free")
    return 0 if row is None else int(row[0])
