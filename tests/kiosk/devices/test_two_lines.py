"""Two lines of twenty: every state in both languages, never wider, never more than ASCII where that is all there is."""

from __future__ import annotations

import pytest

from kiosk.devices.two_lines import COLUMNS, columns_of, two_lines
from kiosk.display_wire import (
    AskTender,
    BillShown,
    DoneShown,
    Idle,
    LadderShown,
    MemberShown,
    Reduction,
    RungShown,
    Shown,
    Stopped,
)
from kiosk.i18n import Language

RUNGS = (RungShown(30_000, "送 50", 52_200), RungShown(50_000, "送 100", 77_200))
SAID: tuple[tuple[Shown, tuple[str, str], tuple[str, str]], ...] = (
    (Idle("麦香里"), ("WELCOME", ""), ("欢迎光临", "麦香里")),
    (Idle("Mai Bakery"), ("WELCOME", "Mai Bakery"), ("欢迎光临", "Mai Bakery")),
    (MemberShown("李*", "金卡", 28_600, 1_240), ("BALANCE 286.00", "POINTS 1,240"), ("余额 286.00", "积分 1,240")),
    (MemberShown("李*", "", 28_600), ("BALANCE 286.00", ""), ("余额 286.00", "")),
    (
        BillShown("李*", 12_000, (Reduction("金卡", 600),), 11_400, 11_400, 0, 17_200),
        ("TOTAL 114.00", "BALANCE 172.00"),
        ("应付 114.00", "余额 172.00"),
    ),
    (
        BillShown("李*", 12_000, (), 12_000, 2_600, 9_400, 0),
        ("TOTAL 120.00", "TO PAY 94.00"),
        ("应付 120.00", "还需付 94.00"),
    ),
    (LadderShown("李*", RUNGS, 1), ("TOP UP 500.00", "BALANCE 772.00"), ("充值 500.00", "余额 772.00")),
    (LadderShown("李*", RUNGS, None), ("TOP UP", ""), ("充值", "")),
    (AskTender("充值", 30_000, "微信"), ("TO PAY 300.00", ""), ("还需付 300.00", "")),
    (
        AskTender("充值", 30_000, "现金", 35_000, 5_000),
        ("TO PAY 300.00", "CHANGE 50.00"),
        ("还需付 300.00", "找零 50.00"),
    ),
    (DoneShown("已付", 11_400, 17_200, 97), ("AMOUNT 114.00", "BALANCE 172.00"), ("金额 114.00", "余额 172.00")),
    (DoneShown("已付", 30_000, 37_600, 0, 5_000), ("CHANGE 50.00", "BALANCE 376.00"), ("找零 50.00", "余额 376.00")),
    (DoneShown("已付", None), ("THANK YOU", "THANK YOU"), ("谢谢惠顾", "谢谢惠顾")),
    (Stopped("麦香里", "请稍候"), ("CLOSED", ""), ("暂停服务", "麦香里")),
)


@pytest.mark.parametrize(("shown", "english", "chinese"), SAID, ids=lambda said: type(said).__name__)
def test_each_state_says_what_matters(shown: Shown, english: tuple[str, str], chinese: tuple[str, str]) -> None:
    for language, wanted in ((Language.EN, english), (Language.ZH, chinese)):
        lines = two_lines(shown, language)
        assert [columns_of(line) for line in lines] == [COLUMNS, COLUMNS]
        assert tuple(" ".join(line.split()) for line in lines) == wanted
    assert "".join(two_lines(shown, Language.EN)).isascii()


def test_a_figure_keeps_its_place_and_its_label_gives_way() -> None:
    assert two_lines(MemberShown("李*", "", 123_456_789_012), Language.ZH)[0] == "余  1,234,567,890.12"
    assert two_lines(MemberShown("李*", "", 12_345_678_901_234), Language.EN)[0] == "B 123,456,789,012.34"
    assert two_lines(Idle("麦香里面包房十二个字的店名"), Language.ZH)[1] == "麦香里面包房十二个字"
