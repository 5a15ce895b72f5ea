"""The basket: goods on one bill, and what was chosen for it; it lives as long as the bill."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kiosk.services.goods import line_of
from kiosk.services.occasions import NO_CHOICE, Choice
from ledger.rules.occasion import BasketLine, typed_amount
from ledger.rules.promises import Goods

_MOST_PIECES: Final = 999


@dataclass
class Basket:
    """Goods in the order they were scanned, and the cashier's choice."""

    lines: tuple[BasketLine, ...] = ()
    choice: Choice = NO_CHOICE

    @property
    def list_minor(self) -> int:
        """What the goods cost at list price, in fen."""
        return sum(line.list_minor for line in self.lines)

    def add(self, goods: Goods) -> None:
        """Add one piece; goods that are there already become one more."""
        last = next((place for place, line in enumerate(self.lines) if line.goods == goods.goods_id), None)
        if last is None:
            self.lines = (*self.lines, line_of(goods))
            return
        more = replace(self.lines[last], quantity=min(_MOST_PIECES, self.lines[last].quantity + 1))
        self.lines = (*self.lines[:last], *self.lines[last + 1 :], more)

    def set_pieces(self, pieces: int) -> bool:
        """Let the last goods be so many pieces; tell whether that can be."""
        if not self.lines or not 1 <= pieces <= _MOST_PIECES:
            return False
        self.lines = (*self.lines[:-1], replace(self.lines[-1], quantity=pieces))
        return True

    def set_typed_pieces(self, typed: str) -> bool:
        """Let the last goods be as many pieces as is typed; tell whether that can be."""
        return typed.isascii() and typed.isdigit() and self.set_pieces(int(typed))

    def remove_last(self) -> None:
        """Take the last goods off."""
        self.lines = self.lines[:-1]

    def clear(self) -> None:
        """Take everything off, and forget what was chosen."""
        self.lines, self.choice = (), NO_CHOICE

    def use_points(self, points: int) -> None:
        """Pay with so many points."""
        self.choice = replace(self.choice, points=points)

    def choose(self, rule_id: str, *, chosen: bool | None) -> None:
        """Ask for a rule, refuse it, or leave it to the programme for None."""
        asked = tuple(rule for rule in self.choice.asked if rule != rule_id)
        refused = tuple(rule for rule in self.choice.refused if rule != rule_id)
        if chosen is True:
            asked = (*asked, rule_id)
        elif chosen is False:
            refused = (*refused, rule_id)
        self.choice = replace(self.choice, asked=asked, refused=refused)

    def bill_lines(self, typed_minor: int) -> tuple[BasketLine, ...]:
        """Return the lines of the bill: the goods, and an amount that was typed; none where only an amount was typed."""
        if not self.lines:
            return ()
        return (*self.lines, *(typed_amount(typed_minor) if typed_minor else ()))


@dataclass(frozen=True, slots=True)
class WaitingBill:
    """A bill that waits while somebody tops up: the whole as it would be typed, what was typed, the goods, the choice.

    `due_minor` is what is left to pay after everything that comes off, in fen.
    """

    whole: str = ""
    typed: str = ""
    lines: tuple[BasketLine, ...] = ()
    choice: Choice = NO_CHOICE
    due_minor: int = 0


NO_BILL: Final = WaitingBill()
