"""Laws of money: no fen appears, disappears or is misread."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from ledger.clock import business_date, from_wire_time, to_wire_time
from ledger.errors import AmountOutOfRange, AmountUnreadable, AssetMismatch, MoneyError
from ledger.money import CEILING_MINOR, PTS, Amount, allot, format_minor, half_up, parse_amount
from tests.ledger.law import law

MINOR: Final = st.integers(0, CEILING_MINOR - 1) | st.integers(0, 200_000)
MOMENTS: Final = st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@law({"minor": 5}, minor=MINOR)
def an_amount_shown_is_read_back_as_the_same_amount(minor: int) -> None:
    shown = format_minor(minor)
    assert parse_amount(shown) == minor
    assert parse_amount(f" ￥{shown.replace(',', '')} ") == minor
    assert str(Amount(minor)) == shown


@law({"minor": 100_000}, minor=st.integers(1 - CEILING_MINOR, CEILING_MINOR - 1))
def an_amount_is_shown_with_two_decimals_and_grouped_by_three(minor: int) -> None:
    assert re.fullmatch(r"-?[1-9]?[0-9]{0,2}(,[0-9]{3})*\.[0-9]{2}|-?0\.[0-9]{2}", format_minor(minor))
    assert (format_minor(minor)[0] == "-") == (minor < 0)


@law(points=st.integers(0, CEILING_MINOR - 1))
def points_have_no_decimals(points: int) -> None:
    assert parse_amount(format_minor(points, PTS), PTS) == points
    with pytest.raises(AmountUnreadable):
        parse_amount(f"{points}.5", PTS)


@law(
    {"text": "1"},
    {"text": "1.5"},
    *(
        {"text": text}
        for text in ("", "¥", "1,2", "12,5", "1,20", "1.234", "-1", "1e3", "1 2", "..", "0x1", "²", "NaN", "１．２３４")
    ),
    text=st.text("0123456789.,-￥ 元", max_size=8),
)
def a_text_that_is_no_amount_is_refused_and_never_guessed_at(text: str) -> None:
    try:
        minor = parse_amount(text)
    except MoneyError:
        return
    plain = text.strip().lstrip("￥¥").strip()
    assert re.fullmatch(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]{0,2})?", plain)
    whole, _, fraction = plain.replace(",", "").partition(".")
    assert minor == int(whole or "0") * 100 + int(fraction.ljust(2, "0"))


@law(minor=MINOR)
def full_width_digits_of_an_input_method_are_digits(minor: int) -> None:
    full_width = format_minor(minor).translate(str.maketrans("0123456789.", "０１２３４５６７８９。"))
    assert parse_amount(full_width) == minor


@law()
def an_amount_no_shop_can_mean_is_out_of_range() -> None:
    for text in ("100000000000", "999999999999999999999999", "100,000,000,000.00"):
        with pytest.raises(AmountOutOfRange):
            parse_amount(text)
    assert parse_amount("99999999999.99") == CEILING_MINOR - 1
    with pytest.raises(AmountOutOfRange):
        Amount(CEILING_MINOR - 1) + Amount(1)
    with pytest.raises(AmountOutOfRange):
        Amount(1 - CEILING_MINOR) - Amount(1)


@law()
def two_assets_never_meet_in_one_sum() -> None:
    for combine in (Amount.__add__, Amount.__sub__):
        with pytest.raises(AssetMismatch):
            combine(Amount(1), Amount(1, PTS))
    assert Amount(3) - Amount(5) == Amount(-2)


@law(
    {"numerator": 1, "denominator": 2},
    {"numerator": 3, "denominator": 2},
    numerator=MINOR,
    denominator=st.integers(1, 10**7),
)
def half_a_fen_is_rounded_up_and_anything_else_to_the_nearest(numerator: int, denominator: int) -> None:
    rounded = half_up(numerator, denominator)
    assert 2 * numerator - denominator < 2 * rounded * denominator <= 2 * numerator + denominator


@law(
    {"total": 1, "weights": [0, 1, 1]},
    {"total": 100, "weights": [1, 1, 1]},
    {"total": 1, "weights": [0, 1, 0]},
    total=MINOR,
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any),
)
def parts_sum_to_what_was_allotted_and_none_is_a_fen_off_its_share(total: int, weights: list[int]) -> None:
    parts, whole = allot(total, weights), sum(weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert total * weight // whole <= part <= -(-total * weight // whole)
    for one, heavy in zip(parts, weights, strict=True):
        for other, light in zip(parts, weights, strict=True):
            assert one >= other or heavy <= light, "a heavier weight never gets less"


@law({"moment": datetime(2026, 11, 20, 1, 2, 3, 4_567, tzinfo=UTC)}, moment=MOMENTS)
def a_moment_on_the_wire_is_its_millisecond(moment: datetime) -> None:
    text = to_wire_time(moment)
    assert from_wire_time(text) == moment - timedelta(microseconds=moment.microsecond % 1000)
    assert to_wire_time(moment.astimezone(SHANGHAI)) == text


@law({"moment": datetime(2026, 11, 20, 1, 2, 3, 4_567, tzinfo=UTC)}, moment=MOMENTS)
def a_wire_time_is_read_in_one_writing_only(moment: datetime) -> None:
    text = to_wire_time(moment)
    utc, local = f"{text[:-1]}+00:00", moment.astimezone(SHANGHAI).isoformat(timespec="milliseconds")
    for other in (
        utc,
        local,
        text[:-1],
        f"{text[:-1]}000Z",
        f"{text[:-5]}Z",
        text.replace("T", " "),
        f" {text}",
        "now",
    ):
        with pytest.raises(ValueError, match=re.escape(other)):
            from_wire_time(other)


@law(one=MOMENTS, other=MOMENTS)
def wire_times_sort_as_text_in_the_order_of_time(one: datetime, other: datetime) -> None:
    if to_wire_time(one) < to_wire_time(other):
        assert one < other


@law(
    {"moment": datetime(2026, 11, 20, 20, 0, tzinfo=UTC), "day_ends": time(4)},
    {"moment": datetime(2026, 11, 20, 19, 59, 59, tzinfo=UTC), "day_ends": time(4)},
    moment=MOMENTS,
    day_ends=st.times(max_value=time(11, 59)),
)
def a_moment_before_the_cut_off_counts_for_the_day_before(moment: datetime, day_ends: time) -> None:
    on = business_date(moment, SHANGHAI, day_ends)
    starts = datetime.combine(on, day_ends, SHANGHAI)
    ends = datetime.combine(on + timedelta(days=1), day_ends, SHANGHAI)
    assert starts <= moment < ends
    assert isinstance(on, date)
