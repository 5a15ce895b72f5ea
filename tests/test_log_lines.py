"""What really comes out of the loggers of a box and of head office: no whole phone, wherever in a record it stood."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

import headoffice.log_lines
import kiosk.log_lines
from tests.ledger.test_masked import shown_digits, written

FORMATTERS = (kiosk.log_lines.MaskedFormatter, headoffice.log_lines.MaskedFormatter)
WAYS: dict[str, Callable[[str], object]] = {
    "as it is": str,
    "its repr": repr,
    "in an address": quote,
    "in a form": quote_plus,
    "as JSON": json.dumps,
    "in a list": lambda text: [text],
    "in a mapping": lambda text: {"phone": text},
    "as bytes": lambda text: text.encode(),
}


def logged(formatter: type[logging.Formatter], log: Callable[[logging.Logger], None]) -> str:
    """Return what a logger of its own wrote through a formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter("%(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("guitai.test")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        log(logger)
    finally:
        logger.removeHandler(handler)
    return stream.getvalue()


def refused(text: object) -> None:
    """Fail as a database does, which quotes what it was given, with a cause and a note that do the same."""
    try:
        dict[str, str]()[str(text)]
    except KeyError as cause:
        error = ValueError(f"DETAIL: Key (phone)=({text}) already exists.")
        error.add_note(f"while reading {text}")
        raise error from cause


def with_traceback(shown: object) -> Callable[[logging.Logger], None]:
    """Log a failure with all that belongs to it."""

    def log(logger: logging.Logger) -> None:
        try:
            refused(shown)
        except ValueError:
            logger.exception("failed for %s", shown)

    return log


@given(phone=written(), way=st.sampled_from(sorted(WAYS)), formatter=st.sampled_from(FORMATTERS))
def test_no_record_tells_a_phone(phone: tuple[str, str], way: str, formatter: type[logging.Formatter]) -> None:
    number, text = phone
    if not text.isascii() and way in {"in an address", "in a form", "as JSON", "as bytes"}:
        text = number  # full-width digits as escapes are digits to nobody who reads a log
    shown = WAYS[way](text)
    lines = logged(formatter, with_traceback(shown))
    assert number not in shown_digits(lines)
    assert f"{number[:3]}****{number[-4:]}" in lines


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_a_formatter_that_masks_nothing_is_caught(formatter: type[logging.Formatter]) -> None:
    plain = logged(logging.Formatter, with_traceback("138 1234 1234"))
    assert "13812341234" in shown_digits(plain)
    assert "13812341234" not in shown_digits(logged(formatter, with_traceback("138 1234 1234")))
