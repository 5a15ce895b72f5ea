"""The durable payment, whole use case, against a bare 4 KiB write + fdatasync in the same run; plain, and with every offer on.

Aim: p50 ≤ 3×, p99 ≤ 5×, for both. With every offer on it is the bakery's whole programme: goods, tier, coupon, price for
stored value, points earned. Run: `make bench` or `python -m bench.payment [rounds]`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.figures import Figure, of_peer, show
from bench.measure import in_turns
from kiosk.services import pay
from kiosk.services.goods import line_of
from tests.builders import PROGRAMMES, open_shop

PRICE_MINOR = 100


def main(rounds: int = 2000) -> list[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        bare = os.open(Path(folder) / "bare", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        block = os.urandom(4096)

        def bare_write() -> None:
            os.write(bare, block)
            os.fdatasync(bare)

        _, payment = plain_payment(Path(folder) / "plain")
        quoted, on_offer = with_offers(Path(folder) / "offers")
        samples = in_turns(
            rounds, bare_4k_fdatasync=bare_write, payment=payment, its_quote=quoted, with_offers=on_offer
        )
        os.close(bare)
    peer = replace(samples["bare_4k_fdatasync"], name="bare 4 KiB write + fdatasync")
    named = {
        "payment": "durable payment, whole use case",
        "with_offers": "the same of goods, the bakery's whole programme on",
    }
    return [
        of_peer(what, samples[name], peer, percent, aim)
        for name, what in named.items()
        for percent, aim in ((50, 3.0), (99, 5.0))
    ]


def plain_payment(folder: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return what comes before a payment (nothing), and a payment of a typed amount from stored value."""
    folder.mkdir(exist_ok=True)
    shop = open_shop(folder)
    shop.open_shift()
    members = [shop.enrol(name=f"李{number}", phone=f"138{number:08d}") for number in range(50)]
    for member in members:
        for _ in range(3):
            shop.top_up(member, 100_000)
    turn = iter(range(10**9))

    def payment() -> None:
        member = members[next(turn) % len(members)]
        pay.pay(shop.counter, shop.act(), pay.Payment(member.member_id, PRICE_MINOR, PRICE_MINOR))

    return lambda: None, payment


def with_offers(folder: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return a quote of goods under the bakery's whole programme, and the payment at the price it said."""
    folder.mkdir(exist_ok=True)
    shop = open_shop(folder, (PROGRAMMES / "bakery.toml").read_bytes())
    shop.open_shift()
    buyers = [shop.enrol(name=f"李{number}", phone=f"138{number:08d}") for number in range(50)]
    for buyer in buyers:
        for _ in range(3):
            shop.top_up(buyer, 100_000)
    goods = {each.goods_id: each for each in shop.counter.programme().promises.goods}
    lines = (line_of(goods["soy-milk"]), line_of(goods["croissant"]))
    price = sum(line.list_minor for line in lines)
    turn = iter(range(10**9))
    asked: list[pay.Payment] = []

    def quoted() -> None:
        member = buyers[next(turn) % len(buyers)]
        due = pay.quote(shop.counter, member.member_id, price, lines=lines).bill.paid_price_minor
        asked.append(pay.Payment(member.member_id, price, due, lines=lines, expected_paid_minor=due))

    def payment() -> None:
        pay.pay(shop.counter, shop.act(), asked.pop())

    return quoted, payment


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
