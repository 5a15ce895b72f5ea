"""Families of people who were recorded twice: one person, one family, one limit, whichever record was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import family, pay, shifts, void
from kiosk.services.acts import Done
from kiosk.services.family_errors import FamilyLimitNegative, FamilyLimitReached, InFamilyAlready, NotInFamily
from kiosk.services.values import Member
from ledger.family import NO_LIMITS, FamilyAction, Limits
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import FamilyPolicy, Promises
from tests.builders import Shop, open_shop
from tests.kiosk.office import Office
from tests.kiosk.services.books import last_refusal, sound
from tests.kiosk.services.promising import promise


class Home:
    """A shop with families, said in a line."""

    def __init__(self, shop: Shop) -> None:
        """Let the programme offer families, and open the till."""
        self.shop = shop
        promise(shop.counter, Promises(family=FamilyPolicy(most_members=4)))
        shop.open_shift()
        self.count = 0

    def somebody(self, *, value: bool = False) -> Member:
        """Enrol somebody, with 350.00 where they own value."""
        self.count += 1
        member = self.shop.enrol(f"李{self.count}", f"1380000000{self.count}")
        if value:
            self.shop.top_up(member)
        return member

    def changes(
        self, owner: Member, action: FamilyAction, who: Member | None = None, limits: Limits = NO_LIMITS
    ) -> Done:
        """Change a family; who joins is scanned."""
        code = who.code if who is not None and action is FamilyAction.JOINED else ""
        person = who.member_id if who is not None and not code else ""
        asked = family.Change(action, owner.member_id, code, person, limits)
        return family.change(self.shop.counter, self.shop.act(), asked)

    def family(self, *people: Member, limits: Limits = NO_LIMITS) -> Member:
        """Form a family of a new owner with 350.00."""
        owner = self.somebody(value=True)
        self.changes(owner, FamilyAction.FORMED)
        for person in people:
            self.changes(owner, FamilyAction.JOINED, person, limits)
        return owner

    def pays(self, owner: Member, person: Member, minor: int) -> pay.Paid:
        """Pay from the pot."""
        asked = pay.Payment(owner.member_id, minor, minor, person=person.member_id)
        return pay.pay(self.shop.counter, self.shop.act(), asked)

    def merge(self, old: Member, into: Member) -> None:
        """Let one record stand for another."""
        Office(self.shop).merge(old.member_id, into.member_id)

    def next_day(self) -> None:
        """Close the shift and open one on the next date."""
        shifts.close_shift(self.shop.counter, self.shop.act(), 0)
        self.shop.clock.forward(days=1)
        self.shop.open_shift()

    def people(self, owner: Member) -> dict[str, int]:
        """Who may use a pot, and what each took of it today."""
        on = self.shop.counter.business_date(self.shop.clock.now())
        return {row.person_id: today for row, today, _ in family.people_of(self.shop.counter, owner.member_id, on)}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(open_shop(tmp_path))


def test_what_a_person_spent_under_both_records_counts_against_one_limit(home: Home) -> None:
    child, again = home.somebody(), home.somebody()
    owner = home.family(child, limits=Limits(per_day_minor=5_000))
    home.pays(owner, child, 3_000)
    home.merge(child, again)
    with pytest.raises(FamilyLimitReached) as refused:
        home.pays(owner, again, 2_001)
    assert refused.value.left_minor == 2_000
    paid = home.pays(owner, again, 2_000)
    assert home.people(owner) == {owner.member_id: 0, again.member_id: 5_000}
    void.void(home.shop.counter, home.shop.approved(ApprovedAct.VOID), paid.done.recorded.entry.entry_id)
    assert home.people(owner)[again.member_id] == 3_000
    assert sound(home.shop) == 32_000


def test_a_person_leaves_by_whichever_record_is_named(home: Home) -> None:
    child, again = home.somebody(), home.somebody()
    owner = home.family(child)
    home.merge(child, again)
    home.changes(owner, FamilyAction.LEFT, again)
    assert home.people(owner) == {owner.member_id: 0}
    with pytest.raises(NotInFamily):
        home.pays(owner, child, 1)
    assert sound(home.shop) == 35_000


def test_a_person_recorded_twice_in_a_family_is_one_and_leaves_it_wholly(home: Home) -> None:
    child, again = home.somebody(), home.somebody()
    owner = home.family(child, again)
    home.merge(again, child)
    assert set(home.people(owner)) == {owner.member_id, child.member_id}
    home.changes(owner, FamilyAction.LIMITS, again, Limits(per_day_minor=1_000))
    with pytest.raises(FamilyLimitReached):
        home.pays(owner, child, 1_001)
    home.changes(owner, FamilyAction.LEFT, child)
    for record in (child, again):
        with pytest.raises(NotInFamily):
            home.pays(owner, record, 1)
    assert sound(home.shop) == 35_000


def test_two_records_in_two_families_are_in_the_older_one(home: Home) -> None:
    child, again = home.somebody(), home.somebody()
    first = home.family(child)
    home.next_day()
    second = home.family(again)
    home.merge(child, again)
    assert again.member_id in home.people(first)
    assert home.people(second) == {second.member_id: 0}
    home.pays(first, again, 100)
    with pytest.raises(NotInFamily):
        home.pays(second, again, 100)
    with pytest.raises(InFamilyAlready):
        home.changes(second, FamilyAction.JOINED, again)
    home.changes(first, FamilyAction.LEFT, again)
    with pytest.raises(NotInFamily):
        home.pays(second, again, 100)
    assert sound(home.shop) == 69_900


def test_an_owner_merged_into_another_record_keeps_the_pot(home: Home) -> None:
    child = home.somebody()
    owner, stands = home.family(child), home.somebody()
    home.merge(owner, stands)
    home.pays(stands, child, 5_000)
    home.pays(owner, child, 5_000)
    assert home.people(stands) == {stands.member_id: 0, child.member_id: 10_000}
    with pytest.raises(NotInFamily):
        home.changes(stands, FamilyAction.LEFT, owner)
    with pytest.raises(NotInFamily):
        home.pays(stands, stands, 1)
    home.changes(stands, FamilyAction.DISSOLVED)
    with pytest.raises(NotInFamily):
        home.pays(stands, child, 1)
    assert sound(home.shop) == 25_000


def test_two_owners_who_are_one_have_one_family_that_dissolves_wholly(home: Home) -> None:
    one, other = home.somebody(), home.somebody()
    first, second = home.family(one), home.family(other)
    home.merge(first, second)
    assert set(home.people(second)) == {second.member_id, one.member_id, other.member_id}
    for person in (one, other):
        home.changes(second, FamilyAction.LIMITS, person, Limits(per_day_minor=1_000))
        home.pays(second, person, 1_000)
    home.changes(second, FamilyAction.DISSOLVED)
    assert home.people(second) == {}
    for person in (one, other):
        with pytest.raises(NotInFamily):
            home.pays(second, person, 1)
    home.changes(second, FamilyAction.FORMED)
    assert sound(home.shop) == 68_000


def test_a_person_who_turns_out_to_be_the_owner_is_the_owner(home: Home) -> None:
    child = home.somebody()
    owner = home.family(child, limits=Limits(per_day_minor=100))
    home.merge(owner, child)
    assert home.people(child) == {child.member_id: 0}
    with pytest.raises(NotInFamily):
        home.pays(child, owner, 1)
    home.shop.pay(child, 5_000)
    assert sound(home.shop) == 30_000


def test_the_programmes_month_holds_over_days_and_a_void_gives_room_back(home: Home) -> None:
    promise(home.shop.counter, Promises(family=FamilyPolicy(per_day_minor=6_000, per_month_minor=8_000)))
    child = home.somebody()
    owner = home.family(child, limits=Limits(per_month_minor=20_000))
    home.pays(owner, child, 5_000)
    home.next_day()
    with pytest.raises(FamilyLimitReached) as refused:
        home.pays(owner, child, 3_001)
    assert refused.value.left_minor == 3_000
    paid = home.pays(owner, child, 3_000)
    void.void(home.shop.counter, home.shop.approved(ApprovedAct.VOID), paid.done.recorded.entry.entry_id)
    home.pays(owner, child, 3_000)
    home.shop.clock.forward(days=9)
    home.next_day()
    home.pays(owner, child, 6_000)
    assert sound(home.shop) == 21_000


def test_a_limit_below_zero_is_refused_in_words_and_zero_lets_nothing_be_spent(home: Home) -> None:
    child = home.somebody()
    owner = home.family()
    for limits in (Limits(-1, None), Limits(5_000, -1)):
        with pytest.raises(FamilyLimitNegative) as refused:
            home.changes(owner, FamilyAction.JOINED, child, limits)
        assert refused.value.limit_minor == -1
        assert last_refusal(home.shop)["error"] == "FamilyLimitNegative"
    home.changes(owner, FamilyAction.JOINED, child, Limits(0, None))
    with pytest.raises(FamilyLimitReached):
        home.pays(owner, child, 1)
    assert sound(home.shop) == 35_000
