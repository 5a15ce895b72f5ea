"""A display follows its till: it waits for one, stands idle without one, comes back, and is left by the installer alone."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kiosk.display_wire import LONGEST_LINE, Idle, MemberShown, Stopped, socket_of, to_line
from kiosk.i18n import Language
from tests.kiosk.display.till import open_till, terminal

IDLE = Idle("麦香里", "明早见", ("充 100 送 5", "充 300 送 50"))
MEMBER = MemberShown("李*", "金卡", 28_600)


async def test_a_display_waits_calmly_for_a_till(tmp_path: Path) -> None:
    async with terminal(tmp_path / "no" / "folder" / "yet") as display:
        await display.pilot.pause()
        assert "欢迎光临" in display.text
        assert "收银台准备中" in display.text


async def test_a_till_that_comes_later_is_found_and_one_that_left_leaves_nothing_of_a_member(tmp_path: Path) -> None:
    async with terminal(tmp_path) as display:
        for _ in range(2):
            till = open_till(tmp_path)
            till.show(IDLE)
            await display.sees(IDLE)
            till.show(MEMBER)
            await display.sees(MEMBER)
            assert "李*" in display.text
            till.stop()
            await display.sees(None)
            assert "李*" not in display.text
            assert "麦香里" in display.text


async def test_the_till_says_the_language(tmp_path: Path) -> None:
    till = open_till(tmp_path, Language.EN)
    till.show(MEMBER)
    async with terminal(tmp_path, language=Language.ZH) as display:
        await display.sees(MEMBER)
        assert "Balance" in display.text
    till.stop()


async def test_each_customer_who_leaves_brings_the_next_poster_to_the_front(tmp_path: Path) -> None:
    till = open_till(tmp_path)
    async with terminal(tmp_path) as display:
        for first, second in (("100", "300"), ("300", "100"), ("100", "300")):
            till.show(IDLE)
            await display.sees(IDLE)
            assert display.text.index(f"充 {first} ") < display.text.index(f"充 {second} ")
            till.show(MEMBER)
            await display.sees(MEMBER)
    till.stop()


async def test_nothing_moves_while_nothing_happens(tmp_path: Path) -> None:
    till = open_till(tmp_path)
    till.show(IDLE)
    async with terminal(tmp_path) as display:
        await display.sees(IDLE)
        before = display.text
        await display.pilot.pause(0.1)
        assert display.text == before
    till.stop()


async def test_a_page_fits_itself_to_another_size(tmp_path: Path) -> None:
    till = open_till(tmp_path)
    till.show(MEMBER)
    async with terminal(tmp_path) as display:
        await display.sees(MEMBER)
        small = display.text
        await display.pilot.resize_terminal(30, 12)
        await display.pilot.pause()
        assert display.text != small
        assert "李*" in display.text
    till.stop()


@pytest.mark.parametrize(
    "said",
    [b"no json\n", b'{"v":9}\n', b"x" * (LONGEST_LINE * 3) + b"\n", b""],
    ids=["noise", "newer", "endless", "nothing"],
)
async def test_what_cannot_be_read_leaves_the_display_idle_and_it_calls_again(tmp_path: Path, said: bytes) -> None:
    place = socket_of(tmp_path, "1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
        stranger.bind(str(place))
        stranger.listen()
        stranger.setblocking(False)
        async with terminal(tmp_path) as display:
            for answer in (said, to_line(MEMBER, Language.ZH)):
                peer = await _accepted(stranger, display.pilot.pause)
                peer.setblocking(True)
                peer.settimeout(5)
                try:
                    peer.sendall(answer)
                except BrokenPipeError:
                    assert len(answer) > LONGEST_LINE
                if answer is not said:
                    await display.sees(MEMBER)
                peer.close()


async def _accepted(listening: socket.socket, pause: Callable[[float], Awaitable[None]]) -> socket.socket:
    """Wait for the display to call."""
    while True:
        try:
            return listening.accept()[0]
        except BlockingIOError:
            await pause(0.005)


async def test_a_customer_can_press_anything_and_only_the_installer_leaves(tmp_path: Path) -> None:
    till = open_till(tmp_path)
    closed = Stopped("麦香里", "请稍候")
    till.show(closed)
    async with terminal(tmp_path) as display:
        await display.sees(closed)
        await display.pilot.press("enter", "escape", "ctrl+c", "ctrl+q", "f1", "7", "tab", "ctrl+p")
        assert display.app.is_running
        await display.sees(closed)
        await display.pilot.press("q")
        while display.app.return_code is None:
            await display.pilot.pause()
    till.stop()
    assert display.app.return_code == 0
