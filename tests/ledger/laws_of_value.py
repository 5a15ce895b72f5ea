"""Laws of lots, spending and topping up: the shop and the member both get their fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import strategies as st

from ledger.accounts import Tender
from ledger.entries import Lot
from ledger.errors import (
    AmountNotOnLadder,
    BalanceTooSmall,
    LimitExceeded,
    NothingToPay,
    RuleRefused,
)
from ledger.lots import take_from_holding, take_oldest_first
from ledger.purses import Holding
from ledger.rules.programme import Approvals, ApprovedAct, Limit, Limits, Rung
from ledger.rules.spend import spend_terms
from ledger.rules.topup import TopUpFacts, most_to_pay, rung_bonus, top_up_terms, valid_rungs
from tests.ledger.book import lot
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


@law(
    {"held": Holding(lot(1, 1, 3), 0, 3), "share": 1},
    {"held": Holding(lot(1, 2, 3), 2, 0), "share": 1},
    held=HELD,
    share=st.integers(1, 10**6),
)
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


@law(
    {"held": [Holding(lot(1, 1, 0), 1, 0), Holding(lot(2, 1, 0), 1, 0)], "wanted": 1},
    {"held": [], "wanted": 1},
    held=st.lists(HELD, max_size=4),
    wanted=st.integers(1, 2_000_000),
)
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
    {"held": [Holding(lot(1, 1, 0), 1, 0)], "price": 1, "part": 2},
    {"held": [], "price": 0, "part": None},
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
EXACT: Final = Wish([(100, 25, False, 0, 0)], True, 1, (Limit(250, "Art."), None, None, None), Tender.CASH, 0, True)
"""200 and its 25 % fill the limit of 250 to the fen."""
TIGHT: Final = tuple(Limit(fen, "Art.") for fen in (400, 300, 250, 200))
FULL: Final = Wish(
    [(100, 10, True, None, None)], True, 50, (TIGHT[0], TIGHT[1], TIGHT[2], TIGHT[3]), Tender.CASH, 100, True
)


@law(
    {
        "wish": Wish([(1, 0, False, None, None), (2, 0, False, None, None)], True, 1, NONE, Tender.CASH, 0, True),
        "paid": 2,
    },
    {"wish": Wish([], True, 1, (None, Limit(1, "Art."), None, None), Tender.CASH, 0, False), "paid": 2},
    {"wish": Wish([], False, 1, NONE, Tender.CASH, 0, False), "paid": 1},
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


@law(
    {"wish": Wish([(1, 1, True, None, None)], False, 1, (None, Limit(87, "Art."), None, None), Tender.CASH, 86, False)},
    {"wish": PERCENT},
    {"wish": EXACT},
    {"wish": FULL},
    wish=WISHES,
)
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


@law()
def a_member_who_may_hold_no_more_is_told_so_at_the_fen() -> None:
    shop = programme((rung("r", 100, 10),), minimum_minor=1, limits=Limits(Limit(1_000, "Art."), None, None, None))
    facts = TopUpFacts(100, Tender.CASH, ON, 890, registered=True)
    assert top_up_terms(shop, facts).credited_minor == 110
    with pytest.raises(LimitExceeded) as refused:
        top_up_terms(shop, TopUpFacts(100, Tender.CASH, ON, 891, registered=True))
    assert (refused.value.amount_minor, refused.value.ceiling_minor, refused.value.article) == (1_001, 1_000, "Art.")
