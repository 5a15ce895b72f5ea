"""Several tills on one box: processes of their own, one journal, one purse set."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable
from threading import Thread

from kiosk.model import journal, purses
from kiosk.model.store import PRAGMAS, Store
from kiosk.model.verify import verify
from ledger.wire import check_chain
from tests.kiosk.model.books import DAY, Books, spend_all, write_many

EACH = 200
TILLS = multiprocessing.get_context("spawn")


def run_two(till: Callable[..., None], *arguments: tuple[object, ...]) -> list[int | None]:
    """Run two tills that begin at once, and return their exit codes."""
    ready = TILLS.Barrier(2)
    processes = [TILLS.Process(target=till, args=(*given, ready)) for given in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def test_two_tills_write_one_gapless_chain_between_them(books: Books) -> None:
    assert run_two(write_many, (books.path, "1", EACH), (books.path, "2", EACH)) == [0, 0]
    assert check_chain(journal.page(books.store, 0, 1000), "box-1", 1) == 2 * EACH
    written = list(journal.of_business_date(books.store, DAY))
    assert Counter(recorded.entry.till for recorded in written) == {"1": EACH, "2": EACH}
    for till in ("1", "2"):
        numbers = [recorded.entry.facts["number"] for recorded in written if recorded.entry.till == till]
        assert numbers == list(range(EACH)), "each till's entries stand in the order it wrote them"


def test_two_tills_never_spend_more_than_one_member_has(books: Books) -> None:
    books.top_up("m1", "lot1", 10_000, 0)
    assert purses.total(books.store) == 10_000
    paid = run_two(spend_all, *[(books.path, "m1", "lot1", 70)] * 2)
    assert sum(times or 0 for times in paid) == 10_000 // 70
    assert purses.total(books.store) == 10_000 % 70
    assert sum(books.purse().values()) == 10_000 % 70
    assert verify(books.store).total_minor == 10_000 % 70


def test_every_thread_has_a_connection_of_its_own_with_every_guard_on(books: Books) -> None:
    found: list[dict[str, object]] = []

    def look() -> None:
        books.note()
        connection = books.store.connection()
        found.append({name: connection.pragma(name) for name in PRAGMAS})
        books.store.close()

    threads = [Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [dict(PRAGMAS)] * 3
    assert journal.head(books.store)[1] == 3


def test_a_reader_sees_one_state_while_another_till_goes_on(books: Books) -> None:
    books.note()
    other = Books(books.path, Store.open(books.path))
    with books.store.snapshot():
        before = journal.head(books.store)
        other.note()
        assert journal.head(books.store) == before
    assert journal.head(books.store)[1] == 2
    other.store.close()


def test_verify_reads_one_state_while_tills_go_on(books: Books) -> None:
    other = Books(books.path, Store.open(books.path))
    for _ in range(3):
        books.note()

    def go_on(_: int) -> None:
        other.note()

    proved = verify(books.store, go_on)
    assert proved.rows == 3
    assert journal.head(books.store)[1] == 4
    other.store.close()
