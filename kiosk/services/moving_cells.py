"""Cells of a sheet: money, whole numbers, days and phones as people's other systems write them; nothing is guessed.

A cell that cannot be read raises `CellUnfit` with the reason; the row's and the column's own names are added by whoever asks.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Final

from kiosk.services.enrol import read_phone
from kiosk.services.errors import PhoneUnreadable
from ledger.errors import MoneyError
from ledger.money import CEILING_MINOR, parse_amount

_EXPONENT: Final = re.compile(r"[0-9.]+[eE][+-]?[0-9]+")
_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
_OLDEST: Final = date(1900, 1, 1)
_LONGEST: Final = 64
_MASKED: Final = re.compile(r"[0-9]{3}[*xX]{3,6}[0-9]{2,4}")


class CellUnfit(Exception):
    """A cell is not what its column holds; `reason` names why, in English."""

    def __init__(self, reason: str) -> None:
        """Take the reason: one of those `phrases_moving.REASONS` words."""
        super().__init__(reason)
        self.reason = reason


def plain(text: str) -> str:
    """Return a cell in half width, without the apostrophe a spreadsheet keeps numbers as text by."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("'").strip()


def money(text: str, *, in_fen: bool = False) -> int:
    """Return an amount in fen, 0 for an empty cell; raises CellUnfit."""
    said = plain(text).removesuffix("元").strip()
    if not said:
        return 0
    if in_fen:
        return whole(said)
    if _EXPONENT.fullmatch(said):
        raise CellUnfit("scientific")
    try:
        return parse_amount(_without_zeros(said))
    except MoneyError as unreadable:
        reason = getattr(unreadable, "reason", "out_of_range")
        raise CellUnfit(f"money_{reason}") from unreadable


def _without_zeros(said: str) -> str:
    """Drop zeros behind the second decimal: `12.3000` is what some systems write for 12.30."""
    head, point, fraction = said.partition(".")
    kept = fraction[:2] + fraction[2:].rstrip("0")
    return f"{head}{point}{kept}"


def whole(text: str) -> int:
    """Return a whole number ≥ 0, 0 for an empty cell; `12.00` is twelve. Raises CellUnfit."""
    said = plain(text).replace(",", "")
    if not said:
        return 0
    if _EXPONENT.fullmatch(said):
        raise CellUnfit("scientific")
    if said.startswith("-"):
        raise CellUnfit("negative")
    head, _, fraction = said.partition(".")
    if not head.isascii() or not head.isdigit() or fraction.strip("0"):
        raise CellUnfit("not_whole")
    if int(head) >= CEILING_MINOR:
        raise CellUnfit("money_out_of_range")
    return int(head)


def phone(text: str) -> str | None:
    """Return the 11 digits of a mobile number, None for an empty cell; raises CellUnfit."""
    said = plain(text)
    if not said:
        return None
    if _EXPONENT.fullmatch(said):
        raise CellUnfit("scientific")
    if _MASKED.fullmatch(said):
        raise CellUnfit("phone_masked")
    try:
        return read_phone(said)
    except PhoneUnreadable as unreadable:
        raise CellUnfit("phone") from unreadable


def day(text: str, today: date) -> date | None:
    """Return a day up to today, None for an empty cell; a time behind it is left out. Raises CellUnfit."""
    said = re.split(r"[ T]", plain(text), maxsplit=1)[0]
    if not said:
        return None
    for form in _DAYS:
        try:
            found = datetime.strptime(said, form).date()  # noqa: DTZ007 - a day is of no zone
        except ValueError:
            continue
        if not _OLDEST <= found <= today:
            raise CellUnfit("day_out_of_range")
        return found
    raise CellUnfit("day")


def number(text: str) -> str:
    """Return a member or card number as it is scanned, empty for none; raises CellUnfit."""
    said = plain(text)
    if _EXPONENT.fullmatch(said) and not said.isalnum():
        raise CellUnfit("scientific")
    if len(said) > _LONGEST or any(not character.isprintable() for character in said):
        raise CellUnfit("number")
    return said


def name(text: str) -> str:
    """Return a name, empty for none; raises CellUnfit for one that no card holds."""
    said = " ".join(plain(text).split())
    if len(said) > _LONGEST or any(not character.isprintable() for character in said):
        raise CellUnfit("name")
    return said


def unformula(text: str) -> str:
    """Return a text that a spreadsheet shows as it stands: what it would take for a formula begins with an apostrophe.

    Source: OWASP, CSV injection; the full-width signs are taken for formulas too.
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) else text
