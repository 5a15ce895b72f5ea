"""A chain in a line: a real head office, and real shops that stand beside it with their daemon's engine.

Nothing goes over a network: what a box would send is handed to the office, and the answer back. One clock for all.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final, Self
from unittest.mock import ANY
from zoneinfo import ZoneInfo

from headoffice.deeds import Deeds
from headoffice.office import Office
from headoffice.store.database import Database
from kiosk.model import uplink
from kiosk.model.members import Member
from kiosk.model.store import Store
from kiosk.services import void
from kiosk.services.acts import Approval, Done
from kiosk.services.counter import Counter
from kiosk.services.pay import Paid
from kiosk.services.set_up import create_box
from ledger.ids import IdMint
from ledger.protocol.messages import Enrol, EnrolAnswer, PushVerdict, Verdict
from ledger.rules.programme import ApprovedAct
from syncd.engine import Engine
from syncd.recovery import recover
from tests.builders import BAKERY, MANAGER, PEOPLE, HandClock, Shop

BOSS: Final = "boss"
OTHER_PERSON: Final = "ann"
ZONE: Final = ZoneInfo("Asia/Shanghai")


@cache
def _fresh_books(box: str, store: str, epoch: int) -> bytes:
    """Return the file of a new box: hashing its people's PINs takes longer than a whole test."""
    programme = BAKERY.read_bytes().replace(b'store = "xuhui"', f'store = "{store}"'.encode())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        made = create_box(path, box, programme, PEOPLE, HandClock().now())
        if epoch > 1:
            with made.write():
                made.change("UPDATE box SET epoch = ?", (epoch,))
        made.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        made.close()
        return path.read_bytes()


@dataclass
class ChainBox(Shop):
    """A shop with a name and a life at head office, and the engine that speaks for it."""

    name: str
    store_name: str
    epoch: int
    engine: Engine

    @property
    def store(self) -> Store:
        """The box's own database."""
        return self.counter.store

    def void(self, done: Done | Paid) -> Done:
        """Undo an entry of this shift, with the manager's approval."""
        act = self.act()
        act = replace(act, approval=Approval(MANAGER, ApprovedAct.VOID, act.entry_id, ANY))
        recorded = done.done.recorded if isinstance(done, Paid) else done.recorded
        return void.void(self.counter, act, recorded.entry.entry_id)


