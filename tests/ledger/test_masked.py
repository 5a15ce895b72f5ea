"""No phone number stands in a log line or a kept refusal in full, however it was written."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import masked
from ledger.masked import masked_log, masked_phones

DIGITS = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
FULL_WIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")
AROUND = st.text(alphabet=st.characters(exclude_categories=("Nd", "Cs"), exclude_characters="+＋"), max_size=6)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    """A phone number and one of the ways in which people write it."""
    phone = draw(DIGITS)
    gap = draw(st.sampled_from(["", " ", "-", "\u3000", " - "[:2]]))
    text = gap.join((phone[:3], phone[3:7], phone[7:]))
    text = draw(st.sampled_from(["", "+86", "+86 ", "86", "0086", "0086-"])) + text
    return phone, text.translate(FULL_WIDTH) if draw(st.booleans()) else text


def shown_digits(text: str) -> str:
    """Every digit of a text, in plain form, one after another."""
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdecimal())


@given(phone=written(), before=AROUND, after=AROUND)
def test_no_log_line_tells_a_phone_however_it_is_written(phone: tuple[str, str], before: str, after: str) -> None:
    number, text = phone
    line = masked_log(f"{before}{text}{after}")
    assert number not in shown_digits(line)
    assert f"{number[:3]}****{number[-4:]}" in line


@given(phone=written())
def test_a_phone_in_a_sentence_is_masked_and_the_sentence_stays(phone: tuple[str, str]) -> None:
    number, text = phone
    assert masked_phones(f"电话「{text}」不对") == f"电话「{number[:3]}****{number[-4:]}」不对"


@pytest.mark.parametrize(
    "kept", ["6T1L-GXBS-5SFY", "2026-11-20T01:00:00Z", "300,240.00", "box-1", "1-000123", "400-820-8820"]
)
def test_what_is_no_phone_stays(kept: str) -> None:
    assert masked_log(kept) == masked_phones(kept) == kept


def test_a_phone_behind_a_letter_is_masked_in_a_log_and_is_a_code_elsewhere() -> None:
    assert masked_log("KeyError('\\n13812341234')") == "KeyError('\\n138****1234')"
    assert masked_phones("AB13812341234") == "AB13812341234"


@pytest.mark.parametrize(
    "line",
    [
        "GET /members?q=%2013812341234 HTTP/1.1",
        "GET /members?q=138%201234%201234 HTTP/1.1",
        "GET /members?q=138+1234+1234 HTTP/1.1",
        "GET /members?q=%2B86%20138%2d1234%2D1234",
        r'{"q": "\u300013812341234"}',
        r"b'\xe7\x94\xb5\x8013812341234'",
        r"'\xa0138\xa01234\xa01234'",
    ],
)
def test_an_escape_before_or_within_a_phone_hides_it_from_nobody(line: str) -> None:
    assert "138****1234" in masked_log(line)
    assert not re.search(r"1234\D{0,4}1234", masked_log(line))


@pytest.mark.parametrize(
    "secret",
    [
        "guitai-books-key-1 " + "ab" * 32,
        "x'" + "ab" * 32 + "'",
        "x%27" + "AB" * 32 + "%27",
        "guitai-pepper-1 " + "ab" * 32,
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMC4CAQAwBQ",
        "pepper:01234567:$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
    ],
)
def test_nothing_that_opens_anything_is_in_a_log_line(secret: str) -> None:
    assert masked_log(f"read {secret!s}") == "read [secret]"


def test_the_mutant_that_knows_plain_digits_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked, "_ANYWHERE", re.compile(r"(?<!\d)(1[3-9][0-9]{9})"))
    assert shown_digits(masked_log("138 1234 1234")) == "13812341234"


@pytest.mark.parametrize(
    "written_as", ["postgresql://guitai:s3cret@db/guitai", "https://boss:p%40ss@office.example:8443/"]
)
def test_the_password_of_an_address_is_masked_and_the_address_stays(written_as: str) -> None:
    line = masked_log(f"cannot reach {written_as}")
    assert "[secret]@" in line
    assert "s3cret" not in line
    assert "p%40ss" not in line
    assert written_as.split("@")[1] in line
