"""Laws of a shift: whatever happens in it, the drawer, the purses and the report agree, and a mistake can be undone."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import strategies as st

from ledger.accounts import Instrument, Tender, till_tender
from ledger.balances import fold_balances
from ledger.corrections import VOIDABLE, check_void, mirror
from ledger.entries import Entry, EntryKind
from ledger.errors import (
    AlreadyReversed,
    CorrectionRefused,
    NotReversible,
    ShiftClosedSince,
    ValueAlreadySpent,
)
from ledger.purses import purse_deltas
from ledger.rules.shift import fold_shift
from tests.ledger.book import Book, entry_id
from tests.ledger.law import law

TENDERS: Final = st.sampled_from(Tender)
SMALL: Final = st.integers(1, 40_000) | st.integers(1, 9)
STEP: Final = st.one_of(
    st.tuples(st.just("top_up"), SMALL, st.integers(0, 9_000), TENDERS),
    st.tuples(st.just("spend"), SMALL, st.integers(0, 100), TENDERS),
    st.tuples(st.just("void"), st.integers(0, 30), st.just(0), TENDERS),
    st.tuples(st.sampled_from(["paid_in", "paid_out", "drop"]), SMALL, st.just(0), TENDERS),
)
Steps = list[tuple[str, int, int, Tender]]
STEPS: Final = st.lists(STEP, min_size=1, max_size=14)
CASH: Final = Tender.CASH
BUSY: Final[Steps] = [
    ("top_up", 30_000, 5_000, CASH),
    ("top_up", 50_000, 10_000, Tender.WECHAT),
    ("spend", 12_000, 100, CASH),
    ("spend", 90_000, 100, CASH),
    ("void", 3, 0, CASH),
    ("void", 1, 0, CASH),
    ("spend", 777, 40, Tender.ALIPAY),
    ("void", 2, 0, CASH),
    ("paid_in", 100, 0, CASH),
    ("paid_out", 50, 0, CASH),
    ("drop", 20, 0, CASH),
    ("void", 9, 0, CASH),
]


def may_void(book: Book, original: Entry) -> bool:
    """Tell whether the book would let an entry be voided now."""
    reversal = next((entry.entry_id for entry in book.entries if entry.reverses == original.entry_id), None)
    assert book.shift_id is not None
    try:
        check_void(original, reversal_id=reversal, open_shift_id=book.shift_id, purse=book.purse)
    except CorrectionRefused:
        return False
    return True


def live(book: Book, steps: Steps) -> None:
    """Let a shift happen; a void that may not be made is left out."""
    for word, minor, second, tender in steps:
        if word == "top_up":
            book.top_up(minor, second, tender)
        elif word == "spend":
            here = sum(part.total_minor for part in book.holdings())
            book.spend(minor, tender, min(minor, here) * second // 100)
        elif word == "void":
            original = book.entries[minor % len(book.entries)]
            if may_void(book, original):
                book.void(original)
        else:
            book.move_cash(EntryKind(word), minor)


def shift(steps: Steps) -> Book:
    """Return a book with one open shift in which this happened."""
    book = Book()
    book.open_shift()
    live(book, steps)
    return book


@law({"steps": BUSY}, steps=STEPS)
def whatever_happens_no_purse_goes_below_zero_and_no_fen_is_lost(steps: Steps) -> None:
    book = shift(steps)
    reversed_ids = {entry.reverses for entry in book.entries if entry.reverses}
    standing = [entry for entry in book.entries if entry.kind in VOIDABLE and entry.entry_id not in reversed_ids]
    sold, spent = ([e.facts for e in standing if e.kind is kind] for kind in (EntryKind.TOP_UP, EntryKind.SPEND))
    for instrument, bought in ((Instrument.PRINCIPAL, "paid_minor"), (Instrument.BONUS, "bonus_minor")):
        held = [minor for key, minor in book.purse.items() if key.instrument is instrument]
        assert min(held, default=0) >= 0
        used = "principal_minor" if instrument is Instrument.PRINCIPAL else "bonus_minor"
        assert sum(held) == sum(facts[bought] for facts in sold) - sum(facts[used] for facts in spent)
    postings = [posting for entry in book.entries for posting in entry.postings]
    assert sum(fold_balances(postings).values()) == 0
    assert {key: minor for key, minor in book.purse.items() if minor} == purse_deltas(postings)
    assert all(
        entry.facts["list_price_minor"] >= entry.facts["paid_price_minor"]
        for entry in book.entries
        if entry.kind is EntryKind.SPEND
    )


@law({"steps": BUSY, "place": 3}, {"steps": BUSY[:2], "place": 1}, steps=STEPS, place=st.integers(0, 14))
def a_void_leaves_every_balance_as_if_the_original_had_never_been(steps: Steps, place: int) -> None:
    book = shift(steps)
    original = book.entries[place % len(book.entries)]
    if not may_void(book, original):
        return
    void = book.void(original)
    others = [posting for entry in book.entries if entry not in (original, void) for posting in entry.postings]
    whole = [posting for entry in book.entries for posting in entry.postings]
    assert {k: v for k, v in fold_balances(whole).items() if v} == {k: v for k, v in fold_balances(others).items() if v}
    assert {key: minor for key, minor in book.purse.items() if minor} == purse_deltas(others)
    assert void.reverses == original.entry_id
    assert void.postings == mirror(original)


@law({"steps": BUSY}, steps=STEPS)
def an_entry_is_reversed_at_most_once_and_only_in_its_shift(steps: Steps) -> None:
    book = shift(steps)
    reversed_ids = {entry.reverses: entry.entry_id for entry in book.entries if entry.reverses}
    for entry in book.entries:
        purse, open_shift = book.purse, book.shift_id or ""
        if entry.kind not in VOIDABLE:
            with pytest.raises(NotReversible):
                check_void(entry, reversal_id=None, open_shift_id=open_shift, purse=purse)
            continue
        with pytest.raises(AlreadyReversed) as refused:
            check_void(entry, reversal_id=entry_id(99), open_shift_id=open_shift, purse=purse)
        assert refused.value.reversal_id == entry_id(99)
        with pytest.raises(ShiftClosedSince):
            check_void(entry, reversal_id=None, open_shift_id=entry_id(98), purse=purse)
    assert len(reversed_ids) == sum(entry.kind is EntryKind.VOID for entry in book.entries)


@law({"paid": 30_000, "bonus": 5_000, "price": 1}, paid=SMALL, bonus=st.integers(0, 9_000), price=SMALL)
def a_top_up_that_was_spent_from_is_not_voided_until_the_payment_is(paid: int, bonus: int, price: int) -> None:
    book = Book()
    book.open_shift()
    bought, spent = book.top_up(paid, bonus), book.spend(min(price, paid + bonus))
    check = {"reversal_id": None, "open_shift_id": book.shift_id or "", "purse": book.purse}
    with pytest.raises(ValueAlreadySpent) as refused:
        check_void(bought, **check)  # type: ignore[arg-type] # one bag of arguments for three calls
    assert refused.value.topped_up_minor == paid + bonus
    assert refused.value.remaining_minor == paid + bonus - min(price, paid + bonus)
    check_void(spent, **check)  # type: ignore[arg-type] # as above
    book.void(spent)
    check_void(bought, **check)  # type: ignore[arg-type] # as above


@law({"steps": BUSY}, steps=STEPS)
def the_figures_of_a_shift_are_what_its_standing_entries_say(steps: Steps) -> None:
    book = shift(steps)
    net = fold_shift(book.entries).net
    reversed_ids = {entry.reverses for entry in book.entries if entry.reverses}
    standing = [entry for entry in book.entries if entry.kind in VOIDABLE and entry.entry_id not in reversed_ids]
    sold, spent = ([e.facts for e in standing if e.kind is kind] for kind in (EntryKind.TOP_UP, EntryKind.SPEND))
    assert (net.top_up.count, net.top_up.minor) == (len(sold), sum(facts["paid_minor"] for facts in sold))
    assert net.top_up_bonus_minor == sum(facts["bonus_minor"] for facts in sold)
    assert (net.spend.count, net.spend.minor) == (len(spent), sum(facts["paid_price_minor"] for facts in spent))
    assert net.list_price_minor == sum(facts["list_price_minor"] for facts in spent)
    assert net.spent_principal_minor == sum(facts["principal_minor"] for facts in spent)
    assert net.spent_bonus_minor == sum(facts["bonus_minor"] for facts in spent)
    for tender in Tender:
        assert net.top_up_tenders[tender].minor == sum(f["paid_minor"] for f in sold if f["tender"] == tender)
        assert net.rest_tenders[tender].minor == sum(f["rest_minor"] for f in spent if f["rest_tender"] == tender)
    assert net.stored_minor + sum(tally.minor for tally in net.rest_tenders.values()) == net.spend.minor
    for kind, tally in (
        (EntryKind.PAID_IN, net.paid_in),
        (EntryKind.PAID_OUT, net.paid_out),
        (EntryKind.DROP, net.drop),
    ):
        moved = [entry.facts["amount_minor"] for entry in standing if entry.kind is kind]
        assert (tally.count, tally.minor) == (len(moved), sum(moved))


@law(
    {"steps": [("drop", 1, 0, Tender.CASH)], "off": 0},
    {"steps": BUSY, "off": -150},
    {"steps": BUSY, "off": 0},
    steps=STEPS,
    off=st.integers(-500, 500),
)
def the_drawer_holds_what_is_expected_x_equals_z_and_closing_empties_it(steps: Steps, off: int) -> None:
    book = shift(steps)
    x = fold_shift(book.entries)
    cash = sum(
        minor
        for (account, _), minor in fold_balances(p for e in book.entries for p in e.postings).items()
        if (tender := till_tender(account)) and tender[1] is Tender.CASH
    )
    assert x.expected_cash_minor == cash
    counted = max(0, cash + off)
    book.close_shift(counted)
    z = fold_shift(book.entries)
    assert (z.done, z.voided, z.expected_cash_minor) == (x.done, x.voided, x.expected_cash_minor)
    assert (z.counted_minor, z.over_short_minor) == (counted, counted - cash)
    assert fold_balances(p for e in book.entries for p in e.postings)[book.cash, "CNY"] == 0
    assert z.entries == len(book.entries)
