"""Laws of lots, spending, topping up, voiding and counting: the shop and the member both get their fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import strategies as st

from ledger.accounts import Instrument, Tender, till_tender
from ledger.balances import fold_balances
from ledger.corrections import VOIDABLE, check_void, mirror
from ledger.entries import Entry, EntryKind, Lot
from ledger.errors import (
    AlreadyReversed,
    AmountNotOnLadder,
    BalanceTooSmall,
    CorrectionRefused,
    LimitExceeded,
    NothingToPay,
    NotReversible,
    RuleRefused,
    ShiftClosedSince,
    ValueAlreadySpent,
)
from ledger.lots import take_from_holding, take_oldest_first
from ledger.purses import Holding, purse_deltas
from ledger.rules.programme import Approvals, ApprovedAct, Limit, Limits, Rung
from ledger.rules.shift import fold_shift
from ledger.rules.spend import spend_terms
from ledger.rules.topup import TopUpFacts, most_to_pay, rung_bonus, top_up_terms, valid_rungs
from tests.ledger.book import DAY, Book, entry_id, lot
from tests.ledger.law import law
from tests.ledger.programmes import programme, rung

FEN: Final = st.integers(0, 500_000) | st.integers(0, 50)
SOLD: Final = st.builds(lambda paid, bonus: lot(1, paid + 1, bonus), FEN, FEN)


@st.composite
def holdings(draw: st.DrawFn) -> Holding:
    """Return a holding in or out of its lot's ratio, as after a void or a grant of a part."""
    of = draw(SOLD)
    return Holding(of, draw(st.integers(0, of.paid_minor)), draw(st.integers(0, of.bonus_minor)))


HELD: Final = holdings().filter(lambda held: held.total_minor > 0)


@law(held=HELD, share=st.integers(1, 10**6))
def a_take_is_exact_and_never_more_of_either_than_there_is(held: Holding, share: int) -> None:
    wanted = 1 + (held.total_minor - 1) * share // 10**6
    take = take_from_holding(held, wanted)
    assert take.principal_minor + take.bonus_minor == wanted
    assert 0 <= take.principal_minor <= held.principal_minor
    assert 0 <= take.bonus_minor <= held.bonus_minor


@law(
    {"sold": lot(1, 100, 900), "shares": [1] * 40},
    {"sold": lot(1, 30_000, 5_000), "shares": [10_000] * 4},
    {"sold": lot(1, 10_000, 500), "shares": [3] * 40},
    sold=SOLD,
    shares=st.lists(st.integers(1, 50_000), min_size=1, max_size=40),
)
def what_remains_of_a_lot_keeps_its_ratio_to_half_a_fen_and_it_is_spent_to_the_last(
    sold: Lot, shares: list[int]
) -> None:
    principal, bonus = sold.paid_minor, sold.bonus_minor
    for share in [*shares, sold.total_minor]:
        wanted = min(share, principal + bonus)
        if not wanted:
            break
        take = take_from_holding(Holding(sold, principal, bonus), wanted)
        principal, bonus = principal - take.principal_minor, bonus - take.bonus_minor
        assert 2 * abs(principal * sold.total_minor - (principal + bonus) * sold.paid_minor) <= sold.total_minor
    assert (principal, bonus) == (0, 0)


@law(held=st.lists(HELD, max_size=4), wanted=st.integers(1, 2_000_000))
def a_newer_lot_pays_nothing_while_an_older_one_holds_value(held: list[Holding], wanted: int) -> None:
    held = [
        Holding(lot(place, h.lot.paid_minor, h.lot.bonus_minor), h.principal_minor, h.bonus_minor)
        for place, h in enumerate(held)
    ]
    available = sum(part.total_minor for part in held)
    if wanted > available:
        with pytest.raises(BalanceTooSmall) as refused:
            take_oldest_first(held, wanted)
        assert (refused.value.asked_minor, refused.value.available_minor) == (wanted, available)
        assert refused.value.missing_minor == wanted - available
        return
    takes = take_oldest_first(held, wanted)
    assert sum(take.total_minor for take in takes) == wanted
    assert [take.lot_id for take in takes] == [part.lot.lot_id for part in held[: len(takes)]]
    for take, part in list(zip(takes, held, strict=False))[:-1]:
        assert take.total_minor == part.total_minor


