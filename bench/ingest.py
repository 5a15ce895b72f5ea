"""Head office's intake, page by page — signature, unpacking, chain, strict reading, judgement, commit — against bare COPY.

Aim: at least a quarter of one big COPY of the same rows into a bare table of the same PostgreSQL, in the same run.
Run: `python -m bench.ingest [boxes] [pages] [before]`; `before` rows lie in the journal already (growth).
"""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import psycopg

from headoffice.decoding import decode_fast
from headoffice.office import Office
from headoffice.server import SystemClock
from headoffice.store.database import Database, create_database
from ledger.accounts import Instrument, PurseKey, member_account
from ledger.clock import to_wire_time
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.ids import EntryId, IdMint
from ledger.protocol.messages import Enrol, PageHeader
from ledger.protocol.page import read_page, write_page
from ledger.wire import JournalRow, chain, encode_entry
from line.keys import SigningKey
from line.packing import pack, unpack
from line.signatures import key_id, sign_request, verify_request
from tests.postgres_cluster import Cluster

PAGE: Final = 500
URL: Final = "https://head.office/v1/box/push"
HEADERS: Final = {"Content-Type": "application/x-guitai-page", "Content-Encoding": "zstd"}
MOMENT: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FACTS: Final = {"via": "member_code", "stored_minor": 1, "rest_minor": 0, "list_price_minor": 1, "quote_reasons": []}


@dataclass
class Sender:
    """One box: its key and its pages as they go over the wire."""

    name: str
    key: SigningKey
    requests: list[tuple[dict[str, str], bytes]]
    rows: list[JournalRow]


def a_day(box: str, store: str, ids: IdMint, entries: int) -> Iterator[Entry]:
    """Yield a box's entries: a top-up, then nine payments from it, member after member."""

    def entry(
        kind: EntryKind, number: EntryId, member: str, postings: tuple[Posting, ...], lots: tuple[Lot, ...]
    ) -> Entry:
        who = {"till": "1", "cashier": "1001", "member_id": member, "shift_id": "s" * 26, "facts": dict(FACTS)}
        when = {"occurred_at": MOMENT, "recorded_at": MOMENT, "business_date": date(2026, 11, 23)}
        return Entry(number, kind, store, box, programme_version="2026.2", postings=postings, lots=lots, **who, **when)  # type: ignore[arg-type]  # one table of fields for both kinds

    for count in range(entries):
        number = ids.mint()
        if count % 10 == 0:
            member, lot_id = ids.mint(), number
            principal = member_account(PurseKey(member, lot_id, Instrument.PRINCIPAL))
            bonus = member_account(PurseKey(member, lot_id, Instrument.BONUS))
            paid = (Posting("till:1:cash", principal, 30_000), Posting(f"promotion:{store}", bonus, 5_000))
            lot = Lot(lot_id, member, 30_000, 5_000, "2026.2", "f" * 64)
            yield entry(EntryKind.TOP_UP, number, member, paid, (lot,))
        else:
            spent = (Posting(principal, f"sales:{store}", 857), Posting(bonus, f"sales:{store}", 143))
            yield entry(EntryKind.SPEND, number, member, spent, ())


def make_sender(name: str, pages: int, ids: IdMint) -> Sender:
    """Return a box with its signed pages."""
    rows: list[JournalRow] = []
    for entry in a_day(name, f"store-{name}", ids, pages * PAGE):
        rows.append(chain(name, 1, len(rows) + 1, rows[-1].hash if rows else None, encode_entry(entry)))
    key, requests = SigningKey.generate(), []
    for start in range(0, len(rows), PAGE):
        part = rows[start : start + PAGE]
        header = PageHeader(1, 1, start + 1, part[0].previous_hash.hex(), part[-1].hash.hex(), (), 0, 0, 0)
        body = pack(write_page(header, [row.body for row in part]))
        requests.append((sign_request("POST", URL, HEADERS, body, key, key_id(name, 1)), body))
    return Sender(name, key, requests, rows)


def open_office(database: Database, senders: list[Sender]) -> Office:
    """Return an office that has let every sender in."""
    clock = SystemClock()
    ids = IdMint(clock, secrets.token_bytes)
    signing = (lambda _: b"s" * 64, b"k" * 32)
    office = Office(database, clock, ids.mint, secrets.token_bytes, *signing, decode_fast)
    for sender in senders:
        code = office.deeds.new_code(sender.name, f"store-{sender.name}", "new", "bench")
        office.enrol(Enrol(code, sender.key.public_bytes().hex()))
        office.deeds.confirm_box(sender.name, 1, "bench")
    return office


