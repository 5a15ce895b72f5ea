"""Two tills at once, as two processes on one database, and a till that dies in the middle."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import ANY
from zoneinfo import ZoneInfo

import pytest

from kiosk.model import members
from kiosk.model.store import Store
from kiosk.services import enrol, pay, sign_in, slips, top_up, void
from kiosk.services.acts import Act, Approval
from kiosk.services.counter import Counter
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.ids import EntryId, IdMint
from ledger.rules.programme import ApprovedAct
from tests.builders import CASHIER, MANAGER, OTHER_CASHIER, HandClock, Shop, open_shop
from tests.kiosk.services.books import entries, refusals, rows, sound

SPAWN = multiprocessing.get_context("spawn")
TILLS = (("1", CASHIER), ("2", OTHER_CASHIER))
Deed = Callable[[Counter, str, int], str]
"""What one till does in its process, as cashier, for the n-th time; answers with a word."""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    shop.till("2").open_shift(cashier=OTHER_CASHIER)
    return shop


def at_a_till(path: Path, till: str, cashier: str, deed: Deed, times: int, line: Connection) -> None:
    """Be a till in a process of its own: say that you are ready, wait for the start, work, say what came of it."""
    clock = HandClock()
    mint = IdMint(clock, secrets.token_bytes)
    counter = Counter(Store.open(path), clock, mint, secrets.token_bytes, till, ZoneInfo("Asia/Shanghai"))
    counter.programme()
    line.send("ready")
    line.recv()
    line.send([attempt(counter, cashier, deed, turn) for turn in range(times)])


def attempt(counter: Counter, cashier: str, deed: Deed, turn: int) -> str:
    try:
        return deed(counter, cashier, turn)
    except Exception as refused:  # noqa: BLE001 - the test looks at which refusal it was
        return type(refused).__name__


def at_once(shop: Shop, *deeds: Deed, times: int = 1) -> list[str]:
    """Let each till do its deed in a process of its own at the same moment; return every answer."""
    working = []
    for (till, cashier), deed in zip(TILLS, deeds, strict=True):
        here, there = SPAWN.Pipe()
        process = SPAWN.Process(target=at_a_till, args=(shop.path, till, cashier, deed, times, there))
        process.start()
        working.append((process, here))
    assert [line.recv() for _, line in working] == ["ready", "ready"]
    for _, line in working:
        line.send("go")
    answers = [answer for _, line in working for answer in line.recv()]
    for process, _ in working:
        process.join()
        assert process.exitcode == 0
    return answers


class Pays:
    """Pay a price from stored value, under a fresh id each time or always the same."""

    def __init__(self, member: Member, minor: int, entry_id: EntryId | None = None, cashier: str | None = None) -> None:
        self.asked = pay.Payment(member.member_id, minor, minor)
        self.entry_id = entry_id
        self.cashier = cashier

    def __call__(self, counter: Counter, cashier: str, _: int) -> str:
        act = Act(self.entry_id or counter.mint(), self.cashier or cashier)
        return "repeated" if pay.pay(counter, act, self.asked).done.repeated else "paid"


class TopsUp:
    """Top up in cash with the bonus that was shown."""

    def __init__(self, member: Member, minor: int, bonus: int) -> None:
        self.asked = top_up.TopUp(member.member_id, minor, Tender.WECHAT, None, bonus)

    def __call__(self, counter: Counter, cashier: str, _: int) -> str:
        top_up.top_up(counter, Act(counter.mint(), cashier), self.asked)
        return "topped up"


class Voids:
    """Void one entry."""

    def __init__(self, entry_id: EntryId) -> None:
        self.original = entry_id

    def __call__(self, counter: Counter, cashier: str, _: int) -> str:
        entry_id = counter.mint()
        act = Act(entry_id, cashier, Approval(MANAGER, ApprovedAct.VOID, entry_id, ANY))
        return "repeated" if void.void(counter, act, self.original).repeated else "voided"


def enrols(counter: Counter, cashier: str, turn: int) -> str:
    asked = enrol.Enrolment("李雪", f"1380000{turn:04d}", None, consented=True)
    enrol.enrol(counter, Act(counter.mint(), cashier), asked)
    return "enrolled"


def guesses(counter: Counter, _: str, turn: int) -> str:
    return sign_in.sign_in(counter, MANAGER, f"{7_000 + turn}").staff_id


def test_two_tills_spend_one_balance_exactly_and_never_more(shop: Shop) -> None:
    member = shop.enrol()
    shop.top_up(member, 10_000)
    answers = at_once(shop, Pays(member, 700), Pays(member, 700), times=12)
    assert (answers.count("paid"), answers.count("BalanceTooSmall")) == (15, 9)
    assert sound(shop) == 0
    assert refusals(shop) == [("spend", "BalanceTooSmall")] * 9


def test_the_same_id_from_two_processes_is_one_entry_and_one_repetition(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    shop.open_shift()
    shop.till("2").open_shift()
    member = shop.enrol()
    shop.top_up(member)
    for _ in range(3):
        once = Pays(member, 1_000, shop.counter.mint(), CASHIER)
        assert sorted(at_once(shop, once, once)) == ["paid", "repeated"]
    assert len(entries(shop, EntryKind.SPEND)) == 3
    assert sound(shop) == 32_000


def test_two_tills_do_not_pass_a_limit_together(shop: Shop) -> None:
    member = shop.enrol()
    answers = at_once(shop, TopsUp(member, 100_000, 24_000), TopsUp(member, 100_000, 24_000), times=4)
    assert (answers.count("topped up"), answers.count("LimitExceeded")) == (4, 4)
    assert sound(shop) == 496_000


def test_a_top_up_is_voided_or_spent_and_never_both(shop: Shop) -> None:
    for phone in range(4):
        member = shop.enrol("李雪", f"1390000000{phone}")
        topped_up = shop.top_up(member).recorded.entry.entry_id
        answers = at_once(shop, Voids(topped_up), Pays(member, 35_000))
        assert sorted(answers) in (["BalanceTooSmall", "voided"], ["ValueAlreadySpent", "paid"])
    assert sound(shop) == 0


def test_one_phone_is_enrolled_once_by_two_tills(shop: Shop) -> None:
    answers = at_once(shop, enrols, enrols, times=6)
    assert (answers.count("enrolled"), answers.count("PhoneTaken")) == (6, 6)
    assert members.count(shop.counter.store) == 6


def test_guessing_a_pin_at_two_tills_gains_no_try(shop: Shop) -> None:
    answers = at_once(shop, guesses, guesses, times=5)
    assert answers.count("WrongPin") == 4
    assert answers.count("StaffLocked") == 6


class DiesWhileWriting:
    """Be killed between the entry and its slip, as by a power cut."""

    def __init__(self, member: Member, entry_id: EntryId) -> None:
        self.pays = Pays(member, 1_000, entry_id)

    def __call__(self, counter: Counter, cashier: str, turn: int) -> str:
        slips.payment = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]  # nothing comes back from here
        return self.pays(counter, cashier, turn)


def test_a_till_that_dies_in_the_middle_leaves_nothing_and_the_id_stays_good(shop: Shop) -> None:
    member = shop.enrol()
    shop.top_up(member)
    before, entry_id = rows(shop), shop.counter.mint()
    here, there = SPAWN.Pipe()
    deed = DiesWhileWriting(member, entry_id)
    process = SPAWN.Process(target=at_a_till, args=(shop.path, "1", CASHIER, deed, 1, there))
    process.start()
    assert here.recv() == "ready"
    here.send("go")
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert rows(shop) == before
    assert sound(shop) == 35_000
    assert Pays(member, 1_000, entry_id)(shop.counter, CASHIER, 0) == "paid"
    assert Pays(member, 1_000, entry_id)(shop.counter, CASHIER, 0) == "repeated"
    assert sound(shop) == 34_000
