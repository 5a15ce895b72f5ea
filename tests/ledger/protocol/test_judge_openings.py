"""The judge on what members brought along from the system before, and on taking all of it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ledger.accounts import Instrument, PurseKey, member_account
from ledger.activity import Contribution, contribution
from ledger.corrections import REVERSES, REVERSIBLE, VOIDABLE, mirror
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.errors import PageRefused
from ledger.protocol import judge as bench
from ledger.protocol import moves
from ledger.protocol.judge import judge
from ledger.specials import Special
from tests.ledger.protocol.judged import MEMBER, OTHER, TOP_UP, TOP_UP_ID, entry, entry_id, judged, standing

PRINCIPAL, BONUS, UNITS = Instrument.PRINCIPAL, Instrument.BONUS, Instrument.UNITS
OPENED_ID, UNDONE_ID, HEAD_ID, USED_ID = (entry_id(number) for number in range(41, 45))
PLAIN = Lot(OPENED_ID, MEMBER, 200, 30, "2026.1", "f" * 64)
PASS = Lot(f"{OPENED_ID}.1", MEMBER, 392, 0, "2026.1", "f" * 64, Special("VISIT:facial", 4, rule="opening").text())
ALONE = Lot(f"{OPENED_ID}.1", MEMBER, 0, 30, "2026.1", "f" * 64, Special(rule="opening").text())


def line(of: Lot, instrument: Instrument) -> str:
    return member_account(PurseKey(of.member_id, of.lot_id, instrument))


MONEY = (
    Posting("opening:xuhui", line(PLAIN, PRINCIPAL), 200),
    Posting("opening:xuhui", line(PLAIN, BONUS), 30),
)
OWED = Posting("opening:xuhui", "presold:xuhui", 392)
VISITS = Posting("opening:xuhui", line(PASS, UNITS), 4, PASS.asset)
OPENED = entry(EntryKind.OPENED, OPENED_ID, (*MONEY, OWED, VISITS), lots=(PLAIN, PASS), shift_id=None)
UNDONE = entry(EntryKind.OPENING_REVERTED, UNDONE_ID, mirror(OPENED), reverses=OPENED_ID, shift_id=None)
HEAD = entry(EntryKind.OPENED, HEAD_ID, (), member_id=None, shift_id=None)


def used(**more: Any) -> Entry:
    return entry(EntryKind.SPEND, USED_ID, (Posting(line(PLAIN, PRINCIPAL), "sales:xuhui", 1),), **more)


def test_money_a_bonus_and_a_pass_come_in_and_go_out_again_whole() -> None:
    came = judged(HEAD, OPENED)
    assert came.lots == [PLAIN, PASS]
    assert set(came.deltas.values()) == {200, 30, 4}
    assert set(judged(OPENED, UNDONE).deltas.values()) == {0}
    assert set(judged(OPENED, replace(UNDONE, till="2")).deltas.values()) == {0}


def test_a_bonus_without_a_principal_is_a_lot_of_its_own() -> None:
    alone = replace(OPENED, postings=(Posting("opening:xuhui", line(ALONE, BONUS), 30),), lots=(ALONE,))
    assert judged(alone).deltas == {PurseKey(MEMBER, ALONE.lot_id, BONUS): 30}


REFUSED: list[tuple[str, tuple[Entry, ...], str]] = [
    ("more than the lot says", (replace(OPENED, postings=(*MONEY, MONEY[1], OWED, VISITS)),), "lot_figures"),
    ("a pass whose money is not owed", (replace(OPENED, postings=(*MONEY, VISITS)),), "lot_figures"),
    ("money owed for no pass", (replace(OPENED, postings=(*MONEY, OWED), lots=(PLAIN,)),), "lot_figures"),
    ("a head that owes money", (replace(HEAD, postings=(OWED,)),), "lot_figures"),
    ("a balance into no lot", (replace(OPENED, postings=MONEY, lots=()),), "opens_lot"),
    ("a balance under another entry's id", (replace(OPENED, lots=(replace(PLAIN, lot_id=TOP_UP_ID), PASS)),), "opens_lot"),
    ("a plain lot behind the first", (replace(OPENED, lots=(PASS, replace(PLAIN, lot_id=f"{OPENED_ID}.2"))),), "opens_lot"),
    ("a balance that a till paid for", (replace(OPENED, postings=(Posting("till:1:cash", line(PLAIN, PRINCIPAL), 200), *MONEY[1:], OWED, VISITS)),), "account"),
    ("a balance that promotion paid for", (replace(OPENED, postings=(MONEY[0], replace(MONEY[1], debit="promotion:xuhui"), OWED, VISITS)),), "account"),
    ("money taken out of opening as sales", (replace(OPENED, postings=(Posting("opening:xuhui", "sales:xuhui", 5),), lots=()),), "account"),
    ("a top-up that opening paid for", (replace(TOP_UP, postings=(Posting("opening:xuhui", TOP_UP.postings[0].credit, 300), *TOP_UP.postings[1:])),), "account"),
    ("an opening taken back twice", (OPENED, UNDONE, replace(UNDONE, entry_id=USED_ID)), "reversed_before"),
    ("an opening taken back in part", (OPENED, replace(UNDONE, postings=UNDONE.postings[1:])), "not_the_mirror"),
    ("an opening taken back from somebody else", (OPENED, replace(UNDONE, member_id=OTHER)), "not_the_mirror"),
    ("an opening taken back after some of it was used", (OPENED, used(), UNDONE), "overdrawn"),
    ("an opening voided at the counter", (OPENED, replace(UNDONE, kind=EntryKind.VOID)), "reverses"),
    ("a top-up taken back as if it were an opening", (TOP_UP, replace(UNDONE, reverses=TOP_UP_ID, postings=mirror(TOP_UP))), "reverses"),
    ("an opening taken back that never was", (UNDONE,), "reverses"),
    ("taking back nothing", (OPENED, replace(UNDONE, reverses=None)), "reverses"),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_the_judge_refuses(entries: tuple[Entry, ...], reason: str) -> None:
    with pytest.raises(PageRefused) as refused:
        judged(*entries, lots={})
    assert (refused.value.reason, refused.value.sequence) == (reason, len(entries))


def test_each_reversal_mirrors_its_own_kinds_alone() -> None:
    assert {EntryKind.VOID: VOIDABLE, EntryKind.OPENING_REVERTED: {EntryKind.OPENED}} == REVERSES
    assert VOIDABLE | {EntryKind.OPENED} == REVERSIBLE
    assert not REVERSIBLE & REVERSES.keys()


def _issued_only(self: bench._Bench, sequence: int, told: Entry) -> None:
    self.issued(sequence, told)


def _anything_goes(_: object, __: Lot, ___: int) -> bool:
    return True


MUTANTS: list[tuple[str, Callable[[pytest.MonkeyPatch], None], str]] = [
    ("what is owed for passes is not looked at", lambda patch: patch.setitem(bench._RULES, EntryKind.OPENED, _issued_only), "lot_figures"),
    ("a balance may lie in any lot", lambda patch: patch.setattr(bench, "opens_rightly", _anything_goes), "opens_lot"),
    ("any kind may be taken back", lambda patch: patch.setitem(vars(bench), "REVERSES", dict.fromkeys(REVERSES, REVERSIBLE)), "reverses"),
    ("a reversal is not remembered", lambda patch: patch.setattr(bench._Bench, "take", _forgetful), "reversed_before"),
    ("anybody may pay", lambda patch: patch.setattr(bench, "ALLOWED", dict.fromkeys(EntryKind, frozenset().union(*moves.ALLOWED.values(), {("till", "principal"), ("opening", "sales")}))), "account"),
]  # fmt: skip


def _forgetful(self: bench._Bench, sequence: int, told: Entry) -> None:
    self.reversed_ids.clear()
    _TAKE(self, sequence, told)


_TAKE = bench._Bench.take


@pytest.mark.parametrize(("mutate", "reason"), [case[1:] for case in MUTANTS], ids=[case[0] for case in MUTANTS])
def test_a_judge_that_looks_away_is_noticed(
    mutate: Callable[[pytest.MonkeyPatch], None], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)
    noticed = set()
    for _, entries, wanted in REFUSED:
        try:
            judge(standing(lots={}), list(enumerate(entries, start=1)))
        except PageRefused as refused:
            if refused.reason == wanted:
                continue
        noticed.add(wanted)
    assert reason in noticed


def test_the_past_a_member_brought_along_counts_on_the_day_it_ended_and_goes_with_the_balance() -> None:
    past = {"on": "2026-11-02", "visits": 12, "spent_minor": 90_000, "top_ups": 3, "topped_minor": 120_000}
    told = replace(OPENED, facts={"past": past})
    added = contribution(told, None)
    assert (added.member_id, added.on.isoformat(), added.figures) == (MEMBER, "2026-11-02", (12, 90_000, 3, 120_000))
    taken = contribution(UNDONE, told)
    assert (taken.on, taken.figures) == (added.on, (-12, -90_000, -3, -120_000))
    assert contribution(OPENED, None) == Contribution(MEMBER, OPENED.business_date)
