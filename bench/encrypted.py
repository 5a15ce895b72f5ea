"""Books under a key against plain ones, by the same SQLite: a durable payment, opening the books.

No aim is set; it tells an owner what the key costs. Run: `make .encrypted/.laid`, then `python -m bench.encrypted [rounds]`.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.figures import Figure, of_peer, show
from bench.measure import in_turns
from kiosk.model import cipher
from kiosk.model.store import Store
from kiosk.services import pay
from tests.builders import Shop, open_shop

ROOT: Final = Path(__file__).parent.parent
OVERLAY: Final = ROOT / ".encrypted"
PRICE_MINOR = 100
ROUNDS: Final = 1000


def main(rounds: int = ROUNDS) -> list[Figure]:
    """Measure, in a process of its own: this one may have loaded the SQLite that encrypts nothing.

    Raises FileNotFoundError where the one that encrypts is not laid.
    """
    if not OVERLAY.is_dir():
        raise FileNotFoundError(f"{OVERLAY} is not laid: make {OVERLAY.name}/.laid")
    child = subprocess.run(
        [sys.executable, "-m", "bench.encrypted", "child", str(rounds)],
        env=os.environ | {"PYTHONPATH": str(OVERLAY)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return [Figure(*row) for row in pickle.loads(child.stdout)]  # noqa: S301 - the child is this file


def measured(rounds: int) -> list[Figure]:
    """Measure here."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        plain_pay, plain_open = box(folder / "plain", None)
        key = folder / "books.key"
        cipher.lay_key(key)
        keyed_pay, keyed_open = box(folder / "keyed", key)
        samples = in_turns(rounds, plain=plain_pay, keyed=keyed_pay)
        opened = in_turns(rounds // 10, plain=plain_open, keyed=keyed_open)
    return [
        *(
            of_peer("a payment under a key", samples["keyed"], replace(samples["plain"], name="plain"), at)
            for at in (50, 99)
        ),
        of_peer("opening the books under a key", opened["keyed"], replace(opened["plain"], name="plain"), 50),
    ]


def box(folder: Path, key: Path | None) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return a payment from books under a key or plain ones, and one that opens them."""
    folder.mkdir()
    cipher.use(key)
    shop: Shop = open_shop(folder)
    shop.open_shift()
    members = [shop.enrol(name=f"李{number}", phone=f"138{number:08d}") for number in range(50)]
    for member in members:
        shop.top_up(member, 100_000)
    turn = iter(range(10**9))

    def payment() -> None:
        member = members[next(turn) % len(members)]
        pay.pay(shop.counter, shop.act(), pay.Payment(member.member_id, PRICE_MINOR, PRICE_MINOR))

    def opening() -> None:
        with cipher.opening_with(key), closing(Store.open(shop.path)):
            pass

    return payment, opening


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        rows = [tuple(getattr(figure, name) for name in figure.__slots__) for figure in measured(int(sys.argv[2]))]
        sys.stdout.buffer.write(pickle.dumps(rows))
    else:
        show(main(*(int(argument) for argument in sys.argv[1:])))
