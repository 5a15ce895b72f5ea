"""Bytes for the printer: Chinese as measured, drawer, QR, cut, the picture fallback, and a library kept quiet."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.receipts.document import Document, Qr, SlipKind
from kiosk.receipts.errors import NoChineseFont
from kiosk.receipts.escpos_bytes import PaperProfile, drawer_kick, render
from kiosk.receipts.fonts import find_fonts
from kiosk.receipts.probe import probe_bytes, probe_pages
from tests.kiosk.receipts import sample_slips
from tests.kiosk.receipts.paper_reader import CASH_DRAWER, read_paper

ROOT = Path(__file__).parents[3]


@pytest.fixture
def profile(tmp_path: Path) -> PaperProfile:
    return PaperProfile(tmp_path)


@pytest.mark.parametrize("name", sample_slips.ALL)
def test_a_slip_starts_in_chinese_mode_and_never_picks_a_code_page(name: str, profile: PaperProfile) -> None:
    printed = render(sample_slips.ALL[name]("zh"), profile)
    paper = read_paper(printed)
    assert paper.commands[:2] == [b"\x1b@", b"\x1c&"]
    assert b"\x1bt" not in printed
    assert b"\x1b!" not in printed
    assert paper.commands[-1] == b"\x1dV\x01"


def test_every_style_is_switched_off_again(profile: PaperProfile) -> None:
    commands = read_paper(render(sample_slips.reprint(), profile)).commands
    for lead, off in ((b"\x1d!", b"\x00"), (b"\x1bE", b"\x00"), (b"\x1dB", b"\x00"), (b"\x1ba", b"\x00")):
        assert [command for command in commands if command.startswith(lead)][-1] == lead + off


def test_totals_are_double_size(profile: PaperProfile) -> None:
    assert b"\x1d!\x11\x1bE\x01" + "￥406.00".encode("gbk") in render(sample_slips.payment(), profile)


def test_a_payment_slip_is_a_second_of_a_slow_serial_line(profile: PaperProfile) -> None:
    assert len(render(sample_slips.payment(), profile)) < 1_200


def test_the_drawer_opens_only_when_asked_and_before_anything_prints(profile: PaperProfile) -> None:
    assert CASH_DRAWER not in render(sample_slips.payment(), profile)
    assert read_paper(render(sample_slips.payment(), profile, drawer=True)).commands[2] == CASH_DRAWER
    assert drawer_kick(profile) == CASH_DRAWER


def test_the_member_code_is_drawn_by_the_printer_or_sent_as_a_picture(profile: PaperProfile) -> None:
    native = read_paper(render(sample_slips.payment(), profile))
    assert (native.qr, native.pictures) == (["M8F3K72QX"], [])
    image = read_paper(render(sample_slips.payment(), replace(profile, qr="image")))
    assert (image.qr, image.pictures) == ([], [(16, 126)])


def test_a_printer_without_a_cutter_feeds_instead(profile: PaperProfile) -> None:
    assert read_paper(render(sample_slips.payment(), replace(profile, cut=False))).commands[-1] == b"\x1bd\x04"


@pytest.mark.parametrize(("columns", "row_bytes"), [(32, 48), (48, 72)])
def test_a_printer_without_chinese_gets_the_whole_slip_as_a_picture(
    profile: PaperProfile, columns: int, row_bytes: int
) -> None:
    paper = read_paper(render(sample_slips.payment(), replace(profile, font="raster", columns=columns)))
    assert paper.lines == []
    assert {width for width, _ in paper.pictures} == {row_bytes}
    assert max(height for _, height in paper.pictures) <= 240
    assert sum(height for _, height in paper.pictures) > 1_000


def test_a_missing_font_names_every_place_that_was_searched(
    profile: PaperProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.receipts.fonts.CHINESE", (Path("/nowhere/wqy.ttc"),))
    with pytest.raises(NoChineseFont) as refused:
        render(sample_slips.payment(), replace(profile, font="raster", fonts=(Path("/nowhere/own.ttf"),)))
    assert refused.value.searched == ("/nowhere/own.ttf", "/nowhere/wqy.ttc")


def test_a_configured_font_comes_first() -> None:
    found = find_fonts()
    assert find_fonts([found.latin]).chinese == found.latin


def test_an_empty_slip_is_only_fed_and_cut(profile: PaperProfile) -> None:
    assert render(Document(SlipKind.PROBE, "zh", ()), profile) == b"\x1b@\x1c&\x1bd\x06\x1dV\x01"


def test_the_probe_names_the_config_line_of_each_part(profile: PaperProfile) -> None:
    pages = {page.setting: page.content for page in probe_pages(profile) if page.setting}
    assert set(pages) == {
        "columns = 32",
        "columns = 48",
        'encoding = "gbk"',
        'encoding = "gb18030"',
        'font = "raster"',
        'qr = "native"',
        'qr = "image"',
    }
    for setting, content in pages.items():
        assert content.startswith(b"\x1b@\n[" + setting.encode() + b"]\n")
    for columns in (32, 48):
        assert read_paper(pages[f"columns = {columns}"]).widths[-3:] == [columns] * 3
    assert "㐂" in "".join(read_paper(pages['encoding = "gb18030"'], "gb18030").lines)
    assert probe_bytes(profile).endswith(b"\x1dV\x01")


def test_the_probe_prints_without_a_font_and_says_what_is_missing(
    profile: PaperProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.receipts.fonts.CHINESE", ())
    assert b"fonts-wqy-zenhei" in probe_bytes(profile)


def run(code: str, temporary: Path) -> subprocess.CompletedProcess[str]:
    """Run Python on its own and return what it said."""
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)


PRINT_ONE = """
import logging, os, pathlib, sys, tempfile
before, maker = list(logging.root.handlers), tempfile.mkdtemp
from tests.kiosk.receipts import sample_slips
from kiosk.receipts.escpos_bytes import PaperProfile, render
cache = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["TMPDIR"]) / "cache"
for qr in ("native", "image"):
    for font in ("printer", "raster"):
        render(sample_slips.payment(), PaperProfile(cache, qr=qr, font=font))
assert logging.root.handlers == before, logging.root.handlers
assert tempfile.mkdtemp is maker
assert "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ
logging.getLogger("escpos.capabilities").warning("not on the screen")
"""


def test_printing_says_nothing_on_the_full_screen_terminal_and_leaves_no_directory(tmp_path: Path) -> None:
    done = run(PRINT_ONE, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".pickle"]


def test_a_printer_table_cut_short_by_a_power_failure_is_made_anew(tmp_path: Path) -> None:
    assert run(PRINT_ONE, tmp_path).returncode == 0
    (table,) = (tmp_path / "cache").iterdir()
    whole = table.read_bytes()
    table.write_bytes(whole[: len(whole) // 2])
    done = run(PRINT_ONE, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert table.read_bytes() == whole


def test_making_a_slip_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, kiosk.receipts.slips, kiosk.receipts.reports, kiosk.receipts.escpos_bytes, kiosk.receipts.probe\n"
        "heavy = {'escpos', 'PIL', 'qrcode', 'wcwidth', 'textual', 'peewee', 'serial', 'unittest'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    assert run(code, tmp_path).stderr == ""


def test_a_code_of_any_content_reaches_the_printer_untouched(profile: PaperProfile) -> None:
    document = Document(SlipKind.PROBE, "zh", (Qr("M8F3K72QX¥"[:-1], "¥"),))
    assert read_paper(render(document, profile)).qr == ["M8F3K72QX"]