@law(
    {"held": [], "price": 1, "part": None},
    {"held": [Holding(lot(1, 100, 0), 100, 0)], "price": 100, "part": 100},
    {"held": [Holding(lot(1, 100, 0), 100, 0)], "price": 200, "part": 101},
    held=st.lists(HELD, max_size=3),
    price=st.integers(-1, 2_000_000),
    part=st.none() | st.integers(-1, 2_000_000),
)
def a_bill_is_paid_to_the_fen_and_a_named_part_is_kept_or_refused(
    held: list[Holding], price: int, part: int | None
) -> None:
    available = sum(each.total_minor for each in held)
    try:
        terms = spend_terms(price, held, part)
    except NothingToPay:
        unpayable = price <= 0 or (part is not None and part < 0)
    except BalanceTooSmall:
        unpayable = part is not None and min(part, price) > available
    else:
        assert price > 0
        assert terms.stored_minor + terms.rest_minor == terms.paid_price_minor == terms.list_price_minor == price
        assert terms.principal_minor + terms.bonus_minor == terms.stored_minor
        assert terms.stored_minor == min(price, available if part is None else part)
        assert terms.available_before_minor - terms.stored_minor == terms.available_after_minor >= 0
        return
    assert unpayable


ON: Final = date(2026, 11, 20)
RUNGS: Final = st.lists(
    st.tuples(
        st.integers(1, 400),
        st.integers(0, 120),
        st.booleans(),
        st.none() | st.integers(-2, 2),
        st.none() | st.integers(-2, 2),
    ),
    max_size=4,
    unique_by=lambda drawn: drawn[0],
)
LIMIT: Final = st.none() | st.integers(1, 700).map(lambda fen: Limit(fen, "Art."))
DrawnRungs = list[tuple[int, int, bool, int | None, int | None]]


def _rungs(drawn: DrawnRungs) -> tuple[Rung, ...]:
    def day(offset: int | None) -> date | None:
        return None if offset is None else ON + timedelta(days=offset)

    rungs = []
    for place, (pay, bonus, fixed, starts, ends) in enumerate(sorted(drawn)):
        amount, percent = (bonus, None) if fixed else (None, bonus)
        rungs.append(rung(f"r{place}", pay, amount, percent, day(starts), day(ends)))
    return tuple(rungs)


@dataclass(frozen=True)
class Wish:
    """A member at the counter with a programme: everything small, so that all amounts can be tried."""

    drawn: DrawnRungs
    any_amount: bool
    minimum: int
    limits: tuple[Limit | None, Limit | None, Limit | None, Limit | None]
    tender: Tender
    balance: int
    registered: bool


WISHES: Final = st.builds(
    Wish,
    RUNGS,
    st.booleans(),
    st.integers(1, 200),
    st.tuples(LIMIT, LIMIT, LIMIT, LIMIT),
    st.sampled_from([Tender.CASH, Tender.WECHAT]),
    st.integers(0, 300),
    st.booleans(),
)
NONE: Final = (None, None, None, None)
PERCENT: Final = Wish([(100, 25, False, 0, 0)], True, 1, NONE, Tender.CASH, 0, True)
TIGHT: Final = tuple(Limit(fen, "Art.") for fen in (400, 300, 250, 200))
FULL: Final = Wish(
    [(100, 10, True, None, None)], True, 50, (TIGHT[0], TIGHT[1], TIGHT[2], TIGHT[3]), Tender.CASH, 100, True
)


