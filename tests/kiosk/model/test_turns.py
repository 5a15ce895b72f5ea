"""Turns: who came first writes first; a ticket dies with its process, and nobody waits for one that stands still."""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from kiosk.model import turns
from kiosk.model.errors import StoreBroken, StoreFull, StoreReadOnly
from kiosk.model.store import BUSY_MS
from kiosk.model.turns import turn
from tests.kiosk.model.books import Books

SPAWN = multiprocessing.get_context("spawn")


class Waiting:
    """Tells when a thread found a ticket before its own."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        """Listen at the place where a ticket is looked for."""
        self.found: dict[str, threading.Event] = {}
        really = turns._is_taken

        def listen(queue: int, first: int, ticket: int) -> bool:
            taken = really(queue, first, ticket)
            if taken:
                self.of(threading.current_thread().name).set()
            return taken

        patch.setattr(turns, "_is_taken", listen)

    def of(self, name: str) -> threading.Event:
        """The event of a thread."""
        return self.found.setdefault(name, threading.Event())


def test_who_came_first_writes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, order, database = Waiting(monkeypatch), list[str](), tmp_path / "shop.db"

    def write(name: str) -> None:
        with turn(database, 60_000):
            order.append(name)

    names = [str(number) for number in range(6)]
    for name in names:
        waiting.of(name)
    with turn(database, 60_000):
        threads = [threading.Thread(target=write, args=(name,), name=name) for name in names]
        for thread in threads:
            thread.start()
            assert waiting.of(thread.name).wait(30)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == names


def test_nobody_before_is_no_wait_at_all(tmp_path: Path) -> None:
    with turn(tmp_path / "shop.db", BUSY_MS) as left_ms:
        assert left_ms == BUSY_MS
    with turn(tmp_path / "shop.db", BUSY_MS) as left_ms:
        assert left_ms == BUSY_MS


def hold(database: Path, line: Connection) -> None:
    """Be a till that takes a turn and never gives it back."""
    with turn(database, BUSY_MS):
        line.send("held")
        line.recv()


def test_a_ticket_dies_with_its_process(tmp_path: Path) -> None:
    database = tmp_path / "shop.db"
    here, there = SPAWN.Pipe()
    till = SPAWN.Process(target=hold, args=(database, there))
    till.start()
    assert here.recv() == "held"
    assert till.pid is not None
    os.kill(till.pid, signal.SIGKILL)
    till.join()
    with turn(database, 60_000) as left_ms:
        assert left_ms == 60_000


def test_a_till_that_stands_still_holds_nobody_up_for_longer_than_the_wait(tmp_path: Path) -> None:
    database = tmp_path / "shop.db"
    with turn(database, 50), turn(database, 50) as left_ms:
        assert left_ms == 1, "whether it may write now, SQLite's own lock says"


def test_a_turn_says_nothing_of_safety(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_is_taken", lambda *_: False)
    books.note()
    books.note()
    assert books.store.rows("SELECT count(*) FROM journal") == [(2,)]


def test_the_queue_is_its_owners_alone_and_stays_empty(books: Books) -> None:
    books.note()
    queue = books.path.with_name(books.path.name + "-turns")
    assert (stat.S_IMODE(queue.stat().st_mode), queue.stat().st_size) == (0o600, 0)


@pytest.mark.parametrize(
    ("number", "error"), [(30, StoreReadOnly), (13, StoreReadOnly), (28, StoreFull), (122, StoreFull), (5, StoreBroken)]
)
def test_a_queue_that_cannot_be_opened_is_refused_in_words(
    books: Books, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception]
) -> None:
    monkeypatch.setattr(os, "open", failing(number))
    with pytest.raises(error):
        books.note()
    monkeypatch.undo()
    assert books.store.rows("SELECT count(*) FROM journal") == [(0,)]


def failing(number: int) -> Callable[..., int]:
    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_queue_that_is_a_link_is_not_followed(books: Books, tmp_path: Path) -> None:
    queue = books.path.with_name(books.path.name + "-turns")
    queue.unlink(missing_ok=True)
    queue.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreBroken):
        books.note()
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser makes files for others")
def test_the_queue_that_the_superuser_makes_belongs_to_the_shops_user(tmp_path: Path) -> None:
    nobody = 65534
    os.chown(tmp_path, nobody, nobody)
    for _ in range(2):
        with turn(tmp_path / "shop.db", 1000):
            made = (tmp_path / "shop.db-turns").stat()
        assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (nobody, nobody, 0o600)
