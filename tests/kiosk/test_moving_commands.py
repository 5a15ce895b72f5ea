"""Moving in and out as it is typed: map, try, declare, bring in, take back, export; refusals say what to do next."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from kiosk import moving_commands
from kiosk.__main__ import main
from kiosk.model.store import Store
from kiosk.model.verify import verify
from kiosk.services import moving_export
from tests.builders import MANAGER, PIN, PROGRAMMES, open_shop

SHEET = (
    "姓名,手机号,卡号,储值余额,赠送金额,积分\n"
    '李雪,13812341234,8000123,"1,230.50",30.50,150\n'
    "=1+1,13912341234,8000124,100,0,0\n"
    ",,8000125,88.8,8.8,\n"
)
CONTROL = '[control]\nmembers = 3\nprincipal = "1380.00"\nbonus = "39.30"\npoints = 150\nvisits = 0\n'


class Box:
    """A box in a folder, its command line, and what was said."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.patch, self.capsys = folder, patch, capsys
        self.sheet = folder / "会员.csv"
        self.sheet.write_bytes(SHEET.encode("gb18030"))
        (folder / "kiosk.toml").write_text('[kiosk]\ndatabase = "shop.db"\n', encoding="utf-8")
        self.open("shop")

    def open(self, name: str) -> None:
        """Begin with an empty box of that name."""
        shop = open_shop(
            self.folder / name if name != "shop" else self.folder, (PROGRAMMES / "beauty.toml").read_bytes()
        )
        shop.counter.store.close()

    def run(self, *words: str, pin: str = PIN) -> tuple[int, str]:
        """Run a command; return its exit code and everything it said."""
        self.patch.setattr(sys, "stdin", io.StringIO(f"{pin}\n"))
        self.capsys.readouterr()
        code = main(["--config", str(self.folder / "kiosk.toml"), *words])
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def declare(self) -> None:
        """Map the sheet and declare its totals."""
        assert self.run("import", "map", str(self.sheet))[0] == 0
        place = moving_commands.mapping_of(self.sheet)
        place.write_text(place.read_text(encoding="utf-8").split("[control]")[0] + CONTROL, encoding="utf-8")

    def bring(self, *more: str, pin: str = PIN) -> tuple[int, str]:
        """Bring the sheet in."""
        return self.run("import", "members", str(self.sheet), "--manager", MANAGER, *more, pin=pin)

    def owed(self) -> int:
        """What the proved books owe, in fen."""
        store = Store.open(self.folder / "shop.db")
        try:
            return verify(store).total_minor
        finally:
            store.close()


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Box:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    return Box(tmp_path, monkeypatch, capsys)


def test_a_dry_run_says_what_would_come_and_writes_nothing(box: Box) -> None:
    assert box.run("import", "map", str(box.sheet))[0] == 0
    code, said = box.run("import", "members", str(box.sheet), "--dry-run")
    assert code == 0
    assert "会员 3，本金 1,380.00，赠金 39.30，积分 150，次数 0" in said
    assert "[control]" in said
    assert box.owed() == 0


def test_without_declared_totals_nothing_comes_in(box: Box) -> None:
    box.run("import", "map", str(box.sheet))
    code, said = box.bring()
    assert (code, "没有申报控制合计" in said, box.owed()) == (1, True, 0)


def test_totals_that_differ_by_a_fen_stop_the_import(box: Box) -> None:
    box.declare()
    place = moving_commands.mapping_of(box.sheet)
    place.write_text(place.read_text(encoding="utf-8").replace("39.30", "39.31"), encoding="utf-8")
    code, said = box.bring()
    assert (code, "控制合计对不上" in said, box.owed()) == (1, True, 0)


def test_what_was_declared_comes_in_once_and_leaves_a_paper_to_sign(box: Box) -> None:
    box.declare()
    code, said = box.bring()
    assert (code, "已转入 3 位会员，新建 3 位" in said, box.owed()) == (0, True, 141_930)
    paper = box.sheet.with_suffix(".summary.txt").read_text(encoding="utf-8")
    assert "本金 1,380.00" in paper
    assert "店主 ____" in paper
    code, said = box.bring()
    assert (code, "已经转入过" in said, box.owed()) == (1, True, 141_930)
    assert box.sheet.with_suffix(".problems.csv").is_file()
    code, _ = box.bring("--more")
    assert (code, box.owed()) == (0, 283_860), "said to be more, it is more"


