"""Head office's pages in a real browser, by keyboard alone; whatever it complains about fails the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from headoffice.pages.registry import all_pages
from tests.headoffice.pages.scene import AUDITOR, EVIL, OPERATOR, OTHER_OWNER, OWNER, PASSWORD, Scene

pytestmark = pytest.mark.chromium
DESK: Final = ViewportSize(width=1280, height=800)
PHONE: Final = ViewportSize(width=390, height=844)


@asynccontextmanager
async def window(browser: Browser, site: Scene, size: ViewportSize = DESK) -> AsyncIterator[Page]:
    """Open a window at the door; it ends by looking at what the browser complained about."""
    context = await browser.new_context(ignore_https_errors=True, viewport=size)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: complaints.extend([answer.url] * (answer.status >= 500)))
    await page.goto(f"{site.url}/sign-in")
    yield page
    await context.close()
    assert complaints == []


async def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        await page.keyboard.press(key)


async def enter(page: Page) -> None:
    """Press Enter and wait for the page it leads to."""
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def sign_in(page: Page, name: str) -> None:
    """Sign in by keyboard: the name has the focus, a moment after the page has come."""
    await page.wait_for_function("document.activeElement instanceof HTMLInputElement")
    await page.keyboard.type(name)
    await press(page, "Tab")
    await page.keyboard.type(PASSWORD)
    await enter(page)


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus, as whoever has no mouse does."""
    target = page.locator(selector).first
    for _ in range(150):
        if await target.evaluate("element => element === document.activeElement"):
            return
        await press(page, "Tab")
    raise AssertionError(f"{selector} is out of reach of the keyboard")


def state_of(site: Scene, box: str) -> object:
    row = site.one("SELECT state FROM life WHERE box = ? ORDER BY epoch DESC", box)
    return None if row is None else row[0]


async def test_a_member_is_found_by_keyboard_with_every_place_of_their_value(
    browser: Browser, shop_window: Scene
) -> None:
    async with window(browser, shop_window) as page:
        await sign_in(page, AUDITOR)
        await press(page, "/")
        await page.keyboard.type("1234")
        await enter(page)
        listed = await page.inner_text("table")
        assert "138****1234" in listed
        assert "13812341234" not in await page.content()
        await press(page, "j")
        await enter(page)
        assert "李雪" in await page.title()
        value = await page.inner_text("table >> nth=0")
        assert "1,423.00" in value
        assert "jingan-1" in value
        assert "13812341234" not in await page.content()
        first = await page.inner_text("table >> nth=1 >> tbody tr >> nth=0")
        assert first.split()[0] == "1-000010"
        assert "-18.50" in first


async def test_only_an_owner_reads_a_whole_phone(browser: Browser, shop_window: Scene) -> None:
    member = shop_window.members["snow"].member_id
    for name, whole in ((OWNER, True), (OPERATOR, False)):
        async with window(browser, shop_window) as page:
            await sign_in(page, name)
            await page.goto(f"{shop_window.url}/members/{member}")
            assert ("13812341234" in await page.content()) == whole


async def test_a_box_is_fenced_by_keyboard_once_its_name_is_typed(browser: Browser, shop_window: Scene) -> None:
    async with window(browser, shop_window) as page:
        await sign_in(page, OPERATOR)
        await page.goto(f"{shop_window.url}/boxes/jingan-1")
        await tab_to(page, "#typed")
        await page.keyboard.type("jingan-2")
        await enter(page)
        assert "没有打对" in await page.inner_text("[role=alert]")
        assert state_of(shop_window, "jingan-1") == "open"
        await tab_to(page, "#typed")
        await page.keyboard.type("jingan-1")
        await enter(page)
        assert "已停用" in await page.inner_text("[role=status]")
    assert state_of(shop_window, "jingan-1") == "fenced"


