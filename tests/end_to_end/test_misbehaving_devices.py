"""The real counter while its printer and its scanner misbehave, both at once, with a payment going on."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest

from kiosk.model import journal, print_queue
from kiosk.model.members import Member
from kiosk.model.print_queue import JobState
from kiosk.model.store import Store
from kiosk.services import printing
from ledger.entries import EntryKind
from tests.builders import open_shop
from tests.end_to_end.terminal import PtyScanner, Terminal
from tests.kiosk.devices.hostile_peer import HostileTcp

pytestmark = [pytest.mark.tmux, pytest.mark.slow]

CONFIG = """\
[kiosk]
database = "shop.db"
till = "1"
[scanner]
address = "serial:{scanner}"
[printer]
address = "{printer}"
columns = 32
"""


@dataclass
class Box:
    """A store whose shift is open, with two members of 200.00 each, and what stands around it."""

    folder: Path
    member: Member
    other: Member
    scanner: PtyScanner
    printer: HostileTcp
    terminal: Terminal

    def spends(self) -> list[str | None]:
        """Return who paid, oldest first."""
        store = Store.open(self.folder / "shop.db")
        recent = reversed(journal.recent(store, 1_000))
        found = [each.entry.member_id for each in recent if each.entry.kind is EntryKind.SPEND]
        store.close()
        return list(found)

    def slip_states(self) -> list[JobState]:
        """Return what became of the slips since the counter was opened."""
        store = Store.open(self.folder / "shop.db")
        found = store.rows("SELECT job_id FROM print_job WHERE state <> 'dropped' ORDER BY number", ())
        jobs = [print_queue.get(store, job_id) for (job_id,) in found]
        store.close()
        return [job.state for job in jobs if job is not None]

    def printed(self) -> str:
        """Return all that is on paper."""
        return self.printer.mechanism.printed.decode("gbk", errors="replace")

    def open_the_counter(self) -> None:
        """Sign in where the shift is open already."""
        self.terminal.start()
        self.terminal.wait_for("王芳", "1001")
        self.terminal.keys("1")
        self.terminal.wait_for("王芳 的密码")
        self.terminal.keys("2468", "Enter")
        self.terminal.wait_for("今日")

    def leave(self) -> float:
        """Tell the program to leave and return how many seconds it took."""
        began = time.monotonic()
        os.kill(self.terminal.program_pid(), signal.SIGTERM)
        assert self.terminal.wait_for_exit() == "left with 0"
        return time.monotonic() - began


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    shop = open_shop(tmp_path)
    shop.clock.moment = datetime.now(UTC)
    shop.open_shift(50_000)
    member, other = shop.enrol("李雪", "13812341234"), shop.enrol("张三", "13900001111")
    for each in (member, other):
        shop.top_up(each, 20_000)
    printing.drop_waiting(shop.counter)
    shop.counter.store.close()
    with HostileTcp() as printer:
        scanner = PtyScanner(tmp_path / "scanner")
        config = tmp_path / "kiosk.toml"
        config.write_text(CONFIG.format(scanner=scanner.place, printer=printer.address), encoding="utf-8")
        name = f"guitai-b5-{os.getpid()}"
        terminal = Terminal(name, ["--config", str(config), "run"], exit_file=tmp_path / "exit")
        yield Box(tmp_path, member, other, scanner, printer, terminal)
        terminal.stop()


class Flood:
    """A scanner that reads a thousand codes a second until it is stopped."""

    def __init__(self, write: Callable[[bytes], object], code: str) -> None:
        self._write, self._code = write, f"{code}\r\n".encode() * 20
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.sent = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.02):
            self._write(self._code)
            self.sent += 20


def test_a_payment_goes_on_while_the_scanner_floods_and_the_printer_is_silent(box: Box) -> None:
    box.open_the_counter()
    terminal = box.terminal
    terminal.wait_for("打印机 就绪", "扫码枪 就绪")
    with box.printer.lock:
        box.printer.mechanism.is_silent = True
    box.scanner.scan(box.member.code)
    terminal.wait_for("李雪", "收款金额")
    terminal.keys("35", "Enter")
    terminal.wait_for("从储值扣 35.00", "李雪")
    with Flood(box.scanner.send, box.other.code) as flood:
        terminal.wait_for("扫码枪 乱扫", "从储值扣 35.00", "李雪")
        terminal.keys("Enter")
        terminal.wait_for("已入账")
        assert flood.sent > 0
    terminal.wait_for("打印机 断开", "打印机没有回答")
    assert box.spends() == [box.member.member_id]
    with box.printer.lock:
        box.printer.mechanism.is_silent = False
    terminal.wait_for("打印机 就绪", "扫码枪 就绪")
    assert box.slip_states() == [JobState.PRINTED]
    assert box.printed().count("消费结账") == 1
    assert "补打" not in box.printed()
    assert box.leave() < 10


def test_scans_while_a_payment_waits_for_its_answer_change_nothing(box: Box) -> None:
    box.open_the_counter()
    terminal = box.terminal
    box.scanner.scan(box.member.code)
    terminal.wait_for("李雪", "收款金额")
    terminal.keys("35", "Enter")
    terminal.wait_for("从储值扣 35.00", "李雪")
    for code in (box.other.code, box.member.code, box.other.code[:4], "\x1b[2Jnonsense\x07", "9" * 400):
        box.scanner.send(code.encode() + b"\r\n")
        terminal.wait_for("现在不能扫码", "从储值扣 35.00")
        time.sleep(0.2)
    terminal.keys("Enter")
    terminal.wait_for("已入账")
    assert box.spends() == [box.member.member_id]


def test_the_counter_leaves_in_seconds_with_a_slip_in_a_printer_that_stopped(box: Box) -> None:
    box.open_the_counter()
    terminal = box.terminal
    terminal.wait_for("打印机 就绪")
    with box.printer.lock:
        box.printer.mechanism.is_jammed = True
    box.scanner.scan(box.member.code)
    terminal.wait_for("李雪", "收款金额")
    terminal.keys("35", "Enter")
    terminal.wait_for("从储值扣 35.00")
    terminal.keys("Enter")
    terminal.wait_for("已入账", "打印机 忙")
    assert box.leave() < 10
    assert box.spends() == [box.member.member_id]
    with box.printer.lock:
        box.printer.mechanism.power_cycle()
        box.printer.mechanism.is_jammed = False
    (box.folder / "exit").unlink()
    box.terminal.stop()
    box.open_the_counter()
    terminal.wait_for("打印机 就绪")
    assert "补打 1" in box.printed()
    assert box.slip_states() == [JobState.PRINTED]
