"""Head office's intake, page by page — signature, unpacking, chain, strict reading, judgement, commit — against bare COPY.

Aim: at least a quarter of one big COPY of the same rows into a table without keys, in the same PostgreSQL and run; what
COPY reaches with the journal's own keys and indexes is said beside it. Run: `python -m bench.ingest [boxes] [pages]`.
"""

from __future__ import annotations

import gc
import multiprocessing
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg

from bench.figures import Figure, show
from bench.senders import MOMENT, PAGE, URL, Sender, make_sender
from headoffice.decoding import decode_fast
from headoffice.office import Office
from headoffice.server import SystemClock
from headoffice.store.database import Database, create_database, open_database
from ledger.clock import to_wire_time
from ledger.ids import IdMint
from ledger.protocol.messages import Enrol
from ledger.protocol.page import read_page
from ledger.wire import read_entry
from line.packing import unpack
from line.signatures import verify_request
from tests.postgres_cluster import Cluster

THREADS: Final = 8
AIM: Final = 0.25
"""As many as the door for boxes has."""
_LARGEST: Final = 32 * 1024 * 1024
_BARE: Final = "box text, epoch bigint, sequence bigint, previous_hash bytea, hash bytea, body bytea"
_BARE_TYPES: Final = ("text", "int8", "int8", "bytea", "bytea", "bytea")
_KEYED_TYPES: Final = ("text", "int8", "int8", *["text"] * 7, *["bytea"] * 3)


def office_over(database: Database) -> Office:
    """Return an office over a database, as the server makes it."""
    clock = SystemClock()
    ids = IdMint(clock, secrets.token_bytes)
    return Office(database, clock, ids.mint, secrets.token_bytes, lambda _: b"s" * 64, b"k" * 32, decode_fast)


def let_in(office: Office, senders: Sequence[Sender]) -> None:
    """Enrol and confirm every sender."""
    for sender in senders:
        code = office.deeds.new_code(sender.name, sender.store, "new", "bench")
        office.enrol(Enrol(code, sender.key.hex()))
        office.deeds.confirm_box(sender.name, 1, "bench")


