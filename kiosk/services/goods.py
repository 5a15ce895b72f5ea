"""Goods: what a scanned barcode stands for in the programme's catalogue, as a line of a bill."""

from __future__ import annotations

from kiosk.services.counter import Counter
from ledger.rules.occasion import BasketLine
from ledger.rules.promises import Goods

_BARCODE_LENGTHS = frozenset({8, 12, 13, 14})


def looks_like_barcode(text: str) -> bool:
    """Tell whether a scanned text has the form of a goods barcode (EAN, UPC)."""
    return text.isascii() and text.isdigit() and len(text) in _BARCODE_LENGTHS


def find_goods(counter: Counter, text: str) -> Goods | None:
    """Return the goods with a barcode or an id, None where the catalogue has none."""
    wanted = text.strip()
    catalogue = counter.programme().promises.goods
    return next((goods for goods in catalogue if wanted in {goods.barcode, goods.goods_id} and wanted), None)


def line_of(goods: Goods, quantity: int = 1) -> BasketLine:
    """Return goods as a line of a bill at list price."""
    return BasketLine(goods.goods_id, goods.name, goods.category, quantity, goods.price_minor)
