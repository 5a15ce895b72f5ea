"""What happens in a shop, as the pages write it: `top_up 300.00+50.00 wechat`, `spend 120.00`, `void 2`, `close 530.00`."""

from __future__ import annotations

from ledger.accounts import Tender
from ledger.entries import Entry, EntryKind
from tests.ledger.book import Book
from tests.ledger.worked import fen, pair


def play(book: Book, step: str, steps: list[Entry]) -> Entry:
    """Do one step; `void n` undoes the n-th of the steps so far."""
    word, _, rest = step.partition(" ")
    figure, _, tender = rest.partition(" ")
    entry = _play(book, word, figure, Tender(tender or "cash"), steps)
    steps.append(entry)
    return entry


def _play(book: Book, word: str, figure: str, tender: Tender, steps: list[Entry]) -> Entry:
    match word:
        case "open":
            return book.open_shift(fen(figure))
        case "top_up":
            return book.top_up(*pair(figure), tender)
        case "spend":
            return book.spend(fen(figure), tender)
        case "void":
            return book.void(steps[int(figure) - 1])
        case "close":
            return book.close_shift(fen(figure))
        case _:
            return book.move_cash(EntryKind(word), fen(figure))
