"""Two tills at once, as two processes: the last of one person's limit is spent once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import family, pay
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from kiosk.services.values import Member
from ledger.family import FamilyAction, Limits
from tests.builders import OTHER_CASHIER, PROGRAMMES, Shop, open_shop
from tests.kiosk.services.books import refusals, sound
from tests.kiosk.services.test_races import at_once


class PaysAs:
    """Pay from an owner's pot as a person of the family."""

    def __init__(self, owner: Member, person: Member, minor: int) -> None:
        self.asked = pay.Payment(owner.member_id, minor, minor, person=person.member_id)

    def __call__(self, counter: Counter, cashier: str, _: int) -> str:
        pay.pay(counter, Act(counter.mint(), cashier), self.asked)
        return "paid"


class Joins:
    """Let a person join a family."""

    def __init__(self, owner: Member, person: Member) -> None:
        self.asked = family.Change(FamilyAction.JOINED, owner.member_id, person.code)

    def __call__(self, counter: Counter, cashier: str, _: int) -> str:
        family.change(counter, Act(counter.mint(), cashier), self.asked)
        return "joined"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    programme = (PROGRAMMES / "plain.toml").read_text(encoding="utf-8") + "\n[family]\nmost_members = 2\n"
    shop = open_shop(tmp_path, programme.encode())
    shop.open_shift()
    shop.till("2").open_shift(cashier=OTHER_CASHIER)
    return shop


def owner_of(shop: Shop, name: str, phone: str) -> Member:
    owner = shop.enrol(name, phone)
    shop.top_up(owner)
    asked = family.Change(FamilyAction.FORMED, owner.member_id)
    family.change(shop.counter, shop.act(), asked)
    return owner


def test_two_tills_do_not_pass_a_persons_limit_together(shop: Shop) -> None:
    owner, child = owner_of(shop, "李雪", "13812341234"), shop.enrol("王朋", "13912341234")
    limits = Limits(per_day_minor=7_000)
    asked = family.Change(FamilyAction.JOINED, owner.member_id, child.code, limits=limits)
    family.change(shop.counter, shop.act(), asked)
    before = sound(shop)
    pays = PaysAs(owner, child, 700)
    answers = at_once(shop, pays, pays, times=8)
    assert (answers.count("paid"), answers.count("FamilyLimitReached")) == (10, 6)
    assert sound(shop) == before - 7_000
    assert refusals(shop) == [("spend", "FamilyLimitReached")] * 6


def test_two_families_never_take_one_person_each_at_once(shop: Shop) -> None:
    one, other = owner_of(shop, "李雪", "13812341234"), owner_of(shop, "王朋", "13912341234")
    for number in range(3):
        person = shop.enrol("赵云", f"1370000000{number}")
        answers = at_once(shop, Joins(one, person), Joins(other, person))
        assert answers.count("joined") == (1 if number < 2 else 0)
        assert set(answers) <= {"joined", "InFamilyAlready", "FamilyFull"}
    assert sound(shop) > 0
