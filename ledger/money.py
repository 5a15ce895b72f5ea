"""Whole minor units of an asset; there is no float and no half fen anywhere.

Assets are written CNY/2, PTS/0, VISIT:x/0, COUPON:x/0 (`GLOSSARY.md`); what must be rounded is rounded half up to the fen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import AmountOutOfRange, AmountUnreadable, AssetMismatch

CEILING_MINOR: Final = 10**13
"""No single amount reaches this: 100 thousand million yuan is a typing error."""

_NUMBER: Final = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?|\.[0-9]+")
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．。，－−", "0123456789..,--")
"""What a Chinese input method left in full width writes for digits, point, comma and minus."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A unit of value: its code and how many decimals its major unit shows."""

    code: str
    scale: int


CNY: Final = Asset("CNY", 2)
PTS: Final = Asset("PTS", 0)


@dataclass(frozen=True, slots=True, order=False)
class Amount:
    """A whole number of minor units of one asset (fen for CNY); may be negative in a difference."""

    minor: int
    asset: Asset = CNY

    def __post_init__(self) -> None:
        """Refuse amounts no shop can mean; raises AmountOutOfRange."""
        if abs(self.minor) >= CEILING_MINOR:
            raise AmountOutOfRange(self.minor, CEILING_MINOR)

    def __add__(self, other: Amount) -> Amount:
        """Return the sum; raises AssetMismatch."""
        self._same_asset(other)
        return Amount(self.minor + other.minor, self.asset)

    def __sub__(self, other: Amount) -> Amount:
        """Return the difference; raises AssetMismatch."""
        self._same_asset(other)
        return Amount(self.minor - other.minor, self.asset)

    def __str__(self) -> str:
        """Return the grouped figure without a sign of currency: `1,234.50`."""
        return format_minor(self.minor, self.asset)

    def _same_asset(self, other: Amount) -> None:
        if self.asset != other.asset:
            raise AssetMismatch(self.asset.code, other.asset.code)


def parse_amount(text: str, asset: Asset = CNY) -> int:
    """Return the minor units a person typed (`120`, `120.5`, `1,200.00`, `１２０`); a comma only ever groups by three.

    Raises AmountUnreadable, AmountOutOfRange.
    """
    plain = text.translate(_FULL_WIDTH).strip().lstrip("￥¥").strip()
    if not plain:
        raise AmountUnreadable(text, "empty", asset.scale)
    if plain.startswith("-"):
        raise AmountUnreadable(text, "negative", asset.scale)
    if _NUMBER.fullmatch(plain) is None:
        raise AmountUnreadable(text, "not_a_number", asset.scale)
    whole, _, fraction = plain.replace(",", "").partition(".")
    if len(fraction) > asset.scale:
        raise AmountUnreadable(text, "too_many_decimals", asset.scale)
    if len(whole) > len(str(CEILING_MINOR)):
        raise AmountOutOfRange(CEILING_MINOR, CEILING_MINOR)
    return Amount(int((whole or "0") + fraction.ljust(asset.scale, "0")), asset).minor


def format_minor(minor: int, asset: Asset = CNY) -> str:
    """Return minor units as people read them: grouped by three, always all decimals (`1,234.50`, `-0.05`)."""
    sign = "-" if minor < 0 else ""
    digits = str(abs(minor)).rjust(asset.scale + 1, "0")
    whole = digits[: len(digits) - asset.scale]
    grouped = f"{int(whole):,}"
    return f"{sign}{grouped}.{digits[-asset.scale :]}" if asset.scale else f"{sign}{grouped}"


def half_up(numerator: int, denominator: int) -> int:
    """Return numerator ÷ denominator rounded half up to a whole minor unit; both are ≥ 0, denominator > 0."""
    assert numerator >= 0, "half_up is for amounts, never for differences"
    assert denominator > 0, "half_up divides by a positive whole"
    return (2 * numerator + denominator) // (2 * denominator)


def allot(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weights so that the parts sum to it exactly (largest remainder, first part wins ties)."""
    assert total_minor >= 0, "only amounts are allotted"
    whole = sum(weights)
    assert whole > 0, "allot needs one positive weight"
    assert all(weight >= 0 for weight in weights), "weights are never negative"
    parts = [total_minor * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total_minor * weights[place] % whole), place))
    for place in by_remainder[: total_minor - sum(parts)]:
        parts[place] += 1
    return parts
