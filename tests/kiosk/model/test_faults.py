"""What the disk does to the books: each failure is named, nothing half written stays, nothing is retried blindly."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from kiosk.model import journal, members, purses
from kiosk.model.errors import (
    KeyDoesNotFit,
    ModelError,
    StoreBroken,
    StoreExists,
    StoreForeign,
    StoreFull,
    StoreMissing,
    StoreReadOnly,
)
from kiosk.model.store import BoxIdentity, Store
from tests.kiosk.model.books import IDENTITY, Books, fresh_id

PAGE: Final = 4096


@contextmanager
def disk_that_fails_beyond(size: int) -> Iterator[None]:
    """Let every write past this file size fail, as a failing disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def wal(books: Books) -> Path:
    return books.path.with_name(books.path.name + "-wal")


def reopened(books: Books) -> Books:
    books.store.close()
    return Books(books.path, Store.open(books.path))


def test_a_commit_the_disk_refuses_stops_all_writing_until_the_books_are_opened_anew(books: Books) -> None:
    books.top_up("m1", "lot1")
    with disk_that_fails_beyond(wal(books).stat().st_size), pytest.raises(StoreBroken, match="IOError"):
        books.spend("m1", "lot1", 100)
    with pytest.raises(StoreBroken, match="IOError"):
        books.note()
    assert purses.total(books.store) == 12_000, "what is there can still be read"
    again = reopened(books)
    assert again.note().row.sequence == 2


def test_after_a_broken_commit_the_id_tells_whether_the_act_is_there(books: Books) -> None:
    act = books.sold("m1", fresh_id(), 500, 0)
    books.note()
    with disk_that_fails_beyond(wal(books).stat().st_size), pytest.raises(StoreBroken):
        books.write(act)
    again = reopened(books)
    assert journal.find(again.store, act.entry_id) is None
    assert again.write(act).row.sequence == 2


def test_a_full_disk_is_named_and_leaves_nothing_behind(books: Books) -> None:
    books.top_up("m1", "lot1")
    connection = books.store.connection()
    connection.pragma("max_page_count", connection.pragma("page_count"))
    with pytest.raises(StoreFull) as refused:
        fill(books)
    assert refused.value.path == str(books.path)
    written = journal.head(books.store)[1]
    connection.pragma("max_page_count", 1_000_000)
    assert books.note().row.sequence == written + 1, "with room again the till goes on"


def fill(books: Books) -> None:
    for _ in range(1000):
        books.note(facts={"reason": "x" * 500})


def test_books_that_became_read_only_say_so(books: Books) -> None:
    books.store.connection().pragma("query_only", 1)
    with pytest.raises(StoreReadOnly) as refused:
        books.note()
    assert refused.value.path == str(books.path)


def test_a_damaged_file_is_named_as_broken(books: Books) -> None:
    for number in range(300):
        books.note(facts={"number": number})
    books.store.close()
    content = bytearray(books.path.read_bytes())
    for page in range(len(content) - 20 * PAGE, len(content), PAGE):
        content[page : page + 64] = b"\xff" * 64
    books.path.write_bytes(bytes(content))
    store = Store.open(books.path)
    with pytest.raises(StoreBroken, match="Corrupt"):
        journal.page(store, 0, 1000)
    store.close()


def test_a_constraint_nobody_asked_for_ends_the_act_as_broken(books: Books) -> None:
    with pytest.raises(StoreBroken, match="CHECK"), books.store.write():
        books.store.change("INSERT INTO uplink (id, cursor) VALUES (2, 0)")
    assert books.note().row.sequence == 1


def test_a_box_in_a_folder_that_takes_no_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreReadOnly):
        Store.create(tmp_path / "file" / "shop.db", IDENTITY)
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(
    "content", [b"", b"SQLite format 3\x00", b"not a database at all" * 500], ids=["empty", "cut", "text"]
)
def test_a_file_that_was_cut_short_is_not_ours(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(content)
    with pytest.raises((StoreForeign, KeyDoesNotFit)) as refused:
        Store.open(path)
    assert vars(refused.value) == {"path": str(path)}


def test_a_box_that_could_not_be_finished_is_not_there_at_all(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with disk_that_fails_beyond(8192), pytest.raises(ModelError):
        Store.create(path, IDENTITY)
    assert names(tmp_path) == []
    with pytest.raises(StoreMissing):
        Store.open(path)
    assert Store.create(path, IDENTITY).identity == IDENTITY


def test_of_two_boxes_created_under_one_name_the_second_leaves_the_first_alone(tmp_path: Path) -> None:
    first = Store.create(tmp_path / "shop.db", IDENTITY)
    with pytest.raises(StoreExists):
        Store.create(tmp_path / "shop.db", BoxIdentity("box-2", "elsewhere"))
    assert Store.open(first.path).identity == IDENTITY
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def test_changes_are_refused_where_no_act_is_being_written(books: Books) -> None:
    assert members.search(books.store, "zs") == []
    with pytest.raises(AssertionError, match="write transaction"):
        books.store.change("UPDATE uplink SET cursor = 0")
