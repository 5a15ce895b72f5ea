"""The real counter on a disk that is full, held by another program, or fails: a clear stop, nothing lost, one entry afterwards."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.model import journal
from kiosk.model.members import Member
from kiosk.model.store import Store
from kiosk.model.verify import verify
from kiosk.services import printing
from ledger.entries import EntryKind
from tests.builders import open_shop
from tests.end_to_end.terminal import ROOT, PtyScanner, Terminal
from tests.kiosk.backup_steps import small_disk

pytestmark = [pytest.mark.tmux, pytest.mark.slow]

CONFIG = """\
[kiosk]
database = "shop.db"
till = "1"
[scanner]
address = "serial:{scanner}"
"""


@dataclass
class Box:
    """A store whose shift is open, with a member who has 205.00, and the terminals opened on it."""

    folder: Path
    member: Member
    scanner: PtyScanner
    opened: list[Terminal] = field(default_factory=list)

    def open_the_counter(self) -> Terminal:
        """Start the program in a terminal of its own and sign in."""
        number, config = len(self.opened), self.folder / "kiosk.toml"
        exit_file = self.folder / f"exit-{number}"
        terminal = Terminal(f"guitai-b1-{os.getpid()}-{number}", ["--config", str(config), "run"], exit_file=exit_file)
        self.opened.append(terminal)
        terminal.start()
        terminal.wait_for("王芳", "1001")
        terminal.keys("1")
        terminal.wait_for("王芳 的密码")
        terminal.keys("2468", "Enter")
        terminal.wait_for("今日")
        return terminal

    def ask_for_payment(self, terminal: Terminal) -> None:
        """Scan the member, type 10.00, and stand before the Enter that books it."""
        self.scanner.scan(self.member.code)
        terminal.wait_for("李雪", "收款金额")
        terminal.keys("10", "Enter")
        terminal.wait_for("从储值扣 10.00")

    def spends(self) -> int:
        """Count the payments in the proved books."""
        store = Store.open(self.folder / "shop.db")
        try:
            verify(store)
            return sum(each.entry.kind is EntryKind.SPEND for each in journal.recent(store, 1_000))
        finally:
            store.close()


@contextmanager
def box_in(folder: Path) -> Iterator[Box]:
    """Set a box up in a folder."""
    folder.mkdir()
    shop = open_shop(folder)
    shop.clock.moment = datetime.now(UTC)
    shop.open_shift(50_000)
    member = shop.enrol("李雪", "13812341234")
    shop.top_up(member, 20_000)
    printing.drop_waiting(shop.counter)
    shop.counter.store.close()
    scanner = PtyScanner(folder / "scanner")
    (folder / "kiosk.toml").write_text(CONFIG.format(scanner=scanner.place), encoding="utf-8")
    box = Box(folder, member, scanner)
    try:
        yield box
    finally:
        for terminal in box.opened:
            _end(terminal)


def _end(terminal: Terminal) -> None:
    """End a terminal and wait until the counter in it, where there is one, has let go of its files."""
    with suppress(IndexError, FileNotFoundError, ProcessLookupError):
        program = os.pidfd_open(terminal.program_pid())
        signal.pidfd_send_signal(program, signal.SIGKILL)
        select.select([program], [], [])
        os.close(program)
    terminal.stop()


def test_on_a_full_disk_the_counter_says_so_and_the_same_enter_books_once_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8_192) as disk, box_in(disk / "box") as box:
        terminal, ballast = box.open_the_counter(), disk / "ballast"
        box.ask_for_payment(terminal)
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(bytes(4_096))
        terminal.keys("Enter")
        terminal.wait_for("磁盘满了，没有入账", "请维护人员清理磁盘")
        ballast.unlink()
        assert box.spends() == 0
        terminal.keys("Enter")
        terminal.wait_for("已入账")
        assert box.spends() == 1


def test_a_disk_that_refuses_the_start_is_named_and_the_counter_ends(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4_096) as disk, box_in(disk / "box") as box:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        assert "账本写不进去，没有入账" in _refused_start(box)
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        with (disk / "ballast").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(bytes(4_096))
        assert "磁盘满了，没有入账" in _refused_start(box)
        (disk / "ballast").unlink()
        box.open_the_counter()


def _refused_start(box: Box) -> str:
    command = [sys.executable, "-m", "kiosk", "--config", str(box.folder / "kiosk.toml"), "run"]
    spoken = {**os.environ, "LANG": "C.UTF-8"}  # a refused start speaks the language of the machine
    started = subprocess.run(
        command,
        cwd=ROOT,
        env=spoken,
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert started.returncode == 1
    assert "Traceback" not in started.stderr
    return started.stderr


def test_books_that_are_held_are_named_busy_and_a_disk_that_fails_asks_for_a_fresh_start(tmp_path: Path) -> None:
    with box_in(tmp_path / "box") as box:
        terminal = box.open_the_counter()
        box.ask_for_payment(terminal)
        holder = Store.open(box.folder / "shop.db")
        holder.connection().execute("BEGIN IMMEDIATE")
        terminal.keys("Enter")
        terminal.wait_for("账本正忙，没有入账", "不会重复入账")
        holder.connection().execute("ROLLBACK")
        holder.close()
        terminal.keys("Enter")
        terminal.wait_for("已入账")
        assert box.spends() == 1
        _fail_a_commit(box, terminal)
        again = box.open_the_counter()
        said = again.wait_for("上次没有正常退出", "最后一笔：消费 10.00")
        spends = box.spends()
        assert spends in {1, 2}
        assert "没有入账" in said or "补打" in said
        box.ask_for_payment(again)
        again.keys("Enter")
        again.wait_for("已入账")
        assert box.spends() == spends + 1


def _fail_a_commit(box: Box, terminal: Terminal) -> None:
    """Let the disk refuse the commit of a payment, and follow the counter's own advice."""
    box.ask_for_payment(terminal)
    with _failing_sync(terminal.program_pid()):
        terminal.keys("Enter")
        terminal.wait_for("磁盘出错，这一笔要核对", "Enter 重新启动")
    terminal.keys("Enter")
    assert terminal.wait_for_exit() == "left with 75"


@contextmanager
def _failing_sync(pid: int) -> Iterator[None]:
    """Let the next sync of a process fail; skips, and says so, where strace is missing or may not."""
    if shutil.which("strace") is None:
        pytest.skip("STRACE IS MISSING: apt-get install strace")
    command = ["strace", "-f", "-p", str(pid), "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=1"]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        assert tracer.stderr is not None, "it was asked for"
        said = tracer.stderr.readline()
        if "attached" not in said:
            pytest.skip(f"STRACE MAY NOT TRACE HERE: {said.strip()}")
        yield
    finally:
        tracer.terminate()
        tracer.communicate()
