"""Seals: old books are sealed when they are opened, recovered books anew, and no two slips have one seal."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model import journal, replay, seals
from kiosk.model.errors import VerifyFailed
from kiosk.model.seals import NOTHING_SEALED, seal_of_entry, seal_of_slip
from kiosk.model.store import BoxIdentity, Store
from kiosk.model.verify import verify
from tests.kiosk.model.every_kind import every_kind

QUEUED = st.tuples(
    st.text(max_size=4), st.none() | st.text(max_size=4), st.integers(0, 3), st.text(max_size=4), st.text(max_size=2),
    st.integers(0, 1),
)  # fmt: skip
SLIPS = st.tuples(st.integers(1, 20), QUEUED, st.binary(max_size=8))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return every_kind(tmp_path_factory.mktemp("every kind"))


@pytest.fixture
def path(book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(book, tmp_path))


def slips(store: Store) -> list[tuple[object, ...]]:
    """Every slip as it was queued."""
    return store.rows("SELECT job_id, entry_id, copy, queued_at, till, drawer, document FROM print_job ORDER BY number")


def test_the_books_of_an_older_program_are_sealed_when_they_are_opened(path: Path) -> None:
    raw = apsw.Connection(str(path))
    raw.execute(
        "PRAGMA foreign_keys = OFF; DROP TRIGGER print_job_drawer; DROP TRIGGER seal_no_delete; DROP TABLE seal"
    )
    raw.execute("DELETE FROM schema_migration WHERE name = '0010_seals'")
    raw.close()
    store = Store.open(path)
    assert verify(store).rows == 54
    last = store.execute("SELECT slip FROM seal ORDER BY number DESC LIMIT 1").fetchone()
    assert last == store.execute("SELECT max(number) FROM print_job").fetchone(), "entries first, then slips"
    store.close()


def test_recovered_books_take_the_old_slips_over_and_seal_them_anew(path: Path, tmp_path: Path) -> None:
    old = Store.open(path)
    kept, told = journal.page(old, 0, 1000), slips(old)
    lost = next(number for number, (_, entry_id, *_) in enumerate(told) if entry_id == told[4][1])
    old.close()
    fresh = replay.rebuild(tmp_path / "fresh.db", BoxIdentity("box-1", "xuhui", 2), 1, kept[:40])
    replay.copy_local(fresh, path)
    taken = slips(fresh)
    assert taken
    assert taken == [slip for slip in told if slip in taken], "in their order, those of known entries alone"
    assert len(taken) < len(told)
    assert lost < len(taken)
    seals.compare(fresh)
    fresh.close()


def test_a_slip_that_was_never_sealed_is_named(path: Path) -> None:
    store = Store.open(path)
    with store.write():
        store.change(
            "INSERT INTO print_job (job_id, copy, document, queued_at, till, drawer) VALUES ('j', 0, x'7b', 'now', '1', 0)"
        )
    with pytest.raises(VerifyFailed) as failed:
        verify(store)
    assert (failed.value.table, failed.value.reason) == ("print_job", "was never sealed")
    store.close()


@given(st.tuples(SLIPS, SLIPS))
def test_no_two_slips_have_one_seal(pair: tuple[tuple[int, tuple[object, ...], bytes], ...]) -> None:
    one, two = pair
    assert (seal_of_slip(NOTHING_SEALED, *one) == seal_of_slip(NOTHING_SEALED, *two)) == (one == two)


@given(
    st.lists(
        SLIPS | st.tuples(st.binary(min_size=32, max_size=32), st.text("0123456789abcdef", min_size=64, max_size=64)),
        min_size=1,
        max_size=6,
    ),
    st.data(),
)
def test_a_chain_with_one_link_taken_out_ends_in_another_seal(
    links: list[tuple[object, ...]], drawn: st.DataObject
) -> None:
    place = drawn.draw(st.integers(0, len(links) - 1))
    assert end_of(links) != end_of(links[:place] + links[place + 1 :])


def end_of(links: list[tuple[object, ...]]) -> bytes:
    seal = NOTHING_SEALED
    for link in links:
        seal = seal_of_entry(seal, *link) if len(link) == 2 else seal_of_slip(seal, *link)  # type: ignore[arg-type]  # drawn so
    return seal
