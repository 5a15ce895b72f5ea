"""A display of two lines on a real pty and on a real network port: what it is sent, and that nothing waits for it."""

from __future__ import annotations

import errno
import os
import pty
import select
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.config import BadSetting, DisplayConfig, read_config
from kiosk.devices.addresses import parse_address
from kiosk.devices.display_server import DisplayServer
from kiosk.devices.displays import Displays
from kiosk.devices.errors import BadDeviceAddress, DisplayError, DisplayForbidden, DisplayInUse, DisplayUnplugged
from kiosk.devices.line_display import BEGIN, CLEAR, HOME, LineDisplay, VirtualLineDisplay, _display_error
from kiosk.devices.ports import DeviceState, DisplayView, NoDisplay
from kiosk.devices.transports import transport_to
from kiosk.display_wire import AskTender, DoneShown, Idle, MemberShown, Shown
from kiosk.i18n import Language
from kiosk.wiring import display_of, line_display_at

PATIENCE_SECONDS = 20.0
MEMBER = MemberShown("李*", "金卡", 28_600, 1_240)
ASKED = AskTender("充值", 30_000, "现金", 35_000, 5_000)


class Glass:
    """The display on a pty at a place: what it was sent so far."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.sent = b""
        self.plug_in()

    def plug_in(self) -> None:
        self._master, self._slave = pty.openpty()
        self.place.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        self.place.unlink()
        os.close(self._slave)
        os.close(self._master)

    def wait_for(self, wanted: bytes) -> None:
        """Read until the end of what was sent is this; a silent display fails."""
        while not self.sent.endswith(wanted):
            ready, _, _ = select.select([self._master], [], [], PATIENCE_SECONDS)
            assert ready, f"{wanted!r} never came, only {self.sent!r}"
            self.sent += os.read(self._master, 4096)


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait for another thread's doing."""
    waited = threading.Event()
    for _ in range(int(PATIENCE_SECONDS / 0.01)):
        if reached():
            return
        waited.wait(0.01)
    raise AssertionError("it never came so far")


def on(place: str, language: Language = Language.ZH, encoding: str = "ascii") -> LineDisplay:
    return LineDisplay(transport_to(parse_address(place)), language, encoding, first_retry_seconds=0.02)


def test_both_lines_are_written_from_the_first_place_and_cleared_at_the_end(tmp_path: Path) -> None:
    glass = Glass(tmp_path / "display")
    display = on(f"serial:{glass.place}")
    display.show(MEMBER)
    display.start()
    glass.wait_for(BEGIN + CLEAR + HOME + b"BALANCE       286.00POINTS         1,240")
    assert display.view() == DisplayView(line=DeviceState.READY)
    display.show(ASKED)
    glass.wait_for(HOME + b"TO PAY        300.00CHANGE         50.00")
    display.stop()
    glass.wait_for(CLEAR)
    assert glass.sent.count(BEGIN) == 1


def test_the_same_lines_are_not_written_twice(tmp_path: Path) -> None:
    glass = Glass(tmp_path / "display")
    display = on(f"serial:{glass.place}")
    display.start()
    display.show(DoneShown("充值成功", 30_000, 37_600))
    glass.wait_for(b"BALANCE       376.00")
    display.show(DoneShown("支付成功", 30_000, 37_600))
    display.show(MEMBER)
    glass.wait_for(b"POINTS         1,240")
    assert glass.sent.count(b"AMOUNT        300.00") == 1
    display.stop()


def test_chinese_is_written_where_the_display_has_the_font(tmp_path: Path) -> None:
    glass = Glass(tmp_path / "display")
    display = on(f"serial:{glass.place}", encoding="gb18030")
    display.show(MEMBER)
    display.start()
    glass.wait_for(HOME + "余额          286.00积分           1,240".encode("gb18030"))
    display.stop()
    assert "余额".encode("gb18030") in glass.sent


