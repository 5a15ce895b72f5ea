"""A cashier's shift in the real program: tmux for screen and keys, a pty for the scanner, emupos for printer and drawer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.model import journal
from kiosk.model.members import Member
from kiosk.model.store import Store
from kiosk.model.verify import verify
from ledger.entries import EntryKind
from tests.builders import open_shop
from tests.emupos_peer import Emupos, running_emupos
from tests.end_to_end.terminal import ROOT, PtyScanner, Terminal

pytestmark = [pytest.mark.tmux, pytest.mark.slow]

Opener = Callable[[Path], Terminal]
"""Opens the kiosk of a config in a terminal of its own."""

CONFIG = """\
[kiosk]
database = "shop.db"
till = "{till}"
[scanner]
address = "serial:{scanner}"
[printer]
address = "{printer}"
columns = 32
"""


@dataclass
class Box:
    """A store box on disk with one member who has 200.00 + 0.00, and what stands around it."""

    folder: Path
    member: Member
    other: Member
    scanner: PtyScanner

    def config(self, printer: str = "none:", till: str = "1") -> Path:
        """Write a till's config and return where."""
        path = self.folder / f"till-{till}.toml"
        path.write_text(CONFIG.format(till=till, scanner=self.scanner.place, printer=printer), encoding="utf-8")
        return path

    def kinds(self) -> list[EntryKind]:
        """Return what the journal holds, oldest first, without the set-up of this test."""
        store = Store.open(self.folder / "shop.db")
        found = [recorded.entry.kind for recorded in reversed(journal.recent(store, 1000))]
        store.close()
        return found[SET_UP:]

    def owed(self) -> int:
        """Return what the proved books say is owed to members, in fen."""
        store = Store.open(self.folder / "shop.db")
        total = verify(store).total_minor
        store.close()
        return total


SET_UP = 5
"""Entries this test makes itself: a shift opened and closed, two members, one top-up."""


@pytest.fixture
def box(tmp_path: Path) -> Box:
    shop = open_shop(tmp_path)
    shop.open_shift(0)
    member, other = shop.enrol("李雪", "13812341234"), shop.enrol("张三", "13900001111")
    shop.top_up(member, 20_000)
    from kiosk.services import printing, shifts  # noqa: PLC0415 - two names that stand for other things above

    shifts.close_shift(shop.counter, shop.act(), 20_000)
    printing.drop_waiting(shop.counter)
    shop.counter.store.close()
    return Box(tmp_path, member, other, PtyScanner(tmp_path / "scanner"))


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Opener]:
    opened: list[Terminal] = []

    def opener(config: Path) -> Terminal:
        name = f"guitai-{os.getpid()}-{len(opened)}"
        terminal = Terminal(name, ["--config", str(config), "run"], exit_file=tmp_path / f"exit-{len(opened)}")
        opened.append(terminal)
        terminal.start()
        return terminal

    yield opener
    for terminal in opened:
        terminal.stop()


@pytest.fixture
def emupos(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Emupos]:
    with running_emupos(request, tmp_path) as peer:
        yield peer


def sign_in_and_open(terminal: Terminal, *, till_is_open: bool = False) -> None:
    """Sign 王芳 in and open her shift with a float of 500.00."""
    terminal.wait_for("王芳", "1001")
    terminal.keys("1")
    terminal.wait_for("王芳 的密码")
    terminal.keys("2468", "Enter")
    if till_is_open:
        terminal.wait_for("今日")
        return
    terminal.wait_for("备用金")
    terminal.keys("500", "Enter")
    terminal.wait_for("备用金 500.00")
    terminal.keys("Enter")
    terminal.wait_for("今日")


@pytest.mark.emupos
def test_a_whole_shift_with_a_printer_nobody_here_wrote(box: Box, open_terminal: Opener, emupos: Emupos) -> None:
    terminal = open_terminal(box.config(emupos.network_address))
    sign_in_and_open(terminal)

    box.scanner.scan(box.member.code)
    terminal.wait_for("李雪", "138****1234")
    terminal.keys("F3")
    terminal.wait_for("充 300.00", "送 50.00")
    terminal.keys("2", "Enter")
    terminal.wait_for("收现金 300.00", "350.00")
    terminal.keys("Enter")
    terminal.wait_for("已入账")
    slip = emupos.wait_for_slips(1)[-1]
    assert "储值充值" in slip
    assert "300.00" in slip
    assert "50.00" in slip
    assert "555.00" in slip, "205.00 before, 350.00 more"
    emupos.wait_for_event("drawer.opened")

    box.scanner.scan(box.member.code)
    terminal.wait_for("李雪", "收款金额")
    terminal.keys("600")
    terminal.wait_for("45.00")
    terminal.keys("Enter")
    terminal.wait_for("现金", "45.00")
    terminal.keys("Enter")
    terminal.wait_for("已入账")
    slip = emupos.wait_for_slips(2)[-1]
    assert "消费结账" in slip
    assert "600.00" in slip
    assert "45.00" in slip
    assert box.kinds() == [EntryKind.SHIFT_OPENED, EntryKind.TOP_UP, EntryKind.SPEND]
    assert box.owed() == 0

    terminal.keys("F5")
    terminal.wait_for("补打小票", "600.00")
    terminal.keys("1")
    terminal.wait_for("小票上下会标明")
    terminal.keys("Enter")
    assert "补打 1" in emupos.wait_for_slips(3)[-1]
    assert box.kinds()[-1] is EntryKind.REPRINTED


