"""While something takes the books' place nobody has them open: a till that only stands there counts too."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from kiosk.model import journal, replay
from kiosk.model.backup_errors import RestoreInUse
from kiosk.model.backup_lock import held
from kiosk.model.backup_restore import put_in_place
from kiosk.model.errors import StoreBusy
from kiosk.model.store import Store
from tests.kiosk.model.books import Books


def stand_idle(path: Path, opened: Event, leave: Event) -> None:
    """Have the books open as an idle till has, until told to leave."""
    with closing(Store.open(path)) as store:
        journal.head(store)
        opened.set()
        leave.wait(30)


@contextmanager
def idle_till(path: Path) -> Iterator[None]:
    """A till in another process that does nothing."""
    spawned = multiprocessing.get_context("spawn")
    opened, leave = spawned.Event(), spawned.Event()
    till = spawned.Process(target=stand_idle, args=(path, opened, leave))
    till.start()
    try:
        assert opened.wait(30)
        yield
    finally:
        leave.set()
        till.join(30)


def test_books_that_an_idle_till_has_open_are_held_by_nobody_else(books: Books) -> None:
    books.store.close()
    with idle_till(books.path):
        with pytest.raises(RestoreInUse), held(books.path):
            pass
        with pytest.raises(StoreBusy):
            replay.refuse_while_open(books.path)
    with held(books.path):
        pass


def open_books(path: Path) -> str:
    try:
        Store.open(path).close()
    except StoreBusy:
        return "busy"
    return "open"


def test_a_till_that_comes_while_books_are_held_is_told_they_are_busy(books: Books) -> None:
    books.note()
    books.store.close()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with held(books.path):
            assert pool.apply(open_books, (books.path,)) == "busy"
        assert pool.apply(open_books, (books.path,)) == "open"


def test_what_the_log_held_is_in_the_books_that_are_held(books: Books, tmp_path: Path) -> None:
    books.note()
    beside = tmp_path / "as-a-crash-leaves-it"
    beside.mkdir()
    for suffix in ("", "-wal"):
        (beside / f"shop.db{suffix}").write_bytes(books.path.with_name(f"shop.db{suffix}").read_bytes())
    with held(beside / "shop.db"):
        assert not (beside / "shop.db-wal").exists()
    with closing(Store.open(beside / "shop.db")) as store:
        assert journal.head(store)[1] == 1


def test_nothing_to_hold_is_held(tmp_path: Path) -> None:
    with held(tmp_path / "none.db"):
        assert not (tmp_path / "none.db").exists()


def test_a_log_that_could_not_be_folded_in_goes_aside_with_its_books(tmp_path: Path) -> None:
    path, draft = tmp_path / "shop.db", tmp_path / "draft"
    path.write_bytes(b"damaged")
    draft.write_bytes(b"new")
    path.with_name("shop.db-wal").write_bytes(b"log")
    path.with_name("shop.db-shm").write_bytes(b"shared")
    aside = put_in_place(draft, path, "20261120T010000Z")
    assert aside == tmp_path / "shop.db.before-20261120T010000Z"
    found = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert found == {"shop.db": b"new", aside.name: b"damaged", f"{aside.name}-wal": b"log"}


def test_a_second_restore_in_the_same_second_keeps_both_old_books(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    for content in (b"one", b"two", b"three"):
        (tmp_path / "draft").write_bytes(content)
        put_in_place(tmp_path / "draft", path, "20261120T010000Z")
    kept = {one.read_bytes() for one in tmp_path.glob("shop.db.before-*")}
    assert (kept, path.read_bytes()) == ({b"one", b"two"}, b"three")
