"""Take the pictures of head office's pages from the real program: every box with its health, one member's value and entries.

Run at the top of a checkout: `python -m docs.pictures.make_pages`; needs Chromium (Debian: chromium).
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Page, ViewportSize, async_playwright

from headoffice.store.database import create_database
from tests.headoffice.chain import BOSS, Chain, ChainBox
from tests.headoffice.conftest import BORN, SHARDS
from tests.headoffice.pages.conftest import CHROMIUM, FLAGS
from tests.headoffice.pages.scene import OWNER, PASSWORD, Scene, opened

HERE: Final = Path(__file__).parent
SIZE: Final = ViewportSize(width=1280, height=600)
STORES: Final = {"xuhui": "徐汇店", "jingan": "静安店", "lujiazui": "陆家嘴店", "hongqiao": "虹桥店"}
BOXES: Final = {"xuhui-1": "xuhui", "jingan-1": "jingan", "lujiazui-1": "lujiazui", "hongqiao-1": "hongqiao"}
UNSENT: Final = (7, 38_650)
COLORS: Final = 256


def main() -> None:
    """Take both."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        database = create_database(f"sqlite:///{home / 'office.db'}", BORN, SHARDS)
        with Chain(database, home / "chain") as chain:
            asyncio.run(_take(_story(chain), home / "tls"))
        database.close()


def _story(chain: Chain) -> Scene:
    """Tell two days of four stores: one box late with entries unsent, one offline, one dead, one waiting to be let in."""
    scene = Scene(chain)
    xuhui, jingan, lujiazui, hongqiao = (chain.box(box, store) for box, store in BOXES.items())
    snow = xuhui.enrol("李雪", "13812341234")
    scene.members["snow"] = snow
    for box, name, phone, paid in (
        (jingan, "周明远", "13900005678", 50_000),
        (lujiazui, "何冬梅", "13712340000", 30_000),
        (hongqiao, "孙嘉怡", "13533338888", 100_000),
        (jingan, "吴桐", "13699991212", 30_000),
    ):
        box.top_up(box.enrol(name, phone), paid)
    xuhui.top_up(snow, 30_000)
    chain.clock.forward(minutes=40)
    xuhui.pay(snow, 3_650)
    chain.settle()
    chain.bring(jingan, snow, 10_000)
    jingan.pay(snow, 8_800)
    chain.clock.forward(days=1, hours=3)
    xuhui.top_up(snow, 100_000)
    xuhui.pay(snow, 2_400)
    chain.settle()
    chain.office.deeds.fence("lujiazui-1", BOSS)
    chain.clock.forward(hours=2)
    chain.bring(hongqiao, snow, 15_000)
    hongqiao.pay(snow, 12_600)
    chain.settle()
    chain.clock.forward(minutes=41)
    _say_unsent(chain, jingan)
    chain.clock.forward(minutes=11)
    chain.box("xuhui-2", "xuhui")
    scene.enrol(chain.office.deeds.new_code("lujiazui-2", "lujiazui", "new", BOSS))
    xuhui.pay(snow, 1_850)
    chain.sync(xuhui)
    scene.name_stores(STORES)
    scene.add_people()
    return scene


def _say_unsent(chain: Chain, box: ChainBox) -> None:
    """Let a box send the first page of several, as after a day without a line."""
    box.pay(box.enrol("郑一", "13455556666"), 1_200)
    page = box.engine.next_push()
    assert page is not None, "a payment waits to be sent"
    pending, pending_minor = UNSENT
    header = replace(page.header, pending=len(page.bodies) + pending, pending_minor=pending_minor)
    chain.office.push(box.name, box.epoch, replace(page, header=header))


async def _take(scene: Scene, folder: Path) -> None:
    async with opened(scene, folder), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = await browser.new_context(ignore_https_errors=True, viewport=SIZE, locale="zh-CN")
        page = await context.new_page()
        await page.goto(f"{scene.url}/sign-in")
        await page.fill("#name", OWNER)
        await page.fill("#password", PASSWORD)
        await page.click("main button")
        await page.wait_for_url(f"{scene.url}/")
        await _picture(page, f"{scene.url}/boxes", "headoffice-boxes.png")
        await _picture(page, f"{scene.url}/members/{scene.members['snow'].member_id}", "headoffice-member.png")
        await browser.close()


async def _picture(page: Page, url: str, name: str) -> None:
    await page.goto(url)
    taken = Image.open(io.BytesIO(await page.screenshot(full_page=True)))
    taken.convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE).save(HERE / name, optimize=True)


if __name__ == "__main__":
    main()
