"""One scan is one code, however its bytes arrive."""

from __future__ import annotations

from itertools import pairwise
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.framing import LONGEST_CODE, SILENCE_SECONDS, Framer, clean_code

CODES = st.text(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ-会员李雪"), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("read", "codes"),
    [
        (b"8F3K72QX\r", ["8F3K72QX"]),
        (b"8F3K72QX\n", ["8F3K72QX"]),
        (b"8F3K72QX\r\n", ["8F3K72QX"]),
        (b"8F3K72QX\t", ["8F3K72QX"]),
        (b"\x028F3K72QX\x03", ["8F3K72QX"]),
        (b"\x00 8F3K72QX \x00\r", ["8F3K72QX"]),
        (b"]E06901234567892\r", ["6901234567892"]),
        (b"]C1ABC\r]Q1DEF\r", ["ABC", "DEF"]),
        (b"\x02]d2ABC\x03\r\n", ["ABC"]),
        ("会员李雪\r".encode(), ["会员李雪"]),
        ("会员李雪\r".encode("gb18030"), ["会员李雪"]),
        (b"\r\n\r\n", []),
        (b"]E0\r", []),
        (b"ONE\rTWO\rTHREE", ["ONE", "TWO"]),
        (b"\xff\r", ["�"]),
    ],
)
def test_a_code_ends_where_the_scanner_ends_it(read: bytes, codes: list[str]) -> None:
    assert Framer().feed(read, 0.0) == codes


@given(st.lists(CODES, min_size=1, max_size=5), st.data(), st.sampled_from(["utf-8", "gb18030"]))
def test_fragments_change_nothing(codes: list[str], cuts: st.DataObject, encoding: str) -> None:
    read = b"".join(code.encode(encoding) + b"\r\n" for code in codes)
    whole = Framer().feed(read, 0.0)
    places = sorted({0, len(read), *cuts.draw(st.lists(st.integers(0, len(read)), max_size=8))})
    framer, pieces = Framer(), []
    for step, (start, stop) in enumerate(pairwise(places)):
        pieces += framer.feed(read[start:stop], step * SILENCE_SECONDS * 0.5)
    assert pieces == whole
    if encoding == "utf-8":
        assert pieces == codes


def test_a_scanner_without_suffix_is_done_when_it_falls_silent() -> None:
    framer = Framer()
    assert framer.feed(b"8F3K", 1.0) == []
    assert framer.feed(b"72QX", 1.05) == []
    deadline = framer.deadline
    assert deadline == pytest.approx(1.05 + SILENCE_SECONDS)
    assert framer.tick(1.1) == []
    assert framer.tick(1.05 + SILENCE_SECONDS) == ["8F3K72QX"]
    assert framer.deadline is None


def test_the_next_scan_after_a_silence_is_a_scan_of_its_own() -> None:
    framer = Framer()
    framer.feed(b"FIRST", 1.0)
    assert framer.feed(b"SECOND\r", 2.0) == ["FIRST", "SECOND"]


def test_a_late_suffix_after_a_silence_is_not_another_code() -> None:
    framer = Framer()
    framer.feed(b"FIRST", 1.0)
    assert framer.tick(1.2) == ["FIRST"]
    assert framer.feed(b"\r\n", 1.3) == []


def test_a_flood_is_dropped_and_the_next_code_is_heard() -> None:
    framer = Framer()
    for step in range(1_000):
        assert framer.feed(b"U" * 100, step * 0.001) == []
    assert len(framer._held) <= LONGEST_CODE
    assert framer.feed(b"UUU\r8F3K72QX\r", 1.0) == ["8F3K72QX"]


def test_a_flood_ends_with_a_silence_too() -> None:
    framer = Framer()
    framer.feed(b"U" * (LONGEST_CODE + 1), 0.0)
    assert framer.tick(1.0) == []
    assert framer.feed(b"8F3K72QX\r", 1.5) == ["8F3K72QX"]


@given(st.binary(max_size=200))
def test_no_noise_on_the_line_breaks_the_framing(noise: bytes) -> None:
    framer = Framer()
    for code in framer.feed(noise + b"\r", 0.0):
        assert code == clean_code(code) or code.startswith("]")
    assert framer.feed(b"8F3K72QX\r", 10.0) == ["8F3K72QX"]


@pytest.mark.parametrize(
    ("read", "shown"),
    [
        (b"\x1b[2J8F3K72QX\r", "�[2J8F3K72QX"),
        (b"8F3\x07K72\x9bQX\r", None),
        ("李雪\u202eQX\u3000王\r".encode(), "李雪�QX\u3000王"),
    ],
)
def test_what_a_code_holds_says_nothing_to_the_terminal_that_shows_it(read: bytes, shown: str | None) -> None:
    codes = Framer().feed(read, 0.0)
    assert len(codes) == 1
    assert not any(category(each) in {"Cc", "Cf"} for each in codes[0])
    assert shown is None or codes == [shown]
