"""What an entry costs on the wire and at head office: the journal of a shop that lived, in pages of 500, zstd level 1.

The journal is made by the services themselves under a clock that moves, ids and all; the peer is gzip -1 of the same
pages. Run: `python -m bench.wire [days] [customers]`.
"""

from __future__ import annotations

import gzip
import secrets
import sys
import tempfile
from collections import Counter as Tally
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from bench.figures import Figure, show
from bench.ingest import by_one, lay
from bench.senders import PAGE, Sender, page_of, sender_of
from headoffice.server import SystemClock
from kiosk.demo.history import live_through
from kiosk.demo.people import STAFF
from kiosk.model import journal
from kiosk.services.counter import Counter
from kiosk.services.set_up import create_box
from ledger.ids import IdMint
from ledger.wire import JournalRow, read_entry
from line.packing import pack
from tests.builders import BAKERY
from tests.postgres_cluster import Cluster


def lived(folder: Path, days: int, customers: int) -> Sender:
    """Return the box of a shop that lived so many days, with its signed pages."""
    clock = SystemClock()
    born = clock.now() - timedelta(days=days + 1)
    store = create_box(folder / "shop.db", "box-1", BAKERY.read_bytes(), STAFF, born)
    ids, zone = IdMint(clock, secrets.token_bytes), ZoneInfo("Asia/Shanghai")
    counter = Counter(
        store=store, clock=clock, ids=ids, entropy=secrets.token_bytes, till="1", zone=zone, language="zh"
    )
    live_through(counter, clock.now(), days=days, visitors=customers, seed=7, progress=lambda _done, _of: None)
    rows = journal.page(store, 0, journal.head(store)[1])
    store.close()
    return sender_of("box-1", "xuhui", rows)


def kept_bytes(sender: Sender) -> int:
    """Push the journal to a head office on PostgreSQL; return what its journal takes on disk, indexes and all."""
    cluster = Cluster()
    try:
        url = cluster.make_database("office")
        lay(url, [sender])
        by_one(url, [sender], 1)
        with psycopg.connect(url) as connection:
            sql = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('journal') WHERE isleaf"
            found = connection.execute(sql).fetchone()
        assert found is not None, "the journal has partitions"
        return int(found[0])
    finally:
        cluster.remove()


def kinds(rows: list[JournalRow]) -> str:
    """Return how many entries of which kind there are, the most frequent first."""
    counted = Tally(read_entry(row.body).kind.value for row in rows)
    return ", ".join(f"{count:,} {kind}" for kind, count in counted.most_common(5))


def main(days: int = 30, customers: int = 150) -> list[Figure]:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        sender = lived(Path(folder), days, customers)
    rows, entries = sender.rows, len(sender.rows)
    pages = [page_of(rows[start : start + PAGE]) for start in range(0, entries, PAGE)]
    signed = sum(len(name) + len(value) + 4 for headers, _ in sender.requests for name, value in headers.items())
    print(f"{entries:,} entries of {days} days: {kinds(rows)}")
    sizes = {
        "an entry as stored by the box": sum(len(row.body) for row in rows),
        "on the wire, zstd level 1, pages of 500": sum(len(pack(page)) for page in pages),
        "its share of a request's signed headers": signed,
        "the same entries packed one by one": sum(len(pack(row.body)) for row in rows),
        "at head office on PostgreSQL, with indexes": kept_bytes(sender),
    }
    peer = sum(len(gzip.compress(page, 1)) for page in pages) / entries
    against = f"the same pages by gzip -1, {peer:,.1f} bytes"
    return [
        Figure(name, f"{size / entries:,.1f} bytes", against, f"{size / entries / peer:.2f}×")
        for name, size in sizes.items()
    ]


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
