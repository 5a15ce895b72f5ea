"""A box that has grown: the durable payment behind 1,000, 100,000 and 1,000,000 entries, in turns in one run.

The entries before it are appended by the journal itself, many a commit; the payments are the whole use case. Aim: flat
within 20 %. Run: `python -m bench.box_growth [entries …]`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from bench.figures import Figure, show, shown_time
from bench.measure import in_turns
from kiosk.model import journal
from kiosk.services import pay
from kiosk.services.verify_books import verify_books
from tests.builders import Shop, open_shop

SIZES: Final = (1_000, 100_000, 1_000_000)
MEMBERS: Final = 200
DAYS: Final = 400
PRICE_MINOR: Final = 100
MOST: Final = 1.2
_A_COMMIT: Final = 5_000


def main(*sizes: int, rounds: int = 1_000) -> list[Figure]:
    """Fill a box for each size, then pay at all of them in turns."""
    sizes = sizes or SIZES
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        subjects = {str(size): _grown(Path(folder) / str(size), size) for size in sizes}
        samples = in_turns(rounds, **subjects)
    smallest = samples[str(sizes[0])]
    return [
        Figure(
            f"payment behind {size:,} entries, p{percent}",
            shown_time(samples[str(size)].percentile(percent)),
            f"behind {sizes[0]:,} entries {shown_time(smallest.percentile(percent))}",
            f"{samples[str(size)].percentile(percent) / smallest.percentile(percent):.2f}×",
            f"≤ {MOST:g}×" if percent == 50 else "–",
            samples[str(size)].percentile(percent) <= MOST * smallest.percentile(percent) if percent == 50 else None,
        )
        for size in sizes
        for percent in (50, 99)
    ]


def _grown(folder: Path, entries: int) -> Callable[[], None]:
    """Return a payment at a box with so many entries; its books are proved where that takes a moment."""
    folder.mkdir()
    shop = open_shop(folder)
    shop.open_shift()
    members = [shop.enrol(name=f"李{number}", phone=f"138{number:08d}") for number in range(MEMBERS)]
    for member in members:
        shop.top_up(member, 200_000)
        shop.top_up(member, 200_000)
    member_ids = [member.member_id for member in members]
    _fill(shop, member_ids, entries)
    if entries <= SIZES[0]:
        verify_books(shop.counter)
    shop.counter.store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    turn = iter(range(1 << 40))

    def payment() -> None:
        member_id = member_ids[next(turn) % MEMBERS]
        pay.pay(shop.counter, shop.act(), pay.Payment(member_id, PRICE_MINOR, PRICE_MINOR))

    return payment


def _fill(shop: Shop, member_ids: list[str], entries: int) -> None:
    """Append payments of one fen on the days before today until the journal is so long."""
    store = shop.counter.store
    likes = []
    for member_id in member_ids:
        paid = pay.pay(shop.counter, shop.act(), pay.Payment(member_id, PRICE_MINOR, PRICE_MINOR))
        entry = paid.done.recorded.entry
        postings = tuple(replace(posting, amount_minor=1) for posting in entry.postings)
        likes.append(replace(entry, postings=postings, shift_id=None))
    number = journal.head(store)[1]
    while number < entries:
        with store.write():
            for _ in range(min(_A_COMMIT, entries - number)):
                like = likes[number % len(likes)]
                on = like.business_date - timedelta(days=1 + number % DAYS)
                journal.append(store, replace(like, entry_id=shop.counter.mint(), business_date=on), "c" * 64)
                number += 1


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
