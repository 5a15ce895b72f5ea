"""How head office's intake grows: the same pages against a journal that already holds 10⁵, 10⁶, 10⁷ rows.

Each size has a database of its own, and each measurement stands beside one big bare COPY of the same rows in the same
minute. Run: `python -m bench.growth [largest]`; without it the largest is 10⁶.
"""

from __future__ import annotations

import sys
import time
from typing import Final

import psycopg

from bench.figures import Figure, show
from bench.ingest import by_one, copy_rows, lay, make_senders, rate_figure
from tests.postgres_cluster import Cluster

BOXES: Final = 8
PAGES: Final = 8
SIZES: Final = (0, 100_000, 1_000_000, 10_000_000)
_FILL: Final = """
INSERT INTO journal (box, epoch, sequence, entry_id, kind, member_id, business_date, occurred_at, received_at, reverses,
 previous_hash, hash, body)
SELECT 'old-' || (n % 64), 1, n / 64 + 1, lpad(n::text, 26, '0'), 'spend', lpad((n % 100000)::text, 26, 'M'),
 '2026-01-01', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', NULL, decode(repeat('00', 32), 'hex'),
 decode(repeat('00', 32), 'hex'), decode(repeat('7b', 300), 'hex') FROM generate_series(1, {rows}) AS n
"""


def fill(url: str, rows: int) -> float:
    """Put old rows into the journal and let the server settle; return the seconds it took."""
    began = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_FILL.format(rows=rows).encode())
        connection.execute("VACUUM ANALYZE journal")
        connection.execute("CHECKPOINT")
    return time.perf_counter() - began


def main(largest: int = 1_000_000) -> list[Figure]:
    """Measure and print."""
    senders = make_senders(BOXES, PAGES)
    entries = sum(len(sender.rows) for sender in senders)
    figures: list[Figure] = []
    cluster = Cluster(durable=True)
    try:
        bare = cluster.make_database("bare")
        for rows in (size for size in SIZES if size <= largest):
            url = cluster.make_database(f"office_{rows}")
            lay(url, senders)
            filled = fill(url, rows) if rows else 0.0
            limit = entries / copy_rows(bare, senders, None)
            took, used = by_one(url, senders)
            print(f"{rows:,} rows filled in {filled:.0f} s", flush=True)
            figures.append(rate_figure(f"intake behind {rows:,} rows", entries, took, limit, used))
            cluster.drop_database(f"office_{rows}")
    finally:
        cluster.remove()
    return figures


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
