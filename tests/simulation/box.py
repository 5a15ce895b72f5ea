"""One box: the real database, the real counter and the real engine, and a daemon without sockets or threads around them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from kiosk.model import downlink, uplink
from kiosk.model.uplink import Mode
from kiosk.services.counter import Counter
from ledger.ids import IdMint
from ledger.protocol.messages import (
    AskAnswer,
    HelloAnswer,
    Items,
    LookupAnswer,
    PushAnswer,
    PushVerdict,
    Verdict,
    from_plain,
    to_plain,
)
from ledger.protocol.page import Page, write_page
from ledger.wire import canonical
from syncd.engine import Engine
from tests.builders import HandClock
from tests.simulation.disk import Fuse, SimulatedStore
from tests.simulation.network import Message

ZONE: Final = ZoneInfo("Asia/Shanghai")
PATIENCE: Final = 30
"""Steps after which the daemon gives a request up."""


@dataclass
class Asked:
    """A request of this connection: what was asked and when, and whether an answer came."""

    path: str
    request: Any
    at: int
    answered: bool = False


class SimulatedBox:
    """A store's computer. Its disk is all that outlives a power cut."""

    def __init__(
        self,
        name: str,
        store_name: str,
        epoch: int,
        path: Path,
        rng: random.Random,
        send: Callable[[Message], None],
        check_pack: Callable[[bytes, bytes], bool],
    ) -> None:
        self.name, self.store_name, self.epoch, self.path = name, store_name, epoch, path
        self.clock = HandClock()
        self.rng = rng
        self.connection = 0
        self.connected = False
        self.requests: dict[int, Asked] = {}
        self.fuse = Fuse()
        self.on_again = True
        self._send = send
        self._check_pack = check_pack
        self._asked = 0
        self._store: SimulatedStore | None = None
        self._engine: Engine | None = None
        self._counter: Counter | None = None

    def __str__(self) -> str:
        return f"{self.name}/{self.epoch}"

    @property
    def running(self) -> bool:
        """Whether the machine is on."""
        return self._store is not None

    @property
    def store(self) -> SimulatedStore:
        """The open database."""
        assert self._store is not None, "the machine is on"
        return self._store

    @property
    def engine(self) -> Engine:
        """The daemon's engine."""
        assert self._engine is not None, "the machine is on"
        return self._engine

    @property
    def counter(self) -> Counter:
        """The counter of the one till."""
        assert self._counter is not None, "the machine is on"
        return self._counter

    @property
    def stopped(self) -> bool:
        """Whether this box may not sell stored value."""
        return uplink.state(self.store).mode is Mode.STOPPED

    def start(self) -> None:
        """Switch the machine on: open the database anew, remember nothing else."""
        store = SimulatedStore.open(self.path)
        assert isinstance(store, SimulatedStore)
        store.fuse = self.fuse
        ids = IdMint(self.clock, self.rng.randbytes)
        self._store, self._engine = store, Engine(store, self.clock, ids, ZONE, self._check_pack)
        self._counter = Counter(store, self.clock, ids, self.rng.randbytes, "1", ZONE)
        self.hang_up()

    def stop(self) -> None:
        """Switch the machine off, however it stands: nothing but the disk stays."""
        self.fuse.left = None
        if self._store is not None:
            self._store.close()
        self._store = self._engine = self._counter = None
        self.hang_up()

    def hang_up(self) -> None:
        """Forget the connection with everything asked on it."""
        self.connection += 1
        self.connected = False
        self.requests.clear()

    def ask(self, path: str, request: Any, step: int) -> None:
        """Send a request on this connection."""
        self._asked += 1
        self.requests[self._asked] = Asked(path, request, step)
        page = isinstance(request, Page)
        content = write_page(request.header, request.bodies) if page else canonical(to_plain(request))
        self._send(Message(self.name, self.epoch, path, content, self._asked, self.connection, answers=False))

    def tick(self, step: int) -> str:
        """Do what the daemon does next; return its name."""
        if not self.connected:
            return self._greet(step)
        late = [asked for asked in self.requests.values() if not asked.answered and step - asked.at > PATIENCE]
        if late:
            self.hang_up()
            return self._greet(step)
        duties = [self._push, self._pull, self._sweep, self._ask_again]
        self.rng.shuffle(duties)
        return next((done for duty in duties if (done := duty(step))), "nothing")

    def _push(self, step: int) -> str:
        page = None if self._open("push") else self.engine.next_push(self.rng.choice((1, 3, 500)))
        if page is None:
            return ""
        self.ask("push", page, step)
        return f"push {page.header.first}+{len(page.bodies)}"

    def _pull(self, step: int) -> str:
        if self._open("pull"):
            return ""
        self.ask("pull", self.engine.pull(0), step)
        return "pull"

    def _sweep(self, _: int) -> str:
        return f"sweep {self.engine.sweep()}"

    def _ask_again(self, step: int) -> str:
        if self._open("ask"):
            return ""
        for open_ask in downlink.open_asks(self.store, 1):
            again = self.engine.ask(open_ask.ask_id, open_ask.member_id, open_ask.amount_minor, open_ask.asset)
            self.ask("ask", again, step)
            return "ask again"
        return ""

    def take(self, message: Message) -> str:
        """Take an answer; return what it was."""
        asked = self.requests.get(message.asked) if message.connection == self.connection else None
        if asked is None or (asked.answered and asked.path == "hello"):
            return "to nobody"
        asked.answered = True
        if not message.content:
            self.hang_up()
            return "refused"
        plain = json.loads(message.content)
        return _TAKE[asked.path](self, asked, plain)

    def _greet(self, step: int) -> str:
        if self.stopped and uplink.state(self.store).stop_reason == "fenced" and not self._open("push"):
            page = self.engine.next_push()
            if page is not None and self.rng.random() < 0.3:
                self.ask("push", page, step)
                return "push into quarantine"
        if any(step - asked.at <= PATIENCE and not asked.answered for asked in self.requests.values()):
            return "waits for hello"
        self.hang_up()
        self.ask("hello", self.engine.hello(), step)
        return "hello"

    def _open(self, path: str) -> bool:
        return any(asked.path == path and not asked.answered for asked in self.requests.values())

    def _take_hello(self, _: Asked, plain: object) -> str:
        answer = from_plain(HelloAnswer, plain)
        verdict = self.engine.take_hello(answer)
        self.connected = verdict is Verdict.GO and not self.stopped
        return f"hello {answer.verdict.value} {answer.ho_epoch} {answer.acknowledged}"

    def _take_push(self, asked: Asked, plain: object) -> str:
        answer = from_plain(PushAnswer, plain)
        self.engine.take_push(asked.request, answer)
        if answer.verdict is not PushVerdict.TAKEN:
            self.hang_up()
        return f"push {answer.verdict.value} {answer.acknowledged} {answer.reason or ''}"

    def _take_pull(self, _: Asked, plain: object) -> str:
        answer = from_plain(Items, plain)
        return f"pull {len(answer.items)} {self.engine.take_items(answer.ho_epoch, answer.items)}"

    def _take_ask(self, asked: Asked, plain: object) -> str:
        answer = from_plain(AskAnswer, plain)
        self.engine.take_ask(asked.request, answer)
        return f"ask {answer.granted_minor} {answer.recalled_minor}"

    def _take_lookup(self, _: Asked, plain: object) -> str:
        answer = from_plain(LookupAnswer, plain)
        return f"lookup {self.engine.take_lookup(answer)}"


_TAKE: Final[dict[str, Callable[[SimulatedBox, Asked, object], str]]] = {
    "hello": SimulatedBox._take_hello,
    "push": SimulatedBox._take_push,
    "pull": SimulatedBox._take_pull,
    "ask": SimulatedBox._take_ask,
    "lookup": SimulatedBox._take_lookup,
}
