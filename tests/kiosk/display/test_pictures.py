"""One picture per state of the display, in both languages and two sizes; `GUITAI_WRITE_GOLDEN=1` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rich.cells import cell_len

from kiosk.display.pages import Page
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
from tests.kiosk.display.till import open_till, terminal
from tests.kiosk.screens.pictures import picture_of

GOLDEN = Path(__file__).parents[2] / "golden" / "display"
SMALL, LARGE = (80, 24), (120, 34)
WALKS = ((Language.ZH, SMALL), (Language.EN, SMALL), (Language.ZH, LARGE), (Language.EN, LARGE))

STATES: dict[Language, dict[str, Shown]] = {
    Language.ZH: {
        "idle": Idle("麦香里", "现烤现卖，明早见", ("充 100 送 5", "充 300 送 50", "充 500 送 100")),
        "member": MemberShown("李*", "金卡", 28_600, 1_240, 2),
        "bill": BillShown("李*", 12_000, (), 12_000, 12_000, 0, 16_600, 120, "充 300 送 50，付完本单余 516.00"),
        "bill-reduced": BillShown(
            "李*", 12_000, (Reduction("金卡 95 折", 600), Reduction("积分抵扣 200", 200)), 11_200, 9_000, 2_200, 0, 90
        ),
        "ladder": LadderShown(
            "李*",
            (
                RungShown(10_000, "送 5", 39_100),
                RungShown(30_000, "送 50  获得 蛋挞券", 63_600),
                RungShown(50_000, "送 100  获得 充 500 送两张券", 88_600),
            ),
            1,
        ),
        "ladder-typed": LadderShown("李*", (RungShown(8_800, "送 2", 37_600),), 0),
        "tender": AskTender("充值", 30_000, "微信"),
        "tender-change": AskTender("充值", 30_000, "现金", 35_000, 5_000),
        "done": DoneShown("支付成功", 11_400, 17_200, 97),
        "done-change": DoneShown("充值成功", 30_000, 63_600, 0, 5_000, 5_000),
        "done-plain": DoneShown("欢迎加入", None),
        "stopped": Stopped("麦香里", "此台暂停服务，请到其他收银台"),
    },
    Language.EN: {
        "idle": Idle("Mai Bakery", "Fresh every morning", ("Top up 100, get 5 more", "Top up 300, get 50 more")),
        "member": MemberShown("A***", "Gold", 1_234_567, 1_240, 2),
        "bill": BillShown("A***", 12_000, (), 12_000, 12_000, 0, 16_600, 120, "Top up 300, get 50 more"),
        "bill-reduced": BillShown(
            "A***", 12_000, (Reduction("Gold 5 % off", 600), Reduction("200 points", 200)), 11_200, 9_000, 2_200, 0, 90
        ),
        "ladder": LadderShown(
            "A***", (RungShown(10_000, "5 more", 39_100), RungShown(30_000, "50 more  Gets a tart", 63_600)), None
        ),
        "ladder-typed": LadderShown("A***", (RungShown(8_800, "2 more", 37_600),), 0),
        "tender": AskTender("Top-up", 30_000, "WeChat"),
        "tender-change": AskTender("Top-up", 30_000, "Cash", 35_000, 5_000),
        "done": DoneShown("Paid", 11_400, 17_200, 97),
        "done-change": DoneShown("Topped up", 30_000, 63_600, 0, 5_000, 5_000),
        "done-plain": DoneShown("Welcome to us", None),
        "stopped": Stopped("Mai Bakery", "This till is closed, please use another"),
    },
}
LONG = "很长很长的名字" * 30


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_every_state_looks_as_it_did(language: Language, size: tuple[int, int], tmp_path: Path) -> None:
    kind, changed, taken = f"{language}.{size[0]}", list[str](), set[str]()
    till = open_till(tmp_path, language)
    async with terminal(tmp_path, size) as display:
        for name, shown in STATES[language].items():
            till.show(shown)
            await display.sees(shown)
            path, made = GOLDEN / f"{name}.{kind}.txt", picture_of(display.cells, size)
            if os.environ.get("GUITAI_WRITE_GOLDEN"):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(made, encoding="utf-8")
            taken.add(path.name)
            if not path.exists() or path.read_text(encoding="utf-8") != made:
                changed.append(f"{path.name}\n{made}")
    till.stop()
    assert changed == []
    assert {path.name for path in GOLDEN.glob(f"*.{kind}.txt")} == taken, "a picture is left of a state that is no more"


@pytest.mark.parametrize("size", [(1, 1), (8, 3), (20, 6), (40, 12), (72, 22), (200, 60)], ids=str)
@pytest.mark.parametrize("language", Language)
def test_no_line_is_wider_than_the_page_and_none_too_many(language: Language, size: tuple[int, int]) -> None:
    many = tuple(Reduction(LONG, 1_234_567_890) for _ in range(40))
    crowded: tuple[Shown, ...] = (
        *STATES[language].values(),
        Idle(LONG, LONG, (LONG,) * 40),
        MemberShown(LONG, LONG, 9_999_999_999_999, 9_999_999_999, 9_999_999),
        BillShown(LONG, 9_999_999_999_999, many, 9_999_999_999_999, 1, 1, 1, 1, LONG),
        LadderShown(LONG, (RungShown(9_999_999_999_999, LONG, 9_999_999_999_999),) * 40, 7),
        AskTender(LONG, 9_999_999_999_999, LONG, 9_999_999_999_999, 9_999_999_999_999),
        DoneShown(LONG, 9_999_999_999_999, 9_999_999_999_999, 9_999_999_999, 9_999_999_999_999),
        Stopped(LONG, LONG),
    )
    page = Page(language, *size)
    for shown in crowded:
        lines = page.draw(shown)
        assert len(lines) <= size[1], type(shown).__name__
        assert max((cell_len(line.plain) for line in lines), default=0) <= size[0], type(shown).__name__


def test_what_the_bill_comes_to_stands_however_many_offers_there_are() -> None:
    many = tuple(Reduction(f"第 {place} 张券", 100) for place in range(40))
    bill = BillShown("李*", 12_000, many, 8_000, 8_000, 0, 20_600, 80, "充 300 送 50")
    text = "\n".join(line.plain for line in Page(Language.ZH, 72, 22).draw(bill))
    assert "另有" in text
    assert "206.00" in text
    assert "充 300 送 50" in text
