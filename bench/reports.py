"""The X report and the day close of 10,000 entries, and the books' proof; the peer is decoding the same bytes.

Run: `python -m bench.reports [entries]`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure, show, shown_time, within
from kiosk.model import journal
from kiosk.services import pay, shifts, today, verify_books
from kiosk.services.close_day import close_day
from ledger.rules.programme import ApprovedAct
from tests.builders import CASHIER, open_shop

AIM_MS = 1_000
_MORE_THAN_ANY_SHIFT = 100_000_000


def main(entries: int = 10_000) -> list[Figure]:
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
        counter = shop.counter
        taken = {"X report": _took(lambda: shifts.shift_report(counter, shift.shift_id))}
        taken["today's figures"] = _took(lambda: today.today(counter))
        taken["verify"] = _took(lambda: verify_books.verify_books(counter))
        taken["shift close"] = _took(lambda: shifts.close_shift(counter, shop.act(), _MORE_THAN_ANY_SHIFT))
        closing = shop.approved(ApprovedAct.DAY_CLOSE)
        taken["day close"] = _took(lambda: close_day(counter, closing))
    against = f"json.loads of the same bytes {shown_time(bare * 1e9)}"
    return [_figure(f"{name} of {len(bodies):,} entries", seconds, against, bare) for name, seconds in taken.items()]


def _figure(what: str, seconds: float, against: str, bare: float) -> Figure:
    ratio = f"{seconds / bare:.1f}×"
    if what.startswith("verify"):
        return Figure(what, shown_time(seconds * 1e9), against, ratio)
    return within(what, seconds * 1e9, AIM_MS, against, ratio)


def _took(subject: object) -> float:
    assert callable(subject)
    before = time.perf_counter()
    subject()
    return time.perf_counter() - before


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
