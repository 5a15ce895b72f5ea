"""Owners sign a programme on a page of its own text; nobody else does; on both databases."""

from __future__ import annotations

import hashlib

import pytest
from playwright.async_api import Browser

from tests.builders import BAKERY
from tests.headoffice.pages.caller import caller
from tests.headoffice.pages.scene import AUDITOR, OPERATOR, OWNER, Scene
from tests.headoffice.pages.test_in_chromium import enter, press, sign_in, tab_to, window

TEXT = BAKERY.read_text(encoding="utf-8")


async def test_an_owner_signs_the_very_bytes_of_the_file_whatever_ends_a_browsers_lines(site: Scene) -> None:
    async with caller(site) as owner:
        await owner.sign_in(OWNER)
        await owner.get("/programmes")
        answer = await owner.post("/programmes", content=TEXT.replace("\n", "\r\n"), sure="yes")
    with site.database.read() as tx:
        ((version, hash_, content, by_person),) = tx.rows("SELECT version, hash, content, by_person FROM programme")
    assert answer.url.path == f"/programmes/{version}"
    assert bytes(content) == BAKERY.read_bytes()
    assert (hash_, by_person) == (hashlib.sha256(BAKERY.read_bytes()).hexdigest(), OWNER)
    assert site.one("SELECT person_id FROM act WHERE what = 'publish'") == (OWNER,)
    assert site.one("SELECT count(*) FROM downlink WHERE box = 'xuhui-1' AND kind = 'programme'") == (1,)


@pytest.mark.parametrize(("content", "sure"), [("version = ", "yes"), ("", "yes"), (TEXT, "")])
async def test_what_does_not_load_or_was_not_checked_is_not_signed(site: Scene, content: str, sure: str) -> None:
    async with caller(site) as owner:
        await owner.sign_in(OWNER)
        await owner.get("/programmes")
        await owner.post("/programmes", content=content, sure=sure)
        assert 'role="alert"' in owner.last
    assert site.one("SELECT count(*) FROM programme") == (0,)


async def test_another_text_under_a_signed_version_is_refused(site: Scene) -> None:
    async with caller(site) as owner:
        await owner.sign_in(OWNER)
        await owner.get("/programmes")
        await owner.post("/programmes", content=TEXT, sure="yes")
        await owner.get("/programmes")
        await owner.post("/programmes", content=f"{TEXT}# changed\n", sure="yes")
        assert "已是另一份文件" in owner.last
    assert site.one("SELECT count(*) FROM programme") == (1,)


@pytest.mark.parametrize("name", [OPERATOR, AUDITOR])
async def test_nobody_but_an_owner_finds_or_sends_the_form(site: Scene, name: str) -> None:
    async with caller(site) as visitor:
        await visitor.sign_in(name)
        await visitor.get("/programmes")
        assert "<textarea" not in visitor.last
        assert (await visitor.post("/programmes", content=TEXT, sure="yes")).status == 403
    assert site.one("SELECT count(*) FROM programme") == (0,)


@pytest.mark.chromium
async def test_a_programme_is_pasted_and_signed_by_keyboard(browser: Browser, shop_window: Scene) -> None:
    async with window(browser, shop_window) as page:
        await sign_in(page, OWNER)
        await page.goto(f"{shop_window.url}/programmes")
        await tab_to(page, "main summary")
        await press(page, "Enter")
        await tab_to(page, "#file")
        await page.keyboard.insert_text(TEXT)
        await tab_to(page, "input[name=sure]")
        await press(page, "Space", "Tab")
        await enter(page)
        assert "已签发" in await page.inner_text("[role=status]")
    with shop_window.database.read() as tx:
        assert [bytes(row[0]) for row in tx.rows("SELECT content FROM programme")] == [BAKERY.read_bytes()]
