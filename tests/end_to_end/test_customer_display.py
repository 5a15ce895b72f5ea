"""The counter and the customer's display as they are: two programmes in two terminals, one of them killed and back."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import PIN, Shop, open_shop
from tests.end_to_end.terminal import Terminal

pytestmark = [pytest.mark.tmux, pytest.mark.slow]

CONFIG = """\
[kiosk]
database = "shop.db"
[scanner]
wedge = false
"""


@pytest.fixture
def shop_with_a_member(tmp_path: Path) -> None:
    """A shop on disk with a shift open, and a member with 200.00 + 5.00."""
    shop: Shop = open_shop(tmp_path)
    shop.open_shift(0)
    member = shop.enrol("李雪", "13812341234")
    shop.top_up(member, 20_000)
    shop.counter.store.close()
    (tmp_path / "kiosk.toml").write_text(CONFIG, encoding="utf-8")


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[dict[str, Terminal]]:
    """Terminals for the till, for the till once more, and for the customer; each is ended afterwards."""
    opened = {
        name: Terminal(
            f"guitai-{name}-{os.getpid()}",
            ["--config", str(tmp_path / "kiosk.toml"), command],
            exit_file=tmp_path / f"exit-{name}",
        )
        for name, command in (("till", "run"), ("again", "run"), ("customer", "display"))
    }
    yield opened
    for terminal in opened.values():
        terminal.stop()


@pytest.mark.usefixtures("shop_with_a_member")
def test_the_customer_reads_along_and_a_killed_till_leaves_nothing_behind(terminals: dict[str, Terminal]) -> None:
    till, customer = terminals["till"], terminals["customer"]
    customer.start()
    customer.wait_for("收银台准备中")
    till.start()
    customer.wait_for("此台暂停服务")
    till.wait_for("谁来收银")
    till.keys("1", *PIN, "Enter")
    till.wait_for("扫会员码")
    customer.wait_for("充 300 送 50")
    till.keys(*"1234", "Enter")
    customer.wait_for("李*", "余额")
    till.keys("4", "8")
    customer.wait_for("应付", "付后余额", "157.00")
    till.keys("F3")
    customer.wait_for("充值优惠")
    till.keys("2", "Enter")
    customer.wait_for("请付", "现金")
    till.keys("Enter")
    shown = customer.wait_for("充值成功", "300.00")
    assert "1234" not in shown
    assert "雪" not in shown
    os.kill(till.program_pid(), signal.SIGKILL)
    assert "300.00" not in customer.wait_for("收银台准备中")
    assert till.wait_for_exit() == f"left with {128 + signal.SIGKILL}"
    terminals["again"].start()
    customer.wait_for("此台暂停服务")
    customer.keys("q")
    assert customer.wait_for_exit() == "left with 0"
