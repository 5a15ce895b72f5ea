"""One picture per state of every screen, in both languages and sizes; `GUITAI_WRITE_GOLDEN=1` writes them anew."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from textual.widgets import Input

from kiosk.screens.messages import PrinterChanged, SlipDrawn
from ledger.ids import IdMint
from tests.builders import PIN, Shop, open_shop
from tests.kiosk.screens.pictures import picture
from tests.kiosk.screens.standing import LARGE, SMALL, Stand, stand

GOLDEN = Path(__file__).parents[2] / "golden" / "screens"
WALKS = (("zh", SMALL), ("en", SMALL), ("zh", LARGE))


def steady_shop(folder: Path, language: str) -> Shop:
    """A shop whose codes and ids are the same every day."""
    shop, random = open_shop(folder, language=language), Random(20261123)
    ids = IdMint(shop.clock, random.randbytes)
    return replace(shop, counter=replace(shop.counter, entropy=random.randbytes, ids=ids))


class Album:
    """Compares each picture with the golden one, or writes it where that was asked for."""

    def __init__(self, counter: Stand, kind: str, folder: Path = GOLDEN) -> None:
        self.counter = counter
        self.folder = folder
        self.kind = kind
        self.changed: list[str] = []
        self.taken: set[str] = set()

    def take(self, name: str) -> None:
        """Take the picture of what stands."""
        path, made = self.folder / f"{name}.{self.kind}.txt", picture(self.counter)
        if os.environ.get("GUITAI_WRITE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made, encoding="utf-8")
        self.taken.add(path.name)
        if not path.exists() or path.read_text(encoding="utf-8") != made:
            self.changed.append(f"{path.name}\n{made}")


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_every_screen_looks_as_it_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    kind = f"{language}.{size[0]}"
    async with stand(
        tmp_path, shop=steady_shop(tmp_path, language), size=size, shift=False, signed_in=False
    ) as counter:
        album = Album(counter, kind)
        await come_in(counter, album)
        await look_around(counter, album)
        await serve(counter, album)
        await keep_the_books(counter, album)
        await count_and_close(counter, album)
    assert album.changed == []
    held = {path.name for path in GOLDEN.glob(f"*.{kind}.txt")}
    assert held == album.taken, "a picture is left of a state that is no more"


async def come_in(counter: Stand, album: Album) -> None:
    album.take("sign-in")
    await counter.press("1")
    await counter.type_in("1111")
    await counter.press("enter")
    album.take("sign-in-wrong-pin")
    await counter.type_in(PIN)
    await counter.press("enter")
    album.take("open-shift")
    await counter.type_in("500")
    await counter.press("enter")
    album.take("open-shift-confirm")
    await counter.press("enter")
    album.take("home-empty")
    shop = counter.shop
    li = shop.enrol("李雪", "13812341234", date(1990, 11, 23))
    shop.clock.forward(minutes=3)
    shop.enrol("张思远", "13712341234")
    shop.top_up(li, 30_000)
    shop.clock.forward(minutes=9)
    shop.pay(li, 4_800)
    shop.clock.forward(minutes=12)
    counter.app.post_message(PrinterChanged("paper_low"))
    counter.app.go_home()
    assert counter.app.home is not None
    counter.app.home.reload()
    await counter.settle()
    album.take("home")


async def look_around(counter: Stand, album: Album) -> None:
    home = counter.app.home
    assert home is not None
    home.query_one(Input).value = "13300001111"
    await counter.press("enter")
    album.take("home-nobody")
    await counter.press("escape", "f3")
    album.take("home-dimmed-key")
    await counter.press("f1")
    album.take("help")
    await counter.press("escape")
    home.query_one(Input).value = "1234"
    await counter.press("enter")
    album.take("candidates")
    await counter.press("2")
    album.take("member")
    await counter.type_in("120")
    album.take("member-bill")
    await counter.press("question_mark")
    album.take("why")
    await counter.press("escape", "enter")
    album.take("pay-confirm-guarded")
    await counter.press("escape")


async def serve(counter: Stand, album: Album) -> None:
    await counter.press("f3")
    album.take("top-up")
    await counter.press("2", "enter")
    await counter.type_in("500")
    album.take("top-up-confirm")
    await counter.press("enter")
    counter.app.post_message(SlipDrawn(tuple(f"{line:^32}" for line in ("SLIP", "----", "300.00"))))
    await counter.settle()
    album.take("top-up-result")
    await counter.press("enter")
    await counter.press("escape")
    await counter.type_in("900")
    album.take("member-rest")
    await counter.press("enter")
    await counter.type_in("200")
    album.take("pay-confirm-too-little")
    await counter.press("enter")
    album.take("pay-cash-too-little")
    await counter.press("w", "enter")
    album.take("approve")
    await counter.type_in(PIN)
    await counter.press("enter")
    album.take("pay-result")


async def keep_the_books(counter: Stand, album: Album) -> None:
    await counter.press("f8")
    album.take("void")
    await counter.press("1")
    album.take("void-confirm")
    await counter.press("escape", "f5")
    album.take("reprint")
    await counter.press("f2")
    await counter.type_in("133")
    await counter.press("enter")
    album.take("enrol-phone-unreadable")
    await counter.type_in("00001111")
    await counter.press("enter")
    counter.app.screen.query_one("#name", Input).value = "王小明"
    await counter.press("enter", "enter", "space")
    album.take("enrol-consent")
    await counter.press("enter", "enter")
    album.take("enrolled")
    await counter.press("enter", "f7")
    album.take("cards-empty")
    await counter.press("n", "enter", "enter", "enter", "f7")
    album.take("cards")
    await counter.press("escape", "f2")
    album.take("record")


async def count_and_close(counter: Stand, album: Album) -> None:
    await counter.press("f10")
    album.take("more")
    await counter.press("f9")
    album.take("shift")
    await counter.press("2")
    await counter.type_in("30")
    await counter.press("enter")
    album.take("cash")
    await counter.press("escape", "escape", "5")
    album.take("x-report")
    await counter.press("escape", "6")
    await counter.type_in("8")
    await counter.press("enter")
    album.take("count")
    await counter.press("f9")
    album.take("close-confirm")
    await counter.press("enter")
    album.take("closed")
    await counter.press("f12")
    album.take("locked")