@dataclass
class Chain:
    """A head office over a database, and its boxes by name; use it as a context, or call `close`."""

    database: Database
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="guitai-chain-")))
    clock: HandClock = field(default_factory=HandClock)
    boxes: dict[str, ChainBox] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = IdMint(self.clock, secrets.token_bytes)
        self.office = self.office_over(self.database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def office_over(self, database: Database) -> Office:
        """Return a head office over a database: this one's, or a backup of it that was put back."""
        signing = (lambda _: b"s" * 64, b"k" * 32)
        return Office(database, self.clock, self.ids.mint, secrets.token_bytes, *signing, claim_days=0)

    def box(self, name: str, store: str, purpose: str = "new") -> ChainBox:
        """Let a box in, new or in the place of a dead one, with its till open and its first hello said."""
        code = self.office.deeds.new_code(name, store, purpose, BOSS)
        answer = self._let_in(name, code)
        epoch = answer.epoch
        path = self.folder / f"{name}-{epoch}" / "shop.db"
        path.parent.mkdir(parents=True)
        path.write_bytes(_fresh_books(name, store, epoch))
        box = self._stand(path, name, store, epoch)
        with box.store.write():
            uplink.join(box.store, bytes.fromhex(answer.office_key))
        box.open_shift()
        self.boxes[name] = box
        self.hello(box)
        return box

    def hello(self, box: ChainBox) -> Verdict:
        """Say hello, and again after a new epoch of head office was adopted; return the last verdict."""
        verdict = Verdict.ADOPT
        while verdict is Verdict.ADOPT:
            verdict = box.engine.take_hello(self.office.hello(box.name, box.epoch, box.engine.hello()))
        return verdict

    def push(self, box: ChainBox) -> PushVerdict | None:
        """Send everything that waits; return the last verdict, None where nothing waited."""
        verdict = None
        while (page := box.engine.next_push()) is not None:
            answer = self.office.push(box.name, box.epoch, page)
            box.engine.take_push(page, answer)
            verdict = answer.verdict
            if verdict is not PushVerdict.TAKEN:
                break
        return verdict

    def pull(self, box: ChainBox) -> int:
        """Take everything head office has for a box; return how many items."""
        items = self.office.pull(box.name, box.epoch, box.engine.pull(0))
        return box.engine.take_items(items.ho_epoch, items.items)

    def sync(self, *boxes: ChainBox) -> PushVerdict | None:
        """Push, pull, and push what the pulled items made, for each box given; return the last refusal, if any."""
        refused = None
        for box in boxes or tuple(self.boxes.values()):
            first = self.push(box)
            self.pull(box)
            second = self.push(box)
            for verdict in (first, second):
                refused = refused if verdict in {None, PushVerdict.TAKEN} else verdict
        return refused

    def settle(self) -> None:
        """Let every box say all it has and hear all there is, until nothing is new."""
        busy = True
        while busy:
            busy = False
            for box in self.boxes.values():
                busy |= self.push(box) is PushVerdict.TAKEN
                busy |= self.pull(box) > 0

    def ask(self, box: ChainBox, member: Member, amount_minor: int) -> int:
        """Ask for a member's value; return what was granted and is in the purse now, in fen."""
        asked = box.engine.ask(box.counter.mint(), member.member_id, amount_minor)
        answer = self.office.ask(box.name, box.epoch, asked)
        box.engine.take_ask(asked, answer)
        return answer.granted_minor

    def meet(self, box: ChainBox, member: Member) -> bool:
        """Let a box learn who somebody of another store is."""
        asked = box.engine.lookup(code=member.code)
        return box.engine.take_lookup(self.office.lookup(box.name, box.epoch, asked))

    def bring(self, box: ChainBox, member: Member, amount_minor: int) -> int:
        """Bring a member's value to a box from wherever it lies: recall, sync, ask again; return the fen granted."""
        self.meet(box, member)
        granted = self.ask(box, member, amount_minor)
        if granted < amount_minor:
            for other in self.boxes.values():
                self.sync(other)
            granted += self.ask(box, member, amount_minor - granted)
        return granted

    def image(self, box: ChainBox) -> Path:
        """Return a copy of a box's disk as it is now."""
        box.store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = box.path.with_name("image.db")
        shutil.copy(box.path, kept)
        return kept

    def put_back(self, box: ChainBox, image: Path) -> ChainBox:
        """Put an old image of a box's disk back, and start it."""
        box.store.close()
        shutil.copy(image, box.path)
        return self.reopen(box)

    def recover(self, box: ChainBox) -> ChainBox:
        """Give a box its own journal back under a new epoch."""
        box.store.close()
        code = self.office.deeds.new_code(box.name, box.store_name, "recover", BOSS)
        answer = self._let_in(box.name, code)
        recover(box.path, answer, lambda after: self.office.journal(box.name, answer.epoch, after))
        self.boxes[box.name] = self.reopen(replace(box, epoch=answer.epoch))
        fresh = self.boxes[box.name]
        self.hello(fresh)
        self.pull(fresh)
        return fresh

    def release(self, box: ChainBox) -> int:
        """Release a fenced box's suspense by two people; return the fen."""
        self.office.deeds.propose_release(box.name, BOSS)
        return self.office.deeds.confirm_release(box.name, OTHER_PERSON)

    def waiting(self, days: int) -> Deeds:
        """Return the deeds of a head office that gives customers so many days to bring receipts of a dead box."""
        return replace(self.office.deeds, claim_days=days)

    def reopen(self, box: ChainBox) -> ChainBox:
        """Start a box's programmes anew on what is on its disk."""
        fresh = self._stand(box.path, box.name, box.store_name, box.epoch)
        self.boxes[box.name] = fresh
        return fresh

    def close(self) -> None:
        """Close every box and throw their disks away."""
        for box in self.boxes.values():
            box.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _let_in(self, name: str, code: str) -> EnrolAnswer:
        """Enrol a key under a code and confirm it; return what the box is told."""
        key = secrets.token_bytes(32)
        pending = self.office.enrol(Enrol(code, key.hex()))
        self.office.deeds.confirm_box(name, pending.epoch, BOSS)
        return self.office.enrol(Enrol(code, key.hex()))

    def _stand(self, path: Path, name: str, store_name: str, epoch: int) -> ChainBox:
        store = Store.open(path)
        counter = Counter(store, self.clock, self.ids, secrets.token_bytes, "1", ZONE)
        engine = Engine(store, self.clock, self.ids, ZONE)
        return ChainBox(counter, self.clock, path, name, store_name, epoch, engine)
