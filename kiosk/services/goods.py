"""Goods: what a scanned barcode or a typed name stands for in the programme's catalogue, as a line of a bill."""

from __future__ import annotations

from functools import lru_cache

from kiosk.model.members import initials_of
from kiosk.services.counter import Counter
from ledger.rules.occasion import BasketLine
from ledger.rules.promises import Goods

BARCODE_LENGTHS = frozenset({8, 12, 13, 14})
"""How many digits a goods barcode has (EAN, UPC, ITF)."""


def looks_like_barcode(text: str) -> bool:
    """Tell whether a scanned text has the form of a goods barcode (EAN, UPC)."""
    return text.isascii() and text.isdigit() and len(text) in BARCODE_LENGTHS


def find_goods(counter: Counter, text: str) -> Goods | None:
    """Return the goods with a barcode, an id or exactly this name; None where the catalogue has none."""
    wanted = text.strip()
    catalogue = counter.programme().promises.goods
    return next(
        (goods for goods in catalogue if wanted and wanted in {goods.barcode, goods.goods_id, goods.name}), None
    )


def search_goods(counter: Counter, text: str) -> tuple[Goods, ...]:
    """Return the catalogue's goods whose name, id or pinyin initials hold a text, in its order; all for no text."""
    wanted = text.strip().lower()
    catalogue = counter.programme().promises.goods
    return tuple(goods for goods in catalogue if not wanted or any(wanted in name for name in _names(goods)))


@lru_cache(maxsize=4096)
def _names(goods: Goods) -> tuple[str, ...]:
    """Return what goods are searched by; the initials are reckoned once."""
    return goods.name.lower(), goods.goods_id.lower(), initials_of(goods.name)


def line_of(goods: Goods, quantity: int = 1) -> BasketLine:
    """Return goods as a line of a bill at list price."""
    return BasketLine(goods.goods_id, goods.name, goods.category, quantity, goods.price_minor)