@law(
    {"wish": PERCENT, "paid": 102},
    {"wish": FULL, "paid": 200},
    {"wish": FULL, "paid": 201},
    *(
        {"wish": Wish([(10, 1, True, start, end)], True, 1, NONE, Tender.CASH, 0, True), "paid": 10}
        for start, end in ((0, 0), (1, None), (None, -1))
    ),
    wish=WISHES,
    paid=st.integers(-1, 900),
)
def a_top_up_gives_what_was_paid_and_the_bonus_of_the_highest_rung_reached(wish: Wish, paid: int) -> None:
    rungs = _rungs(wish.drawn)
    shop = programme(rungs, any_amount=wish.any_amount, minimum_minor=wish.minimum, limits=Limits(*wish.limits))
    facts = TopUpFacts(paid, wish.tender, ON, wish.balance, wish.registered)
    today = [each for each in rungs if (each.starts_on or ON) <= ON <= (each.ends_on or ON)]
    assert list(valid_rungs(shop.ladder, ON)) == today
    reached = [each for each in today if each.pay_minor <= paid]
    bonus, percent = (reached[-1].bonus_minor, reached[-1].bonus_percent) if reached else (0, None)
    given = bonus if bonus is not None else (2 * paid * (percent or 0) + 100) // 200
    ceilings = [
        (wish.balance + paid + given, wish.limits[0 if wish.registered else 1]),
        (paid, wish.limits[2]),
        (paid, wish.limits[3] if wish.tender is Tender.CASH else None),
    ]
    on_ladder = any(each.pay_minor == paid for each in today) or (wish.any_amount and paid >= wish.minimum)
    fits = all(limit is None or amount <= limit.ceiling_minor for amount, limit in ceilings)
    if paid > 0 and on_ladder and fits:
        terms = top_up_terms(shop, facts)
        assert (terms.paid_minor, terms.bonus_minor, terms.credited_minor) == (paid, given, paid + given)
        assert terms.rung_id == (reached[-1].rung_id if reached else None)
        return
    refusal = NothingToPay if paid <= 0 else LimitExceeded if on_ladder else AmountNotOnLadder
    with pytest.raises(refusal):
        top_up_terms(shop, facts)


@law({"wish": PERCENT}, {"wish": FULL}, wish=WISHES)
def the_room_a_refusal_names_is_the_most_that_is_accepted(wish: Wish) -> None:
    shop = programme(
        _rungs(wish.drawn), any_amount=wish.any_amount, minimum_minor=wish.minimum, limits=Limits(*wish.limits)
    )

    def accepted(paid: int) -> bool:
        try:
            top_up_terms(shop, TopUpFacts(paid, wish.tender, ON, wish.balance, wish.registered))
        except RuleRefused:
            return False
        return True

    most = most_to_pay(shop, TopUpFacts(1, wish.tender, ON, wish.balance, wish.registered))
    if most > 900:
        assert accepted(most)
        return
    assert most == max((paid for paid in range(1, 901) if accepted(paid)), default=0)


@law({"paid": 2, "percent": 25}, paid=FEN, percent=st.integers(1, 999))
def a_percentage_bonus_is_rounded_half_up_to_the_member(paid: int, percent: int) -> None:
    bonus = rung_bonus(rung("r", 1, percent=percent), paid)
    assert 2 * paid * percent - 100 < 200 * bonus <= 2 * paid * percent + 100


@law({"amount": 100, "threshold": 100}, {"amount": 0, "threshold": 0}, amount=FEN, threshold=FEN)
def an_act_needs_approval_from_its_threshold_on(amount: int, threshold: int) -> None:
    approvals = Approvals({ApprovedAct.VOID: threshold})
    assert approvals.needed(ApprovedAct.VOID, amount) == (amount >= threshold)
    assert not approvals.needed(ApprovedAct.DROP, amount)


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
    check_void(spent, **check)  # type: ignore[arg-type]
    book.void(spent)
    check_void(bought, **check)  # type: ignore[arg-type]


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


@law({"steps": BUSY, "off": -150}, {"steps": BUSY, "off": 0}, steps=STEPS, off=st.integers(-500, 500))
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


@law()
def a_member_who_may_hold_no_more_is_told_so_at_the_fen() -> None:
    shop = programme((rung("r", 100, 10),), minimum_minor=1, limits=Limits(Limit(1_000, "Art."), None, None, None))
    facts = TopUpFacts(100, CASH, DAY, 890, registered=True)
    assert top_up_terms(shop, facts).credited_minor == 110
    with pytest.raises(LimitExceeded) as refused:
        top_up_terms(shop, TopUpFacts(100, CASH, DAY, 891, registered=True))
    assert (refused.value.amount_minor, refused.value.ceiling_minor, refused.value.article) == (1_001, 1_000, "Art.")
