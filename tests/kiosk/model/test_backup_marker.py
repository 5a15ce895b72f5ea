"""The marker of the past: never older than it was, never half, and an older image does not fit it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.model import uplink
from kiosk.model.backup_marker import (
    FORKED,
    OLDER,
    Mark,
    is_promised,
    mark_of,
    older,
    promise,
    promised_since,
    read_mark,
    stop,
    write_mark,
)
from kiosk.model.replay import step
from kiosk.model.store import Store
from tests.kiosk.backup_steps import killed_at
from tests.kiosk.model.books import MOMENT, Books, copy_books

HASH = "ab" * 32


def mark(sequence: int, epoch: int = 1) -> Mark:
    return Mark("box-1", epoch, sequence, HASH, "2026-11-20T06:02:11.123Z")


@pytest.fixture
def image(books: Books, tmp_path: Path) -> Iterator[Books]:
    """Books as they were three entries ago; the ones that are there went on."""
    for _ in range(5):
        books.note()
    books.store.close()
    (tmp_path / "image").mkdir()
    path = copy_books(books.path, tmp_path / "image")
    books.store = Store.open(books.path)
    for _ in range(3):
        books.note()
    old = Books(path, Store.open(path))
    yield old
    old.store.close()


def test_the_books_a_marker_was_made_of_fit_it_and_so_does_what_follows(books: Books) -> None:
    empty = mark_of(books.store, MOMENT)
    assert (empty.head, older(books.store, [empty])) == ((1, 0), None)
    books.note()
    noted = mark_of(books.store, MOMENT)
    assert noted.hash == books.note().row.previous_hash.hex()
    assert older(books.store, [empty, noted]) is None


def test_an_older_image_does_not_fit_the_marker(books: Books, image: Books) -> None:
    noted = mark_of(books.store, MOMENT)
    found = older(image.store, [noted])
    assert found is not None
    assert (found.reason, found.mark) == (OLDER, noted)


def test_an_older_image_that_was_sold_from_past_the_marker_does_not_fit_it_either(books: Books, image: Books) -> None:
    noted = mark_of(books.store, MOMENT)
    for _ in range(9):
        image.note()
    found = older(image.store, [noted])
    assert found is not None
    assert found.reason == FORKED


def test_one_trace_among_many_is_enough(books: Books, image: Books) -> None:
    early, late = mark_of(image.store, MOMENT), mark_of(books.store, MOMENT)
    for traces in ([early, late], [late, early]):
        found = older(image.store, traces)
        assert found is not None
        assert found.mark == late


def test_a_later_epoch_was_opened_lawfully_and_an_earlier_one_is_the_past(books: Books, image: Books) -> None:
    noted = mark_of(books.store, MOMENT)
    with image.store.write():
        step(image.store, 1, 2)
    image.store.close()
    image.store = Store.open(image.path)
    assert older(image.store, [noted]) is None
    assert older(books.store, [mark_of(image.store, MOMENT)]) is not None


def test_the_trace_of_another_box_says_nothing_here(books: Books) -> None:
    assert older(books.store, [Mark("box-2", 9, 999, HASH, "2026-11-20T06:02:11.123Z")]) is None


def test_a_marker_comes_back_as_it_was_noted(tmp_path: Path) -> None:
    write_mark(tmp_path / "past.json", mark(7))
    assert read_mark(tmp_path / "past.json", "box-1") == mark(7)
    assert read_mark(tmp_path / "past.json", "box-2") is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"format": 1}', b"null", b'{"box": "box-1"}'])
def test_what_this_program_did_not_write_is_no_marker(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "past.json").write_bytes(content)
    assert read_mark(tmp_path / "past.json", "box-1") is None


heads = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 20)), min_size=1, max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(heads)
def test_a_marker_never_goes_back(tmp_path_factory: pytest.TempPathFactory, noted: list[tuple[int, int]]) -> None:
    place = tmp_path_factory.mktemp("state") / "past.json"
    for epoch, sequence in noted:
        write_mark(place, mark(sequence, epoch))
    kept = read_mark(place, "box-1")
    assert kept is not None
    assert kept.head == max(noted)


def note_many(place: Path, first: int) -> None:
    for sequence in range(first, 200, 4):
        write_mark(place, mark(sequence))


def test_four_tills_that_note_at_once_leave_the_furthest(tmp_path: Path) -> None:
    place = tmp_path / "past.json"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.starmap(note_many, [(place, first) for first in range(4)])
    kept = read_mark(place, "box-1")
    assert kept is not None
    assert kept.sequence == 199


def test_a_note_killed_at_any_step_leaves_the_old_marker_or_the_new(tmp_path: Path) -> None:
    place, step_no = tmp_path / "past.json", 0
    write_mark(place, mark(1))
    while True:
        step_no += 1
        killed = killed_at(step_no, tmp_path, partial(write_mark, place, mark(step_no + 1)))
        kept = read_mark(place, "box-1")
        assert kept is not None
        assert kept.sequence in range(1, step_no + 2)
        if not killed:
            break
    assert kept.sequence == step_no + 1
    assert step_no > 4


def test_books_remember_since_when_and_where_their_marker_is_kept(books: Books, tmp_path: Path) -> None:
    place = tmp_path / "state" / "past.json"
    assert not is_promised(books.store, place)
    promise(books.store, place, MOMENT)
    promise(books.store, place, MOMENT + timedelta(days=1))
    assert promised_since(books.store, place) == datetime(2026, 11, 20, 6, 2, 11, 123_000, tzinfo=MOMENT.tzinfo)
    assert not is_promised(books.store, tmp_path / "elsewhere" / "past.json")


def test_a_box_is_stopped_once(books: Books) -> None:
    assert stop(books.store, OLDER)
    assert not stop(books.store, OLDER)
    assert uplink.state(books.store).stop_reason == OLDER
    with closing(Store.open(books.path)) as another:
        assert uplink.state(another).mode is uplink.Mode.STOPPED
