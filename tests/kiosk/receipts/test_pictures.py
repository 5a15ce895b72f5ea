"""Pictures of slips: as wide as the paper, the code readable, nothing over the edge."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from kiosk.receipts.fonts import find_fonts
from kiosk.receipts.layout import lay_out
from kiosk.receipts.picture import draw, qr_image, raster, to_png
from tests.kiosk.receipts import sample_slips


@pytest.mark.parametrize(("columns", "dots"), [(32, 384), (48, 576)])
@pytest.mark.parametrize("name", sample_slips.ALL)
def test_a_slip_is_drawn_as_wide_as_its_paper_prints(name: str, columns: int, dots: int) -> None:
    picture = raster(sample_slips.ALL[name]("zh"), columns)
    assert (picture.width, picture.mode) == (dots, "1")


@pytest.mark.parametrize(("columns", "dots"), [(32, 464), (48, 640)])
def test_a_png_shows_the_whole_paper_with_its_margins(columns: int, dots: int) -> None:
    picture = Image.open(io.BytesIO(to_png(sample_slips.payment(), columns)))
    assert (picture.format, picture.width) == ("PNG", dots)
    double = Image.open(io.BytesIO(to_png(sample_slips.payment(), columns, scale=2)))
    assert double.size == (2 * picture.width, 2 * picture.height)


def test_figures_end_at_one_right_edge() -> None:
    page = lay_out(sample_slips.top_up(), 32)
    ink = draw(page, find_fonts()).point(lambda grey: 255 if grey < 128 else 0)
    box = ink.getbbox()
    assert box is not None
    assert box[0] >= 0
    assert 380 <= box[2] <= 384


def test_the_drawn_code_is_the_members_code() -> None:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data("M8F3K72QX")
    code.make(fit=True)
    modules = code.get_matrix()
    picture = qr_image("M8F3K72QX", 6)
    assert picture.size == (126, 126)
    read = [[picture.getpixel((6 * x + 3, 6 * y + 3)) == 0 for x in range(21)] for y in range(21)]
    assert read == modules
