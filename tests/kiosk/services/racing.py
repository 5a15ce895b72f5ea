"""A race for one balance: tills in processes and threads of their own, on one file, and everything else that goes on beside.

A racer is a thread that is a till. It says that it is ready, waits for the start, does its deed so many times and tells every
answer: what it was, how much moved, what was available to who was refused, how long it took.
"""

from __future__ import annotations

import multiprocessing
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import ANY
from zoneinfo import ZoneInfo

from kiosk.i18n import Language
from kiosk.model import uplink
from kiosk.model.store import Store
from kiosk.model.verify import verify
from kiosk.screens.phrases import word
from kiosk.services import pay, top_up, void
from kiosk.services.acts import Act, Approval
from kiosk.services.close_day import close_day
from kiosk.services.counter import Counter
from ledger.accounts import Tender
from ledger.ids import EntryId, IdMint
from ledger.money import format_minor
from ledger.protocol.messages import PushAnswer, PushVerdict
from ledger.rules.programme import ApprovedAct
from syncd.engine import Engine
from tests.builders import CASHIER, MANAGER, HandClock

SPAWN = multiprocessing.get_context("spawn")
PRICE_MINOR = 50
TOP_UP_MINOR = 5_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a till was told: a word, what moved in the member's favour (fen), what is available where it was refused."""

    word: str
    minor: int = 0
    available_minor: int | None = None
    said: str = ""
    waited_ms: int = 0


Deed = Callable[[Counter, str, int], Answer]
"""What a till does for a member for the n-th time."""
Spoil = Callable[[], None]
"""What a mutant does to the program in its process before the race."""


def spends(counter: Counter, member_id: str, _: int) -> Answer:
    """Pay a small price from stored value."""
    pay.pay(counter, Act(counter.mint(), CASHIER), pay.Payment(member_id, PRICE_MINOR, PRICE_MINOR))
    return Answer("paid", -PRICE_MINOR)


def turns_over(counter: Counter, member_id: str, turn: int) -> Answer:
    """Top up, pay and void, and try to close the day, in turn."""
    if turn % 3 == 0:
        act = Act(counter.mint(), MANAGER)
        close_day(counter, replace(act, approval=Approval(MANAGER, ApprovedAct.DAY_CLOSE, act.entry_id, ANY)))
        return Answer("closed")
    if turn % 6 == 1:
        offered = top_up.quote(counter, member_id, TOP_UP_MINOR, Tender.WECHAT)
        asked = top_up.TopUp(member_id, TOP_UP_MINOR, Tender.WECHAT, None, offered.bonus_minor)
        top_up.top_up(counter, Act(counter.mint(), CASHIER), asked)
        return Answer("topped up", TOP_UP_MINOR + offered.bonus_minor)
    paid = pay.pay(counter, Act(counter.mint(), CASHIER), pay.Payment(member_id, PRICE_MINOR, PRICE_MINOR))
    entry_id = counter.mint()
    act = Act(entry_id, CASHIER, Approval(MANAGER, ApprovedAct.VOID, entry_id, ANY))
    void.void(counter, act, paid.done.recorded.entry.entry_id)
    return Answer("paid and voided")


class Repeats:
    """Pay under ids that every till uses."""

    def __init__(self, ids: tuple[EntryId, ...]) -> None:
        """Take the ids."""
        self.ids = ids

    def __call__(self, counter: Counter, member_id: str, turn: int) -> Answer:
        """Pay under the id of this turn."""
        asked = pay.Payment(member_id, PRICE_MINOR, PRICE_MINOR)
        paid = pay.pay(counter, Act(self.ids[turn], CASHIER), asked)
        return Answer("repeated") if paid.done.repeated else Answer("paid", -PRICE_MINOR)


def attempt(counter: Counter, deed: Deed, member_id: str, turn: int) -> Answer:
    """Do a deed; a refusal is told in words, with what is available."""
    begun = time.monotonic_ns()
    try:
        answer = deed(counter, member_id, turn)
    except Exception as refused:  # noqa: BLE001 - the test looks at which refusal it was
        available: int | None = getattr(refused, "available_minor", None)
        refusal = word(refused, Language.EN)
        said = f"{refusal.what} {refusal.why} {refusal.next_step}"
        answer = Answer(type(refused).__name__, 0, available, said)
    return replace(answer, waited_ms=(time.monotonic_ns() - begun) // 1_000_000)


def be_tills(
    path: Path, tills: tuple[str, ...], deed: Deed, member_id: str, times: int, spoil: Spoil | None, line: Connection
) -> None:
    """Be a process with some tills, each a thread of its own over one store."""
    if spoil is not None:
        spoil()
    store, start, lock = Store.open(path), threading.Event(), threading.Lock()
    answers: list[Answer] = []

    def be_a_till(name: str) -> None:
        clock = HandClock()
        mint = IdMint(clock, secrets.token_bytes)
        counter = Counter(store, clock, mint, secrets.token_bytes, name, ZoneInfo("Asia/Shanghai"))
        counter.programme()
        start.wait()
        told = [attempt(counter, deed, member_id, turn) for turn in range(times)]
        store.close()
        with lock:
            answers.extend(told)

    threads = [threading.Thread(target=be_a_till, args=(name,)) for name in tills]
    for thread in threads:
        thread.start()
    line.send("ready")
    line.recv()
    start.set()
    for thread in threads:
        thread.join()
    line.send(answers)


def be_beside(path: Path, line: Connection) -> None:
    """Be the daemon's reader and a `verify` that never stops, until told to; answer how often either went round."""
    clock, store = HandClock(), Store.open(path)
    engine = Engine(store, clock, IdMint(clock, secrets.token_bytes))
    with store.write():
        uplink.adopt(store, 1, 0)
    line.send("ready")
    line.recv()
    proved = sent = 0
    while not line.poll():
        page = engine.next_push(200)
        if page is not None:
            through = page.header.first - 1 + len(page.bodies)
            engine.take_push(page, PushAnswer(PushVerdict.TAKEN, through, page.header.members_through))
            sent += len(page.bodies)
        verify(store)
        proved += 1
    store.close()
    line.send((proved, sent))


@dataclass
class Race:
    """A race that is set up: run it once."""

    path: Path
    member_id: str
    spoil: Spoil | None = None

    def run(
        self, *fields: tuple[tuple[str, ...], Deed, int], beside: bool = False
    ) -> tuple[list[Answer], tuple[int, int]]:
        """Start a process for each field of tills, deed and times at one moment; return every answer, and what went beside."""
        lines = [
            self._started(be_tills, tills, deed, self.member_id, times, self.spoil) for tills, deed, times in fields
        ]
        other = [self._started(be_beside)] if beside else []
        for line, _ in (*lines, *other):
            assert line.recv() == "ready"
        for line, _ in (*lines, *other):
            line.send("go")
        answers = [answer for line, _ in lines for answer in line.recv()]
        went = (0, 0)
        for line, _ in other:
            line.send("stop")
            went = line.recv()
        for _, process in (*lines, *other):
            process.join()
            assert process.exitcode == 0
        return answers, went

    def _started(
        self, target: Callable[..., None], *arguments: object
    ) -> tuple[Connection, multiprocessing.process.BaseProcess]:
        here, there = SPAWN.Pipe()
        process = SPAWN.Process(target=target, args=(self.path, *arguments, there))
        process.start()
        return here, process


def available_is_said(answer: Answer) -> bool:
    """Tell whether a refusal for want of balance says what is available."""
    return answer.available_minor is not None and format_minor(answer.available_minor) in answer.said
