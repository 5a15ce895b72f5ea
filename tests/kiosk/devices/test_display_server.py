"""The till's end of customer displays, over real sockets: the newest state for each, and no display holds the till."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.devices.display_server import MOST_DISPLAYS, DisplayServer, listen_at
from kiosk.display_wire import Idle, MemberShown, Shown, Stopped, read_line, socket_of
from kiosk.i18n import Language

PATIENCE_SECONDS = 20.0


def member(balance_minor: int) -> MemberShown:
    return MemberShown("李*", "金卡", balance_minor)


@contextmanager
def till(folder: Path, name: str = "1") -> Iterator[DisplayServer]:
    server = DisplayServer(socket_of(folder, name), Language.ZH, retry_seconds=0.02)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Follower:
    """A display as the kernel sees it: a connection that reads lines when it is asked to."""

    def __init__(self, folder: Path, name: str = "1") -> None:
        place = socket_of(folder, name)
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.line.settimeout(PATIENCE_SECONDS)
        with pytest.MonkeyPatch.context() as here:
            while True:
                try:
                    here.chdir(place.parent)
                    self.line.connect(place.name)
                except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
                    threading.Event().wait(0.005)
                else:
                    break
        self.lines = self.line.makefile("rb")

    def read(self) -> Shown:
        return read_line(self.lines.readline())[0]

    def read_until(self, shown: Shown) -> int:
        """Read until a state comes and return how many came before it."""
        passed = 0
        while self.read() != shown:
            passed += 1
        return passed

    def close(self) -> None:
        self.lines.close()
        self.line.close()


def test_a_display_gets_what_stands_and_then_each_change(tmp_path: Path) -> None:
    with till(tmp_path) as server:
        server.show(member(100))
        display = Follower(tmp_path)
        assert display.read() == member(100)
        server.show(member(200))
        assert display.read() == member(200)
        assert server.view().screens == 1
        display.close()


def test_several_displays_see_the_same_and_one_that_leaves_is_not_missed(tmp_path: Path) -> None:
    with till(tmp_path) as server:
        displays = [Follower(tmp_path) for _ in range(3)]
        assert [display.read() for display in displays] == [Idle()] * 3
        displays.pop().close()
        server.show(member(1))
        assert [display.read() for display in displays] == [member(1)] * 2
        for display in displays:
            display.close()


def test_a_display_that_does_not_read_gets_the_newest_state_and_holds_nobody(tmp_path: Path) -> None:
    with till(tmp_path) as server:
        slow, quick = Follower(tmp_path), Follower(tmp_path)
        assert quick.read() == Idle()
        long = "长" * 4000
        for balance in range(400):
            server.show(MemberShown("李*", long, balance))
        last = MemberShown("李*", long, 400)
        server.show(last)
        quick.read_until(last)
        assert slow.read_until(last) < 400
        slow.close()
        quick.close()


def test_one_display_too_many_is_sent_away(tmp_path: Path) -> None:
    with till(tmp_path):
        displays = [Follower(tmp_path) for _ in range(MOST_DISPLAYS)]
        assert [display.read() for display in displays] == [Idle()] * MOST_DISPLAYS
        one_more = Follower(tmp_path)
        assert one_more.lines.readline() == b""
        for display in (*displays, one_more):
            display.close()


def test_what_a_display_sends_is_dropped(tmp_path: Path) -> None:
    with till(tmp_path) as server:
        display = Follower(tmp_path)
        assert display.read() == Idle()
        display.line.sendall(b"open the drawer\n" * 1000)
        server.show(Stopped("麦香里", "请稍候"))
        assert display.read() == Stopped("麦香里", "请稍候")
        display.close()


def test_a_killed_display_is_let_go_of(tmp_path: Path) -> None:
    with till(tmp_path) as server:
        place = socket_of(tmp_path, "1")
        staying = Follower(tmp_path)
        program = (
            "import socket,sys,time; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
            "s.recv(10); print('in', flush=True); time.sleep(60)"
        )
        with subprocess.Popen([sys.executable, "-c", program, place.name], cwd=tmp_path, stdout=subprocess.PIPE) as one:
            assert one.stdout is not None
            assert one.stdout.readline() == b"in\n"
            os.kill(one.pid, signal.SIGKILL)
        assert staying.read() == Idle()
        for balance in range(3):
            server.show(member(balance))
            staying.read_until(member(balance))
        assert server.view().screens == 1
        staying.close()


def test_the_socket_of_a_killed_till_is_taken_over(tmp_path: Path) -> None:
    place = socket_of(tmp_path, "1")
    program = "import sys; from pathlib import Path; from kiosk.devices.display_server import listen_at;"
    program += "listen_at(Path(sys.argv[1])); import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    killed = subprocess.run([sys.executable, "-c", program, str(place)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert place.is_socket()
    with till(tmp_path) as server:
        server.show(member(5))
        display = Follower(tmp_path)
        display.read_until(member(5))
        display.close()
    assert not place.exists()


def test_a_place_where_another_till_listens_is_left_to_it(tmp_path: Path) -> None:
    with till(tmp_path) as first:
        display = Follower(tmp_path)
        with till(tmp_path) as second:
            second.show(member(2))
            first.show(member(1))
            display.read_until(member(1))
            with pytest.raises(OSError, match="in use"):
                listen_at(socket_of(tmp_path, "1"))
        assert socket_of(tmp_path, "1").is_socket()
        display.close()


def test_two_tills_of_one_box_have_a_place_each(tmp_path: Path) -> None:
    with till(tmp_path, "1") as one, till(tmp_path, "2") as two:
        left, right = Follower(tmp_path, "1"), Follower(tmp_path, "2")
        one.show(member(1))
        two.show(member(2))
        left.read_until(member(1))
        right.read_until(member(2))
        assert socket_of(tmp_path, "1") != socket_of(tmp_path, "2")
        left.close()
        right.close()


def test_a_long_path_is_no_obstacle_and_nobody_else_may_listen(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 100) / ("b" * 100)
    with till(folder):
        display = Follower(folder)
        assert display.read() == Idle()
        assert stat.S_IMODE(socket_of(folder, "1").stat().st_mode) == 0o600
        display.close()


def test_a_folder_that_cannot_be_written_keeps_the_till_going(tmp_path: Path) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("a file where the folder should be")
    with till(blocked) as server:
        server.show(member(1))
        assert server.view().screens == 0
        blocked.unlink()
        display = Follower(blocked)
        display.read_until(member(1))
        display.close()


def test_a_till_that_ends_hangs_up_and_may_still_be_told(tmp_path: Path) -> None:
    with till(tmp_path) as server:
        display = Follower(tmp_path)
        assert display.read() == Idle()
    server.show(member(1))
    assert display.lines.readline() == b""
    display.close()