def test_a_wrong_pin_brings_nothing_in_and_takes_nothing_back(box: Box) -> None:
    box.declare()
    assert (box.bring(pin="1111")[0], box.owed()) == (1, 0)
    box.bring()
    batch = box.run("import", "list")[1].split()[0]
    assert (box.run("import", "revert", batch, "--manager", MANAGER, pin="1111")[0], box.owed()) == (1, 141_930)
    code, said = box.run("import", "revert", batch, "--manager", MANAGER)
    assert (code, "已撤回" in said, box.owed()) == (0, True, 0)
    assert "已撤回" in box.run("import", "list")[1]
    assert (box.bring()[0], box.owed()) == (0, 141_930), "the same sheet by another import"


def test_an_import_that_was_cut_off_goes_on_under_its_own_number(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.services import opening  # noqa: PLC0415 - only its page is made small

    box.declare()
    really = opening._Writer.write

    def dies(writer: opening._Writer, row: opening.OpeningRow) -> None:
        if row.row == 4:
            raise KeyboardInterrupt
        really(writer, row)

    monkeypatch.setattr(opening, "_AT_ONCE", 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening._Writer, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            box.bring()
    assert "没有做完" in box.run("import", "list")[1]
    assert (box.bring()[0], box.owed()) == (0, 141_930)
    assert box.run("import", "list")[1].count("会员.csv") == 1


def test_an_export_of_members_can_be_brought_in_again_with_the_same_totals(box: Box) -> None:
    box.declare()
    box.bring()
    out = box.folder / "out.xlsx"
    assert box.run("export", "members", "--to", str(out), "--manager", MANAGER)[0] == 0
    (box.folder / "shop.db").rename(box.folder / "before.db")
    for left in box.folder.glob("shop.db-*"):
        left.unlink()
    box.open("shop")
    box.sheet = out
    box.declare()
    code, said = box.bring()
    assert (code, box.owed()) == (0, 141_930), said


def test_phones_are_masked_unless_a_manager_asks(box: Box) -> None:
    box.declare()
    box.bring()
    masked, whole = box.folder / "masked.csv", box.folder / "whole.csv"
    assert "打了星号" in box.run("export", "members", "--to", str(masked))[1]
    assert "13812341234" not in masked.read_text(encoding="utf-8-sig")
    assert box.run("export", "members", "--to", str(whole), "--manager", MANAGER, pin="1111")[0] == 1
    assert not whole.exists()
    box.run("export", "members", "--to", str(whole), "--manager", MANAGER)
    assert "13812341234" in whole.read_text(encoding="utf-8-sig")


def names_in(path: Path) -> list[str]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [row[0] for row in csv.reader(file)]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    return [f"{cell.data_type}:{cell.value}" for (cell, *_) in sheet.iter_rows()]


def test_no_name_becomes_a_formula_in_a_spreadsheet(box: Box) -> None:
    box.declare()
    box.bring()
    for suffix, safe in ((".csv", "'=1+1"), (".xlsx", "s:=1+1")):
        out = box.folder / f"out{suffix}"
        box.run("export", "members", "--to", str(out), "--manager", MANAGER)
        assert safe in names_in(out)


def test_an_export_that_lets_formulas_through_is_noticed(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving_export, "unformula", lambda text: text)
    with pytest.raises(AssertionError):
        test_no_name_becomes_a_formula_in_a_spreadsheet(box)


def test_every_entry_is_exported_and_nobody_by_name(box: Box) -> None:
    box.declare()
    box.bring()
    out = box.folder / "entries.csv"
    assert box.run("export", "entries", "--to", str(out), "--gb18030")[0] == 0
    text = out.read_text(encoding="gb18030")
    assert len(text.splitlines()) == 8
    assert "旧余额转入" in text
    assert "李雪" not in text


@pytest.mark.parametrize(("name", "said"), [("out.pdf", "suffix"), ("会员.csv", "exists")])
def test_a_file_that_cannot_be_written_is_refused_and_left_alone(box: Box, name: str, said: str) -> None:
    before = box.sheet.read_bytes()
    code, told = box.run("export", "members", "--to", str(box.folder / name))
    assert (code, said in told, box.sheet.read_bytes()) == (1, True, before)


def test_every_column_of_the_export_is_known_to_the_import(box: Box) -> None:
    keep: Callable[[str], Path] = lambda name: box.folder / name  # noqa: E731 - a short name for a place
    box.run("export", "members", "--to", str(keep("out.csv")))
    assert box.run("import", "map", str(keep("out.csv")))[1].count("不认识的列") == 0
