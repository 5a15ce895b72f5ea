"""Finding a member among a million: the use case of a scan, and each way of searching, against the bare statement.

The peer is one prepared statement on the same connection that returns the same row. Run: `python -m bench.lookup`.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.crowd import add_crowd
from bench.figures import Figure, of_peer, show
from bench.measure import in_turns
from kiosk.services import find_member, open_member
from tests.builders import open_shop


def main(members: int = 1_000_000, rounds: int = 500) -> list[Figure]:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        shop = open_shop(Path(folder))
        shop.open_shift()
        add_crowd(shop.counter.store, members)
        member = shop.enrol(name="张三", phone="19912345678")
        shop.top_up(member, 50_000)
        for _ in range(20):
            shop.pay(member, 100)
        counter = shop.counter
        connection = counter.store.connection()

        def bare() -> None:
            connection.execute("SELECT * FROM member WHERE code = ?", (member.code,)).fetchone()

        samples = in_turns(
            rounds,
            bare_lookup=bare,
            scan=lambda: find_member.find(counter, member.code),
            phone=lambda: find_member.find(counter, "19912345678"),
            last_four=lambda: find_member.find(counter, "5678"),
            initials=lambda: find_member.find(counter, "zs"),
            name=lambda: find_member.find(counter, "张三"),
            open_member=lambda: open_member.open_member(counter, member.member_id),
        )
    peer = replace(samples.pop("bare_lookup"), name="the bare statement")
    among = f"among {members:,} members"
    return [of_peer(f"{name.replace('_', ' ')} {among}", sample, peer, 50) for name, sample in samples.items()]


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
