"""Families: people pay from their owner's pot within their limits, and the books prove who spent what."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model import print_queue
from kiosk.services import family, pay, void
from kiosk.services.acts import Done
from kiosk.services.errors import ApprovalNeeded
from kiosk.services.family_errors import FamilyFull, FamilyLimitReached, FamilyNotOffered, InFamilyAlready, NotInFamily
from kiosk.services.find_member import Via
from kiosk.services.presence import Presence
from kiosk.services.recheck import recheck
from kiosk.services.values import Member
from ledger.family import NO_LIMITS, FamilyAction, Limits
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import FamilyPolicy, Promises
from tests.builders import Shop, open_shop
from tests.kiosk.services.books import last_refusal, sound
from tests.kiosk.services.promising import promise


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter, Promises(family=FamilyPolicy(most_members=2, per_month_minor=8_000)))
    shop.open_shift()
    return shop


@pytest.fixture
def owner(shop: Shop) -> Member:
    owner = shop.enrol()
    shop.top_up(owner)
    changes(shop, owner, FamilyAction.FORMED)
    return owner


@pytest.fixture
def child(shop: Shop, owner: Member) -> Member:
    child = shop.enrol("王朋", "13912341234")
    joins(shop, owner, child, Limits(per_day_minor=5_000))
    return child


def changes(shop: Shop, owner: Member, action: FamilyAction, person: str = "", limits: Limits = NO_LIMITS) -> Done:
    return family.change(shop.counter, shop.act(), family.Change(action, owner.member_id, "", person, limits))


def joins(shop: Shop, owner: Member, person: Member, limits: Limits = NO_LIMITS) -> Done:
    asked = family.Change(FamilyAction.JOINED, owner.member_id, person.code, limits=limits)
    return family.change(shop.counter, shop.act(), asked)


def pays(shop: Shop, owner: Member, person: Member, minor: int) -> pay.Paid:
    asked = pay.Payment(owner.member_id, minor, minor, person=person.member_id)
    return pay.pay(shop.counter, shop.act(), asked)


def left(shop: Shop, person: Member) -> int | None:
    on = shop.counter.business_date(shop.clock.now())
    allowed = family.allowance(shop.counter, shop.counter.programme(), person.member_id, on)
    assert allowed is not None
    return allowed.left_minor


def test_a_person_pays_from_the_pot_within_the_day_and_the_month(shop: Shop, owner: Member, child: Member) -> None:
    before = sound(shop)
    entry = pays(shop, owner, child, 4_000).done.recorded.entry
    assert (entry.member_id, entry.facts["person"]) == (owner.member_id, child.member_id)
    assert left(shop, child) == 1_000
    with pytest.raises(FamilyLimitReached) as refused:
        pays(shop, owner, child, 1_001)
    assert (refused.value.asked_minor, refused.value.left_minor) == (1_001, 1_000)
    pays(shop, owner, child, 1_000)
    assert (left(shop, child), sound(shop)) == (0, before - 5_000)
    assert recheck(shop.counter).entries == 3
    on = shop.counter.business_date(shop.clock.now())
    told = {who.person_id: spent for who, *spent in family.people_of(shop.counter, owner.member_id, on)}
    assert told == {owner.member_id: [0, 0], child.member_id: [5_000, 5_000]}


def test_a_void_gives_the_limit_back(shop: Shop, owner: Member, child: Member) -> None:
    before, paid = sound(shop), pays(shop, owner, child, 5_000)
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), paid.done.recorded.entry.entry_id)
    assert (left(shop, child), sound(shop)) == (5_000, before)


def test_a_changed_limit_counts_what_was_spent_before(shop: Shop, owner: Member, child: Member) -> None:
    pays(shop, owner, child, 3_000)
    changes(shop, owner, FamilyAction.LIMITS, child.member_id, Limits(per_day_minor=4_000))
    assert left(shop, child) == 1_000
    pays(shop, owner, child, 1_000)
    with pytest.raises(FamilyLimitReached):
        pays(shop, owner, child, 1)
    assert last_refusal(shop)["error"] == "FamilyLimitReached"


def test_who_left_pays_no_more_and_may_join_again(shop: Shop, owner: Member, child: Member) -> None:
    changes(shop, owner, FamilyAction.LEFT, child.member_id)
    with pytest.raises(NotInFamily):
        pays(shop, owner, child, 1)
    joins(shop, owner, child)
    pays(shop, owner, child, 8_000)
    changes(shop, owner, FamilyAction.DISSOLVED)
    with pytest.raises(NotInFamily):
        pays(shop, owner, child, 1)
    changes(shop, owner, FamilyAction.FORMED)
    assert sound(shop) > 0


def test_a_family_is_full_and_everybody_belongs_to_one(shop: Shop, owner: Member, child: Member) -> None:
    third = shop.enrol("赵云", "13712341234")
    with pytest.raises(FamilyFull):
        joins(shop, owner, third)
    with pytest.raises(InFamilyAlready):
        changes(shop, child, FamilyAction.FORMED)
    with pytest.raises(NotInFamily):
        joins(shop, third, child)
    with pytest.raises(NotInFamily):
        changes(shop, owner, FamilyAction.LEFT, owner.member_id)
    promise(shop.counter, Promises())
    with pytest.raises(FamilyNotOffered):
        changes(shop, third, FamilyAction.FORMED)


def test_an_owner_who_was_searched_for_needs_a_second_person(shop: Shop) -> None:
    absent = shop.enrol()
    asked = family.Change(FamilyAction.FORMED, absent.member_id, presence=Presence(Via.SEARCH))
    with pytest.raises(ApprovalNeeded):
        family.change(shop.counter, shop.act(), asked)
    family.change(shop.counter, shop.approved(ApprovedAct.SPEND_WITHOUT_CODE), asked)
    assert sound(shop) == 0


def test_a_persons_receipt_says_what_they_may_still_use_and_not_what_is_in_the_pot(
    shop: Shop, owner: Member, child: Member
) -> None:
    paid = pays(shop, owner, child, 2_000)
    document = print_queue.of_entry(shop.counter.store, paid.done.recorded.entry.entry_id)[0].document.decode()
    assert "家庭储值还可用" in document
    assert "￥30.00" in document
    assert "王*" in document
    assert "原余额" not in document