def push_all(office: Office, senders: list[Sender], threads: int) -> float:
    """Push every page through everything the door does but HTTP; return the seconds it took."""
    keys = {key_id(sender.name, 1): sender.key.public_bytes() for sender in senders}

    def push(mine: list[Sender]) -> None:
        for page_number in range(len(mine[0].requests)):
            for sender in mine:
                headers, body = sender.requests[page_number]
                verify_request("POST", URL, headers, body, keys.get)
                answer = office.push(sender.name, 1, read_page(unpack(body, 32 * 1024 * 1024)))
                assert answer.acknowledged == (page_number + 1) * PAGE, answer

    running = [threading.Thread(target=push, args=(senders[place::threads],)) for place in range(threads)]
    began = time.perf_counter()
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return time.perf_counter() - began


def copy_rows(url: str, senders: list[Sender], at_once: int | None) -> float:
    """COPY the same journal rows into a bare table, all at once or so many a commit; return the seconds it took."""
    columns = "box text, epoch bigint, sequence bigint, previous_hash bytea, hash bytea, body bytea"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare")
        connection.execute(f"CREATE TABLE bare ({columns})".encode())
        rows = [(s.name, r.epoch, r.sequence, r.previous_hash, r.hash, r.body) for s in senders for r in s.rows]
        step = at_once or len(rows)
        began = time.perf_counter()
        for start in range(0, len(rows), step):
            with connection.cursor().copy("COPY bare FROM STDIN (FORMAT BINARY)") as copying:
                copying.set_types(["text", "int8", "int8", "bytea", "bytea", "bytea"])
                for row in rows[start : start + step]:
                    copying.write_row(row)
        return time.perf_counter() - began


FILL: Final = """
INSERT INTO journal SELECT 'old-' || (n % 64), 1, n / 64 + 1, 'old-' || n, 'spend', 'm-' || (n % 100000), '2026-01-01',
 '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', NULL, decode(repeat('00', 32), 'hex'),
 decode(repeat('00', 32), 'hex'), decode(repeat('7b7d', 250), 'hex') FROM generate_series({first}, {last}) AS n
"""


def fill(url: str, first: int, last: int) -> None:
    """Put old rows into the journal, to see how intake grows."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FILL.format(first=first, last=last).encode())
        connection.execute("ANALYZE journal")


def report(name: str, entries: int, seconds: float, limit: float | None) -> None:
    """Print one line: entries a second, and the share of the limit."""
    rate = entries / seconds
    share = "" if limit is None else f"   {rate / limit:.0%} of one big COPY"
    print(f"{name:<44} {rate:>9,.0f} entries/s{share}")


def on_sqlite(senders: list[Sender], limit: float) -> None:
    """Measure the embedded database."""
    folder = Path(tempfile.mkdtemp(dir=Path.cwd(), prefix=".bench-"))
    try:
        database = create_database(f"sqlite:///{folder / 'office.db'}", to_wire_time(MOMENT))
        entries = sum(len(sender.rows) for sender in senders)
        report("push on SQLite, one writer", entries, push_all(open_office(database, senders), senders, 1), limit)
        database.close()
    finally:
        shutil.rmtree(folder)


def main(boxes: int = 16, pages: int = 12, before: int = 0) -> None:
    """Measure and print."""
    ids = IdMint(SystemClock(), secrets.token_bytes)
    senders = [make_sender(f"box-{number}", pages, ids) for number in range(boxes)]
    entries = sum(len(sender.rows) for sender in senders)
    wire = sum(len(body) for sender in senders for _, body in sender.requests)
    stored = sum(len(row.body) for sender in senders for row in sender.rows)
    print(f"{entries:,} entries of {boxes} boxes in pages of {PAGE}; {stored / entries:.0f} bytes an entry stored,")
    print(f"{wire / entries:.0f} bytes an entry on the wire")
    cluster = Cluster(durable=True)
    try:
        bare = cluster.make_database("bare")
        one_big, by_page = (entries / copy_rows(bare, senders, step) for step in (None, PAGE))
        print(f"{'bare COPY, all at once':<44} {one_big:>9,.0f} rows/s")
        print(f"{'bare COPY, 500 a commit':<44} {by_page:>9,.0f} rows/s")
        on_sqlite(senders, one_big)
        url = cluster.make_database("office")
        database = create_database(url, to_wire_time(MOMENT))
        if before:
            fill(url, 0, before)
        title = f"push on PostgreSQL, {before:,} rows before"
        report(title, entries, push_all(open_office(database, senders), senders, 3), one_big)
        database.close()
    finally:
        cluster.remove()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
