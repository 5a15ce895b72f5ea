"""Money, the biggest thing on the screen: a label, the sign of the currency once, and large digits."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.screens.widgets.big_digits import BigDigits
from ledger.money import format_minor


class MoneyFigure(Vertical):
    """An amount in large digits under its label, right-aligned, always two decimals."""

    DEFAULT_CSS = """
    MoneyFigure { height: 4; width: 1fr; }
    MoneyFigure > .label { height: 1; color: $muted; text-align: right; width: 1fr; }
    MoneyFigure > BigDigits { text-align: right; }
    MoneyFigure.-left > .label { text-align: left; }
    MoneyFigure.-left > BigDigits { text-align: left; }
    MoneyFigure.-done > BigDigits { color: $success; }
    MoneyFigure.-accent > BigDigits { color: $accent; }
    MoneyFigure.-look > BigDigits { color: $warning; }
    MoneyFigure.-quiet > BigDigits { color: $muted; }
    """

    def __init__(self, label: str, minor: int | None = None, *, id: str | None = None, classes: str = "") -> None:
        """Take the label and fen, None for not known yet."""
        super().__init__(id=id, classes=classes)
        self._label = label
        self._minor = minor

    def compose(self) -> ComposeResult:
        """Build label and digits."""
        yield Static(self._worded(), classes="label", markup=False)
        yield BigDigits(self._shown())

    def show(self, minor: int | None, label: str | None = None) -> None:
        """Show another amount in fen, and another label where one is given."""
        self._minor = minor
        if label is not None:
            self._label = label
        if self.is_mounted:
            self.query_one(Static).update(self._worded())
            self.query_one(BigDigits).update(self._shown())

    @property
    def shown(self) -> str:
        """The figure as it stands there: `1,286.00`."""
        return self._shown()

    def _worded(self) -> str:
        return f"{self._label} ￥" if self._label else "￥"

    def _shown(self) -> str:
        return "" if self._minor is None else format_minor(self._minor)
