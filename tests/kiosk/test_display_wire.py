"""What goes from the till to a display: every state there and back, and nothing else is taken for one."""

from __future__ import annotations

import json

import pytest

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
    UnreadableLine,
    read_line,
    to_line,
)
from kiosk.i18n import Language

STATES: tuple[Shown, ...] = (
    Idle("麦香里", "现烤现卖，明早见", ("充 300 送 50",)),
    MemberShown("李*", "金卡", 28_600, 1_240, 2),
    MemberShown("会员", "", 0),
    BillShown("李*", 12_000, (Reduction("金卡 95 折", 600),), 11_400, 11_400, 0, 17_200, 97, "充 300 送 50"),
    LadderShown("李*", (RungShown(30_000, "送 50", 52_200),), None),
    AskTender("充值", 30_000, "现金", 35_000, 5_000),
    DoneShown("充值成功", 30_000, 37_600, 97, 5_000, 5_000),
    DoneShown("已补打", None),
    Stopped("麦香里", "请稍候"),
)


@pytest.mark.parametrize("shown", STATES, ids=lambda shown: type(shown).__name__)
@pytest.mark.parametrize("language", Language)
def test_a_state_arrives_as_it_was_sent_in_one_line(shown: Shown, language: Language) -> None:
    line = to_line(shown, language)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read_line(line) == (shown, language)


def test_the_bytes_of_a_line_stay_as_they_are() -> None:
    assert to_line(MemberShown("李*", "金卡", 28_600, 1_240), Language.ZH).decode() == (
        '{"v":1,"language":"zh","shown":"member","name":"李*","tier":"金卡","balance_minor":28600,'
        '"points":1240,"coupons":null}\n'
    )


def test_a_newer_till_may_say_more_and_an_older_one_less() -> None:
    line = json.loads(to_line(AskTender("充值", 100, "现金"), Language.ZH)) | {"colour": "gold"}
    del line["given_minor"]
    assert read_line(json.dumps(line).encode())[0] == AskTender("充值", 100, "现金")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"[" * 5000,
        b'{"v":2,"language":"zh","shown":"idle"}',
        b'{"v":1,"language":"fr","shown":"idle"}',
        b'{"v":1,"language":[],"shown":"idle"}',
        b'{"v":1,"language":"zh","shown":"cashier"}',
        b'{"v":1,"language":"zh","shown":"idle","posters":"none"}',
        b'{"v":1,"language":"zh","shown":"idle","posters":[1]}',
        b'{"v":1,"language":"zh","shown":"member","name":"x","tier":"","balance_minor":1.5}',
        b'{"v":1,"language":"zh","shown":"member","name":"x","tier":"","balance_minor":true}',
        b'{"v":1,"language":"zh","shown":"member","name":"x"}',
        b'{"v":1,"language":"zh","shown":"ladder","name":"x","rungs":[3],"marked":null}',
    ],
)
def test_what_is_no_state_is_refused(line: bytes) -> None:
    with pytest.raises(UnreadableLine):
        read_line(line)


def test_a_rung_that_is_not_there_is_not_marked() -> None:
    line = json.loads(to_line(LadderShown("李*", (), None), Language.ZH)) | {"marked": 3}
    with pytest.raises(UnreadableLine):
        read_line(json.dumps(line).encode())
