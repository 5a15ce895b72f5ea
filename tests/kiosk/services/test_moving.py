"""Members of another system: read as they were written, nothing guessed, every fault told in the sheet's own terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens import phrases_moving
from kiosk.services import moving_cells as cells
from kiosk.services import moving_check
from kiosk.services.moving_cells import CellUnfit, unformula
from kiosk.services.moving_check import Checked, Reader, check
from kiosk.services.moving_errors import (
    HeaderMissing,
    LayoutChanged,
    MappingUnfit,
    MappingUnreadable,
    SheetHasProblems,
    SheetUnreadable,
)
from kiosk.services.moving_mapping import Mapping, load_mapping, propose, to_toml
from kiosk.services.moving_sheets import Sheet, column_letter, open_sheet
from kiosk.services.opening import OldPass, OldPast, Totals
from ledger.money import CEILING_MINOR, format_minor
from tests.builders import PROGRAMMES, Shop, open_shop

TODAY: Final = date(2026, 11, 20)
HEADER: Final = "会员姓名,手机号,会员卡号,储值余额,赠送金额,积分,生日,洗护剩余"
ROWS: Final = (
    '李雪,13812341234,8000123,"1,230.50",30.50,150,1990-05-21,3',
    "王强,139-1234-1234,8000124,￥100,,0,,",
    ",,8000125,88.8,8.8,,,",
    "赵一,１３７１２３４１２３４,,0,0,12.0,,",
    "合计,,,1419.30,39.30,162,,3",
)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    folder = tmp_path / "shop"
    folder.mkdir()
    return open_shop(folder, (PROGRAMMES / "beauty.toml").read_bytes())


def sheet_of(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8", name: str = "old.csv") -> Sheet:
    path = folder / name
    path.write_bytes("\r\n".join((header, *rows, "")).encode(encoding))
    return open_sheet(path)


def mapped(sheet: Sheet) -> Mapping:
    return replace(propose(sheet)[0], passes={"洗护剩余": "VISIT:facial-10"} if "洗护剩余" in sheet.header else {})


def checked(shop: Shop, sheet: Sheet) -> Checked:
    return check(Reader(shop.counter, sheet, mapped(sheet)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encoding_it_is_in(shop: Shop, tmp_path: Path, encoding: str) -> None:
    found = checked(shop, sheet_of(tmp_path, *ROWS, encoding=encoding))
    assert found.problems == []
    assert found.totals == Totals(4, 138_000, 3_930, 162, 3)
    assert found.sums_left_out == [6]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_told_by_the_header(shop: Shop, tmp_path: Path, delimiter: str) -> None:
    sheet = sheet_of(tmp_path, "李雪;13812341234".replace(";", delimiter), header=f"姓名{delimiter}手机")
    assert (sheet.delimiter, sheet.header) == (delimiter, ("姓名", "手机"))
    assert checked(shop, sheet).totals.members == 1


def test_rows_become_what_they_say(shop: Shop, tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, *ROWS)
    first, second, third, fourth = Reader(shop.counter, sheet, mapped(sheet)).rows()
    assert (first.row, first.principal_minor, first.bonus_minor, first.points) == (2, 120_000, 3_050, 150)
    assert first.passes == (OldPass("VISIT:facial-10", 3),)
    assert (first.member.phone, first.member.birthday, first.member.old_number) == (
        "13812341234",
        date(1990, 5, 21),
        "8000123",
    )
    assert second.member.phone == "13912341234"
    assert (third.member.registered, third.member.old_number) == (False, "8000125")
    assert (fourth.member.phone, fourth.points) == ("13712341234", 12)


def test_a_workbook_is_read_as_a_spreadsheet_shows_it(shop: Shop, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "会员"
    sheet.append(["姓名", "手机", "余额", "积分", "生日", "累计消费", "最近消费"])
    sheet.append(["钱二", 13612341234.0, 0.1 + 0.2, 5, date(1991, 2, 3), 100, "2026-01-02 10:11:12"])
    sheet.append([None] * 7)
    sheet.append(["孙三", "'13512341234", 1234.5, None, None, None, None])
    book.save(tmp_path / "old.xlsx")
    opened = open_sheet(tmp_path / "old.xlsx")
    first, second = Reader(shop.counter, opened, propose(opened)[0]).rows()
    assert (opened.name, first.principal_minor, first.member.phone) == ("会员", 30, "13612341234")
    assert first.past == OldPast(date(2026, 1, 2), 0, 10_000)
    assert (second.row, second.principal_minor, second.past) == (4, 123_450, None)


def test_a_number_that_is_a_phone_stays_out_of_the_journal(shop: Shop, tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "李雪,13812341234,13812341234,1,0,0,,")
    (row,) = Reader(shop.counter, sheet, mapped(sheet)).rows()
    assert row.member.old_number == ""


FAULTS: Final = [
    ("李雪,1.38E+10,1,1,0,0,,", "scientific", "B", "手机号"),
    ("李雪,138****1234,1,1,0,0,,", "phone_masked", "B", "手机号"),
    ("李雪,1381234123,1,1,0,0,,", "phone", "B", "手机号"),
    ("李雪,13812341234,1,12.345,0,0,,", "money_too_many_decimals", "D", "储值余额"),
    ('李雪,13812341234,1,"12,3",0,0,,', "money_not_a_number", "D", "储值余额"),
    ("李雪,13812341234,1,-5,0,0,,", "money_negative", "D", "储值余额"),
    ("李雪,13812341234,1,-,0,0,,", "money_negative", "D", "储值余额"),
    ("李雪,13812341234,1,1E3,0,0,,", "scientific", "D", "储值余额"),
    ("李雪,13812341234,1,5,6,0,,", "bonus_over_balance", "D", "储值余额"),
    ("李雪,13812341234,1,1,0,1.5,,", "not_whole", "F", "积分"),
    ("李雪,13812341234,1,1,0,-1,,", "negative", "F", "积分"),
    ("李雪,13812341234,1,1,0,0,1990-02-30,", "day", "G", "生日"),
    ("李雪,13812341234,1,1,0,0,2090-02-03,", "day_out_of_range", "G", "生日"),
    ("李雪,13812341234,1,1,0,0,,一", "not_whole", "H", "洗护剩余"),
    (",13812341234,1,1,0,0,,", "name_missing", "A", "会员姓名"),
    ("李雪,,,1,0,0,,", "nobody", "", ""),
]


@pytest.mark.parametrize(("row", "reason", "column", "header"), FAULTS, ids=[f"{f[1]} {f[2]}" for f in FAULTS])
def test_a_fault_is_told_with_row_column_and_header(
    shop: Shop, tmp_path: Path, row: str, reason: str, column: str, header: str
) -> None:
    sheet = sheet_of(tmp_path, "王强,13912341234,77,5,0,0,,", row)
    found = checked(shop, sheet)
    (problem,) = found.problems
    assert (problem.row, problem.reason, problem.column, problem.header) == (3, reason, column, header)
    assert found.totals.members == 1
    assert reason in phrases_moving.REASONS
    with pytest.raises(SheetHasProblems):
        list(Reader(shop.counter, sheet, mapped(sheet)).rows())


def test_people_who_stand_there_twice_are_told_with_the_first_row(shop: Shop, tmp_path: Path) -> None:
    rows = ("李雪,13812341234,1,5,0,0,,", "王强,13812341234,2,5,0,0,,", "赵一,13712341234,1,5,0,0,,")
    found = checked(shop, sheet_of(tmp_path, *rows))
    assert [(each.row, each.reason, each.value) for each in found.problems] == [
        (3, "phone_twice", "2"),
        (4, "number_twice", "2"),
    ]


def test_a_member_of_another_name_with_the_phone_is_told(shop: Shop, tmp_path: Path) -> None:
    shop.open_shift()
    member = shop.enrol("李冰", "13812341234")
    (problem,) = checked(shop, sheet_of(tmp_path, "李雪,13812341234,1,5,0,0,,")).problems
    assert (problem.reason, problem.value) == ("phone_of_another", member.code)


def test_a_balance_above_the_legal_limit_is_a_warning_and_comes_in(shop: Shop, tmp_path: Path) -> None:
    found = checked(shop, sheet_of(tmp_path, "李雪,13812341234,1,99999,0,0,,"))
    assert (found.problem_count, [each.reason for each in found.warnings]) == (0, ["above_limit"])
    assert found.totals.principal_minor == 9_999_900


def test_of_many_faults_all_are_counted_and_the_first_thousand_told(shop: Shop, tmp_path: Path) -> None:
    found = checked(shop, sheet_of(tmp_path, *(f"李,x{n},,1,0,0,," for n in range(1_200))))
    assert (found.problem_count, len(found.problems)) == (1_200, moving_check.MOST_TOLD)


# the mapping


def test_a_proposal_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, *ROWS)
    mapping, left = propose(sheet)
    (tmp_path / "map.toml").write_text(to_toml(mapping, left), encoding="utf-8")
    assert load_mapping(tmp_path / "map.toml") == mapping
    assert left == ("洗护剩余",)
    assert mapping.principal_in_balance


def test_a_header_that_fits_twice_is_left_to_the_owner(tmp_path: Path) -> None:
    mapping, left = propose(sheet_of(tmp_path, header="姓名,手机,手机号,余额"))
    assert "phone" not in mapping.columns
    assert {"手机", "手机号"} <= set(left)


CONTROL: Final = '[control]\nmembers = 4\nprincipal = "1,380.00"\nbonus = "39.30"\npoints = 162\nvisits = 3\n'


def test_control_totals_are_read_to_the_fen(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(f'[columns]\nphone = "手机"\n{CONTROL}', encoding="utf-8")
    assert load_mapping(tmp_path / "map.toml").control == Totals(4, 138_000, 3_930, 162, 3)


UNFIT: Final = [
    ("[columns]\nphoen = '手机'\n", "columns.phoen", "unknown_key"),
    ("wrong = 1\n[columns]\nphone = '手机'\n", "wrong", "unknown_key"),
    ("[columns]\nname = '姓名'\n", "columns.phone", "needed"),
    ("unit = 'dollar'\n[columns]\nphone = '手机'\n", "unit", "value"),
    ("principal = 'guess'\n[columns]\nphone = '手机'\n", "principal", "value"),
    ("principal = 'balance'\n[columns]\nphone = '手机'\nprincipal = '本金'\nbalance = '余额'\n", "principal", "twice"),
    ("[columns]\nphone = '手机'\n[passes]\n'次卡' = 'VISIT:'\n", "passes.次卡", "value"),
    ("[columns]\nphone = '手机'\n[control]\nmembers = 4\n", "control.principal", "needed"),
    ("[columns]\nphone = '手机'\n" + CONTROL.replace("39.30", "39.305"), "control.bonus", "value"),
]


@pytest.mark.parametrize(("text", "key", "reason"), UNFIT, ids=[f"{case[1]} {case[2]}" for case in UNFIT])
def test_a_mapping_that_cannot_be_is_refused_by_its_key(tmp_path: Path, text: str, key: str, reason: str) -> None:
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingUnfit) as refused:
        load_mapping(tmp_path / "map.toml")
    assert (refused.value.key, refused.value.reason) == (key, reason)


def test_a_file_that_is_no_mapping_says_where(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text("name = \n", encoding="utf-8")
    with pytest.raises(MappingUnreadable, match="line 1"):
        load_mapping(tmp_path / "map.toml")


def test_another_layout_than_the_mappings_is_noticed(shop: Shop, tmp_path: Path) -> None:
    mapping = mapped(sheet_of(tmp_path, *ROWS))
    other = sheet_of(tmp_path, header=HEADER.replace("赠送金额,积分", "积分,赠送金额"), name="other.csv")
    with pytest.raises(LayoutChanged):
        Reader(shop.counter, other, mapping)


def test_a_column_or_a_pass_that_is_not_there_is_named(shop: Shop, tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, *ROWS)
    mapping = mapped(sheet)
    for wrong, reason in (
        (replace(mapping, columns={**mapping.columns, "points": "分"}), "no_such_column"),
        (replace(mapping, columns={**mapping.columns, "points": "手机号"}), "twice"),
        (replace(mapping, passes={"洗护剩余": "VISIT:moon"}), "pass_unknown"),
    ):
        with pytest.raises(MappingUnfit) as refused:
            Reader(shop.counter, sheet, wrong)
        assert refused.value.reason == reason


# files that are none


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("old.doc", b"x", "suffix"),
        ("old.xlsx", b"no zip at all", "xlsx"),
        ("old.csv", b"\xff\xff\xff,\xff", "encoding"),
        ("old.csv", '姓名,手机\n"李雪'.encode(), "csv"),
    ],
)
def test_a_file_nobody_reads_says_why(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SheetUnreadable) as refused:
        list(open_sheet(tmp_path / name).rows())
    assert refused.value.reason == reason


def test_a_file_without_a_header_or_without_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("\n李雪\n", encoding="utf-8")
    with pytest.raises(HeaderMissing):
        open_sheet(tmp_path / "old.csv")
    with pytest.raises(SheetUnreadable, match="missing"):
        open_sheet(tmp_path / "gone.csv")


# cells


@given(st.integers(0, CEILING_MINOR - 1))
def test_an_amount_survives_every_way_of_writing_it(minor: int) -> None:
    grouped = format_minor(minor)
    for written in (grouped, grouped.replace(",", ""), f"￥{grouped}", f"{grouped}元", f" {grouped} ", f"{grouped}00"):
        assert cells.money(written) == minor
    wide = grouped.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert cells.money(wide) == minor
    assert cells.money(str(minor), in_fen=True) == minor


@given(st.text(max_size=12))
def test_a_cell_is_an_amount_or_unfit_and_never_a_guess(text: str) -> None:
    reason, minor = "", 0
    try:
        minor = cells.money(text)
    except CellUnfit as unfit:
        reason = unfit.reason
    digits = "".join(each for each in cells.plain(text) if each.isdigit())
    assert reason in {"", *phrases_moving.REASONS}
    assert minor == 0 or str(minor).strip("0") in digits


@given(st.text(max_size=20))
def test_no_text_becomes_a_formula(text: str) -> None:
    said = unformula(text)
    assert not said.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert said.removeprefix("'") == text.removeprefix("'")


def test_columns_are_called_as_a_spreadsheet_calls_them() -> None:
    assert [column_letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def _floats(text: str, *, in_fen: bool = False) -> int:
    return int(float(text.replace(",", "").lstrip("￥") or 0) * (1 if in_fen else 100))


MUTANTS: Final[list[tuple[str, Callable[[pytest.MonkeyPatch], None]]]] = [
    ("money through floats", lambda patch: patch.setattr(cells, "money", _floats)),
    ("people twice", lambda patch: patch.setattr(moving_check, "_twice", lambda *_: None)),
    ("sums as members", lambda patch: patch.setattr(Reader, "_is_sum", lambda *_: False)),
]


@pytest.mark.parametrize("mutate", [case[1] for case in MUTANTS], ids=[case[0] for case in MUTANTS])
def test_a_check_that_is_left_out_is_noticed(
    shop: Shop, tmp_path: Path, mutate: Callable[[pytest.MonkeyPatch], None]
) -> None:
    rows = (*ROWS, "孙三,13512341234,9,1.15,0,0,,", "周四,13512341234,10,0,0,0,,")
    right = checked(shop, sheet_of(tmp_path, *rows))
    with pytest.MonkeyPatch.context() as patch:
        mutate(patch)
        wrong = checked(shop, sheet_of(tmp_path, *rows))
    assert (wrong.totals, wrong.problem_count) != (right.totals, right.problem_count)