async def test_a_release_takes_two_people(browser: Browser, shop_window: Scene) -> None:
    box = f"{shop_window.url}/boxes/pudong-1"
    async with window(browser, shop_window) as page:
        await sign_in(page, OWNER)
        await page.goto(box)
        await tab_to(page, "form[action$=propose-release] button")
        await enter(page)
        assert await page.locator("form[action$=confirm-release]").count() == 0
        assert "另一位负责人" in await page.inner_text("main")
    async with window(browser, shop_window) as page:
        await sign_in(page, OPERATOR)
        await page.goto(box)
        assert await page.locator("form[action$=confirm-release]").count() == 0
    assert state_of(shop_window, "pudong-1") == "fenced"
    async with window(browser, shop_window) as page:
        await sign_in(page, OTHER_OWNER)
        await page.goto(box)
        await tab_to(page, "form[action$=confirm-release] button")
        await enter(page)
        assert "338.00" in await page.inner_text("[role=status]")
    assert state_of(shop_window, "pudong-1") == "released"


async def test_who_proposed_a_release_cannot_confirm_it_by_a_form_of_their_own(
    browser: Browser, shop_window: Scene
) -> None:
    async with window(browser, shop_window) as page:
        await sign_in(page, OWNER)
        await page.goto(f"{shop_window.url}/boxes/pudong-1")
        await page.locator("form[action$=propose-release]").evaluate(
            "form => { window.again = form.cloneNode(true); window.again.action ="
            " form.action.replace('propose', 'confirm') }"
        )
        twin = await page.evaluate("window.again.outerHTML")
        await page.click("form[action$=propose-release] button")
        await page.evaluate("html => { document.querySelector('main').innerHTML = html }", twin)
        async with page.expect_navigation():
            await page.click("form[action$=confirm-release] button")
        assert "两个人" in await page.inner_text("[role=alert]")
    assert state_of(shop_window, "pudong-1") == "fenced"


async def test_a_box_is_let_in_after_its_fingerprint_was_compared(browser: Browser, shop_window: Scene) -> None:
    async with window(browser, shop_window) as page:
        await sign_in(page, OPERATOR)
        await page.goto(f"{shop_window.url}/enrolment")
        await tab_to(page, "#box")
        await page.keyboard.type("jingan-3")
        await press(page, "Tab")
        await page.keyboard.type("jingan")
        await tab_to(page, "main button")
        await enter(page)
        code = await page.inner_text("output.code")
        await page.reload()
        assert code not in await page.content()
        shop_window.enrol(code)
        await page.reload()
        assert "1234 5678 0008 0001" in await page.inner_text(".fingerprint")
        await tab_to(page, "input[name=same]")
        await press(page, "Space")
        await tab_to(page, "form[action$=confirm] button")
        await enter(page)
    assert state_of(shop_window, "jingan-3") == "open"


async def test_a_quarantined_page_is_read_and_settled(browser: Browser, shop_window: Scene) -> None:
    async with window(browser, shop_window) as page:
        await sign_in(page, OPERATOR)
        await page.goto(f"{shop_window.url}/quarantine")
        await press(page, "j")
        await enter(page)
        assert "-5.00" in await page.inner_text("main")
        await tab_to(page, "form[action$=settle] button")
        await enter(page)
        assert "已结算" in await page.inner_text("[role=status]")
    assert shop_window.one("SELECT how FROM quarantine_end") == ("settled",)


async def test_two_records_of_one_person_are_merged(browser: Browser, shop_window: Scene) -> None:
    async with window(browser, shop_window) as page:
        await sign_in(page, OPERATOR)
        await page.goto(f"{shop_window.url}/members/same-phone")
        await tab_to(page, "input[name=sure]")
        await press(page, "Space", "Tab")
        await enter(page)
        assert "已合并" in await page.inner_text("[role=status]")
        assert "李小雪" in await page.inner_text(".facts")
    assert shop_window.one("SELECT count(*) FROM merge") == (1,)


async def test_an_auditor_finds_no_button_but_the_way_out(browser: Browser, shop_window: Scene) -> None:
    member = shop_window.members["snow"].member_id
    paths = ["/", "/stores", "/boxes", "/boxes/xuhui-1", "/boxes/pudong-1", "/members", f"/members/{member}"]
    async with window(browser, shop_window) as page:
        await sign_in(page, AUDITOR)
        for path in [*paths, "/members/same-phone", "/quarantine", "/people", "/acts"]:
            await page.goto(shop_window.url + path)
            actions = await page.locator("form[method=post]").evaluate_all("all => all.map(one => one.action)")
            assert (path, actions) == (path, [f"{shop_window.url}/sign-out"])


