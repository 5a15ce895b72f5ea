"""The judge: what a box's journal may say, and every way in which it may not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.accounts import PurseKey
from ledger.entries import Entry, EntryKind, Posting
from ledger.errors import PageRefused
from ledger.ids import EntryId
from ledger.protocol.judge import KnownGrant, needs_of
from tests.ledger.protocol.judged import (
    BONUS,
    FAR,
    GRANT_ID,
    GRANTED,
    LAST_ID,
    MEMBER,
    MERGED,
    OTHER,
    PRINCIPAL,
    RETURNED,
    SPEND,
    SPEND_ID,
    TOP_UP,
    TOP_UP_ID,
    VOID,
    VOID_ID,
    account,
    entry,
    entry_id,
    judged,
    lot,
)


def test_a_days_honest_journal_passes_and_moves_what_it_says() -> None:
    effects = judged(TOP_UP, SPEND, VOID, GRANTED, RETURNED)
    assert effects.deltas == {
        PurseKey(MEMBER, TOP_UP_ID, PRINCIPAL): 260,
        PurseKey(MEMBER, TOP_UP_ID, BONUS): 50,
        FAR: 80,
    }
    assert [(step.amount_minor, step.grant_id) for step in effects.transfers] == [(-80, GRANT_ID), (40, None)]
    assert effects.lots == [lot()]


def test_a_merge_that_was_ordered_moves_every_line_to_the_same_line() -> None:
    effects = judged(TOP_UP, MERGED)
    assert effects.deltas[PurseKey(OTHER, TOP_UP_ID, PRINCIPAL)] == 300
    assert effects.deltas[PurseKey(MEMBER, TOP_UP_ID, PRINCIPAL)] == 0


def bare(kind: EntryKind, *postings: Posting, **more: Any) -> Entry:
    return entry(kind, LAST_ID, postings, **more)


REFUSED: list[tuple[str, tuple[Entry, ...], str]] = [
    ("a payment of more than the purse holds", (TOP_UP, bare(EntryKind.SPEND, Posting(account(), "sales:xuhui", 301))), "overdrawn"),
    ("a payment from a member who has nothing here", (bare(EntryKind.SPEND, Posting(account("lot-far"), "sales:xuhui", 1)),), "overdrawn"),
    ("a payment from somebody else's purse", (TOP_UP, bare(EntryKind.SPEND, Posting(account(), "sales:xuhui", 1), member_id=OTHER)), "another_member"),
    ("a payment into another store's till", (TOP_UP, bare(EntryKind.SPEND, Posting(account(), "sales:jingan", 1))), "account"),
    ("a payment whose rest is paid in at another till", (TOP_UP, bare(EntryKind.SPEND, Posting("till:2:cash", "sales:xuhui", 1))), "account"),
    ("an entry of another box", (replace(TOP_UP, box="box-2"),), "another_box"),
    ("an entry of another store", (replace(TOP_UP, store="jingan"),), "another_box"),
    ("the same id twice", (TOP_UP, replace(SPEND, entry_id=TOP_UP_ID)), "id_taken"),
    ("an id that nobody mints", (replace(TOP_UP, entry_id=EntryId("lot")),), "id_taken"),
    ("a top-up whose lot is more than was paid", (replace(TOP_UP, lots=(lot(paid=400),)),), "lot_figures"),
    ("a top-up whose bonus nobody promised", (replace(TOP_UP, lots=(lot(bonus=0),)),), "lot_figures"),
    ("a top-up into somebody else's lot", (replace(TOP_UP, postings=(Posting("till:1:cash", account("lot-far"), 300),)),), "account"),
    ("a principal that promotion paid for", (replace(TOP_UP, postings=(Posting("promotion:xuhui", account(), 300),)),), "account"),
    ("a bonus that a customer paid for", (replace(TOP_UP, postings=(*TOP_UP.postings[:1], Posting("till:1:cash", account(instrument=BONUS), 50))),), "account"),
    ("a lot under an id that is not its entry's", (replace(TOP_UP, lots=(lot("lot-new"),)),), "opens_lot"),
    ("a lot that is sold already", (replace(TOP_UP, entry_id=TOP_UP_ID),), "opens_lot"),
    ("a payment that opens a lot", (replace(SPEND, lots=(lot("lot-new"),)),), "opens_lot"),
    ("a void of what never was", (replace(VOID, reverses=LAST_ID),), "reverses"),
    ("a void of a void", (TOP_UP, SPEND, VOID, replace(VOID, entry_id=LAST_ID, reverses=VOID_ID)), "reverses"),
    ("a second void", (TOP_UP, SPEND, VOID, replace(VOID, entry_id=LAST_ID)), "reversed_before"),
    ("a void of more than the original", (TOP_UP, SPEND, replace(VOID, postings=(Posting("sales:xuhui", account(), 61),))), "not_the_mirror"),
    ("a void at another till", (TOP_UP, SPEND, replace(VOID, till="2")), "reverses"),
    ("a payment that reverses", (TOP_UP, replace(SPEND, reverses=TOP_UP_ID)), "reverses"),
    ("a grant nobody made", (replace(GRANTED, entry_id=LAST_ID),), "no_such_grant"),
    ("a grant of more than was made", (replace(GRANTED, postings=(Posting("transfer:xuhui", account("lot-far"), 81),)),), "grant_differs"),
    ("a grant to somebody else", (replace(GRANTED, member_id=OTHER, lots=(lot("lot-far", OTHER),)),), "grant_differs"),
    ("a grant under other terms", (replace(GRANTED, lots=(lot("lot-far", paid=999),)),), "lot_figures"),
    ("a grant that a customer paid for", (replace(GRANTED, postings=(Posting("till:1:cash", account("lot-far"), 80),)),), "account"),
    ("a return into the drawer", (TOP_UP, replace(RETURNED, postings=(Posting(account(), "till:1:cash", 40),))), "account"),
    ("a return of more than is held", (TOP_UP, replace(RETURNED, postings=(Posting(account(), "transfer:xuhui", 301),))), "overdrawn"),
    ("a merge nobody ordered", (TOP_UP, replace(MERGED, facts={"merge_id": "merge-2", "from": MEMBER, "into": OTHER})), "no_such_merge"),
    ("a merge into a third", (TOP_UP, replace(MERGED, postings=(Posting(account(), account(member="m-3"), 300),))), "account"),
    ("a merge that turns bonus into principal", (TOP_UP, replace(MERGED, postings=(Posting(account(instrument=BONUS), account(member=OTHER), 50),))), "account"),
    ("cash that goes into a purse without a top-up", (TOP_UP, bare(EntryKind.PAID_IN, Posting("till:1:cash", account(), 5))), "account"),
    ("a drop out of a purse", (TOP_UP, bare(EntryKind.DROP, Posting(account(), "safe:xuhui", 5))), "account"),
    ("value from head office by a drop", (bare(EntryKind.DROP, Posting("transfer:xuhui", "safe:xuhui", 5)),), "account"),
    ("an account nobody knows", (bare(EntryKind.SPEND, Posting("member:m-1", "sales:xuhui", 5)),), "unfit"),
    ("a merge that says nothing", (replace(MERGED, facts={}),), "no_such_merge"),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_the_judge_refuses(entries: tuple[Entry, ...], reason: str) -> None:
    lots = {"lot-far": lot("lot-far")}
    if reason == "opens_lot" and entries == (TOP_UP,):
        lots[TOP_UP_ID] = lot()
    with pytest.raises(PageRefused) as refused:
        judged(*entries, lots=lots)
    assert (refused.value.reason, refused.value.sequence) == (reason, len(entries))


KNOWN: list[tuple[str, Entry, dict[str, Any], str]] = [
    ("an id that is in the journal", TOP_UP, {"used_ids": frozenset({TOP_UP_ID})}, "id_taken"),
    ("a grant that has ended", GRANTED, {"grants": {GRANT_ID: KnownGrant({FAR: 80}, ended=True)}}, "grant_differs"),
    ("a lot head office has never seen", GRANTED, {"lots": {}}, "lot_unknown"),
    ("a void of what is voided", VOID, {"originals": {SPEND_ID: SPEND}, "reversed_ids": frozenset({SPEND_ID})}, "reversed_before"),
]  # fmt: skip


@pytest.mark.parametrize(("single", "more", "reason"), [case[1:] for case in KNOWN], ids=[case[0] for case in KNOWN])
def test_the_judge_remembers_earlier_pages(single: Entry, more: dict[str, Any], reason: str) -> None:
    with pytest.raises(PageRefused) as refused:
        judged(single, **more)
    assert refused.value.reason == reason


def test_a_head_office_that_forgot_learns_grants_and_merges_again() -> None:
    effects = judged(TOP_UP, GRANTED, MERGED, grants={}, merges={}, relearning=True)
    assert effects.forgotten == [GRANT_ID]
    assert effects.forgotten_merges == {"merge-1": (MEMBER, OTHER)}


@pytest.mark.parametrize(
    "named", ["member", "member:", "member:m-1", "member:m-1:lot", "member:m-1:lot:cash", "memberly"]
)
def test_an_account_that_is_no_account_is_refused_and_not_stumbled_over(named: str) -> None:
    odd = entry(EntryKind.SPEND, SPEND_ID, (Posting(named, "sales:xuhui", 1),))
    assert needs_of([odd]).members <= {"", MEMBER}
    with pytest.raises(PageRefused):
        judged(TOP_UP, odd)


def test_nothing_is_looked_up_that_the_page_does_not_name() -> None:
    needs = needs_of([TOP_UP, SPEND, VOID, GRANTED, MERGED])
    assert needs.members == {MEMBER, OTHER}
    assert needs.lots == {TOP_UP_ID, "lot-far"}
    assert set(needs.originals) == {SPEND_ID}
    assert set(needs.grants) == {GRANT_ID}
    assert set(needs.merges) == {"merge-1"}
    assert needs.ids == {TOP_UP_ID, SPEND_ID, VOID_ID, GRANT_ID, LAST_ID}


@given(st.integers(1, 400), st.integers(0, 4))
def test_no_honest_spelling_of_a_payment_takes_more_than_there_is(amount: int, repeats: int) -> None:
    spends = [
        replace(SPEND, entry_id=entry_id(100 + n), postings=(Posting(account(), "sales:xuhui", amount),))
        for n in range(repeats + 1)
    ]
    fits = amount * len(spends) <= 300
    if fits:
        effects = judged(TOP_UP, *spends)
        assert effects.deltas[PurseKey(MEMBER, TOP_UP_ID, PRINCIPAL)] == 300 - amount * len(spends)
    else:
        with pytest.raises(PageRefused) as refused:
            judged(TOP_UP, *spends)
        assert refused.value.sequence == 2 + 300 // amount
