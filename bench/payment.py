"""The durable payment, whole use case, against a bare 4 KiB write + fdatasync in the same run.

Aim: p50 ≤ 3×, p99 ≤ 5×. Run: `make bench` or `python -m bench.payment [rounds]`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from bench.measure import in_turns, ratio_line
from kiosk.services import pay
from tests.builders import open_shop

PRICE_MINOR = 100


def main(rounds: int = 2000) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        shop = open_shop(Path(folder))
        shop.open_shift()
        members = [shop.enrol(name=f"李{number}", phone=f"138{number:08d}") for number in range(50)]
        for member in members:
            for _ in range(3):
                shop.top_up(member, 100_000)
        turn = iter(range(10**9))
        bare = os.open(Path(folder) / "bare", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        block = os.urandom(4096)

        def bare_write() -> None:
            os.write(bare, block)
            os.fdatasync(bare)

        def payment() -> None:
            member = members[next(turn) % len(members)]
            pay.pay(shop.counter, shop.act(), pay.Payment(member.member_id, PRICE_MINOR, PRICE_MINOR))

        samples = in_turns(rounds, bare_4k_fdatasync=bare_write, payment=payment)
        os.close(bare)
    for sample in samples.values():
        print(sample.row())
    for percent, aim in ((50, 3.0), (99, 5.0)):
        print("payment", ratio_line(samples["payment"], samples["bare_4k_fdatasync"], percent, aim))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
