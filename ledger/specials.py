"""What a lot says beyond a plain one: its asset, how many units, from when to when, for what, by which rule.

A plain lot is principal and bonus without conditions. Anything else a member owns is a lot too (points, visits, coupons,
rights, a bonus of its own conditions), so that one purse protocol carries all of it. Page: docs/rules/assets.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Final

from ledger.money import CNY, PTS

_NAME: Final = r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}"
_ASSET: Final = re.compile(rf"{CNY.code}|{PTS.code}|(?:COUPON|VISIT|RIGHT|GOODS|EXCHANGE):{_NAME}")
_TEXT: Final = re.compile(rf"(?:{_NAME})?")
_MOST_UNITS: Final = 10**9


@dataclass(frozen=True, slots=True)
class Special:
    """The conditions of a lot; `units` are whole units of `asset`, 0 for money.

    Usable from `usable_from` to `expires_on`, both included, None for open. `scope` names what it may pay for, `rule` the
    rule that gave it, `parent` the lot of principal it came with; `face_minor` is a value of its own in fen (a free order).
    """

    asset: str = CNY.code
    units: int = 0
    usable_from: date | None = None
    expires_on: date | None = None
    scope: str = ""
    rule: str = ""
    parent: str = ""
    face_minor: int = 0

    def __post_init__(self) -> None:
        """Refuse conditions no shop can mean; raises ValueError."""
        names = (self.scope, self.rule, self.parent)
        fits = _ASSET.fullmatch(self.asset) is not None and all(_TEXT.fullmatch(name) for name in names)
        counts = 0 <= self.units <= _MOST_UNITS and (self.units > 0) == (self.asset != CNY.code)
        if not fits or not counts or self.face_minor < 0:
            raise ValueError(f"{self.asset} {self.units} {self.face_minor} {names}")
        if self.usable_from is not None and self.expires_on is not None and self.expires_on < self.usable_from:
            raise ValueError(f"{self.usable_from} {self.expires_on}")

    def usable(self, on: date) -> bool:
        """Tell whether the lot can be used on a business date."""
        begun = self.usable_from is None or self.usable_from <= on
        return begun and (self.expires_on is None or on <= self.expires_on)

    def lapsed(self, on: date) -> bool:
        """Tell whether its last day has passed."""
        return self.expires_on is not None and self.expires_on < on

    def text(self) -> str:
        """Return the conditions as the wire and the databases hold them: `asset=PTS;units=97`, empty for a plain lot."""
        return ";".join(f"{name}={value}" for name, value in self._written())

    def _written(self) -> list[tuple[str, str]]:
        said = ((item.name, getattr(self, item.name), item.default) for item in fields(self))
        return [
            (name, value.isoformat() if isinstance(value, date) else str(value))
            for name, value, default in said
            if value != default
        ]


PLAIN: Final = Special()


def is_asset(text: str) -> bool:
    """Tell whether a text names an asset: `CNY`, `PTS`, or one a programme declares, as `COUPON:cake`."""
    return _ASSET.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def read_special(text: str) -> Special:
    """Return the conditions a text holds; raises ValueError for anything that `Special.text` does not write."""
    if not text:
        return PLAIN
    said = dict(part.split("=", 1) for part in text.split(";"))
    days = {name: date.fromisoformat(said[name]) for name in ("usable_from", "expires_on") if name in said}
    counts = {name: int(said[name]) for name in ("units", "face_minor") if name in said}
    texts = {name: said[name] for name in ("asset", "scope", "rule", "parent") if name in said}
    special = Special(**texts, **days, **counts)  # type: ignore[arg-type]  # each name has its own type above
    if special.text() != text:
        raise ValueError(text)
    return special
