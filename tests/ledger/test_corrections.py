"""docs/rules/corrections.md, table by table."""

from __future__ import annotations

import pytest

from ledger.balances import fold_balances
from ledger.corrections import VOIDABLE, check_void
from ledger.entries import Entry, EntryKind
from ledger.errors import CorrectionRefused, NotReversible, ValueAlreadySpent
from ledger.money import format_minor
from tests.ledger.book import Book
from tests.ledger.steps import play
from tests.ledger.worked import Row, worked_rows

PAGE = "corrections.md"


def test_the_kinds_that_can_be_voided_are_the_pages() -> None:
    said = {row["kind"]: row["can be voided"] for row in worked_rows(PAGE, "Kinds", len(EntryKind))}
    assert said == {kind.value: "yes" if kind in VOIDABLE else "no" for kind in EntryKind}


def _answer(book: Book, original: Entry) -> str:
    reversal = next((entry.entry_id for entry in book.entries if entry.reverses == original.entry_id), None)
    assert book.shift_id is not None
    try:
        check_void(original, reversal_id=reversal, open_shift_id=book.shift_id, purse=book.purse)
    except ValueAlreadySpent as spent:
        figures = (format_minor(spent.topped_up_minor), format_minor(spent.remaining_minor))
        return "ValueAlreadySpent: bought {}, left {}".format(*figures)
    except NotReversible as refused:
        return f"NotReversible {refused.kind}"
    except CorrectionRefused as refused:
        return type(refused).__name__
    return "done"


@pytest.mark.parametrize(
    "row", worked_rows(PAGE, "What may be voided", 13), ids=lambda row: f"{row['what happened']}; {row['then']}"
)
def test_a_void_is_done_or_refused_as_the_page_says(row: Row) -> None:
    book, steps = Book(), list[Entry]()
    book.open_shift(50_000)
    for step in row["what happened"].split("; "):
        play(book, step, steps)
    original = steps[int(row["then"].removeprefix("void ")) - 1]
    answer = _answer(book, original)
    assert answer == row["answer"]
    if answer == "done":
        others = [entry for entry in book.entries if entry is not original]
        without = fold_balances(posting for entry in others for posting in entry.postings)
        book.void(original)
        after = fold_balances(posting for entry in book.entries for posting in entry.postings)
        assert {key: minor for key, minor in after.items() if minor} == {k: m for k, m in without.items() if m}
