"""The X report of a shift of 10,000 entries, and the books' proof, per entry; the peer is decoding the same bytes.

Run: `python -m bench.reports [entries]`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from kiosk.model import journal
from kiosk.services import pay, shifts, today, verify_books
from tests.builders import CASHIER, open_shop


def main(entries: int = 10_000) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        shop = open_shop(Path(folder))
        shop.open_shift()
        member = shop.enrol()
        while journal.head(shop.counter.store)[1] < entries:
            shop.top_up(member, 100_000)
            for _ in range(62):
                pay.pay(shop.counter, shop.act(), pay.Payment(member.member_id, 2_000, 2_000))
        shift = shifts.own_shift(shop.counter, CASHIER)
        bodies = [recorded.row.body for recorded in journal.of_shift(shop.counter.store, shift.shift_id)]
        bare = _took(lambda: [json.loads(body) for body in bodies])
        rows = {
            "json.loads of the same entries": bare,
            "X report": _took(lambda: shifts.shift_report(shop.counter, shift.shift_id)),
            "today's figures": _took(lambda: today.today(shop.counter)),
            "verify": _took(lambda: verify_books.verify_books(shop.counter)),
        }
    for name, seconds in rows.items():
        print(f"{name:<34} {seconds * 1000:8.0f} ms  {seconds / bare:6.1f}× bare decoding  n={len(bodies)}")


def _took(subject: object) -> float:
    assert callable(subject)
    before = time.perf_counter()
    subject()
    return time.perf_counter() - before


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