def push_all(office: Office, senders: Sequence[Sender], threads: int) -> None:
    """Push every page through everything the door does but HTTP."""
    keys = {sender.signs_as: sender.key for sender in senders}

    def push(mine: Sequence[Sender]) -> None:
        for page_number in range(len(mine[0].requests)):
            for sender in mine:
                headers, body = sender.requests[page_number]
                verify_request("POST", URL, headers, body, keys.get)
                answer = office.push(sender.name, 1, read_page(unpack(body, _LARGEST)))
                assert answer.acknowledged == min(len(sender.rows), (page_number + 1) * PAGE), answer

    running = [threading.Thread(target=push, args=(senders[place::threads],)) for place in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def by_one(url: str, senders: Sequence[Sender], threads: int = THREADS) -> tuple[float, float]:
    """Push by one process; return the seconds it took, and the seconds of processor it used."""
    database = open_database(url)
    office = office_over(database)
    began, used = time.perf_counter(), time.process_time()
    push_all(office, senders, threads)
    took = time.perf_counter() - began, time.process_time() - used
    database.close()
    return took


def by_processes(url: str, senders: Sequence[Sender], processes: int) -> float:
    """Push by several processes of head office, each for boxes of its own; return the seconds it took."""
    made = multiprocessing.get_context("fork")
    ready = made.Barrier(processes + 1)

    def work(mine: Sequence[Sender]) -> None:
        database = open_database(url)
        office = office_over(database)
        ready.wait()
        push_all(office, mine, 2)
        database.close()

    running = [made.Process(target=work, args=(senders[place::processes],)) for place in range(processes)]
    for process in running:
        process.start()
    ready.wait()
    began = time.perf_counter()
    for process in running:
        process.join()
    assert all(process.exitcode == 0 for process in running), "every process pushed all its pages"
    return time.perf_counter() - began


def copy_rows(url: str, senders: Sequence[Sender], at_once: int | None) -> float:
    """COPY the journal's rows into a table without keys, all at once or so many a commit; return the seconds it took."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare")
        connection.execute(f"CREATE TABLE bare ({_BARE})".encode())
        rows = [(s.name, r.epoch, r.sequence, r.previous_hash, r.hash, r.body) for s in senders for r in s.rows]
        step = at_once or len(rows)
        began = time.perf_counter()
        for start in range(0, len(rows), step):
            _copy(connection, "bare", _BARE_TYPES, rows[start : start + step])
        return time.perf_counter() - began


def copy_with_keys(url: str, senders: Sequence[Sender]) -> float:
    """COPY the rows whole into a table with the journal's keys and indexes; return the seconds it took."""
    rows: list[tuple[object, ...]] = []
    for sender in senders:
        for row in sender.rows:
            entry, at = read_entry(row.body), to_wire_time(MOMENT)
            named = (sender.name, 1, row.sequence, entry.entry_id, entry.kind.value, entry.member_id, "2026-11-23")
            rows.append((*named, at, at, entry.reverses, row.previous_hash, row.hash, row.body))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE keyed (LIKE journal INCLUDING ALL)")
        began = time.perf_counter()
        _copy(connection, "keyed", _KEYED_TYPES, rows)
        return time.perf_counter() - began


def _copy(
    connection: psycopg.Connection[tuple[object, ...]],
    table: str,
    types: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copying:
        copying.set_types(types)
        for row in rows:
            copying.write_row(row)


def rate_figure(
    name: str, entries: int, seconds: float, limit: float | None = None, used: float | None = None
) -> Figure:
    """Return entries a second, the share of the limit (rows a second), microseconds of processor an entry."""
    rate = entries / seconds
    processor = "" if used is None else f", {used / entries * 1e6:.0f} µs of processor each"
    measured = f"{rate:,.0f} entries/s{processor}"
    if limit is None:
        return Figure(name, measured)
    return Figure(name, measured, f"one big bare COPY {limit:,.0f} rows/s", f"{rate / limit:.0%}")


def on_sqlite(senders: Sequence[Sender], limit: float) -> Figure:
    """Measure the embedded database."""
    folder = Path(tempfile.mkdtemp(dir=Path.cwd(), prefix=".bench-"))
    try:
        url = f"sqlite:///{folder / 'office.db'}"
        lay(url, senders)
        entries = sum(len(sender.rows) for sender in senders)
        took, used = by_one(url, senders, 1)
        return rate_figure("intake on SQLite, one writer", entries, took, limit, used)
    finally:
        shutil.rmtree(folder)


def lay(url: str, senders: Sequence[Sender]) -> None:
    """Make a head office that knows the senders."""
    database = create_database(url, to_wire_time(MOMENT))
    let_in(office_over(database), senders)
    database.close()


def make_senders(boxes: int, pages: int) -> list[Sender]:
    """Return boxes with their pages, out of the garbage collector's way: on the wire they are not in this process."""
    ids = IdMint(SystemClock(), secrets.token_bytes)
    senders = [make_sender(f"box-{number}", pages, ids) for number in range(boxes)]
    gc.collect()
    gc.freeze()
    return senders


def main(boxes: int = 16, pages: int = 12) -> list[Figure]:
    """Measure and print."""
    senders = make_senders(boxes, pages)
    entries = sum(len(sender.rows) for sender in senders)
    stored = sum(len(row.body) for sender in senders for row in sender.rows)
    print(f"{entries:,} entries of {boxes} boxes in pages of {PAGE}; {stored / entries:.0f} bytes an entry stored")
    cluster = Cluster(durable=True)
    try:
        bare = cluster.make_database("bare")
        limit = entries / copy_rows(bare, senders, None)
        figures = [rate_figure("bare COPY, 500 a commit", entries, copy_rows(bare, senders, PAGE), limit)]
        one, two = cluster.make_database("one"), cluster.make_database("two")
        lay(one, senders)
        lay(two, senders)
        keyed = copy_with_keys(one, senders)
        figures.append(rate_figure("COPY with the journal's keys, all at once", entries, keyed, limit))
        took, used = by_one(one, senders)
        share = entries / took / limit
        pushed = rate_figure("intake on PostgreSQL, one process", entries, took, limit, used)
        figures.append(replace(pushed, aim=f"≥ {AIM:.0%}", met=share >= AIM))
        figures.append(
            Figure("the same", pushed.measured, f"COPY with keys {entries / keyed:,.0f} rows/s", f"{keyed / took:.0%}")
        )
        together = by_processes(two, senders, 2)
        figures.append(rate_figure("intake on PostgreSQL, two processes", entries, together, limit))
        figures.append(rate_figure("bare COPY, all at once, again", entries, copy_rows(bare, senders, None), limit))
        return [*figures, on_sqlite(senders, limit)]
    finally:
        cluster.remove()


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
