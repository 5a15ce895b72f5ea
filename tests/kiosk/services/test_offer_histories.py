"""Whole histories under every trade's programme: nothing twice, nothing missed, voids restore everything (A32)."""

from __future__ import annotations

import tempfile
from collections import Counter as Tally
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.demo.visits import Hands
from kiosk.model import activity, journal, purses
from kiosk.model.verify import verify
from kiosk.services import recheck, void
from kiosk.services.benefits import benefits
from kiosk.services.values import Member
from ledger.accounts import PurseKey
from ledger.corrections import VOIDABLE
from ledger.entries import Entry, EntryKind
from ledger.errors import CorrectionRefused
from ledger.ids import EntryId
from ledger.purses import money_of
from ledger.rules.programme import ApprovedAct
from tests.builders import PROGRAMMES, Shop, open_shop

TRADES = ("bakery", "beauty", "catering", "fitness", "retail")
STEPS = 30


def everything(shop: Shop, members: list[Member]) -> dict[PurseKey, int]:
    """Every purse line that holds something."""
    found: dict[PurseKey, int] = {}
    for member in members:
        found |= {key: held for key, held in purses.lines(shop.counter.store, member.member_id).items() if held}
    return found


def used(shop: Shop, members: list[Member]) -> Tally[str]:
    """How often each rule gave these members something."""
    uses = activity.uses(shop.counter.store, [member.member_id for member in members])
    return Tally({use.rule: use.uses for use in uses if use.uses})


def live(shop: Shop, random: Random, steps: int) -> list[Member]:
    """Let three members come, top up, buy, claim and buy passes; void some of it at once and look that all came back."""
    members = [shop.enrol(name=f"李{number}", phone=f"1380000000{number}") for number in range(3)]
    hands = Hands(shop.counter, random, shop.act)
    for _ in range(steps):
        shop.clock.forward(minutes=random.randrange(1, 30))
        member = random.choice(members)
        before, counted = everything(shop, members), used(shop, members)
        since = journal.head(shop.counter.store)[1]
        if random.random() < 0.3:
            hands.top_up(member.member_id, random.choice((0, 3_000, 12_000)))
        elif random.random() < 0.8:
            hands.shop(member.member_id, random.randrange(500, 20_000))
        else:
            hands.ask_for_more(member.member_id)
        if random.random() < 0.3:
            undo(shop, since)
            if all(voided(shop, entry) for entry in done_since(shop, since)):
                assert everything(shop, members) == before
                assert used(shop, members) == counted
    return members


def done_since(shop: Shop, sequence: int) -> list[Entry]:
    """The voidable entries after a place in the journal, newest first."""
    recent = journal.recent(shop.counter.store, 12, kinds=VOIDABLE)
    return [recorded.entry for recorded in recent if recorded.row.sequence > sequence]


def undo(shop: Shop, sequence: int) -> None:
    """Void everything after a place in the journal, newest first, as far as it can be voided."""
    for entry in done_since(shop, sequence):
        if voided(shop, entry):
            continue
        try:
            void.void(shop.counter, shop.approved(ApprovedAct.VOID), entry.entry_id)
        except CorrectionRefused:
            return


def voided(shop: Shop, entry: Entry) -> bool:
    """Whether an entry was voided before."""
    return journal.reversal_of(shop.counter.store, EntryId(entry.entry_id)) is not None


@pytest.mark.parametrize("trade", TRADES)
@settings(max_examples=6, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 1 << 32))
def test_a_history_of_offers_is_weighed_again_to_the_same_and_voids_restore_everything(trade: str, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder), (PROGRAMMES / f"{trade}.toml").read_bytes())
        shop.open_shift()
        members = live(shop, Random(seed), STEPS)
        proved = verify(shop.counter.store)
        again = recheck.recheck(shop.counter)
        entries = [recorded.entry for recorded in journal.recent(shop.counter.store, 1 << 20)]
        weighed = [entry for entry in entries if entry.kind in {EntryKind.TOP_UP, EntryKind.SPEND}]
        assert again.entries == len(weighed)
        assert proved.total_minor == money_of(everything(shop, members))
        assert all(benefits(shop.counter, member.member_id).points >= 0 for member in members)
        shop.counter.store.close()


@pytest.mark.parametrize("trade", TRADES)
def test_no_rule_of_any_trade_lets_stored_value_buy_stored_value(trade: str, tmp_path: Path) -> None:
    shop = open_shop(tmp_path, (PROGRAMMES / f"{trade}.toml").read_bytes())
    shop.open_shift()
    live(shop, Random(20261123), 60)
    for recorded in journal.recent(shop.counter.store, 1 << 20):
        if recorded.entry.kind is EntryKind.VOID:
            continue
        spent = any(p.debit.startswith("member:") and p.asset == "CNY" for p in recorded.entry.postings)
        gained = any(p.credit.startswith("member:") and p.asset == "CNY" for p in recorded.entry.postings)
        assert not (spent and gained), recorded.entry_no
