"""Head office in the simulator: the real office over a real database file, asked in bytes, without a door."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from headoffice.audit.verify import verify
from headoffice.deeds import Deeds
from headoffice.errors import LifeUnknown
from headoffice.office import Office
from headoffice.store.sqlite import SqliteDatabase, SqliteTx
from ledger.clock import to_wire_time
from ledger.ids import IdMint
from ledger.protocol.messages import Ask, Enrol, EnrolAnswer, Hello, Lookup, Pull, from_plain, to_plain
from ledger.protocol.page import Page, read_page
from ledger.wire import canonical
from tests.builders import OPENING, HandClock
from tests.simulation import disk
from tests.simulation.box import SimulatedBox
from tests.simulation.invariants import Rows

KEY: Final = b"\x07" * 32


def signature(content: bytes) -> bytes:
    """Return what head office signs a programme with here: no key is at stake."""
    return hashlib.sha256(KEY + content).digest()


class _FusedTx(SqliteTx):
    """A transaction whose machine can lose its power before any statement."""

    def __init__(self, around: SqliteTx, fuse: disk.Fuse) -> None:
        super().__init__(around._connection)
        self.callbacks = around.callbacks
        self._fuse = fuse

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> int:
        self._fuse.burn()
        return super().execute(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        self._fuse.burn()
        return super().rows(sql, parameters)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], conflict: str = "") -> None:
        self._fuse.burn()
        super().insert(table, columns, rows, conflict)


class SimulatedDatabase(SqliteDatabase):
    """Head office's real database, whose power can fail in a transaction and behind its commit."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.fuse = disk.Fuse()

    @contextmanager
    def write(self) -> Iterator[SqliteTx]:
        with super().write() as tx:
            yield _FusedTx(tx, self.fuse)
        self.fuse.burn()


@cache
def _template(shards: int) -> Path:
    """Return the file of a head office that was just created."""
    path = disk.template_folder() / f"office-{shards}.db"
    SqliteDatabase.create(str(path), to_wire_time(OPENING), shards).close()
    return path


class SimulatedOffice(Rows):
    """Head office's computer."""

    def __init__(self, folder: Path, clock: HandClock, rng: random.Random) -> None:
        folder.mkdir()
        self.path = folder / "office.db"
        self._clock = clock
        self._rng = rng
        disk.copy(_template(rng.choice((1, 2, 4))), self.path)
        self._office = self._open()

    @property
    def fuse(self) -> disk.Fuse:
        """What lets this machine's power fail."""
        return self._database.fuse

    @property
    def deeds(self) -> Deeds:
        """What people do here."""
        return self._office.deeds

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._database.read() as tx:
            found: list[tuple[Any, ...]] = tx.rows(sql, parameters)
            return found

    def answer(self, box: str, epoch: int, path: str, content: bytes) -> bytes:
        """Return the answer to a request of a life, after its own commit; nothing for a life nobody knows."""
        try:
            return canonical(to_plain(_ANSWER[path](self._office, box, epoch, content)))
        except LifeUnknown:
            return b""

    def ask_directly(self, box: SimulatedBox, path: str, request: Any) -> Any:
        """Return the answer as the office gives it, over no network."""
        return getattr(self._office, path)(box.name, box.epoch, request)

    def let_in(self, box: str, store: str, purpose: str) -> EnrolAnswer:
        """Give out a code, let a key in with it and confirm it; return who the box is now."""
        code = self.deeds.new_code(box, store, purpose, "manager")
        asked = Enrol(code, self._rng.randbytes(32).hex())
        pending = self._office.enrol(asked)
        self.deeds.confirm_box(box, pending.epoch, "manager")
        return self._office.enrol(asked)

    def journal(self, box: str, epoch: int) -> Callable[[int], Page]:
        """Return what fetches a recovered box's own journal."""
        return lambda after: self._office.journal(box, epoch, after, 50)

    def prove(self) -> None:
        """Prove all of head office's books; raises AuditFailed."""
        verify(self._database)

    def restart(self) -> None:
        """Lose the power and come back with what is on the disk."""
        self._database.close()
        self._office = self._open()

    def back_up(self) -> None:
        """Copy the database away."""
        self._database.close()
        disk.copy(self.path, self.path.with_name("backup.db"))
        self.restart()

    def put_back(self) -> None:
        """Come back with the database as it was copied."""
        self._database.close()
        disk.copy(self.path.with_name("backup.db"), self.path)
        self.restart()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _open(self) -> Office:
        database = SimulatedDatabase.open(str(self.path))
        assert isinstance(database, SimulatedDatabase)
        self._database = database
        ids = IdMint(self._clock, self._rng.randbytes)
        return Office(self._database, self._clock, ids.mint, self._rng.randbytes, signature, KEY)


def _plain(content: bytes) -> object:
    return json.loads(content)


_ANSWER: Final[dict[str, Callable[[Office, str, int, bytes], Any]]] = {
    "hello": lambda office, box, epoch, content: office.hello(box, epoch, from_plain(Hello, _plain(content))),
    "push": lambda office, box, epoch, content: office.push(box, epoch, read_page(content)),
    "pull": lambda office, box, epoch, content: office.pull(box, epoch, from_plain(Pull, _plain(content))),
    "ask": lambda office, box, epoch, content: office.ask(box, epoch, from_plain(Ask, _plain(content))),
    "lookup": lambda office, box, epoch, content: office.lookup(box, epoch, from_plain(Lookup, _plain(content))),
}
