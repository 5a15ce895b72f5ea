"""PINs at the counter: one's own changed by who knows it, somebody's set anew by a manager."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.screens.audit import AuditScreen
from kiosk.screens.security import PinPanel, SecurityScreen, StaffScreen
from kiosk.services.errors import ServiceError, WrongPin
from kiosk.services.sign_in import sign_in
from kiosk.services.top_up import TopUp, top_up
from ledger.accounts import Tender
from ledger.errors import LimitExceeded
from tests.builders import CASHIER, OTHER_CASHIER, PIN, Shop
from tests.kiosk.screens.standing import Stand, stand
from tests.kiosk.screens.test_pictures import GOLDEN, WALKS, Album

NEW = "97531"
SECURITY = GOLDEN / "security"


async def typed(counter: Stand, *pins: str) -> None:
    for pin in pins:
        await counter.press(*pin, "enter")


async def test_a_cashier_changes_their_own_pin_at_the_counter(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        await counter.press("f10", "8", "1")
        counter.screen(PinPanel)
        await typed(counter, PIN, NEW, NEW)
        counter.screen(SecurityScreen)
        assert "王芳 的密码改好了" in counter.text
        assert NEW not in counter.text
        assert sign_in(counter.shop.counter, CASHIER, NEW).staff_id == CASHIER


async def test_two_new_pins_that_differ_change_nothing_and_are_asked_again(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        await counter.press("f10", "8", "1")
        await typed(counter, PIN, NEW, "97532")
        counter.screen(PinPanel)
        assert "两次输入的不一样" in counter.text
        await counter.press("escape")
        assert sign_in(counter.shop.counter, CASHIER, PIN).staff_id == CASHIER


async def test_a_manager_sets_somebodys_pin_anew_by_keys(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        await counter.press("f10", "8", "2")
        await typed(counter, PIN)
        counter.screen(StaffScreen)
        await counter.press("2")
        await typed(counter, NEW, NEW)
        assert "陈晨 的密码改好了" in counter.text
        assert sign_in(counter.shop.counter, OTHER_CASHIER, NEW).staff_id == OTHER_CASHIER
        with pytest.raises(WrongPin):
            sign_in(counter.shop.counter, OTHER_CASHIER, PIN)


async def test_nobody_sets_a_pin_anew_without_the_managers(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        await counter.press("f10", "8", "2")
        await typed(counter, "1357")
        assert "密码不对" in counter.text
        await counter.press("escape")
        counter.screen(SecurityScreen)


def refused(shop: Shop) -> None:
    """Two wrong PINs of a cashier, one of another, and a top-up above the limit."""
    for number in (CASHIER, CASHIER, OTHER_CASHIER):
        with pytest.raises(ServiceError):
            sign_in(shop.counter, number, "1357")
        shop.clock.forward(minutes=1)
    asked = TopUp(shop.enrol().member_id, 30_000_000, Tender.CASH, None, 0)
    with pytest.raises(LimitExceeded):
        top_up(shop.counter, shop.act(), asked)


async def test_a_manager_sees_what_was_refused_by_person_and_day(tmp_path: Path) -> None:
    async with stand(tmp_path) as counter:
        refused(counter.shop)
        await counter.press("f10", "8", "3")
        await typed(counter, PIN)
        screen = counter.screen(AuditScreen)
        assert len(screen.menu.items) == 4
        await counter.press("p", "p")
        assert [item.name.split()[-1] for item in screen.menu.items] == [OTHER_CASHIER]
        await counter.press("p", "d")
        assert len(screen.menu.items) == 4
        assert "近一周" in counter.text
        assert "13812341234" not in counter.text


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_the_screens_look_as_they_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    kind = f"{language}.{size[0]}"
    async with stand(tmp_path, language=language, size=size) as counter:
        album = Album(counter, kind, SECURITY)
        refused(counter.shop)
        await counter.press("f10", "8")
        album.take("menu")
        await counter.press("1", "2", "4", "6", "8")
        album.take("change")
        await counter.press("escape", "3")
        await typed(counter, PIN)
        album.take("audit")
    assert album.changed == []
    assert {path.name for path in SECURITY.glob(f"*.{kind}.txt")} == album.taken


def known_by_heart(pin: str, phone: str) -> None:
    raise LookupError(f"no member {phone[:3]} {phone[3:7]} {phone[7:]}, asked with {len(pin)} digits")


async def test_a_mistake_of_the_program_shows_no_pin_and_no_phone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(LookupError):
        async with stand(tmp_path) as counter:
            counter.app.call_later(known_by_heart, NEW, "1391234" + "1234")
            await counter.pilot.pause()
    shown = capsys.readouterr().err
    assert "no member 139****1234" in shown
    assert NEW not in shown
