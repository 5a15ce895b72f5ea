"""Draw the README's pictures from the real program: the counter with a live quote, and the receipt of a top-up.

Run at the top of a checkout: `python docs/pictures/make.py`; needs rsvg-convert (Debian: librsvg2-bin) for the screen.
"""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from pathlib import Path

from kiosk.app import KioskApp
from kiosk.model import print_queue
from kiosk.receipts.document import Document
from kiosk.receipts.picture import to_png
from kiosk.screens.desk import Desk
from kiosk.screens.messages import CodeScanned
from kiosk.services.sign_in import sign_in
from tests.builders import CASHIER, PIN, Shop, open_shop

HERE = Path(__file__).parent
SIZE = (120, 28)
WIDTH_DOTS = 1280


def main() -> None:
    """Draw both."""
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder))
        drawn = asyncio.run(_counter(shop))
        target = str(HERE / "counter.png")
        command = ["rsvg-convert", "-w", str(WIDTH_DOTS), "-o", target]
        subprocess.run(command, input=drawn.encode(), check=True)  # noqa: S603 - our own picture, by Debian's tool
        _receipt(shop)


async def _counter(shop: Shop) -> str:
    shop.open_shift()
    member = shop.enrol("李雪", "13812341234")
    shop.clock.forward(days=3)
    shop.top_up(member, 30_000)
    for price in (3_200, 4_800, 2_650):
        shop.clock.forward(hours=2)
        shop.pay(member, price)
    words = shop.counter.programme().shop
    app = KioskApp(Desk(shop.counter, shop_name=words.name, branch=words.branch, scanner="keyboard"))
    async with app.run_test(size=SIZE) as pilot:
        app.signed_in(sign_in(shop.counter, CASHIER, PIN))
        await pilot.pause(0.5)
        app.post_message(CodeScanned(member.code))
        await pilot.pause(0.5)
        await pilot.press("1", "2", "0")
        await pilot.pause(0.5)
        return app.export_screenshot(title=f"{words.name} {words.branch}")


def _receipt(shop: Shop) -> None:
    jobs = print_queue.waiting(shop.counter.store, shop.counter.till)
    top_up = next(document for document in map(_document, jobs) if document.kind.value == "top_up")
    (HERE / "receipt.png").write_bytes(to_png(top_up, 32))


def _document(job: print_queue.PrintJob) -> Document:
    return Document.from_json(job.document)


if __name__ == "__main__":
    main()