@pytest.mark.emupos
def test_the_sale_stands_while_paper_is_out_and_its_slip_comes_once(
    box: Box, open_terminal: Opener, emupos: Emupos
) -> None:
    terminal = open_terminal(box.config(emupos.serial_address))
    sign_in_and_open(terminal)
    emupos.set_fault("paper-out")
    terminal.wait_for("缺纸")
    box.scanner.scan(box.member.code)
    terminal.wait_for("李雪", "收款金额")
    terminal.keys("35", "Enter")
    terminal.wait_for("从储值扣 35.00")
    terminal.keys("Enter")
    terminal.wait_for("已入账", "打印机没纸了")
    assert box.kinds() == [EntryKind.SHIFT_OPENED, EntryKind.SPEND]
    emupos.clear_fault("paper-out")
    slips = emupos.wait_for_slips(1)
    assert "170.00" in slips[-1]
    assert "补打" not in slips[-1]
    terminal.wait_for("打印机 就绪")
    assert len(emupos.wait_for_slips(1)) == 1


def test_a_scanner_that_was_unplugged_reads_again_once_it_is_back(box: Box, open_terminal: Opener) -> None:
    terminal = open_terminal(box.config())
    sign_in_and_open(terminal)
    terminal.wait_for("扫码枪 就绪")
    box.scanner.unplug()
    terminal.wait_for("扫码枪 断开")
    box.scanner.plug_in()
    terminal.wait_for("扫码枪 就绪")
    box.scanner.scan(box.other.code)
    terminal.wait_for("张三", "139****1111")
    assert box.kinds() == [EntryKind.SHIFT_OPENED]


def test_a_code_from_a_scanner_that_types_opens_its_member(box: Box, open_terminal: Opener) -> None:
    terminal = open_terminal(box.config())
    sign_in_and_open(terminal)
    terminal.paste(box.member.code)
    assert "138****1234" in terminal.wait_for("李雪", "此处可用")


def test_what_was_typed_fast_is_never_overtaken_by_enter(box: Box, open_terminal: Opener) -> None:
    terminal = open_terminal(box.config())
    sign_in_and_open(terminal)
    box.scanner.scan(box.member.code)
    terminal.wait_for("李雪", "收款金额")
    terminal.paste("123")
    assert "从储值扣 123.00" in terminal.wait_for("从储值扣")


def test_killed_at_any_moment_the_till_reopens_on_one_entry_or_none(box: Box, open_terminal: Opener) -> None:
    config = box.config()
    for number, delay in enumerate((0.0, 0.002, 0.004, 0.008, 0.02)):
        terminal = open_terminal(config)
        sign_in_and_open(terminal, till_is_open=number > 0)
        if number:
            said = terminal.wait_for("上次没有正常退出", "最后一笔")
            assert ("消费 10.00" in said) == (box.kinds()[-1] is EntryKind.SPEND)
        spent = box.kinds().count(EntryKind.SPEND)
        owed = box.owed()
        box.scanner.scan(box.member.code)
        terminal.wait_for("李雪", "收款金额")
        terminal.keys("10", "Enter")
        terminal.wait_for("从储值扣 10.00")
        pid = terminal.program_pid()
        terminal.keys("Enter")
        time.sleep(delay)
        os.kill(pid, signal.SIGKILL)
        terminal.stop()
        done = box.kinds().count(EntryKind.SPEND) - spent
        assert done in {0, 1}
        assert box.owed() == owed - 1_000 * done


def test_the_counter_is_left_by_sigterm_and_not_by_a_cashier(box: Box, open_terminal: Opener) -> None:
    terminal = open_terminal(box.config())
    sign_in_and_open(terminal)
    terminal.keys("C-c", "C-q", "C-z")
    box.scanner.scan(box.member.code)
    terminal.wait_for("李雪")
    os.kill(terminal.program_pid(), signal.SIGTERM)
    assert terminal.wait_for_exit() == "left with 0"


def test_books_that_somebody_touched_are_named_by_verify(box: Box) -> None:
    config = box.config()
    command = [sys.executable, "-m", "kiosk", "--config", str(config), "verify"]
    sound = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (sound.returncode, "205.00" in sound.stdout) == (0, True)
    store = Store.open(box.folder / "shop.db")
    store.connection().execute("UPDATE purse SET amount_minor = amount_minor + 1")
    store.close()
    touched = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert touched.returncode == 1
    assert "Purse" in touched.stderr or "purse" in touched.stderr


def test_without_a_terminal_the_demo_walks_the_whole_path_and_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "demo", "--home", str(tmp_path)]
    walked = subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL
    )
    assert walked.returncode == 0, walked.stderr
    for said in ("登录", "开班", "扫码", "充值", "储值充值", "收款", "消费结账", "撤销", "Z 报表", "账目一致"):
        assert said in walked.stdout
