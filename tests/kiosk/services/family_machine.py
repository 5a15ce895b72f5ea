"""Families under random days: every change, payment, void and merge in any order, against what the page promises.

The model keeps who asked for what and reads spending off the journal's entries, never off the tables it proves.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest.mock import ANY

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.model import members
from kiosk.model.purses import holdings
from kiosk.services import family, pay, shifts, void
from kiosk.services.acts import Act, Approval
from kiosk.services.errors import ServiceError
from kiosk.services.family_errors import (
    FamilyFull,
    FamilyLimitNegative,
    FamilyLimitReached,
    FamilyRefused,
    InFamilyAlready,
    NotInFamily,
)
from ledger.entries import Entry, EntryKind
from ledger.errors import BalanceTooSmall, CorrectionRefused, LedgerError
from ledger.family import NO_LIMITS, FamilyAction, Limits
from ledger.ids import EntryId
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import FamilyPolicy, Promises
from tests.builders import CASHIER, MANAGER, OTHER_CASHIER, Shop, open_shop
from tests.kiosk.office import Office
from tests.kiosk.services.books import entries, sound
from tests.kiosk.services.promising import promise

TILLS = {"1": CASHIER, "2": OTHER_CASHIER}
POLICY = FamilyPolicy(most_members=3, per_day_minor=6_000, per_month_minor=9_000)
PEOPLE = st.integers(0, 5)
LIMIT = st.sampled_from([None, None, 0, 2_500, 5_000, 8_000, -1])
LIMITS = st.builds(Limits, LIMIT, LIMIT)
FENS = st.sampled_from([1, 900, 2_500, 4_000, 6_000, 30_000])


@dataclass
class Belongs:
    """What the model keeps of a record: whose pot it may use, within what, since when."""

    owner: str
    limits: Limits
    since: date


class FamilyMachine(RuleBasedStateMachine):
    """Two tills and six people who are family to each other, or not any more."""

    @initialize()
    def open_the_shop(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.shop: Shop = open_shop(Path(self.folder.name))
        promise(self.shop.counter, Promises(family=POLICY))
        self.tills = {name: self.shop.till(name).counter for name in TILLS}
        for till, cashier in TILLS.items():
            self.shop.till(till).open_shift(cashier=cashier)
        self.people = [self.shop.enrol(f"李{n}", f"1380000000{n}").member_id for n in range(6)]
        self.into: dict[str, str] = {}
        self.rows: dict[str, Belongs] = {}
        for person in self.people[:3]:
            self._top_up(person)

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            self.shop.counter.store.close()
            self.folder.cleanup()

    # what the model knows

    def root(self, record: str) -> str:
        """The record that stands for this one."""
        return self.root(self.into[record]) if record in self.into else record

    def ranked(self, person: str) -> list[str]:
        """The records by which a person belongs to a family: the one that counts first."""
        mine = [record for record in self.rows if self.root(record) == person]
        return sorted(mine, key=lambda r: (self.root(self.rows[r].owner) != person, self.rows[r].since, r))

    def pot_of(self, person: str) -> str | None:
        """Whose pot a person may use."""
        ranked = self.ranked(person)
        return self.root(self.rows[ranked[0]].owner) if ranked else None

    def family_of(self, owner: str) -> set[str]:
        """Everybody who may use an owner's pot."""
        return {who for who in map(self.root, self.people) if self.pot_of(who) == owner}

    def payments(self) -> list[Entry]:
        """What people of families paid and nobody voided."""
        undone = {entry.reverses for entry in entries(self.shop, EntryKind.VOID)}
        paid = entries(self.shop, EntryKind.SPEND)
        return [entry for entry in paid if "person" in entry.facts and entry.entry_id not in undone]

    def spent(self, person: str, on: date) -> tuple[int, int]:
        """What a person took of a pot on a day and in its month."""
        mine = [e for e in self.payments() if self.root(e.facts["person"]) == person]
        month = [e for e in mine if (e.business_date.year, e.business_date.month) == (on.year, on.month)]
        return (
            sum(e.facts["stored_minor"] for e in mine if e.business_date == on),
            sum(e.facts["stored_minor"] for e in month),
        )

    def left(self, person: str) -> int:
        """What the limits leave a person today."""
        own, (today, month) = self.rows[self.ranked(person)[0]].limits, self.spent(person, self.today())
        days = [limit for limit in (own.per_day_minor, POLICY.per_day_minor) if limit is not None]
        months = [limit for limit in (own.per_month_minor, POLICY.per_month_minor) if limit is not None]
        return max(0, min(min(days) - today, min(months) - month))

    def pot(self, person: str) -> int:
        """What is in somebody's purse."""
        return sum(held.total_minor for held in holdings(self.shop.counter.store, person))

    def today(self) -> date:
        return self.shop.counter.business_date(self.shop.clock.now())

    # what people do

    def _top_up(self, record: str) -> None:
        member = members.get(self.shop.counter.store, self.root(record))
        assert member is not None
        self.shop.top_up(member, 10_000)

    def _act(self, till: str, approved: ApprovedAct | None = None) -> Act:
        entry_id = self.shop.counter.mint()
        return Act(entry_id, TILLS[till], Approval(MANAGER, approved, entry_id, ANY) if approved is not None else None)

    def _do(self, deed: Callable[[], object], expected: type[Exception] | None) -> bool:
        """Do something, and see that it is refused exactly where the page says so."""
        found: type[Exception] | None = None
        try:
            deed()
        except (ServiceError, LedgerError) as refused:
            found = type(refused)
        assert found is expected
        return found is None

    def _change(self, till: str, change: family.Change, expected: type[FamilyRefused] | None) -> bool:
        if -1 in (change.limits.per_day_minor, change.limits.per_month_minor):
            expected = FamilyLimitNegative
        return self._do(lambda: family.change(self.tills[till], self._act(till), change), expected)

    @rule(who=PEOPLE, till=st.sampled_from(sorted(TILLS)))
    def form(self, who: int, till: str) -> None:
        owner = self.root(self.people[who])
        refused = InFamilyAlready if self.ranked(owner) else None
        if self._change(till, family.Change(FamilyAction.FORMED, self.people[who]), refused):
            self.rows[owner] = Belongs(owner, NO_LIMITS, self.today())

    @rule(who=PEOPLE, whom=PEOPLE, limits=LIMITS, till=st.sampled_from(sorted(TILLS)))
    def join(self, who: int, whom: int, limits: Limits, till: str) -> None:
        owner, person = self.root(self.people[who]), self.root(self.people[whom])
        scanned = members.get(self.shop.counter.store, self.people[whom])
        assert scanned is not None
        full = len(self.family_of(owner)) >= POLICY.most_members
        refused: type[FamilyRefused] | None = FamilyFull if full else None
        refused = InFamilyAlready if self.ranked(person) else refused
        refused = NotInFamily if self.pot_of(owner) != owner else refused
        change = family.Change(FamilyAction.JOINED, self.people[who], scanned.code, limits=limits)
        if self._change(till, change, refused):
            self.rows[person] = Belongs(self.rows[self.ranked(owner)[0]].owner, limits, self.today())

    @rule(who=PEOPLE, whom=PEOPLE, limits=LIMITS, till=st.sampled_from(sorted(TILLS)))
    def limit(self, who: int, whom: int, limits: Limits, till: str) -> None:
        owner, person = self.root(self.people[who]), self.root(self.people[whom])
        change = family.Change(FamilyAction.LIMITS, owner, person_id=self.people[whom], limits=limits)
        if self._change(till, change, self._unless_person(owner, person)):
            kept, *others = self.ranked(person)
            pot, row = self.rows[self.ranked(owner)[0]].owner, self.rows[kept]
            self.rows[kept] = Belongs(pot, limits, row.since if row.owner == pot else self.today())
            self._free(others)

    @rule(who=PEOPLE, whom=PEOPLE, till=st.sampled_from(sorted(TILLS)))
    def leave(self, who: int, whom: int, till: str) -> None:
        owner, person = self.root(self.people[who]), self.root(self.people[whom])
        change = family.Change(FamilyAction.LEFT, owner, person_id=self.people[whom])
        if self._change(till, change, self._unless_person(owner, person)):
            self._free(self.ranked(person))

    @rule(who=PEOPLE, till=st.sampled_from(sorted(TILLS)))
    def dissolve(self, who: int, till: str) -> None:
        owner = self.root(self.people[who])
        refused = None if self.pot_of(owner) == owner else NotInFamily
        everybody = {self.root(record) for record, row in self.rows.items() if self.root(row.owner) == owner}
        if self._change(till, family.Change(FamilyAction.DISSOLVED, self.people[who]), refused):
            self._free([record for record in self.rows if self.root(record) in everybody])

    def _unless_person(self, owner: str, person: str) -> type[FamilyRefused] | None:
        belongs = self.pot_of(owner) == owner and person != owner and person in self.family_of(owner)
        return None if belongs else NotInFamily

    def _free(self, records: list[str]) -> None:
        for record in records:
            del self.rows[record]

    @precondition(lambda self: self.rows)
    @rule(which=st.integers(0, 99), minor=FENS, till=st.sampled_from(sorted(TILLS)))
    def somebody_pays(self, which: int, minor: int, till: str) -> None:
        """Pay as somebody who has a family, from the pot they may use."""
        person = self.root(sorted(self.rows)[which % len(self.rows)])
        pot = self.pot_of(person)
        assert pot is not None
        self._pay(person, pot, minor, till)

    @rule(who=PEOPLE, whom=PEOPLE, minor=FENS, till=st.sampled_from(sorted(TILLS)))
    def anybody_pays(self, who: int, whom: int, minor: int, till: str) -> None:
        self._pay(self.people[whom], self.people[who], minor, till)

    def _pay(self, who: str, whose: str, minor: int, till: str) -> None:
        person, owner = self.root(who), self.root(whose)
        refused: type[Exception] | None = None
        if minor > self.pot(owner):
            refused = BalanceTooSmall
        elif person == owner or self.pot_of(person) != owner:
            refused = NotInFamily
        elif minor > self.left(person):
            refused = FamilyLimitReached
        asked = pay.Payment(whose, minor, minor, person=who)
        self._do(lambda: pay.pay(self.tills[till], self._act(till), asked), refused)

    @precondition(lambda self: self.payments())
    @rule(which=st.integers(0, 99), till=st.sampled_from(sorted(TILLS)))
    def void_a_payment(self, which: int, till: str) -> None:
        """Take a payment back; what a later merge or day keeps from being voided changes nothing."""
        paid = self.payments()
        entry = paid[which % len(paid)]
        person, on = self.root(entry.facts["person"]), entry.business_date
        before = self.spent(person, on)
        try:
            void.void(self.tills[till], self._act(till, ApprovedAct.VOID), EntryId(entry.entry_id))
        except CorrectionRefused:
            assert self.spent(person, on) == before
        else:
            minor = entry.facts["stored_minor"]
            assert self.spent(person, on) == (before[0] - minor, before[1] - minor)

    @rule(who=PEOPLE)
    def top_up(self, who: int) -> None:
        if self.pot(self.root(self.people[who])) < 100_000:
            self._top_up(self.people[who])

    @precondition(lambda self: len(self.into) < 3)
    @rule(who=PEOPLE, whom=PEOPLE)
    def merge(self, who: int, whom: int) -> None:
        """Let two records turn out to be one person."""
        old, stands = self.root(self.people[who]), self.root(self.people[whom])
        if old != stands:
            Office(self.shop).merge(old, stands)
            self.into[old] = stands

    @rule(days=st.sampled_from([1, 1, 11]))
    def next_day(self, days: int) -> None:
        for till in TILLS:
            shifts.close_shift(self.tills[till], self._act(till), 0)
        self.shop.clock.forward(days=days)
        for till, cashier in TILLS.items():
            self.shop.till(till).open_shift(cashier=cashier)

    # what holds after every step

    @invariant()
    def the_books_are_sound_and_no_pot_is_below_zero(self) -> None:
        assert sound(self.shop) == sum(self.pot(self.root(person)) for person in set(map(self.root, self.people)))
        store = self.shop.counter.store
        assert store.execute("SELECT count(*) FROM purse WHERE amount_minor < 0").fetchone() == (0,)

    @invariant()
    def what_people_spent_is_what_the_table_says(self) -> None:
        booked = sum(entry.facts["stored_minor"] for entry in self.payments())
        told = self.shop.counter.store.execute("SELECT coalesce(sum(spent_minor), 0) FROM family_spend").fetchone()[0]
        assert told == booked

    @invariant()
    def everybody_is_where_they_were_put_and_in_one_family_at_most(self) -> None:
        on, seen = self.today(), set[str]()
        for owner in sorted(set(map(self.root, self.people))):
            told = {row.person_id: tuple(spent) for row, *spent in family.people_of(self.shop.counter, owner, on)}
            assert set(told) == self.family_of(owner)
            assert not seen & set(told), "a member of two families"
            seen |= set(told)
            for person, spent in told.items():
                assert spent == self.spent(person, on)
                allowed = family.allowance(self.shop.counter, self.shop.counter.programme(), person, on)
                assert (None if allowed is None else allowed.left_minor) == (
                    None if person == owner else self.left(person)
                )

    @invariant()
    def nobody_is_past_what_the_programme_allows(self) -> None:
        on = self.today()
        for person in set(map(self.root, self.people)):
            records = [record for record in self.people if self.root(record) == person]
            today, month = self.spent(person, on)
            assert today <= len(records) * (POLICY.per_day_minor or 0)
            assert month <= len(records) * (POLICY.per_month_minor or 0)
