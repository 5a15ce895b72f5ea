"""Layout on any text a person may type: nothing leaves the paper, nothing is misaligned, nothing starts a line wrongly."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.receipts.characters import MISSING, paper_width, printable
from kiosk.receipts.document import (
    Align,
    AmountLine,
    Blank,
    Block,
    Document,
    Emphasis,
    KeyValue,
    Marker,
    Qr,
    Rule,
    SlipKind,
    Sum,
    Text,
    Title,
)
from kiosk.receipts.escpos_bytes import PaperProfile, render
from kiosk.receipts.layout import RuleLine, TextLine, lay_out
from kiosk.receipts.plain import terminal_width, to_text
from kiosk.receipts.wrapping import NEVER_FIRST, NEVER_LAST, wrap
from tests.kiosk.receipts.paper_reader import read_paper

AWKWARD = "李雪面包汉字，。、；：？！）》」（《「“”‘’…—·×÷℃①★→¥￥éñß½ﬁ㑇𠮷🎂👨‍👩‍👧️\u3000\u200b\u0301 abcXYZ0123456789.,-/#*%\t\n\r\x1b\x00"
texts = st.one_of(st.text(alphabet=AWKWARD, max_size=80), st.text(max_size=40))
emphases = st.sampled_from(Emphasis)
minors = st.integers(-(10**12), 10**12)


@st.composite
def sums(draw: st.DrawFn) -> Sum:
    """Return amounts that add up, under any labels."""
    parts = tuple(AmountLine(draw(texts), minor, f"{minor}") for minor in draw(st.lists(minors, max_size=4)))
    total = sum(part.minor for part in parts)
    return Sum(parts, AmountLine(draw(texts), total, f"￥{total}"), draw(emphases))


blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Title, texts, emphases),
    st.builds(Text, texts, st.sampled_from(Align), emphases),
    st.builds(KeyValue, texts, texts, emphases, st.integers(0, 40)),
    sums(),
    st.builds(Rule, st.booleans()),
    st.builds(Blank, st.integers(0, 3)),
    st.builds(Marker, texts, texts),
    st.builds(Qr, st.text(alphabet="M8F3K72QX-", min_size=1, max_size=12), texts),
)
documents = st.builds(
    Document, st.sampled_from(SlipKind), st.sampled_from(["zh", "en"]), st.lists(blocks, max_size=6).map(tuple)
)
columns_of_paper = st.sampled_from([32, 48])


@given(documents, columns_of_paper, st.sampled_from(["gbk", "gb18030"]))
def test_no_line_is_wider_than_the_paper_and_every_character_prints(
    document: Document, columns: int, encoding: str
) -> None:
    for line in lay_out(document, columns, encoding).lines:
        if isinstance(line, TextLine):
            assert sum(paper_width(span.text) * span.wide for span in line.spans) <= columns
            text = "".join(span.text for span in line.spans)
            assert text.encode(encoding).decode(encoding) == text
            assert "\n" not in text
        if isinstance(line, RuleLine):
            assert 0 <= line.start <= line.start + line.columns <= columns


@settings(max_examples=60)
@given(documents, columns_of_paper, st.sampled_from(["gbk", "gb18030"]))
def test_the_bytes_read_back_as_the_lines_that_were_laid_out(document: Document, columns: int, encoding: str) -> None:
    profile = PaperProfile(Path("/nowhere"), columns, encoding)
    paper = read_paper(render(document, profile), encoding)
    assert max(paper.widths, default=0) <= columns
    laid = [
        "".join(s.text for s in x.spans) for x in lay_out(document, columns, encoding).lines if isinstance(x, TextLine)
    ]
    rules = {"-", "="}
    printed = [line for line in paper.lines if line and set(line.strip()) - rules]
    assert printed == [line for line in laid if line and set(line.strip()) - rules]


@given(documents, columns_of_paper)
def test_in_a_terminal_no_line_is_wider_either(document: Document, columns: int) -> None:
    for line in to_text(document, columns).splitlines():
        assert terminal_width(line) <= max(columns, 20)


@given(texts, texts, columns_of_paper)
def test_a_label_and_its_value_end_at_the_right_edge(label: str, value: str, columns: int) -> None:
    label, value = printable(label, "gbk").replace("\n", ""), printable(value, "gbk").replace("\n", "")
    page = lay_out(Document(SlipKind.PAYMENT, "zh", (KeyValue(label, value),)), columns)
    margin = 2 if columns == 48 else 0
    if len(page.lines) == 1 and paper_width(label + value) < columns - 2 * margin:
        line = page.lines[0]
        assert isinstance(line, TextLine)
        assert sum(paper_width(span.text) for span in line.spans) == columns - margin


@given(st.text(alphabet=AWKWARD.replace("\n", ""), max_size=120), st.integers(2, 48))
def test_wrapping_keeps_the_text_and_the_line_rules(text: str, columns: int) -> None:
    text = printable(text, "gbk").replace("\n", "")
    lines = wrap(text, columns, paper_width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(paper_width(line) <= columns for line in lines)
    for before, line in itertools.pairwise(lines):
        only_punctuation = all(letter in NEVER_FIRST | NEVER_LAST for letter in before[1:])
        assert line[0] not in NEVER_FIRST or only_punctuation, (before, line)


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("本金长期有效，不设期限。", 12, ["本金长期有", "效，不设期", "限。"]),
        ("退款按「实付本金」计算", 10, ["退款按「实", "付本金」计", "算"]),
        ("the balance is unchanged.", 10, ["the", "balance is", "unchanged."]),
        ("4200002311202611206", 10, ["4200002311", "202611206"]),
        ("合计￥1,234.50", 8, ["合计", "￥1,234.", "50"]),
        ("第一行\n\n第三行", 10, ["第一行", "", "第三行"]),
        ("", 10, [""]),
    ],
)
def test_lines_break_where_a_typesetter_breaks_them(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns, paper_width) == lines


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("¥300", "gbk", "￥300"),
        ("生日快乐🎂!", "gbk", f"生日快乐{MISSING}!"),
        ("𠮷野家", "gb18030", f"{MISSING}野家"),
        ("㐂", "gbk", MISSING),
        ("㐂", "gb18030", "㐂"),
        ("ñandú", "gbk", "nandú"),
        ("A\u200bB\x1b\x00C", "gbk", "ABC"),
        ("李\u3000雪\u00a0A\tB", "gbk", "李  雪 A B"),
        ("一\r\n二\r三", "gbk", "一\n二\n三"),
    ],
)
def test_what_a_printer_lacks_is_replaced_before_it_is_counted(text: str, encoding: str, shown: str) -> None:
    assert printable(text, encoding) == shown


@given(texts, st.sampled_from(["gbk", "gb18030"]))
def test_replacing_twice_changes_nothing_more(text: str, encoding: str) -> None:
    once = printable(text, encoding)
    assert printable(once, encoding) == once
    assert all(letter == "\n" or letter.isprintable() for letter in once)


def test_a_total_too_long_for_double_width_is_still_double_height() -> None:
    total = AmountLine("会员储值余额合计", 1_234_567_890, "￥12,345,678.90")
    page = lay_out(Document(SlipKind.DAY_REPORT, "zh", (Sum((AmountLine("甲", 1_234_567_890, "x"),), total),)), 32)
    last = page.lines[-1]
    assert isinstance(last, TextLine)
    assert (last.spans[-1].wide, last.spans[-1].tall) == (1, 2)


def test_a_long_reason_hangs_under_its_label() -> None:
    document = Document(SlipKind.CASH_MOVEMENT, "zh", (KeyValue("事由", "买清洁用品：抹布、洗洁精、垃圾袋，小票附后"),))
    assert to_text(document, 32).splitlines() == [
        "事由",
        "  买清洁用品：抹布、洗洁精、垃圾",
        "  袋，小票附后",
    ]
