"""The world of one seed: boxes, head office, the network, people; one thing happens at a time, drawn from the seed."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from headoffice.errors import HeadOfficeError
from kiosk.model.errors import ModelError
from ledger.errors import LedgerError
from tests.builders import HandClock
from tests.simulation import disk, shown
from tests.simulation.books import Books, Lineage
from tests.simulation.box import SimulatedBox
from tests.simulation.head import SimulatedOffice
from tests.simulation.invariants import Auditor
from tests.simulation.network import Message, Network
from tests.simulation.people import People
from tests.simulation.rows import Broken
from tests.simulation.till import Tills
from tests.simulation.weather import KEEPS, Weather, draw_weather

CUT_CHANCE: Final = 0.5
"""Of the power cuts, how many come in the middle of what the machine does next."""


class World:
    """Everything there is in one run."""

    def __init__(
        self, seed: int, folder: Path, weather: Weather | None = None, tell: Callable[[str], None] | None = None
    ) -> None:
        self.seed, self.folder = seed, folder
        self.rng = random.Random(seed)
        self.weather = weather or draw_weather(self.rng)
        self.step = 0
        self.told: Counter[str] = Counter()
        self.clock = HandClock()
        self.network = Network(self.rng, self.weather, self.told)
        self.office = SimulatedOffice(folder / "office", self.clock, self.rng)
        self.books = Books()
        self.auditor = Auditor(self.books)
        self.shown = shown.Watch()
        self.tills = Tills(self, self.rng)
        self.people = People(self, self.rng)
        self.boxes: list[SimulatedBox] = []
        self.faults = True
        self._tell = tell
        self._hash = hashlib.sha256()
        self._open()

    @property
    def trace_hash(self) -> str:
        """The hash of everything that happened so far, and of every journal."""
        whole = self._hash.copy()
        for lineage in self.books.lineages:
            for row in lineage.disk:
                whole.update(row.hash)
        return whole.hexdigest()

    def note(self, what: str) -> None:
        """Write down what happened."""
        line = f"{self.step:4} {what}"
        self._hash.update(line.encode() + b"\n")
        if self._tell is not None:
            self._tell(line)

    def lineage(self, box: SimulatedBox) -> Lineage:
        """Return the journal of a box."""
        return self.books.by_life[box.name, box.epoch]

    def acknowledged(self, box: SimulatedBox, entry_id: str) -> None:
        """Note that a till said yes."""
        lineage = self.lineage(box)
        lineage.read_disk(box.store)
        lineage.acknowledge(entry_id)
        self.told["acts"] += 1

    def send(self, message: Message) -> None:
        """Put a message on its way."""
        self.network.send(message, self.step)

    @contextmanager
    def machine(self, box: SimulatedBox) -> Iterator[None]:
        """Let a box do something; its power may fail before any statement of it."""
        if self._strikes(disk.PowerCut.__name__):
            box.fuse.left = self.rng.randrange(40)
        try:
            yield
        except disk.PowerCut:
            self.told["power cut within"] += 1
            self.note(f"{box} loses its power")
            box.stop()
        finally:
            box.fuse.left = None

    def advance(self) -> None:
        """Let one thing happen, and check everything."""
        self.step += 1
        for box in self.boxes:
            box.clock.forward(seconds=7)
        self.clock.forward(seconds=7)
        self._something()
        self.tills.settle_bills()
        self.check()

    def check(self) -> None:
        """Check every invariant that holds at any moment."""
        for box in self.boxes:
            if box.running:
                self.lineage(box).read_disk(box.store)
                self.shown.look(box, self.lineage(box))
        self.auditor.check(self.office)

    def deliver(self) -> bool:
        """Hand over one message that has arrived; False where none has."""
        message = self.network.take(self.step)
        if message is None:
            return False
        if message.answers:
            self._answer_arrives(message)
        else:
            self._request_arrives(message)
        return True

    def _open(self) -> None:
        stores = self.rng.choice((("xuhui", "jingan", "pudong"), ("xuhui", "xuhui", "pudong")))
        keep = self.weather.keep or self.rng.choice(KEEPS)
        self.note(f"seed {self.seed}: {', '.join(stores)}, keeps {keep}, {self.weather}")
        for place, store in enumerate(stores):
            self.people.install(f"box-{place + 1}", store, keep)
        self.check()

    def _something(self) -> None:
        if self.faults and self.people.disaster():
            return
        self.people.restart_machines()
        chance = self.rng.random()
        if chance < self.weather.people:
            self.people.work()
            return
        running = [box for box in self.boxes if box.running]
        if not running:
            return
        box = self.rng.choice(running)
        if chance < self.weather.people + self.weather.act:
            with self.machine(box):
                self.tills.act(box)
        elif chance < self.weather.people + self.weather.act + self.weather.daemon or not self.deliver():
            self.tick(box)
        elif self.rng.random() < 0.7:
            self.deliver()

    def tick(self, box: SimulatedBox) -> None:
        """Let a box's daemon do what it does next."""
        with self.machine(box):
            try:
                self.note(f"{box} {box.tick(self.step)}")
            except (ModelError, LedgerError) as failed:
                raise Broken("I9", f"the daemon of {box} cannot go on: {failed}") from failed

    def _answer_arrives(self, message: Message) -> None:
        for box in self.boxes:
            if (box.name, box.epoch) == (message.box, message.epoch) and box.running:
                self._take_answer(box, message)

    def _take_answer(self, box: SimulatedBox, message: Message) -> None:
        with self.machine(box):
            try:
                self.note(f"{box} takes {box.take(message)}")
            except (ModelError, LedgerError) as failed:
                raise Broken("I9", f"the daemon of {box} cannot take an answer: {failed}") from failed

    def _request_arrives(self, message: Message) -> None:
        if self.network.is_cut(message.box, self.step):
            return
        try:
            if self.faults and self._strikes("office"):
                self.office.fuse.left = self.rng.randrange(60)
            content = self.office.answer(message.box, message.epoch, message.path, message.content)
        except disk.PowerCut:
            self.told["office cut within"] += 1
            self.note("head office loses its power")
            self.office.restart()
            return
        except HeadOfficeError as failed:
            raise Broken("I9", f"head office cannot answer {message.path} of {message.box}: {failed}") from failed
        finally:
            self.office.fuse.left = None
        self.note(
            f"office answers {message.box}/{message.epoch} {message.path} {content[:200].decode(errors='replace')}"
        )
        if message.path == "ask" and b'"kind":"grant"' in content:
            self.people.granted()
        asked, connection = message.asked, message.connection
        answer = Message(message.box, message.epoch, message.path, content, asked, connection, answers=True)
        self.network.send(answer, self.step)

    def _strikes(self, what: str) -> bool:
        """Tell whether a machine's power fails within what it does next."""
        kind = "office_crash" if what == "office" else "power_cut"
        chance = next((c for d, c in self.weather.disasters.items() if d.value == kind), 0.0)
        return self.faults and self.rng.random() < chance
