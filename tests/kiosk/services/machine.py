"""The counter under random days: every use case in any order, against a model that is nothing but sums.

After every step the books must say what the model says; the mutants run this same machine and must be caught.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from unittest.mock import ANY

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.model import journal
from kiosk.model.errors import DayClosedAlready, EntryConflict
from kiosk.model.verify import verify
from kiosk.services import cash, close_day, enrol, open_member, pay, reprint, shifts, top_up, void
from kiosk.services.acts import Act, Approval, Done
from kiosk.services.errors import DayNotBegun, ServiceError
from ledger.accounts import Tender
from ledger.balances import fold_balances
from ledger.entries import EntryKind
from ledger.errors import LedgerError
from ledger.rules.programme import ApprovedAct
from ledger.wire import check_chain
from tests.builders import CASHIER, MANAGER, OTHER_CASHIER, Shop, open_shop

TILLS = {"1": CASHIER, "2": OTHER_CASHIER}
REFUSED = (ServiceError, LedgerError)
"""What a cashier may be told; anything else is a fault of the programme."""


@dataclass
class Told:
    """What the model expects the books to say, in fen."""

    balances: dict[str, int] = field(default_factory=dict)
    drawers: dict[str, int | None] = field(default_factory=lambda: {"1": None, "2": None})
    closed_days: set[date] = field(default_factory=set)


@dataclass
class Performed:
    """An act that was recorded, how to do it again, and what it said the first time."""

    act: Act
    again: Callable[[Act], Done]
    done: Done
    undo: dict[str, int]
    till: str


class CounterMachine(RuleBasedStateMachine):
    """Two tills of one box and whoever comes in."""

    @initialize()
    def open_the_shop(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.shop: Shop = open_shop(Path(self.folder.name))
        self.tills = {name: self.shop.till(name).counter for name in TILLS}
        self.told = Told()
        self.performed: list[Performed] = []
        self.phones = 0
        for till in TILLS:
            self.open_a_shift(till, 20_000)
        self.enrol_somebody("1")
        self.top_somebody_up("1", 30_000, Tender.CASH, 0)

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            self.shop.counter.store.close()
            self.folder.cleanup()

    def _act(self, till: str, approved: ApprovedAct | None = None) -> Act:
        act = Act(self.shop.counter.mint(), TILLS[till])
        return act if approved is None else replace(act, approval=Approval(MANAGER, approved, act.entry_id, ANY))

    def _do(self, act: Act, till: str, again: Callable[[Act], Done], moved: dict[str, int]) -> bool:
        """Do an act; when it is recorded the model moves, when it is refused nothing may have."""
        try:
            done = again(act)
        except REFUSED:
            return False
        assert not done.repeated, "a fresh id is never a repetition"
        self._move(till, moved)
        self.performed.append(Performed(act, again, done, {name: -minor for name, minor in moved.items()}, till))
        return True

    def _move(self, till: str, moved: dict[str, int]) -> None:
        for name, minor in moved.items():
            if name == "drawer":
                self.told.drawers[till] = (self.told.drawers[till] or 0) + minor
            else:
                self.told.balances[name] = self.told.balances.get(name, 0) + minor

    @precondition(lambda self: None in self.told.drawers.values())
    @rule(till=st.sampled_from(sorted(TILLS)), float_minor=st.integers(0, 60_000))
    def open_a_shift(self, till: str, float_minor: int) -> None:
        opened = self._do(
            self._act(till),
            till,
            lambda act: shifts.open_shift(self.tills[till], act, float_minor),
            {"drawer": float_minor},
        )
        assert opened or self.told.drawers[till] is not None, "only an open shift refuses another"

    @precondition(lambda self: len(self.told.balances) < 4)
    @rule(till=st.sampled_from(sorted(TILLS)))
    def enrol_somebody(self, till: str) -> None:
        self.phones += 1
        asked = enrol.Enrolment(f"李{self.phones}", f"138{self.phones:08d}", None, consented=True)
        with suppress(ServiceError):
            member = enrol.enrol(self.tills[till], self._act(till), asked).member
            self.told.balances[member.member_id] = 0

    @precondition(lambda self: self.told.balances)
    @rule(
        till=st.sampled_from(sorted(TILLS)),
        paid=st.one_of(st.sampled_from([10_000, 30_000, 50_000, 100_000]), st.integers(5_000, 120_000)),
        tender=st.sampled_from(Tender),
        pick=st.integers(0, 99),
    )
    def top_somebody_up(self, till: str, paid: int, tender: Tender, pick: int) -> None:
        counter, member_id = self.tills[till], self._member(pick)
        try:
            bonus = top_up.quote(counter, member_id, paid, tender).terms.bonus_minor
        except LedgerError:
            return
        asked = top_up.TopUp(member_id, paid, tender, None, bonus)
        moved = {member_id: paid + bonus, "drawer": paid if tender is Tender.CASH else 0}
        self._do(self._act(till), till, lambda act: top_up.top_up(counter, act, asked), moved)

    @precondition(lambda self: self.told.balances)
    @rule(
        till=st.sampled_from(sorted(TILLS)),
        price=st.integers(1, 40_000),
        stored=st.integers(0, 40_000),
        tender=st.sampled_from([None, Tender.CASH, Tender.CASH, *Tender]),
        too_much=st.integers(-500, 20_000),
        pick=st.integers(0, 99),
        fits=st.booleans(),
    )
    def take_a_payment(
        self, till: str, price: int, stored: int, tender: Tender | None, too_much: int, pick: int, *, fits: bool
    ) -> None:
        counter, member_id = self.tills[till], self._member(pick)
        stored = min(stored, price, self.told.balances[member_id] if fits else price)
        given = max(0, price - stored + too_much)
        asked = pay.Payment(member_id, price, stored, tender, None, given)
        cash_in = price - stored if tender is Tender.CASH else 0
        held = self.told.balances[member_id]
        done = self._do(
            self._act(till),
            till,
            lambda act: pay.pay(counter, act, asked).done,
            {member_id: -stored, "drawer": cash_in},
        )
        assert not (done and stored > held), "nobody spends more than is here"
        payable = (
            stored == price or tender not in {None, Tender.CASH} or (tender is Tender.CASH and given >= price - stored)
        )
        assert done or self.told.drawers[till] is None or stored > held or not payable, "a payment that fits is taken"
        assert payable or not done, "nobody leaves with goods that are not paid"

    @precondition(lambda self: self.told.drawers["1"] is not None or self.told.drawers["2"] is not None)
    @rule(
        till=st.sampled_from(sorted(TILLS)),
        kind=st.sampled_from([EntryKind.PAID_IN, EntryKind.PAID_OUT, EntryKind.DROP]),
        minor=st.one_of(st.integers(1, 20_000), st.integers(60_000, 120_000)),
    )
    def move_cash(self, till: str, kind: EntryKind, minor: int) -> None:
        approved = cash.CASH_KINDS[kind][0]
        moved = {"drawer": minor if kind is EntryKind.PAID_IN else -minor}
        self._do(
            self._act(till, approved),
            till,
            lambda act: cash.move_cash(self.tills[till], act, kind, minor, "找零"),
            moved,
        )

    @precondition(lambda self: self.performed)
    @rule(pick=st.integers(0, 99))
    def void_something(self, pick: int) -> None:
        chosen = self.performed[-1 - pick % min(len(self.performed), 8)]
        original, counter = chosen.done.recorded.entry.entry_id, self.tills[chosen.till]
        self._do(
            self._act(chosen.till, ApprovedAct.VOID),
            chosen.till,
            lambda act: void.void(counter, act, original),
            chosen.undo,
        )

    @precondition(lambda self: self.performed)
    @rule(pick=st.integers(0, 99))
    def do_it_again(self, pick: int) -> None:
        chosen = self.performed[pick % len(self.performed)]
        again = chosen.again(chosen.act)
        assert again.repeated, "the same act is not done twice"
        assert again.recorded.row == chosen.done.recorded.row, "and gives the first answer"

    @precondition(lambda self: self.performed)
    @rule(pick=st.integers(0, 99))
    def use_its_id_for_something_else(self, pick: int) -> None:
        chosen = self.performed[pick % len(self.performed)]
        with pytest.raises(EntryConflict) as conflict:
            cash.move_cash(self.tills["1"], chosen.act, EntryKind.PAID_IN, 7, secrets.token_hex(4))
        assert conflict.value.entry_id == chosen.act.entry_id

    @precondition(lambda self: self.performed)
    @rule(pick=st.integers(0, 99))
    def print_it_again(self, pick: int) -> None:
        chosen = self.performed[pick % len(self.performed)]
        act = self._act(chosen.till, ApprovedAct.REPRINT)
        with suppress(ServiceError):
            reprint.reprint(self.tills[chosen.till], act, chosen.done.recorded.entry.entry_id)

    @rule(till=st.sampled_from(sorted(TILLS)), off=st.integers(-2_000, 2_000))
    def count_and_close(self, till: str, off: int) -> None:
        drawer = self.told.drawers[till]
        if drawer is None:
            return
        counted = max(0, drawer + off)
        closed = shifts.close_shift(self.tills[till], self._act(till), counted)
        assert closed.over_short_minor == counted - drawer, "over/short is the count less what should be there"
        assert closed.report.figures.expected_cash_minor == drawer, "Z says what X said"
        self.told.drawers[till] = None

    @rule()
    def close_the_day(self) -> None:
        open_tills = [till for till, drawer in self.told.drawers.items() if drawer is not None]
        try:
            closed_day = close_day.close_day(self.tills["1"], self._act("1", ApprovedAct.DAY_CLOSE))
        except (DayClosedAlready, DayNotBegun):
            assert not open_tills, "an open shift is said first"
        except REFUSED:
            assert open_tills, "a shop without open shifts may close its day"
        else:
            assert not open_tills, "an open shift keeps the day open"
            assert closed_day.report.business_date not in self.told.closed_days, "a day closes once"
            self.told.closed_days.add(closed_day.report.business_date)

    @rule(minutes=st.integers(-500, 900))
    def let_time_pass(self, minutes: int) -> None:
        self.shop.clock.forward(minutes=minutes)

    def _member(self, pick: int) -> str:
        return sorted(self.told.balances)[pick % len(self.told.balances)]

    @invariant()
    def the_books_are_sound(self) -> None:
        if hasattr(self, "shop"):
            store = self.shop.counter.store
            proved = verify(store)
            assert proved.total_minor == sum(self.told.balances.values()), (
                "the whole liability is the sum of all balances"
            )
            rows = [recorded.row for recorded in reversed(journal.recent(store, 1 << 30))]
            assert check_chain(rows, store.identity.box, store.identity.epoch) == len(rows)

    @invariant()
    def every_balance_is_what_was_put_in_less_what_was_taken(self) -> None:
        for member_id, told in getattr(self, "told", Told()).balances.items():
            assert told >= 0, "nobody owes the shop"
            assert open_member.open_member(self.shop.counter, member_id, lines=0).here_minor == told

    @invariant()
    def every_drawer_holds_what_went_through_it(self) -> None:
        for till, told in getattr(self, "told", Told()).drawers.items():
            shift = shifts.current(self.tills[till])
            assert (shift is None) == (told is None)
            assert (told or 0) >= 0, "no more cash leaves a drawer than it holds"
            if shift is not None:
                assert shifts.drawer_cash(self.tills[till], shift) == told
                assert shifts.shift_figures(self.tills[till], shift).expected_cash_minor == told

    @invariant()
    def every_asset_sums_to_nothing(self) -> None:
        if hasattr(self, "shop"):
            recorded = journal.recent(self.shop.counter.store, 1 << 30)
            totals: dict[str, int] = {}
            for (_, asset), minor in fold_balances(p for r in recorded for p in r.entry.postings).items():
                totals[asset] = totals.get(asset, 0) + minor
            assert all(minor == 0 for minor in totals.values())
