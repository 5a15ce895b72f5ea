"""Every measurement one after the other, as `make bench` runs them; the output is the table in docs/performance.md."""

from __future__ import annotations

import os
import platform
import sys

from bench import counter, grants, growth, ingest, lookup, payment, peers, quote, reports, wire


def main() -> None:
    """Say what machine this is, then measure."""
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.2f}"
    )
    for title, measure in (
        ("durable payment", payment.main),
        ("a quote under 200 rules", quote.main),
        ("finding a member among 1,000,000", lookup.main),
        ("the counter on a terminal, 1,000,000 members", counter.main),
        ("reports over 10,000 entries", reports.main),
        ("an entry on the wire", wire.main),
        ("head office's intake", ingest.main),
        ("intake behind a journal that has grown", growth.main),
        ("the round trip of a grant", grants.main),
        ("transfers beside django-hordak", peers.main),
    ):
        print(f"\n== {title}")
        sys.stdout.flush()
        measure()


if __name__ == "__main__":
    main()
