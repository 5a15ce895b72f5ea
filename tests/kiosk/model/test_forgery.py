"""Forged rows with the right hash: whoever can rewrite the chain still cannot make it say what no books can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.model import journal
from kiosk.model.errors import VerifyFailed
from kiosk.model.verify import verify
from ledger.accounts import Instrument, PurseKey, member_account
from ledger.corrections import mirror
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.wire import chain, encode_entry
from tests.kiosk.model.books import COMMAND, TERMS_HASH, Books, fresh_id, posted

Forgery = Callable[[Books], Entry]


def forge(books: Books, entry: Entry, body: bytes | None = None) -> None:
    """Write a row and its postings past every guard, chained as it should be."""
    raw, (epoch, sequence, previous) = books.store.connection(), journal.head(books.store)
    row = chain(books.store.identity.box, epoch, sequence + 1, previous, body or encode_entry(entry))
    raw.execute("PRAGMA foreign_keys = OFF; DROP INDEX IF EXISTS journal_reverses")
    raw.execute(
        "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(row.sequence, row.epoch, entry.entry_id, entry.kind.value, entry.member_id, entry.shift_id, entry.till),
            *(entry.business_date.isoformat(), entry.reverses, COMMAND, row.previous_hash, row.hash, row.body),
        ),
    )
    for line, posting in enumerate(entry.postings):
        moved = (posting.debit, posting.credit, posting.asset, posting.amount_minor)
        raw.execute("INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?)", (row.sequence, line, *moved))


def spent(member: str, lot: str, minor: int) -> Posting:
    return Posting(member_account(PurseKey(member, lot, Instrument.PRINCIPAL)), "sales:xuhui", minor)


def overdraws(books: Books) -> Entry:
    return books.entry(EntryKind.SPEND, spent("m1", "lot1", 10_001), member_id="m1")


def spends_a_lot_nobody_sold(books: Books) -> Entry:
    return books.entry(EntryKind.TOP_UP, posted("m1", "lot9", 5), member_id="m1", facts={"terms_text_hash": TERMS_HASH})


def spends_of_another_member(books: Books) -> Entry:
    return books.entry(EntryKind.TOP_UP, posted("m2", "lot1", 5), member_id="m2", facts={"terms_text_hash": TERMS_HASH})


def opens_a_lot_again(books: Books) -> Entry:
    return books.sold("m1", "lot1", 5, 0)


def pays_into_no_account(books: Books) -> Entry:
    return books.entry(EntryKind.SPEND, Posting("member:m1", "sales:xuhui", 5))


def reverses_again(books: Books) -> Entry:
    original = journal.recent(books.store, kinds=[EntryKind.SPEND])[0].entry
    return books.entry(EntryKind.VOID, *mirror(original), member_id="m1", reverses=original.entry_id)


def reverses_more_than_there_was(books: Books) -> Entry:
    original = books.spend("m1", "lot1", 7).entry
    undone = [replace(posting, amount_minor=8) for posting in mirror(original)]
    return books.entry(EntryKind.VOID, *undone, member_id="m1", reverses=original.entry_id)


def reverses_what_never_was(books: Books) -> Entry:
    return books.entry(EntryKind.VOID, reverses=fresh_id())


def closes_a_shift_that_never_opened(books: Books) -> Entry:
    return books.entry(EntryKind.SHIFT_CLOSED, shift_id="s9", facts={"counted_minor": 0})


def opens_a_shift_of_no_name(books: Books) -> Entry:
    return books.entry(EntryKind.SHIFT_OPENED, facts={"float_minor": 0, "number": 1})


def opens_a_shift_without_a_float(books: Books) -> Entry:
    return books.entry(EntryKind.SHIFT_OPENED, shift_id="s9", facts={"number": 1})


def blocks_a_card_nobody_has(books: Books) -> Entry:
    return books.entry(EntryKind.CARD_BLOCKED, facts={"card_code": "K"})


def is_of_another_box(books: Books) -> Entry:
    return books.entry(EntryKind.NO_SALE, box="box-2")


def is_of_another_store(books: Books) -> Entry:
    return books.entry(EntryKind.NO_SALE, store="pudong")


@pytest.mark.parametrize(
    ("forgery", "reason"),
    [
        (overdraws, "overdraws lot lot1"),
        (spends_a_lot_nobody_sold, "lot9"),
        (spends_of_another_member, "another member"),
        (opens_a_lot_again, "opens lot lot1 again"),
        (pays_into_no_account, "ValueError"),
        (reverses_again, "again"),
        (reverses_more_than_there_was, "does not mirror"),
        (reverses_what_never_was, "does not mirror"),
        (closes_a_shift_that_never_opened, "s9"),
        (opens_a_shift_of_no_name, "ValueError"),
        (opens_a_shift_without_a_float, "float_minor"),
        (blocks_a_card_nobody_has, "KeyError"),
        (is_of_another_box, "another box"),
        (is_of_another_store, "another box"),
    ],
)
def test_a_forged_row_is_named_although_its_hash_is_right(books: Books, forgery: Forgery, reason: str) -> None:
    books.top_up("m1", "lot1")
    books.void(books.spend("m1", "lot1", 500))
    forged = forgery(books)
    drop_guards(books)
    sequence = journal.head(books.store)[1] + 1
    forge(books, forged)
    with pytest.raises(VerifyFailed) as failed:
        verify(books.store)
    assert (failed.value.table, failed.value.row) == ("journal", str(sequence))
    assert reason in failed.value.reason


def drop_guards(books: Books) -> None:
    raw = books.store.connection()
    for (trigger,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {trigger}")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda body: body.replace(b'"v":1', b'"v":3'), "format 3"),
        (lambda body: body.replace(b",", b", ", 1), "not canonical"),
        (lambda body: body.replace(b"no_sale", b"freebie"), "freebie"),
        (lambda _: b"{", "JSON"),
    ],
    ids=["format", "white space", "kind", "cut"],
)
def test_bytes_that_no_program_of_ours_writes_are_named(
    books: Books, change: Callable[[bytes], bytes], reason: str
) -> None:
    entry = books.entry(EntryKind.NO_SALE)
    drop_guards(books)
    forge(books, entry, change(encode_entry(entry)))
    with pytest.raises(VerifyFailed) as failed:
        verify(books.store)
    assert (failed.value.table, failed.value.row) == ("journal", "1")
    assert reason in failed.value.reason


def test_a_lot_of_another_member_than_its_entry_is_no_entry_at_all(books: Books) -> None:
    lot = Lot("lot1", "m2", 5, 0, "2026-11", TERMS_HASH)
    with pytest.raises(AssertionError, match="the entry's member"):
        books.entry(EntryKind.TOP_UP, lots=(lot,), member_id="m1")


def test_an_enrolment_without_its_code_has_no_member(books: Books) -> None:
    facts = {"registered": True, "terms_hash": TERMS_HASH}
    books.write(books.entry(EntryKind.MEMBER_ENROLLED, member_id="m1", facts=facts))
    with pytest.raises(VerifyFailed) as failed:
        verify(books.store)
    assert (failed.value.table, failed.value.row, failed.value.reason) == ("member", "m1", "missing")


def test_a_programme_that_was_never_kept_is_named(books: Books) -> None:
    books.note(programme_version="2027-01")
    with pytest.raises(VerifyFailed) as failed:
        verify(books.store)
    assert (failed.value.table, failed.value.row, failed.value.reason) == ("programme", "2027-01", "missing")
