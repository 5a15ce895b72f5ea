"""The judge on points, passes, coupons and bonuses of their own conditions: what may be given, used, given on and lapse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.accounts import Instrument, PurseKey, member_account
from ledger.corrections import VOIDABLE, mirror
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.errors import PageRefused
from ledger.protocol import judge as bench
from ledger.protocol.judge import KnownGrant, judge, needs_of
from ledger.specials import Special
from tests.ledger.protocol.judged import (
    GRANT_ID,
    MEMBER,
    OTHER,
    SPEND_ID,
    TOP_UP,
    TOP_UP_ID,
    account,
    entry,
    entry_id,
    judged,
    lot,
    standing,
)

UNITS, BONUS = Instrument.UNITS, Instrument.BONUS
DAY = date(2026, 11, 23)
POINTS = Special("PTS", 100, expires_on=DAY, rule="welcome")
PASS = Special("VISIT:facial", 10)
LATER = Special(usable_from=date(2026, 12, 1), expires_on=date(2027, 1, 1))
ISSUED_ID, SOLD_ID, USED_ID, GIFT_ID, LAST_ID = (entry_id(number) for number in range(21, 26))


def special_lot(opened_by: str, special: Special, paid: int = 0, bonus: int = 0, number: int = 1) -> Lot:
    return Lot(f"{opened_by}.{number}", MEMBER, paid, bonus, "2026.1", "f" * 64, special.text())


def units(of: Lot, member: str = MEMBER) -> str:
    return member_account(PurseKey(member, of.lot_id, UNITS))


def given(of: Lot) -> Posting:
    return Posting("issued:xuhui", units(of), of.units, of.asset)


def used(of: Lot, count: int) -> Posting:
    return Posting(units(of), "redeemed:xuhui", count, of.asset)


EARNED = special_lot(ISSUED_ID, POINTS)
VISITS = special_lot(SOLD_ID, PASS, paid=980)
AFTER = special_lot(TOP_UP_ID, LATER, bonus=30)
WITH_IT = special_lot(TOP_UP_ID, POINTS, number=2)
ISSUED = entry(EntryKind.ISSUED, ISSUED_ID, (given(EARNED),), lots=(EARNED,))
SOLD = entry(EntryKind.SOLD, SOLD_ID, (Posting("till:1:wechat", "presold:xuhui", 980), given(VISITS)), lots=(VISITS,))
GENEROUS = replace(
    TOP_UP,
    postings=(*TOP_UP.postings, Posting("promotion:xuhui", account(AFTER.lot_id, BONUS), 30), given(WITH_IT)),
    lots=(lot(), AFTER, WITH_IT),
)
USED = entry(EntryKind.REDEEMED, USED_ID, (used(VISITS, 1), Posting("presold:xuhui", "sales:xuhui", 98)))
GIFTED = entry(EntryKind.GIFTED, GIFT_ID, (Posting(units(EARNED), units(EARNED, OTHER), 40, "PTS"),))
LAPSED = entry(EntryKind.LAPSED, LAST_ID, (Posting(units(EARNED), "lapsed:xuhui", 100, "PTS"),))
_EARNED_NOW = special_lot(SPEND_ID, POINTS)
SPEND = entry(
    EntryKind.SPEND,
    SPEND_ID,
    (Posting(account(), "sales:xuhui", 60), used(EARNED, 30), given(_EARNED_NOW)),
    lots=(_EARNED_NOW,),
)


def bare(kind: EntryKind, *postings: Posting, **more: Any) -> Entry:
    return entry(kind, LAST_ID, postings, **more)


def mirrored(original: Entry) -> Entry:
    return bare(EntryKind.VOID, *mirror(original), reverses=original.entry_id)


def test_a_day_with_points_passes_gifts_and_a_bonus_for_later_passes() -> None:
    effects = judged(GENEROUS, ISSUED, SOLD, SPEND, USED, GIFTED)
    left = {(key.member_id, key.lot_id): count for key, count in effects.deltas.items() if key.instrument is UNITS}
    assert left == {
        (MEMBER, WITH_IT.lot_id): 100,
        (MEMBER, EARNED.lot_id): 30,
        (OTHER, EARNED.lot_id): 40,
        (MEMBER, VISITS.lot_id): 9,
        (MEMBER, _EARNED_NOW.lot_id): 100,
    }
    assert effects.deltas[PurseKey(MEMBER, AFTER.lot_id, BONUS)] == 30
    assert effects.lots == [lot(), AFTER, WITH_IT, EARNED, VISITS, _EARNED_NOW]


@pytest.mark.parametrize("original", [GENEROUS, ISSUED, SOLD], ids=lambda one: one.kind.value)
def test_a_void_takes_back_every_asset_that_was_given(original: Entry) -> None:
    effects = judged(original, mirrored(original))
    assert set(effects.deltas.values()) == {0}


def test_a_gift_and_a_use_can_be_voided_too() -> None:
    assert judged(ISSUED, GIFTED, mirrored(GIFTED)).deltas[PurseKey(OTHER, EARNED.lot_id, UNITS)] == 0
    assert judged(SOLD, USED, mirrored(USED)).deltas[PurseKey(MEMBER, VISITS.lot_id, UNITS)] == 10
    assert {EntryKind.SOLD, EntryKind.ISSUED, EntryKind.REDEEMED, EntryKind.GIFTED} < VOIDABLE


def test_what_has_lapsed_goes_units_and_bonuses_alike() -> None:
    ending = special_lot(TOP_UP_ID, Special(expires_on=DAY), bonus=30)
    topped = replace(
        GENEROUS, postings=(*TOP_UP.postings, Posting("promotion:xuhui", account(ending.lot_id, BONUS), 30))
    )
    both = replace(LAPSED, postings=(*LAPSED.postings, Posting(account(ending.lot_id, BONUS), "lapsed:xuhui", 30)))
    effects = judged(replace(topped, lots=(lot(), ending)), ISSUED, both)
    assert effects.deltas[PurseKey(MEMBER, EARNED.lot_id, UNITS)] == 0
    assert effects.deltas[PurseKey(MEMBER, ending.lot_id, BONUS)] == 0


@pytest.mark.parametrize("kind", [EntryKind.FAMILY_CHANGED, EntryKind.TAGGED])
def test_who_belongs_together_and_what_a_member_is_called_moves_nothing(kind: EntryKind) -> None:
    assert judged(bare(kind)).deltas == {}
    with pytest.raises(PageRefused) as refused:
        judged(bare(kind, Posting("till:1:cash", "sales:xuhui", 5)))
    assert refused.value.reason == "account"


def test_both_sides_of_a_gift_and_every_lot_that_moves_are_looked_up() -> None:
    needs = needs_of([GIFTED, USED])
    assert needs.members == {MEMBER, OTHER}
    assert needs.lots == {EARNED.lot_id, VISITS.lot_id}


def test_units_come_by_a_grant_and_go_back_as_money_does() -> None:
    far = Lot("lot-far.1", MEMBER, 0, 0, "2026.1", "f" * 64, POINTS.text())
    line = PurseKey(MEMBER, far.lot_id, UNITS)
    came = entry(
        EntryKind.GRANTED, GRANT_ID, (Posting("transfer:xuhui", units(far), 40, "PTS"),), lots=(far,), till="*"
    )
    back = bare(EntryKind.RETURNED, Posting(units(far), "transfer:xuhui", 15, "PTS"), till="*")
    known = {"lots": {far.lot_id: far}, "grants": {GRANT_ID: KnownGrant({line: 40}, ended=False)}}
    effects = judged(came, back, **known)
    assert [(step.key, step.amount_minor) for step in effects.transfers] == [(line, -40), (line, 15)]


OTHER_POINTS = replace(EARNED, member_id=OTHER)
REFUSED: list[tuple[str, tuple[Entry, ...], str]] = [
    ("units out of nowhere", (bare(EntryKind.SPEND, Posting("sales:xuhui", units(EARNED), 5, "PTS")),), "account"),
    ("units minted by a payment into a lot that is there", (ISSUED, bare(EntryKind.SPEND, given(EARNED))), "account"),
    ("more units given than the lot says", (replace(ISSUED, postings=(given(EARNED), given(EARNED))),), "lot_figures"),
    ("a lot of units and nothing given", (replace(ISSUED, postings=()),), "lot_figures"),
    ("points given as coupons", (replace(ISSUED, postings=(replace(given(EARNED), asset="COUPON:cake"),)),), "asset"),
    ("points given as money", (replace(ISSUED, postings=(replace(given(EARNED), asset="CNY"),)),), "asset"),
    ("units that promotion paid for", (replace(ISSUED, postings=(replace(given(EARNED), debit="promotion:xuhui"),)),), "account"),
    ("a bonus issued as units are", (replace(GENEROUS, postings=(*TOP_UP.postings, Posting("issued:xuhui", account(AFTER.lot_id, BONUS), 30), given(WITH_IT))),), "account"),
    ("gifts for cash without a sale", (replace(ISSUED, postings=(Posting("till:1:cash", "presold:xuhui", 5), given(EARNED))),), "account"),
    ("a sale of nothing", (replace(SOLD, postings=(), lots=()),), "opens_lot"),
    ("units given into no lot", (replace(ISSUED, lots=()),), "opens_lot"),
    ("a lot under another entry's number", (replace(ISSUED, lots=(replace(EARNED, lot_id=f"{SOLD_ID}.1"),)),), "opens_lot"),
    ("a lot under a number nobody counts", (replace(ISSUED, lots=(replace(EARNED, lot_id=f"{ISSUED_ID}.01"),)),), "opens_lot"),
    ("a lot under its entry's own id that is not plain", (replace(ISSUED, lots=(replace(EARNED, lot_id=ISSUED_ID),)),), "opens_lot"),
    ("a plain lot beside a top-up's own", (replace(TOP_UP, lots=(lot(), lot(f"{TOP_UP_ID}.1"))),), "opens_lot"),
    ("points in the place of a top-up's principal", (replace(GENEROUS, lots=(WITH_IT, lot(), AFTER)),), "opens_lot"),
    ("the same lot twice", (replace(ISSUED, lots=(EARNED, EARNED)),), "opens_lot"),
    ("free units that say they were paid for", (replace(ISSUED, lots=(replace(EARNED, paid_minor=5),)),), "opens_lot"),
    ("a pass sold for less than it says", (replace(SOLD, lots=(replace(VISITS, paid_minor=990),)),), "lot_figures"),
    ("a pass sold for nothing", (replace(SOLD, postings=(given(VISITS),), lots=(replace(VISITS, paid_minor=0),)),), "lot_figures"),
    ("a pass paid for from stored value", (TOP_UP, replace(SOLD, postings=(Posting(account(), "presold:xuhui", 60), *SOLD.postings[1:]))), "account"),
    ("a top-up paid for from stored value", (TOP_UP, replace(GENEROUS, entry_id=LAST_ID, lots=(lot(LAST_ID),), postings=(Posting(account(), account(LAST_ID), 300), Posting("promotion:xuhui", account(LAST_ID, BONUS), 50)))), "account"),
    ("a top-up that the store pays itself", (replace(TOP_UP, postings=(Posting("presold:xuhui", account(), 300), *TOP_UP.postings[1:])),), "account"),
    ("a pass paid at another till", (replace(SOLD, till="2"),), "account"),
    ("stored value spent on anything but sales", (TOP_UP, bare(EntryKind.SPEND, Posting(account(), "presold:xuhui", 60))), "account"),
    ("more visits used than are left", (SOLD, bare(EntryKind.REDEEMED, used(VISITS, 11))), "overdrawn"),
    ("visits used as points", (SOLD, bare(EntryKind.REDEEMED, replace(used(VISITS, 1), asset="PTS"))), "asset"),
    ("somebody else's visits used", (SOLD, bare(EntryKind.REDEEMED, used(VISITS, 1), member_id=OTHER)), "another_member"),
    ("units used as sales", (SOLD, bare(EntryKind.REDEEMED, Posting(units(VISITS), "sales:xuhui", 1, VISITS.asset))), "account"),
    ("money redeemed as units", (TOP_UP, bare(EntryKind.REDEEMED, Posting(account(), "redeemed:xuhui", 1))), "account"),
    ("something redeemed that uses nothing", (bare(EntryKind.REDEEMED, Posting("till:1:cash", "sales:xuhui", 5)),), "moves_nothing"),
    ("a lot nobody knows used", (bare(EntryKind.REDEEMED, used(EARNED, 1)),), "lot_unknown"),
    ("units lapsing that have no end", (SOLD, bare(EntryKind.LAPSED, Posting(units(VISITS), "lapsed:xuhui", 1, VISITS.asset))), "not_lapsed"),
    ("units lapsing before their day", (ISSUED, replace(LAPSED, business_date=date(2026, 11, 22))), "not_lapsed"),
    ("a plain bonus lapsing", (TOP_UP, bare(EntryKind.LAPSED, Posting(account(instrument=BONUS), "lapsed:xuhui", 5))), "not_lapsed"),
    ("principal lapsing", (TOP_UP, bare(EntryKind.LAPSED, Posting(account(), "lapsed:xuhui", 5))), "account"),
    ("stored value given to a friend", (TOP_UP, bare(EntryKind.GIFTED, Posting(account(), account(member=OTHER), 5))), "account"),
    ("a bonus given to a friend", (TOP_UP, bare(EntryKind.GIFTED, Posting(account(instrument=BONUS), account(instrument=BONUS, member=OTHER), 5))), "account"),
    ("a gift of somebody else's", (ISSUED, replace(GIFTED, member_id=OTHER)), "another_member"),
    ("a gift to oneself of another lot", (ISSUED, SOLD, bare(EntryKind.GIFTED, Posting(units(EARNED), units(VISITS), 5, "PTS"))), "account"),
    ("a gift that turns points into visits", (ISSUED, SOLD, bare(EntryKind.GIFTED, Posting(units(EARNED), units(VISITS, OTHER), 5, "PTS"))), "account"),
    ("a gift of more than there is", (ISSUED, replace(GIFTED, postings=(replace(GIFTED.postings[0], amount_minor=101),))), "overdrawn"),
    ("a gift of nothing", (replace(GIFTED, postings=()),), "moves_nothing"),
    ("a gift that opens a lot", (ISSUED, replace(GIFTED, lots=(special_lot(GIFT_ID, POINTS),))), "opens_lot"),
    ("a void that keeps the points", (ISSUED, bare(EntryKind.VOID, reverses=ISSUED_ID)), "not_the_mirror"),
    ("a void of what has lapsed", (ISSUED, LAPSED, replace(mirrored(LAPSED), entry_id=USED_ID)), "reverses"),
    ("points in the drawer", (bare(EntryKind.PAID_IN, Posting("till:1:cash", "paid_in:xuhui", 5, "PTS")),), "asset"),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_the_judge_refuses(entries: tuple[Entry, ...], reason: str) -> None:
    with pytest.raises(PageRefused) as refused:
        judged(*entries, lots={})
    assert (refused.value.reason, refused.value.sequence) == (reason, len(entries))


def test_a_grant_of_money_and_units_together_is_refused() -> None:
    points = Lot("lot-far.1", MEMBER, 0, 0, "2026.1", "f" * 64, POINTS.text())
    money = lot("lot-far")
    lines = {PurseKey(MEMBER, "lot-far", Instrument.PRINCIPAL): 80, PurseKey(MEMBER, points.lot_id, UNITS): 5}
    came = (Posting("transfer:xuhui", account("lot-far"), 80), Posting("transfer:xuhui", units(points), 5, "PTS"))
    mixed = entry(EntryKind.GRANTED, GRANT_ID, came, lots=(money, points), till="*")
    known = {"lots": {"lot-far": money, points.lot_id: points}, "grants": {GRANT_ID: KnownGrant(lines, ended=False)}}
    with pytest.raises(PageRefused) as refused:
        judged(mixed, **known)
    assert refused.value.reason == "grant_mixed"


def _nothing(*_: object) -> None:
    """Check nothing."""


Mutation = tuple[str, Callable[..., object]]
MUTANTS: list[tuple[str, Mutation, set[str]]] = [
    ("no asset is checked", ("_check_assets", _nothing), {"asset", "lot_unknown"}),
    ("every side is allowed", ("moves_as_told", _nothing), {"account", "another_member", "moves_nothing"}),
]


@pytest.mark.parametrize(("mutation", "reasons"), [case[1:] for case in MUTANTS], ids=[case[0] for case in MUTANTS])
def test_a_judge_that_looks_away_lets_wrong_entries_through(
    mutation: Mutation, reasons: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench._Bench, *mutation)
    through = set()
    for name, entries, reason in REFUSED:
        try:
            judge(standing(lots={}), list(enumerate(entries, start=1)))
        except PageRefused:
            continue
        through.add((name, reason))
    assert through, "the table has a case for it"
    assert {reason for _, reason in through} <= reasons


def test_a_handout_or_a_promise_of_draws_opens_no_lot_and_moves_nothing() -> None:
    effects = judge(standing(lots={}), [(1, replace(ISSUED, postings=(), lots=()))])
    assert (effects.deltas, effects.lots) == ({}, [])