def test_an_unplugged_display_is_marked_and_shows_the_newest_when_it_is_back(tmp_path: Path) -> None:
    glass = Glass(tmp_path / "display")
    display = on(f"serial:{glass.place}")
    display.start()
    glass.wait_for(b"WELCOME" + b" " * 33)
    glass.unplug()
    display.show(MEMBER)
    wait_until(lambda: display.view().line is DeviceState.RECONNECTING)
    assert isinstance(display.view().error, DisplayUnplugged)
    display.show(ASKED)
    glass.plug_in()
    glass.wait_for(BEGIN + CLEAR + HOME + b"TO PAY        300.00CHANGE         50.00")
    assert display.view() == DisplayView(line=DeviceState.READY)
    display.stop()


def test_a_display_that_never_was_there_is_missing_and_ends_at_once(tmp_path: Path) -> None:
    display = on(f"serial:{tmp_path / 'nowhere'}")
    display.start()
    for balance in range(10_000):
        display.show(MemberShown("李*", "", balance))
    wait_until(lambda: display.view().error is not None)
    assert display.view().line is DeviceState.MISSING
    display.stop()


def test_a_display_that_takes_no_bytes_is_marked_and_holds_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.line_display.STALL_SECONDS", 0.05)
    glass = Glass(tmp_path / "display")
    display = on(f"serial:{glass.place}")
    display.start()
    shown = 0

    def is_marked() -> bool:
        nonlocal shown
        shown += 1
        display.show(MemberShown("李*", "", shown))
        return display.view().error is not None

    while not is_marked():
        pass
    assert isinstance(display.view().error, DisplayUnplugged)
    display.stop()


def test_a_network_display_that_hangs_up_is_called_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        display = on(f"tcp:127.0.0.1:{listening.getsockname()[1]}", Language.EN)
        display.show(MEMBER)
        display.start()
        for _ in range(2):
            peer, _ = listening.accept()
            with peer, peer.makefile("rb") as received:
                first = BEGIN + CLEAR + HOME + b"BALANCE       286.00POINTS         1,240"
                assert received.read(len(first)) == first
        display.stop()


@pytest.mark.parametrize(
    ("number", "error"),
    [(errno.EBUSY, DisplayInUse), (errno.EACCES, DisplayForbidden), (errno.ENOENT, DisplayUnplugged)],
)
def test_what_keeps_a_display_dark_has_a_name(number: int, error: type[DisplayError]) -> None:
    assert type(_display_error("serial:/dev/x", OSError(number, ""))) is error


def test_terminals_and_the_line_show_the_same(tmp_path: Path) -> None:
    line = VirtualLineDisplay(Language.EN)
    both = Displays(DisplayServer(tmp_path / "display-1.sock", Language.EN), line)
    both.start()
    both.show(MEMBER)
    assert line.lines == ("BALANCE       286.00", "POINTS         1,240")
    assert both.view() == DisplayView(0, DeviceState.READY)
    both.stop()


def test_the_config_names_the_display(tmp_path: Path) -> None:
    config = read_config('[display]\nline = "tcp:10.0.0.9:9100"\nencoding = "gb18030"\n', tmp_path / "kiosk.toml")
    assert config.display == DisplayConfig("tcp:10.0.0.9:9100", 9600, "gb18030")
    assert isinstance(line_display_at(config.display, Language.ZH), LineDisplay)
    assert isinstance(line_display_at(DisplayConfig("virtual:"), Language.ZH), VirtualLineDisplay)
    assert isinstance(line_display_at(DisplayConfig(), Language.ZH), NoDisplay)
    assert display_of(read_config("", tmp_path / "kiosk.toml")).view() == DisplayView()
    with pytest.raises(BadSetting):
        read_config('[display]\nencoding = "big5"\n', tmp_path / "kiosk.toml")
    with pytest.raises(BadDeviceAddress):
        line_display_at(DisplayConfig("serial:ttyS0"), Language.ZH)


def test_a_till_without_a_display_tells_nobody() -> None:
    nobody = NoDisplay()
    shown: Shown = Idle()
    nobody.start()
    nobody.show(shown)
    nobody.stop()
    assert nobody.view() == DisplayView()