async def test_a_name_full_of_markup_is_shown_as_text(browser: Browser, shop_window: Scene) -> None:
    evil = shop_window.members["evil"].member_id
    async with window(browser, shop_window) as page:
        await sign_in(page, OWNER)
        for path in ("/members", f"/members/{evil}", "/members?q=%3Cscript"):
            await page.goto(shop_window.url + path)
            assert await page.title() != "taken"
            assert EVIL in await page.inner_text("main")
            assert await page.locator("main script, main b:text-is('雪')").count() == 0


async def test_the_switch_of_language_is_kept(browser: Browser, shop_window: Scene) -> None:
    async with window(browser, shop_window) as page:
        await tab_to(page, "a:text-is('English')")
        await enter(page)
        assert await page.get_attribute("html", "lang") == "en"
        assert await page.inner_text("h1") == "Sign in"
        await page.focus("#name")
        await sign_in(page, OWNER)
        assert "Prepaid value" in await page.inner_text("main")
        await page.goto(f"{shop_window.url}/boxes")
        assert await page.inner_text("h1") == "Boxes"
        await page.click("a:text-is('中文')")
        assert await page.inner_text("h1") == "门店机"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nothing_hangs_over_the_edge_of_a_phone(browser: Browser, shop_window: Scene, language: str) -> None:
    found = shop_window.one("SELECT box, id FROM quarantine")
    assert found is not None
    member = shop_window.members["snow"].member_id
    evil = shop_window.members["evil"].member_id
    paths = [page.path for page in all_pages() if "{" not in page.path and page.path != "/clearing.csv"]
    paths += [f"/members/{member}", f"/members/{evil}", "/boxes/pudong-1", "/boxes/xuhui-1", "/entries/xuhui-1/1/4"]
    paths += [f"/quarantine/{found[0]}/{found[1]}"]
    async with window(browser, shop_window, PHONE) as page:
        await page.goto(f"{shop_window.url}/language/{language}?next=/sign-in")
        await sign_in(page, OWNER)
        widths = {}
        for path in paths:
            await page.goto(shop_window.url + path)
            widths[path] = await page.evaluate("document.documentElement.scrollWidth")
    assert {path: width for path, width in widths.items() if width > PHONE["width"]} == {}


async def test_what_has_the_focus_is_seen_and_the_skip_link_is_first(browser: Browser, shop_window: Scene) -> None:
    async with window(browser, shop_window) as page:
        await sign_in(page, OWNER)
        await press(page, "Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        assert await page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
        for _ in range(12):
            await press(page, "Tab")
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid"


async def test_the_pages_work_without_a_line_of_script(browser: Browser, shop_window: Scene) -> None:
    context = await browser.new_context(ignore_https_errors=True, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{shop_window.url}/sign-in")
    await page.fill("#name", OPERATOR)
    await page.fill("#password", PASSWORD)
    await page.click("main button")
    await page.fill("#search", "李雪")
    await page.press("#search", "Enter")
    await page.goto(f"{shop_window.url}/boxes/jingan-1")
    await page.fill("#typed", "jingan-1")
    await page.click("form[action$=fence] button")
    assert "已停用" in await page.inner_text("[role=status]")
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_from_its_ground(browser: Browser, shop_window: Scene, scheme: str) -> None:
    async with window(browser, shop_window) as page:
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await sign_in(page, OWNER)
        for path in ("/", "/boxes", "/boxes/pudong-1", "/boxes/xuhui-1", "/people"):
            await page.goto(shop_window.url + path)
            assert await page.evaluate(FAINT) == []


FAINT: Final = """() => {
  const luminance = ([r, g, b]) => [r, g, b].map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 })
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const numbers = (color) => (color.match(/[0-9.]+/g) || []).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.textContent.trim());
    const shown = element.getClientRects().length && element.closest(".hidden, .skip, kbd, select, option") === null;
    if (!own || !shown) continue;
    const [a, b] = [luminance(numbers(getComputedStyle(element).color)), luminance(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(element.textContent.trim().slice(0, 30) + " " + ratio.toFixed(2));
  }
  return faint;
}"""
"""What of a page is fainter than 4.5 : 1 (WCAG 2.2, 1.4.3)."""
