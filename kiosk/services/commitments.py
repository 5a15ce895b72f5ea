"""Commitments: the box commits to the next draws of its lotteries before anybody knows who will draw (N16).

Source: `docs/rules/lottery.md`. The commitment is an entry of its own; its secret stays in the box's database.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from kiosk.model import journal, lottery
from kiosk.services.counter import Counter
from ledger.entries import Entry, EntryKind
from ledger.rules.lottery import CHAIN_LENGTH, SECRET_BYTES, anchor_of
from ledger.wire import content_hash

_LOW: Final = 100
"""With fewer draws left than this, the next commitment is made."""


def commit_ahead(counter: Counter, cashier: str, on: date) -> None:
    """Commit to the next draws while the last ones are not used up, where the programme has a lottery at all.

    Called when a shift opens, so that a commitment is old before anything hangs on it.
    """
    if not counter.programme().promises.lotteries:
        return
    with counter.store.write():
        chain = lottery.newest_chain(counter.store)
        if chain is None or CHAIN_LENGTH - chain.used < _LOW:
            commit(counter, cashier, on)


def commit(counter: Counter, cashier: str, on: date) -> None:
    """Journal a commitment and keep its secret, inside the write transaction; `on` is the business date it counts for."""
    identity, now = counter.store.identity, counter.now()
    secret = counter.entropy(SECRET_BYTES)
    anchor = anchor_of(secret)
    entry = Entry(
        entry_id=counter.mint(),
        kind=EntryKind.ISSUED,
        store=identity.store,
        box=identity.box,
        till=counter.till,
        cashier=cashier,
        occurred_at=now,
        recorded_at=now,
        business_date=on,
        programme_version=counter.programme().version,
        facts={"lottery_chain": {"anchor": anchor, "length": CHAIN_LENGTH}},
    )
    sequence = journal.append(counter.store, entry, content_hash(entry.facts)).row.sequence
    lottery.keep_chain(counter.store, anchor, secret, sequence)
